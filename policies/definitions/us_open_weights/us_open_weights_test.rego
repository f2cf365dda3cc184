package entail.definitions.us_open_weights_test

import data.entail.definitions.us_open_weights
import data.entail.testing

_seen(availability) := {"parameters.final": [{
	"from": "files",
	"strength": "shown",
	"availability": availability,
	"where": ["model.safetensors"],
}]}

# A release whose weights have so many bytes.
_sized(bytes, evidence) := testing.alone({
	"evidence": evidence,
	"files": [{"path": "README.md", "size": 2000}, {"path": "model.safetensors", "size": bytes}],
})

_judged(document) := judgement if {
	judgement := us_open_weights.judgement with input as document
}

_state(document, id) := requirement.state if {
	some requirement in _judged(document).requirements
	requirement.id == id
}

test_a_person_has_to_judge if {
	judgement := _judged(_sized(140000000000, _seen("released")))
	judgement.verdict == "not-shown"
	[[requirement.id, requirement.state] | some requirement in judgement.requirements] == [
		["US-DU-1", "not-shown"],
		["US-DU-2", "not-shown"],
		["US-DU-3", "not-shown"],
		["US-DU-4", "not-shown"],
		["US-DU-5", "not-shown"],
		["US-DU-7", "met"],
	]
	judgement.name == "us-open-weights"
	startswith(judgement.note, "Evidence, and no legal advice.")
}

test_once_a_person_has_judged if {
	own := {"us-open-weights": {sprintf("US-DU-%d", [n]): {"state": "met", "why": "so"} | some n in numbers.range(1, 7)}}
	big := _sized(140000000000, _seen("released"))
	judgement := us_open_weights.judgement with input as big with data.entail.own.answers as own
	judgement.verdict == "meets"
	small := us_open_weights.judgement with input as _sized(20000000, _seen("released"))
		with data.entail.own.answers as own
	small.verdict == "fails"
}

_sizes := {
	"too small": {"bytes": 20000000, "evidence": _seen("released"), "want": "unmet"},
	"large": {"bytes": 5000000000, "evidence": _seen("released"), "want": "not-shown"},
	"of a size that is not known": {"bytes": -1, "evidence": _seen("released"), "want": "not-shown"},
	"a stand-in of a clone": {"bytes": 134, "evidence": _seen("released"), "want": "not-shown"},
	"gated": {"bytes": 20000000, "evidence": _seen("gated"), "want": "not-shown"},
	"said to be elsewhere": {
		"bytes": 20000000,
		"evidence": {"parameters.final": [{
			"from": "evidence-file",
			"strength": "declared",
			"availability": "released",
		}]},
		"want": "not-shown",
	},
}

test_size[note] if {
	some note, case in _sizes
	_state(_sized(case.bytes, case.evidence), "US-DU-3") == case.want
}

test_available if {
	_state(_sized(1, {}), "US-DU-7") == "not-shown"
	_state(_sized(1, _seen("gated")), "US-DU-7") == "not-shown"
	_state(_sized(1, _seen("partial")), "US-DU-7") == "unmet"
	_state(_sized(1, _seen("released")), "US-DU-7") == "met"
}
