package entail.rules.definition.not_met_test

import data.entail.rules.definition.not_met
import data.entail.testing

_place(line) := {"file": "entail-evidence.yaml", "line": line, "column": 1}

_judgement(verdict) := {
	"name": "open-1.0",
	"title": "the Open Definition",
	"source": "https://example.org/open",
	"reading": "text",
	"verdict": verdict,
	"requirements": [
		{"id": "O-1", "state": "met", "at": [_place(1)]},
		{"id": "O-2", "state": "unmet", "at": [_place(2)]},
		{"id": "O-3", "state": "license", "at": [_place(3), _place(4)]},
		{"id": "O-4", "state": "unmet", "at": [_place(5)]},
		{"id": "O-5", "state": "not-shown", "at": []},
		{"id": "O-6", "state": "unmet", "at": [_place(6)], "optional": true},
	],
}

_found(asked, judgement) := found if {
	document := object.union(testing.alone({}), {"config": {"definitions": asked}})
	found := not_met.findings with input as document
		with data.entail.definitions as {"open": {"judgement": judgement}}
}

test_a_definition_that_is_not_met if {
	_found(["open-1.0"], _judgement("fails")) == {{
		"level": "error",
		"message": concat("", [
			"own/release does not meet the Open Definition: not there: O-2, O-4; ",
			"there, under terms that are not open: O-3; not shown: O-5",
		]),
		"at": [_place(2), _place(3), _place(4)],
		"why": "By the text reading of the definition.",
		"fix": "Publish what is missing, or say where it is in entail-evidence.yaml.",
		"refs": ["https://example.org/open"],
	}}
}

test_place_where_the_evidence_has_none if {
	without := object.union(_judgement("not-shown"), {"requirements": [{"id": "O-1", "state": "not-shown", "at": []}]})
	{one.at | some one in _found(["open-1.0"], without)} == {[testing.license_at]}
}

test_levels[verdict] if {
	some verdict, want in {
		"fails": ["error", "own/release does not meet"],
		"meets-but-for-licenses": ["error", "own/release does not meet"],
		"not-shown": ["warning", "own/release is not shown to meet"],
	}
	found := _found(["open-1.0"], _judgement(verdict))
	{one.level | some one in found} == {want[0]}
	{true | some one in found; startswith(one.message, want[1])} == {true}
}

test_quiet if {
	_found(["open-1.0"], _judgement("meets")) == set()
	_found([], _judgement("fails")) == set()
	_found(["another-1.0"], _judgement("fails")) == set()
}

test_a_definition_of_a_user if {
	document := object.union(testing.alone({}), {"config": {"definitions": ["open-1.0"]}})
	own := {"mine": _judgement("fails")}
	found := not_met.findings with input as document
		with data.entail.definitions as {}
		with data.entail.own.judgements as own
	{one.level | some one in found} == {"error"}
}

test_what_is_not_shown_is_no_pass if {
	document := object.union(testing.alone({}), {"config": {"definitions": ["open-1.0"]}})
	{[verdict, reasons] |
		some verdict in ["meets", "fails", "not-shown"]
		reasons := not_met.incomplete with input as document
			with data.entail.definitions as {"open": {"judgement": _judgement(verdict)}}
	} == {
		["meets", set()],
		["fails", set()],
		["not-shown", {"it is not shown that own/release meets the Open Definition"}],
	}
}
