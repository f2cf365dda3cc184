package entail.rules.lineage.undeclared_base_test

import data.entail.rules.lineage.undeclared_base
import data.entail.testing

_catalog := object.union(testing.usual, {"families": {
	"limited": {"title": "Limited", "names": ["limited"]},
	"other": {"title": "Other", "names": ["other"]},
}})

_mention := {
	"family": "limited",
	"excerpt": "tuned from Limited 7B",
	"at": {"file": "README.md", "line": 12, "column": 5},
}

_found(over) := found if {
	document := testing.alone(object.union(testing.under([["free"]]), over))
	found := undeclared_base.findings with input as document with data.catalog as _catalog
}

_incomplete(over) := reasons if {
	document := testing.alone(object.union(testing.under([["free"]]), over))
	reasons := undeclared_base.incomplete with input as document with data.catalog as _catalog
}

_named_finding := {
	"message": "own/release has Limited in its name and declares no base model",
	"at": [testing.license_at],
	"why": "If it was made from a model of that family, that model's terms come with it.",
	"fix": "Declare `base_model:`; if it was trained from scratch, say so in the card, or write `base_model: []`.",
}

test_the_card_says_so if {
	over := {"mentions": [_mention], "name": {"families": ["limited"]}}
	_found(over) == {{
		"message": "the card says that own/release was made from a model of the Limited family and declares no base model",
		"at": [_mention.at],
		"why": "Without base_model nobody sees whose terms come with it. The card says: \"tuned from Limited 7B\"",
		"fix": "Add `base_model:` with the id of that model to the front matter of README.md.",
	}}
	_incomplete(over) == {
		"the card names a base model of the Limited family and declares none",
		"own/release has Limited in its name and declares no base model",
	}
}

test_the_card_says_which if {
	found := _found({"mentions": [object.union(_mention, {"model": "limited/Limited-7B"})]})
	{one.fix | some one in found} == {"Add `base_model: limited/Limited-7B` to the front matter of README.md."}
}

test_one_finding_a_family_at_its_first_mention if {
	again := object.union(_mention, {"at": {"file": "README.md", "line": 3, "column": 1}})
	other := object.union(_mention, {"family": "other"})
	found := _found({"mentions": [_mention, again, other]})
	count(found) == 2
	{one.at | some one in found} == {[_mention.at]}
}

test_the_name_says_so if {
	over := {"name": {"families": ["limited"]}}
	_found(over) == {_named_finding}
	_incomplete(over) == {"own/release has Limited in its name and declares no base model"}
}

# A family without a licence of its own has no terms to miss.
test_a_family_without_licences if {
	over := {"name": {"families": ["other"]}}
	count(_found(over)) == 1
	_incomplete(over) == set()
}

test_a_declaration_of_none[none] if {
	named := {"name": {"families": ["limited"]}}
	some none in [
		{"card": {"metadata": {"base_model": []}}},
		{"from_scratch": {"file": "README.md", "line": 9, "column": 1}},
	]
	over := object.union(named, none)
	_found(over) == set()
	_incomplete(over) == set()
	count(_found(object.union(over, {"mentions": [_mention]}))) == 1
}

# Behind an ancestor that hides its base model may be any terms.
test_an_ancestor if {
	hiding := object.union(testing.model("some/limited-7b", "free"), {"name": {"families": ["limited"]}})
	document := testing.document(
		[testing.release(testing.under([["free"]])), hiding],
		[testing.edge(testing.own_id, "some/limited-7b", "finetune")],
	)
	undeclared_base.findings == set() with input as document with data.catalog as _catalog
	found := undeclared_base.incomplete with input as document with data.catalog as _catalog
	found == {"some/limited-7b has Limited in its name and declares no base model"}
}

test_quiet_where_the_source_knows_no_base_models if {
	over := {"name": {"families": ["limited"]}, "bases_known": false}
	_found(over) == set()
	_incomplete(over) == set()
}

_said := {"mentions": [_mention], "name": {"families": ["limited"]}}

test_quiet[note] if {
	some note, over in {
		"where nothing says so": {},
		"without a card": object.union(_said, {"card": {"present": false}}),
		"for the family's own publisher": object.union(_said, {"name": {"owner": ["limited"]}}),
		"under the family's licence": object.union(_said, testing.under([["limited"]])),
		"with the family's licence as its file": object.union(_said, {"license": {"texts": [testing.text("limited", {})]}}),
	}
	_found(over) == set()
	_incomplete(over) == set()
}

test_a_data_set_is_no_base if {
	document := testing.document(
		[testing.release(object.union(testing.under([["free"]]), _said)), testing.node("some/data", {"kind": "dataset"})],
		[testing.edge(testing.own_id, "some/data", "unknown")],
	)
	found := undeclared_base.findings with input as document with data.catalog as _catalog
	count(found) == 1
}

test_quiet_where_a_base_is_declared if {
	document := testing.document(
		[testing.release(object.union(testing.under([["free"]]), _said)), testing.model("base/model", "free")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	undeclared_base.findings == set() with input as document with data.catalog as _catalog
	undeclared_base.incomplete == set() with input as document with data.catalog as _catalog
}

_candidate := {
	"id": "some/model",
	"excerpt": "tuned from some/model",
	"how": "id",
	"at": {"file": "README.md", "line": 12, "column": 5},
}

test_the_text_names_a_model if {
	_found({"candidates": [_candidate]}) == {{
		"message": "the card seems to say that own/release was made from some/model, and declares no base model",
		"at": [_candidate.at],
		"why": "Without base_model nobody sees whose terms come with it. The card says: \"tuned from some/model\"",
		"fix": "If so, add `base_model: some/model` to the front matter of README.md.",
	}}
	_incomplete({"candidates": [_candidate]}) == {"the card seems to name some/model as its base model and declares none"}
}

# The same line is not told twice, and a family's own publisher is not asked.
test_a_line_that_names_a_family if {
	count(_found({"candidates": [_candidate], "mentions": [_mention]})) == 1
	owned := {"candidates": [_candidate], "mentions": [_mention], "name": {"owner": ["limited"]}}
	_found(owned) == set()
	_incomplete(owned) == set()
	elsewhere := object.union(_mention, {"at": {"file": "README.md", "line": 3, "column": 1}})
	count(_found({"candidates": [_candidate], "mentions": [elsewhere]})) == 2
}

_from_file(from) := object.union(testing.edge(testing.own_id, "base/model", "quantized"), {
	"from": from,
	"claims": [
		{"from": "file", "relation": "quantized", "file": "model.gguf"},
		{"from": "inferred", "relation": "quantized", "file": "model.gguf"},
	],
})

test_a_file_names_a_model if {
	document := testing.document([testing.release({}), testing.node("base/model", {})], [_from_file(["file"])])
	found := undeclared_base.findings with input as document with data.catalog as _catalog
	found == {{
		"message": "model.gguf says that own/release was made from base/model, and the card declares no base model",
		"path": [testing.own_id, "base/model"],
		"at": [{"file": "model.gguf"}],
		"why": "Without base_model nobody sees whose terms come with it.",
		"fix": "Add `base_model: base/model` to the front matter of README.md.",
	}}
}

test_quiet_where_a_file_names_what_is_declared if {
	document := testing.document([testing.release({}), testing.node("base/model", {})], [_from_file(["card", "file"])])
	undeclared_base.findings == set() with input as document with data.catalog as _catalog
}
