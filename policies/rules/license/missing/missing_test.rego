package entail.rules.license.missing_test

import data.entail.rules.license.missing
import data.entail.testing

_top := [{"file": "README.md", "line": 1, "column": 1}]

test_no_licence_at_all if {
	found := missing.findings with input as testing.alone({}) with data.catalog as testing.usual
	found == {{
		"message": "own/release declares no licence, so nobody else may use it",
		"at": _top,
		"why": "Copyright reserves every right that no licence grants.",
		"fix": "Choose a licence and add `license:` to the front matter of README.md.",
	}}
}

test_what_a_base_model_asks_for_is_proposed if {
	document := testing.document(
		[testing.release({}), testing.model("base/model", "limited"), testing.model("other/model", "strict")],
		[
			testing.edge(testing.own_id, "base/model", "finetune"),
			testing.edge(testing.own_id, "other/model", "finetune"),
		],
	)
	strict := testing.license("strict", [testing.term("ban", "1", {})], {})
	known := object.union(testing.usual, {"licenses": {"strict": strict}})
	found := missing.findings with input as document with data.catalog as known
	{one.fix | some one in found} == {"Add `license: limited` to the front matter of README.md: base/model asks for it."}
}

test_a_base_model_that_restricts_nothing_proposes_nothing if {
	known := testing.catalog([testing.free_license("free", [testing.term("license-copy", "1", {})])])
	document := testing.document(
		[testing.release({}), testing.model("base/model", "free")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := missing.findings with input as document with data.catalog as known
	{one.fix | some one in found} == {"Choose a licence and add `license:` to the front matter of README.md."}
}

test_a_licence_file_alone if {
	document := testing.alone({"license": {"texts": [testing.text("limited", {})]}})
	found := missing.findings with input as document with data.catalog as testing.usual
	found == {{
		"level": "warning",
		"message": "own/release has a licence file (limited) and its card declares no licence",
		"license": "limited",
		"at": _top,
		"why": "The Hub, and most tools, read the licence from the card alone.",
		"fix": "Add `license: limited` to the front matter of README.md.",
	}}
}

test_quiet[note] if {
	some note, over in {
		"with a licence": testing.under([["free"]]),
		"without a card": {"card": {"present": false}},
		"with a card that is lost as a whole": {"card": {"problems": [{
			"kind": "invalid-yaml",
			"detail": "",
			"at": {"file": ""},
		}]}},
		"where nothing could be read": {"state": "offline"},
	}
	missing.findings == set() with input as testing.alone(over) with data.catalog as testing.usual
}

test_a_misspelled_key_loses_no_licence if {
	over := {"card": {"problems": [{"kind": "misspelled-key", "detail": "", "at": {"file": ""}}]}}
	found := missing.findings with input as testing.alone(over) with data.catalog as testing.usual
	count(found) == 1
}

# Only a licence that restricts is proposed, whatever else another asks for.
test_what_only_asks_for_something_is_not_proposed if {
	known := testing.catalog([
		testing.license("asking", [testing.term("license-copy", "1", {})], {}),
		testing.license("banning", [testing.term("ban", "1", {})], {}),
	])
	document := testing.document(
		[testing.release({}), testing.model("a/model", "asking"), testing.model("b/model", "banning")],
		[
			testing.edge(testing.own_id, "a/model", "finetune"),
			testing.edge(testing.own_id, "b/model", "finetune"),
		],
	)
	found := missing.findings with input as document with data.catalog as known
	{one.fix | some one in found} == {"Add `license: banning` to the front matter of README.md: b/model asks for it."}
}

# One licence may reach the release from two models, by terms that flow apart.
test_a_licence_of_two_base_models_is_proposed_once if {
	terms := [testing.term("ban", "1", {"flows": ["redistribution"]}), testing.term("ban", "2", {})]
	known := testing.catalog([testing.license("banning", terms, {})])
	document := testing.document(
		[testing.release({}), testing.model("near/model", "banning"), testing.model("far/model", "banning")],
		[
			testing.edge(testing.own_id, "near/model", "quantized"),
			testing.edge("near/model", "far/model", "finetune"),
		],
	)
	found := missing.findings with input as document with data.catalog as known
	{one.fix | some one in found} == {"Add `license: banning` to the front matter of README.md: near/model asks for it."}
}
