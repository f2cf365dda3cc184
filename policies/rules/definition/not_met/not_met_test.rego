package entail.rules.definition.not_met_test

import data.entail.rules.definition.not_met
import data.entail.testing

_judgement(verdict) := {
	"name": "open-1.0",
	"title": "the Open Definition",
	"source": "https://example.org/open",
	"reading": "text",
	"verdict": verdict,
	"requirements": [
		{"title": "code", "state": "met"},
		{"title": "data", "state": "unmet"},
		{"title": "weights", "state": "license"},
	],
}

_found(asked, verdict) := found if {
	document := object.union(testing.alone({}), {"config": {"definitions": asked}})
	found := not_met.findings with input as document
		with data.entail.definitions as {"open": {"judgement": _judgement(verdict)}}
}

test_a_definition_that_is_not_met if {
	_found(["open-1.0"], "fails") == {{
		"level": "error",
		"message": "own/release does not meet the Open Definition: data (unmet), weights (license)",
		"at": [testing.license_at],
		"why": "By the text reading of the definition.",
		"fix": "Publish what is missing, or say where it is in entail-evidence.yaml.",
		"refs": ["https://example.org/open"],
	}}
}

test_levels[verdict] if {
	some verdict, want in {
		"fails": ["error", "own/release does not meet"],
		"meets-but-for-licenses": ["error", "own/release does not meet"],
		"not-shown": ["warning", "own/release is not shown to meet"],
	}
	found := _found(["open-1.0"], verdict)
	{one.level | some one in found} == {want[0]}
	{true | some one in found; startswith(one.message, want[1])} == {true}
}

test_quiet if {
	_found(["open-1.0"], "meets") == set()
	_found([], "fails") == set()
	_found(["another-1.0"], "fails") == set()
}
