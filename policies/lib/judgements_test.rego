package entail.judgements_test

import data.entail.lib
import data.entail.testing

# What definitions say when they are asked about the release itself.
_asked := {key: judged | judged := data.entail.definitions[key].judgement}

_files := [{"path": "model.safetensors", "size": 4096}]

_weights := {"parameters.final": [{
	"from": "files",
	"strength": "shown",
	"availability": "released",
	"where": ["model.safetensors"],
	"seen": "model.safetensors",
	"at": {},
}]}

_framework := {
	"path": "MOF.yml",
	"at": {"file": "MOF.yml", "line": 1, "column": 1},
	"components": [{"name": "Model parameters (Final)", "license": "free", "at": {}}],
	"licenses": {},
}

_cases := {
	"nothing but a licence": testing.alone(testing.under([["free"]])),
	"no licence": testing.alone({}),
	"terms of a base model": testing.tuned("free", "limited"),
	"terms of a base model that it carries": testing.tuned("limited", "limited"),
	"a base model that nobody knows": testing.tuned("free", "mystery"),
	"a text with limits of a base model": testing.tuned_from_text("free", [testing.found("non-commercial", 3, {})]),
	"a text with limits": testing.alone({"license": {
		"declared": [testing.declared([["free"]])],
		"texts": [testing.strange([testing.found("non-commercial", 7, {})], {})],
	}}),
	"weights that are there": testing.alone(object.union(
		testing.under([["free"]]),
		{"evidence": _weights, "files": _files, "files_known": true},
	)),
	"a release without a card": testing.alone({"files_known": true, "card": {"present": false}}),
	"a file of the framework": testing.alone({"mof": _framework}),
	"another reading": object.union(testing.alone({"evidence": _weights}), {"config": {"reading": "practice"}}),
}

test_a_document_of_its_own_is_judged_as_the_release_is[note] if {
	some note, document in _cases
	judged := lib.judgements with input as document with data.catalog as testing.usual
	count(judged) > 5
	judged == _asked with input as document with data.catalog as testing.usual
}

test_answers_reach_the_definitions if {
	given := {"eu-ai-act": {"EUAIA-7": {"state": "met", "why": "small"}}}
	document := testing.alone(testing.under([["free"]]))
	judged := lib.judgements with input as document with data.catalog as testing.usual
		with data.entail.own.answers as given
	judged != _asked with input as document with data.catalog as testing.usual
	judged == _asked with input as document with data.catalog as testing.usual
		with data.entail.own.answers as given
}

test_bearing if {
	document := testing.tuned("free", "limited")
	found := lib.bearing with input as document with data.catalog as testing.usual
	{[item.license, item.term.kind] | some item in found} == {["limited", "ceiling"]}
}
