package custom.eu_deployment.duties_test

import data.custom.eu_deployment.duties
import data.entail.testing

_found(state) := {[one.level, one.message] | some one in found} if {
	requirement := {"id": "A-1", "title": "a summary", "state": state, "why": "so", "at": []}
	found := duties.findings with input as testing.alone({})
		with data.entail.definitions.eu_ai_act.judgement as {"requirements": [requirement]}
}

test_met_is_quiet if _found("met") == set()

test_unmet if _found("unmet") == {["warning", "A-1, a summary: unmet"]}

test_not_shown if _found("not-shown") == {["note", "A-1, a summary: not-shown"]}
