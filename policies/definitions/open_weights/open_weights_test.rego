package entail.definitions.open_weights_test

import data.entail.definitions.open_weights
import data.entail.testing

_kind(title) := testing.kind("restriction", {"title": title, "freedoms": ["use"]})

_catalog := object.union(
	testing.catalog([
		testing.free_license("open", []),
		testing.license("hobby", [testing.term("non-commercial", "2", {})], {}),
		testing.license("frozen", [testing.term("no-derivatives", "3", {})], {}),
		testing.license("small", [testing.term("user-threshold", "4", {})], {}),
		testing.license("kept", [testing.term("no-redistribution", "5", {})], {}),
		testing.license("polite", [testing.term("attribution", "1", {})], {}),
	]),
	{"terms": {
		"non-commercial": _kind("Non-commercial use only"),
		"no-derivatives": _kind("No derivatives"),
		"user-threshold": _kind("Not above a number of users"),
		"no-redistribution": _kind("No redistribution"),
		"attribution": testing.kind("obligation", {}),
	}},
)

_released := {"parameters.final": [{"from": "files", "strength": "shown", "availability": "released"}]}

_judged(document) := judgement if {
	judgement := open_weights.judgement with input as document with data.catalog as _catalog
}

_states(judgement) := {requirement.id: requirement.state | some requirement in judgement.requirements}

_under(key, evidence) := _judged(testing.alone(object.union(testing.under([[key]]), {"evidence": evidence})))

# For each licence the permission that it refuses.
_refusals := {"hobby": "OW-3", "frozen": "OW-4", "small": "OW-5", "kept": "OW-7"}

test_refusals[key] if {
	some key, id in _refusals
	judgement := _under(key, _released)
	states := _states(judgement)
	states[id] == "license"
	{other | some other, state in states; state == "license"} == {id}
	judgement.verdict == "meets-but-for-licenses"
}

# Nothing is against such a licence, and no list has it: a person has to read it.
test_a_licence_on_no_list if {
	judgement := _under("polite", _released)
	judgement.verdict == "not-shown"
	every id in ["OW-3", "OW-4", "OW-5", "OW-7"] {
		_states(judgement)[id] == "not-shown"
	}
}

test_open if {
	judgement := _under("open", _released)
	judgement.verdict == "meets"
	object.remove(judgement, ["requirements", "verdict"]) == {
		"name": "open-weights",
		"title": "open weights",
		"source": "https://github.com/Open-Weights/Definition",
		"reading": "text",
		"note": "Open weights alone are not Open Source AI: that takes data information and code as well.",
	}
	_states(judgement) == {
		"OW-1": "met",
		"OW-3": "met",
		"OW-4": "met",
		"OW-5": "met",
		"OW-7": "met",
		"OW-2": "not-shown",
		"OW-6": "not-shown",
	}
}

test_no_licence if {
	judgement := _judged(testing.alone({"evidence": _released}))
	judgement.verdict == "meets-but-for-licenses"
	_states(judgement)["OW-7"] == "license"
}

test_terms_of_an_ancestor if {
	document := testing.document(
		[
			testing.release(object.union(testing.under([["open"]]), {"evidence": _released})),
			testing.model("base/model", "hobby"),
		],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	judgement := _judged(document)
	judgement.verdict == "meets-but-for-licenses"
	_states(judgement)["OW-3"] == "license"
}

test_weights if {
	_under("open", {}).verdict == "not-shown"
	absent := {"parameters.final": [{"from": "mof", "strength": "declared", "availability": "absent"}]}
	_under("open", absent).verdict == "fails"
	gated := {"parameters.final": [{"from": "files", "strength": "shown", "availability": "gated"}]}
	_under("open", gated).verdict == "meets-but-for-licenses"
}

_beside := {
	"met": {"level": "full"},
	"unmet": {"level": "vague"},
	"not-shown": {"level": "unknown"},
}

test_information_is_told[state] if {
	some state, over in _beside
	statement := object.union({"from": "evidence-file", "strength": "declared"}, over)
	judgement := _under("open", object.union(_released, {"data_information.description": [statement]}))
	_states(judgement)["OW-2"] == state
	judgement.verdict == "meets"
}

test_training_software_is_told[state] if {
	some state, availability in {"met": "released", "license": "gated", "unmet": "absent", "not-shown": "unknown"}
	statement := {"from": "evidence-file", "strength": "declared", "availability": availability}
	judgement := _under("open", object.union(_released, {"code.training": [statement]}))
	_states(judgement)["OW-6"] == state
	judgement.verdict == "meets"
}
