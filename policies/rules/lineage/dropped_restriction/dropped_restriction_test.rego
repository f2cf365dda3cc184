package entail.rules.lineage.dropped_restriction_test

import data.entail.rules.lineage.dropped_restriction
import data.entail.testing

_catalog := testing.catalog([
	testing.free_license("free", []),
	testing.license("mystery", [], {"class": "unknown"}),
	testing.license("limited", [testing.term("ceiling", "2", {"number": 10})], {"relicensing": {"clause": "1.b"}}),
	testing.license(
		"twofold",
		[testing.term("policy", "3", {"policy": "p"}), testing.term("policy", "4", {"policy": "q"})],
		{"identifiers": {"huggingface": []}},
	),
	testing.license("twofold-2", [testing.term("policy", "8", {"policy": "own"})], {"family": "twofold"}),
	testing.license("policed", [testing.term("policy", "8", {"policy": "own"})], {}),
	testing.license("sighted", [testing.term("ban", "5", {"scope": "multimodal"})], {}),
	testing.license("closed", [testing.term("no-derivatives", "1", {})], {}),
])

_found(document) := found if {
	found := dropped_restriction.findings with input as document with data.catalog as _catalog
}

_limited_finding := {
	"level": "error",
	"message": "free drops a limit of base/model: above a number (limited, section 2)",
	"path": [testing.own_id, "base/model"],
	"license": "limited",
	"term": "ceiling",
	"clause": "2",
	"at": [testing.license_at, testing.base_at],
	"why": "What clause 2 says. Passed on by section 1.b of limited.",
	"fix": concat("", [
		"Write `license: limited` in the card and keep the licence's text in the release,",
		" or use a licence that carries the limits.",
	]),
	"refs": ["https://example.org/limited"],
}

test_a_limit_is_dropped if _found(testing.tuned("free", "limited")) == {_limited_finding}

test_where_the_own_terms_are_not_known_it_is_not_shown if {
	_found(testing.tuned("mystery", "limited")) == {object.union(_limited_finding, {
		"level": "warning",
		"message": "whether own/release keeps a limit of base/model is not shown: above a number (limited, section 2)",
	})}
}

# Two policies of one licence are one finding, at both clauses.
test_one_finding_a_kind if {
	found := _found(testing.tuned("free", "twofold"))
	{[one.level, one.clause, one.why] | some one in found} == {[
		"error",
		"3, 4",
		"What clause 3 says. What clause 4 says.",
	]}
	{one.fix | some one in found} == {concat("", [
		"Write `license: other, license_name: twofold, license_link: LICENSE` in the card and keep the",
		" licence's text in the release, or use a licence that carries the limits.",
	])}
}

test_a_policy_of_another_version_is_a_warning if {
	found := _found(testing.tuned("twofold-2", "twofold"))
	{[one.level, one.message] | some one in found} == {[
		"warning",
		"twofold-2 has a limit of its own in place of one of base/model: a policy (twofold, section 3)",
	]}
}

# Another vendor's policy says other things.
test_a_policy_of_another_family_is_an_error if {
	found := _found(testing.tuned("policed", "twofold"))
	{[one.level, one.message] | some one in found} == {[
		"error",
		"policed drops a limit of base/model: a policy (twofold, section 3)",
	]}
}

test_the_limits_of_several_licences_bind_together if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("base/model", "limited"),
			testing.model("other/model", "twofold"),
		],
		[
			testing.edge(testing.own_id, "base/model", "finetune"),
			testing.edge(testing.own_id, "other/model", "finetune"),
		],
	)
	{one.fix | some one in _found(document)} == {concat("", [
		"The limits of limited and twofold bind together: write `license: other`,",
		" name them all in license_name, and keep each text in the release.",
	])}
}

_doubts := {
	"for multimodal models, and it is one": {"task": {"task": "image-text-to-text"}, "level": "error", "doubt": ""},
	"for multimodal models, and nothing says whether it is": {
		"task": {},
		"level": "warning",
		"doubt": " It binds multimodal models only, and no card says whether this is one.",
	},
}

test_doubt[note] if {
	some note, case in _doubts
	document := testing.document(
		[testing.release(object.union(testing.under([["free"]]), case.task)), testing.model("base/model", "sighted")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	{[one.level, one.why] | some one in _found(document)} == {[
		case.level,
		concat("", ["What clause 5 says.", case.doubt]),
	]}
}

test_a_label_that_nothing_bears_out_is_a_warning if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("base/model", "limited"),
			testing.model("far/model", "free"),
		],
		[
			testing.edge(testing.own_id, "base/model", "finetune"),
			testing.edge("base/model", "far/model", "finetune"),
		],
	)
	known := object.union(_catalog, {"families": {"limited": {"title": "Limited", "names": ["limited"]}}})
	found := dropped_restriction.findings with input as document with data.catalog as known
	found == {object.union(_limited_finding, {
		"level": "warning",
		"why": concat("", [
			"What clause 2 says. Passed on by section 1.b of limited.",
			" base/model is labelled limited and nothing that it was made from is: its label may be wrong.",
		]),
	})}
}

test_quiet[note] if {
	some note, document in {
		"where it is carried": testing.tuned("limited", "limited"),
		"where there is nothing to carry": testing.tuned("limited", "free"),
		"where derivatives are forbidden altogether": testing.tuned("free", "closed"),
		"without a licence of its own, which is told by itself": testing.document(
			[testing.release({}), testing.model("base/model", "limited")],
			[testing.edge(testing.own_id, "base/model", "finetune")],
		),
		"where it is for models of another kind": testing.document(
			[
				testing.release(object.union(testing.under([["free"]]), {"task": "text-generation"})),
				testing.model("base/model", "sighted"),
			],
			[testing.edge(testing.own_id, "base/model", "finetune")],
		),
	}
	_found(document) == set()
}

# What an ancestor's own text says binds as well; it has no address, and its
# file's name is no licence's.
test_a_limit_found_in_a_text if {
	found := _found(testing.tuned_from_text("free", [testing.found("ceiling", 7, {"number": 5})]))
	found == {{
		"level": "error",
		"message": "free drops a limit of base/model: above a number (LICENSE, line 7)",
		"path": [testing.own_id, "base/model"],
		"license": "LICENSE",
		"term": "ceiling",
		"clause": "line 7",
		"at": [testing.license_at, testing.base_at],
		"why": "Above a number: \"so it says\"",
		"fix": concat(" ", [
			"Say the limits in a licence text of the release's own,",
			"write `license: other` with a license_name for it in the card, and keep the ancestor's text beside it.",
		]),
		"refs": [],
	}}
}

test_two_texts_of_one_name_are_two if {
	texts := {id: testing.strange([testing.found("ceiling", 7, {"number": 5})], {"sha256": id}) |
		some id in ["one/model", "two/model"]
	}
	document := testing.document(
		array.concat([testing.release(testing.under([["free"]]))], [testing.node(id, {"license": {
			"declared": [testing.declared([["mystery"]])],
			"texts": [text],
		}}) |
			some id, text in texts
		]),
		[testing.edge(testing.own_id, id, "finetune") | some id, _ in texts],
	)
	{one.path[1] | some one in _found(document)} == {"one/model", "two/model"}
}
