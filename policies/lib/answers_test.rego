package entail.answers_test

import data.entail.lib
import data.entail.testing

_answer_catalog := testing.catalog([
	testing.free_license("open", []),
	testing.license("hobby", [testing.term("non-commercial", "2", {})], {}),
	testing.license("careful", [testing.term("use-restriction", "3", {}), testing.term("attribution", "4", {})], {}),
	testing.license("polite", [testing.term("attribution", "1", {})], {}),
	testing.license("strange", [testing.term("ending", "9", {})], {}),
	testing.license("clan", [], {"class": "family", "members": ["open"]}),
])

_answer_kinds := {
	"non-commercial": testing.kind("restriction", {"title": "Non-commercial use only"}),
	"use-restriction": testing.kind("restriction", {"title": "Listed uses forbidden"}),
	"attribution": testing.kind("obligation", {"title": "Credit"}),
}

_answers_known := object.union(_answer_catalog, {"terms": _answer_kinds})

_hobby := "hobby, section 2: non-commercial use only (guidelines 4.2.1)"

_careful := "careful, section 3: listed uses forbidden (guidelines 4.2.1 (safety-oriented limits))"

_objection_cases := {
	"an open licence": {"over": testing.under([["open"]]), "want": set()},
	"a term that does not do": {
		"over": testing.under([["hobby"]]),
		"want": {["license", _hobby], ["not-shown", "hobby is on no list of open licenses"]},
	},
	"a term that wants a person": {
		"over": testing.under([["careful"]]),
		"want": {["not-shown", _careful], ["not-shown", "careful is on no list of open licenses"]},
	},
	"no term that matters, and on no list": {
		"over": testing.under([["polite"]]),
		"want": {["not-shown", "polite is on no list of open licenses"]},
	},
	"a kind that no text names": {
		"over": testing.under([["strange"]]),
		"want": {
			["not-shown", "strange, section 9: a thing (named nowhere)"],
			["not-shown", "strange is on no list of open licenses"],
		},
	},
	"terms that are not known": {
		"over": testing.under([["clan"]]),
		"want": {["not-shown", "the terms of clan are not known"]},
	},
	"a licence of no catalogue": {
		"over": testing.under([["nonsense"]]),
		"want": {["not-shown", "the terms of nonsense are not known"]},
	},
	"of a choice the best": {"over": testing.under([["hobby"], ["open"]]), "want": set()},
	"what holds together": {
		"over": testing.under([["open", "hobby"]]),
		"want": {["license", _hobby], ["not-shown", "hobby is on no list of open licenses"]},
	},
	"a text of its own with a limit": {
		"over": {"license": {
			"declared": [testing.declared([["open"]])],
			"texts": [testing.strange([testing.found("non-commercial", 7, {}), testing.found("attribution", 8, {})], {})],
		}},
		"want": {
			["license", "LICENSE, line 7: non-commercial use only (guidelines 4.2.1)"],
			["not-shown", "what a licence text says is known in part"],
		},
	},
	"no licence": {"over": {}, "want": {["license", "no license, so that nobody has permission"]}},
	"a licence of the parameters alone": {"over": {"evidence": _weights({"license": "Open"})}, "want": set()},
	"parameters without one": {
		"over": {"evidence": _weights({})},
		"want": {["license", "no license, so that nobody has permission"]},
	},
	"a licence of the parameters beside the release's": {
		"over": object.union(testing.under([["hobby"]]), {"evidence": _weights({"license": "Open"})}),
		"want": {["license", _hobby], ["not-shown", "hobby is on no list of open licenses"]},
	},
}

_weights(over) := {"parameters.final": [object.union(
	{"from": "evidence-file", "strength": "declared", "availability": "released"},
	object.union(over, {"alternatives": [["open"]] | over.license}),
)]}

_pairs(found) := {[one.state, one.why] | some one in found}

test_objections[note] if {
	some note, case in _objection_cases
	found := lib.objections("eu-ai-act") with input as testing.alone(case.over) with data.catalog as _answers_known
	_pairs(found) == case.want
}

_from_base(key) := _pairs(found) if {
	found := lib.objections("eu-ai-act") with input as testing.tuned("open", key) with data.catalog as _answers_known
}

test_objections_to_what_ancestors_ask if {
	_from_base("hobby") == {["license", _hobby]}
	_from_base("polite") == set()
	_from_base("open") == set()
	_from_base("clan") == {["not-shown", "the terms of a base model are not known"]}
}

test_your_own_answer_counts if {
	own := {"eu-ai-act": {"non-commercial": {"answer": "yes", "by": "our counsel"}}}
	lib.answer("eu-ai-act", "non-commercial") == own["eu-ai-act"]["non-commercial"] with data.entail.own.answers as own
	strange := {"eu-ai-act": {"non-commercial": {"answer": "perhaps", "by": "our counsel"}}}
	lib.answer("eu-ai-act", "non-commercial").answer == "no" with data.entail.own.answers as strange
	lib.answer("open-weights", "non-commercial") == {"answer": "no", "by": "OW-3"} with data.entail.own.answers as own
}

# Every answer is about a kind of the vocabulary, and every restriction has one.
test_answers_are_of_the_vocabulary if {
	every kinds in lib.answers {
		every kind, found in kinds {
			data.catalog.terms[kind]
			found.answer in {"yes", "no", "person"}
		}
	}
}

test_judged_terms if {
	refused := {"state": "license", "by": "x", "why": "b"}
	other := {"state": "license", "by": "x", "why": "a"}
	open_question := {"state": "not-shown", "by": "x", "why": "c"}
	_terms({refused, other, open_question}) == ["license", "a; b"]
	_terms({open_question}) == ["not-shown", "c"]
	_terms(set()) == ["met", "under free"]
}

_terms(found) := [judged.state, judged.why] if {
	judged := lib.judged_terms(found) with input as testing.alone(testing.under([["free"]]))
		with data.catalog as testing.usual
	judged.at == [testing.license_at]
}

_weights_cases := {
	"said": {"says": {"availability": "released"}, "want": ["met", "said to be released"]},
	"seen": {"says": {"availability": "released", "seen": "the files"}, "want": ["met", "the files"]},
	"gated": {"says": {"availability": "gated"}, "want": ["license", "behind a gate or a form"]},
	"unknown": {"says": {"availability": "unknown"}, "want": ["not-shown", "said to be unknown"]},
	"absent": {"says": {"availability": "absent"}, "want": ["unmet", "absent"]},
	"an adapter": {"says": {"availability": "partial", "seen": "an adapter"}, "want": ["unmet", "an adapter"]},
	"a hint": {"says": {"availability": "released", "strength": "hint"}, "want": ["not-shown", "only a hint: files"]},
}

test_weights[note] if {
	some note, case in _weights_cases
	statement := object.union({"from": "files", "strength": "shown"}, case.says)
	document := testing.alone({"evidence": {"parameters.final": [statement]}})
	judged := lib.weights with input as document
	[judged.state, judged.why] == case.want
}

test_for_a_person if {
	place := {"file": "README.md", "line": 3, "column": 1}
	found := {"why": "what it is", "at": [place]}
	lib.for_a_person("d", "D-1", found) == {
		"state": "not-shown",
		"why": "a person has to judge what it is",
		"at": [place],
	}
	answered := {"d": {"D-1": {"state": "met", "why": "we looked"}}}
	lib.for_a_person("d", "D-1", found) == {
		"state": "met",
		"why": "answered: we looked",
		"at": [place],
	} with data.entail.own.answers as answered
	every own in [{"state": "met", "why": ""}, {"state": "perhaps", "why": "so"}, {"state": "met"}, {"why": "so"}] {
		judged := lib.for_a_person("d", "D-1", found) with data.entail.own.answers as {"d": {"D-1": own}}
		judged.state == "not-shown"
	}
}
