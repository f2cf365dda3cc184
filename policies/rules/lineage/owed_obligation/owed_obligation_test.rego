package entail.rules.lineage.owed_obligation_test

import data.entail.rules.lineage.owed_obligation
import data.entail.testing

# The release tuned from a model under a licence with one term.
_found(maker, over) := found if {
	known := testing.catalog([testing.free_license("free", []), maker])
	document := testing.document(
		[testing.release(object.union(testing.under([["free"]]), over)), testing.model("base/model", "owing")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := owed_obligation.findings with input as document with data.catalog as known
}

_owing(term) := testing.license("owing", [object.union(testing.term("", "1.b", {}), term)], {})

test_the_text_is_not_there if {
	_found(_owing({"kind": "license-copy"}), {}) == {{
		"level": "warning",
		"message": "base/model asks for a copy of its text (owing, section 1.b)",
		"path": [testing.own_id, "base/model"],
		"license": "owing",
		"term": "license-copy",
		"clause": "1.b",
		"at": [testing.base_at],
		"why": "What clause 1.b says.",
		"fix": "Add the text of owing to the release as LICENSE, or beside it. It is at https://example.org/owing",
		"refs": ["https://example.org/owing"],
	}}
}

test_what_a_permissive_licence_asks_is_a_note if {
	found := _found(testing.free_license("owing", [testing.term("license-copy", "1", {})]), {})
	{one.level | some one in found} == {"note"}
}

_worded := {
	"a notice file": {
		"term": {"kind": "notice", "sentence": "By us."},
		"level": "warning",
		"what": "a notice file with its fixed sentence",
		"fix": "Add a file NOTICE that holds: By us.",
	},
	"a notice file of another name": {
		"term": {"kind": "notice", "sentence": "By us.", "file": "Notice.txt"},
		"level": "warning",
		"what": "a notice file with its fixed sentence",
		"fix": "Add a file Notice.txt that holds: By us.",
	},
	"words": {
		"term": {"kind": "display", "text": "Made of it"},
		"level": "note",
		"what": "the words \"Made of it\" on display",
		"fix": "Write \"Made of it\" in README.md, where readers see it.",
	},
	"one of several words": {
		"term": {"kind": "display", "texts": ["Made of it", "Made by it"]},
		"level": "note",
		"what": "the words \"Made of it\" or \"Made by it\" on display",
		"fix": "Write \"Made of it\" or \"Made by it\" in README.md, where readers see it.",
	},
	"a prefix": {
		"term": {"kind": "prefix", "prefix": "Word"},
		"level": "warning",
		"what": "a name that starts with \"Word\"",
		"fix": "Publish it under a name that starts with \"Word\".",
	},
	"a part of the name": {
		"term": {"kind": "part", "part": "Word"},
		"level": "warning",
		"what": "a name that contains \"Word\"",
		"fix": "Publish it under a name that contains \"Word\".",
	},
}

test_worded[note] if {
	some note, case in _worded
	{[one.level, one.message, one.fix] | some one in _found(_owing(case.term), {})} == {[
		case.level,
		sprintf("base/model asks for %s (owing, section 1.b)", [case.what]),
		case.fix,
	]}
}

test_quiet[note] if {
	some note, case in {
		"where it is met": {
			"term": {"kind": "license-copy"},
			"over": {"license": {"texts": [testing.text("owing", {"file": "LICENSE-BASE"})]}},
		},
		"where no fact can show it": {"term": {"kind": "keep"}, "over": {}},
		"where the lost limits are told by themselves": {"term": {"kind": "flow-down"}, "over": {}},
		"where it is owed by products only": {"term": {"kind": "display", "text": "x", "trigger": "products"}, "over": {}},
		"where it is no obligation": {"term": {"kind": "ban"}, "over": {}},
	}
	_found(_owing(case.term), case.over) == set()
}

# A text of its own is on no list, so that nobody finds it elsewhere.
test_a_copy_of_a_text_of_its_own if {
	known := testing.catalog([testing.free_license("free", []), testing.license("mystery", [], {"class": "unknown"})])
	document := testing.tuned_from_text("free", [testing.found("license-copy", 7, {})])
	found := owed_obligation.findings with input as document with data.catalog as known
	{[one.level, one.license, one.clause, one.refs] | some one in found} == {["warning", "LICENSE", "line 7", []]}
}
