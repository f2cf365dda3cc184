package entail.rules.definition.conflicting_evidence_test

import data.entail.rules.definition.conflicting_evidence
import data.entail.testing

_place(file, line) := {"file": file, "line": line, "column": 1}

_declared(over) := object.union(
	{"from": "evidence-file", "strength": "declared", "at": _place("entail-evidence.yaml", 7)},
	over,
)

_listed(over) := object.union({"from": "mof", "strength": "declared", "at": _place("MOF.yml", 9)}, over)

_seen(over) := object.union({"from": "files", "strength": "shown", "at": {"file": "model.index.json"}}, over)

_hint(over) := object.union({"from": "card", "strength": "hint", "at": _place("README.md", 20)}, over)

_found(component, list) := found if {
	document := testing.alone(object.union(testing.under([["free"]]), {"evidence": {component: list}}))
	found := conflicting_evidence.findings with input as document with data.catalog as testing.usual
}

test_files_against_the_evidence_file if {
	missing := _seen({"availability": "partial", "seen": "an index names 2 files that are not there"})
	_found("parameters.final", [_declared({"availability": "released"}), missing]) == {{
		"message": concat("", [
			"sources disagree about parameters.final of own/release: entail-evidence.yaml says released, ",
			"the file list says partial (an index names 2 files that are not there)",
		]),
		"at": [_place("entail-evidence.yaml", 7), {"file": "model.index.json"}],
		"why": "Where sources disagree, the worse counts.",
		"fix": "Correct the one that is wrong.",
	}}
}

# Each case: two statements about training code, and whether they disagree.
_pairs := {
	"the same": [_declared({"availability": "released"}), _listed({"availability": "released"}), false],
	"absent against listed": [_declared({"availability": "absent"}), _listed({"availability": "released"}), true],
	"two words for not there": [_declared({"availability": "absent"}), _seen({"availability": "mentioned"}), false],
	"one does not know": [_declared({"availability": "unknown"}), _listed({"availability": "released"}), false],
	"gated, which one has no word for": [
		_declared({"availability": "gated"}),
		_listed({"availability": "released"}),
		false,
	],
	"gated against not": [_declared({"availability": "released"}), _seen({"availability": "gated"}), true],
	"the same source twice": [_declared({"availability": "released"}), _declared({"availability": "absent"}), false],
	"levels": [_declared({"level": "full"}), _listed({"level": "none"}), false],
}

test_pairs[note] if {
	some note, [one, other, disagree] in _pairs
	count(_found("code.training", [one, other])) == 1 == disagree
}

test_documents_are_left_alone if {
	_found("documents.model_card", [_declared({"availability": "partial"}), _seen({"availability": "released"})]) == set()
}

test_two_licences if {
	one := _declared({"availability": "released", "license": "Free", "alternatives": [["free"]]})
	other := _listed({"availability": "released", "license": "Easy", "alternatives": [["easy"]]})
	{[finding.message, finding.at] | some finding in _found("code.training", [one, other])} == {[
		concat("", [
			"sources disagree about the licence of code.training of own/release: ",
			"entail-evidence.yaml says Free, MOF.yml says Easy",
		]),
		[_place("entail-evidence.yaml", 7), _place("MOF.yml", 9)],
	]}
	both := _listed({"availability": "released", "license": "Both", "alternatives": [["easy", "free"]]})
	_found("code.training", [one, both]) == set()
}

test_a_hint_against_a_statement if {
	hint := _hint({"availability": "mentioned", "seen": "code that is called the publisher's own"})
	{[finding.level, finding.message] | some finding in _found(
		"code.training",
		[_declared({"availability": "released"}), hint],
	)} == {[
		"note",
		concat("", [
			"entail-evidence.yaml says that code.training of own/release is released, ",
			"and the card has code that is called the publisher's own",
		]),
	]}
	elsewhere := object.union(hint, {"from": "files"})
	every pair in [
		[_declared({"availability": "absent"}), hint],
		[_declared({"availability": "released"}), elsewhere],
	] {
		_found("code.training", pair) == set()
	}
	blank := _hint({"level": "none", "seen": "a template left blank"})
	count(_found("data_information.description", [_declared({"level": "full"}), blank])) == 1
	_found("data_information.description", [_declared({"level": "vague"}), blank]) == set()
}
