package entail.definitions.open_access_test

import data.entail.definitions.open_access
import data.entail.testing

_cases := {
	"released": {"want": ["meets", "met", "met"], "evidence": {"availability": "released"}},
	"behind a form": {"want": ["meets", "met", "license"], "evidence": {"availability": "gated"}},
	"absent": {"want": ["fails", "unmet", "unmet"], "evidence": {"availability": "absent"}},
	"an adapter": {"want": ["fails", "unmet", "unmet"], "evidence": {"availability": "partial"}},
	"unknown": {"want": ["not-shown", "not-shown", "not-shown"], "evidence": {"availability": "unknown"}},
}

test_access[note] if {
	some note, case in _cases
	statement := object.union({"from": "files", "strength": "shown"}, case.evidence)
	document := testing.alone({"evidence": {"parameters.final": [statement]}})
	judgement := open_access.judgement with input as document
	[reachable, free] := judgement.requirements
	[judgement.verdict, reachable.state, free.state] == case.want
}

test_judgement if {
	judgement := open_access.judgement with input as testing.alone({})
	object.remove(judgement, ["requirements"]) == {
		"name": "open-access",
		"title": "open access to the weights",
		"source": "https://opensource.org/ai/open-weights",
		"reading": "text",
		"note": "Access is not permission: this says nothing of what the terms allow.",
		"verdict": "not-shown",
	}
	judgement.requirements[0] == {
		"id": "ACCESS-1",
		"title": "weights can be had",
		"section": "weights",
		"component": "parameters.final",
		"state": "not-shown",
		"why": "no evidence found",
		"at": [],
	}
	judgement.requirements[1].optional
}
