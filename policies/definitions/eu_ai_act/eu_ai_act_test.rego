package entail.definitions.eu_ai_act_test

import data.entail.definitions.eu_ai_act
import data.entail.testing

_catalog := object.union(
	testing.catalog([
		testing.free_license("open", []),
		testing.license("paid", [testing.term("commercial-authorization", "2", {})], {}),
		testing.license("careful", [testing.term("use-restriction", "5", {})], {}),
	]),
	{"terms": {
		"commercial-authorization": testing.kind("restriction", {"title": "Commercial use with a licence"}),
		"use-restriction": testing.kind("restriction", {"title": "Listed uses forbidden"}),
	}},
)

_says(availability) := [{"from": "evidence-file", "strength": "declared", "availability": availability}]

_shown := {
	"parameters.final": [{"from": "files", "strength": "shown", "availability": "released"}],
	"code.architecture": _says("released"),
}

_release(key, evidence) := testing.alone(object.union(testing.under([[key]]), {"evidence": evidence}))

_judged(document) := judgement if {
	judgement := eu_ai_act.judgement with input as document with data.catalog as _catalog
}

_state(document, id) := requirement.state if {
	some requirement in _judged(document).requirements
	requirement.id == id
}

_answers := {"eu-ai-act": {
	"EUAIA-2": {"state": "met", "why": "the form asks for a name and lets all in"},
	"EUAIA-4": {"state": "met", "why": "the card has it"},
	"EUAIA-7": {"state": "met", "why": "3e23 operations, report section 4"},
	"EUAIA-8": {"state": "met", "why": "published on our site"},
	"EUAIA-9": {"state": "unmet", "why": "not yet written"},
	"EUAIA-11": {"state": "met", "why": "we sell nothing"},
}}

_answered(document) := judgement if {
	judgement := eu_ai_act.judgement with input as document
		with data.catalog as _catalog
		with data.entail.own.answers as _answers
}

test_a_person_has_to_judge if {
	judgement := _judged(_release("open", _shown))
	judgement.verdict == "not-shown"
	{requirement.id: requirement.state | some requirement in judgement.requirements} == {
		"EUAIA-1": "met",
		"EUAIA-2": "met",
		"EUAIA-3": "met",
		"EUAIA-4": "not-shown",
		"EUAIA-7": "not-shown",
		"EUAIA-8": "not-shown",
		"EUAIA-9": "not-shown",
		"EUAIA-11": "not-shown",
	}
	startswith(judgement.note, "Evidence, and no legal advice.")
	judgement.name == "eu-ai-act"
	every requirement in judgement.requirements {
		regex.match(`Art. 53|recital 103`, requirement.section)
	}
}

test_once_a_person_has_judged if {
	judgement := _answered(_release("open", _shown))
	judgement.verdict == "meets"
	{requirement.id | some requirement in judgement.requirements; requirement.optional} == {"EUAIA-8", "EUAIA-9"}
	{requirement.state | some requirement in judgement.requirements; requirement.id == "EUAIA-9"} == {"unmet"}
}

# An answer never stands against what was seen.
test_answers_do_not_change_what_was_seen if {
	_answered(_release("paid", _shown)).verdict == "fails"
	_answered(_release("open", object.union(_shown, {"parameters.final": _says("absent")}))).verdict == "fails"
}

test_license if {
	_state(_release("paid", _shown), "EUAIA-1") == "unmet"
	_state(_release("careful", _shown), "EUAIA-1") == "not-shown"
}

test_price if {
	_state(_release("paid", _shown), "EUAIA-11") == "unmet"
	_state(_release("careful", _shown), "EUAIA-11") == "not-shown"
}

test_parameters if {
	gated := _release("open", object.union(_shown, {"parameters.final": _says("gated")}))
	_state(gated, "EUAIA-2") == "not-shown"
	_answered(gated).verdict == "meets"
	_state(_release("open", {}), "EUAIA-2") == "not-shown"
	_state(_release("open", {"parameters.final": _says("partial")}), "EUAIA-2") == "unmet"
}

test_architecture[availability] if {
	some availability, want in {
		"released": "met",
		"documented": "met",
		"gated": "not-shown",
		"partial": "not-shown",
		"unknown": "not-shown",
		"absent": "unmet",
		"mentioned": "unmet",
	}
	_state(_release("open", {"code.architecture": _says(availability)}), "EUAIA-3") == want
}

test_architecture_without_evidence if _state(_release("open", {}), "EUAIA-3") == "not-shown"

test_usage if {
	bare := {"card": {"present": false, "at": {}}}
	_state(testing.alone(bare), "EUAIA-4") == "unmet"
	_state(testing.alone(object.union(bare, {"files_known": false})), "EUAIA-4") == "not-shown"
	elsewhere := object.union(bare, {"evidence": {"documents.model_card": _says("released")}})
	_state(testing.alone(elsewhere), "EUAIA-4") == "not-shown"
}
