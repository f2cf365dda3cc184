package custom.redistributor.notices_test

import data.custom.redistributor.notices
import data.entail.testing

_item(state) := {
	"license": "asking",
	"position": 0,
	"term": testing.term("notice-file", "3", {}),
	"from": "base/model",
	"path": [testing.own_id, "base/model"],
	"state": state,
}

_known := object.union(
	testing.catalog([testing.free_license("free", [])]),
	{"terms": {"notice-file": testing.kind("obligation", {"title": "A notice file"})}},
)

_found(texts, inherited) := {[object.get(one, "level", "error"), one.message] | some one in found} if {
	release := object.union(testing.under([["free"]]), {"license": {"texts": texts}})
	document := testing.document(
		[testing.release(release), testing.model("base/model", "free")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := notices.findings with input as document
		with data.catalog as _known
		with data.entail.lib.inherited as inherited
}

_with_text := [testing.text("free", {})]

test_a_whole_package_is_quiet if _found(_with_text, {_item("met")}) == set()

test_a_missing_notice if {
	_found(_with_text, {_item("unmet")}) == {["error", "a notice file has to come along: base/model (asking, section 3)"]}
}

test_a_notice_that_may_lie_elsewhere if {
	_found(_with_text, {_item("not-shown")}) == {[
		"warning",
		"a notice file has to come along: base/model (asking, section 3)",
	]}
}

test_no_text if _found([], set()) == {["error", "own/release does not hold the text of its licence"]}
