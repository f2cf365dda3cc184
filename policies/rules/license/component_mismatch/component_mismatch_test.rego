package entail.rules.license.component_mismatch_test

import data.entail.rules.license.component_mismatch
import data.entail.testing

_found(released, alternatives, over) := found if {
	statement := object.union({"from": "evidence-file", "alternatives": alternatives}, over)
	document := testing.alone(object.union(
		testing.under(released),
		{"evidence": {"parameters.final": [statement]}},
	))
	found := component_mismatch.findings with input as document with data.catalog as testing.usual
}

_place := {"file": "entail-evidence.yaml", "line": 6, "column": 3}

test_another_licence_for_the_weights if {
	_found([["free"]], [["limited"]], {"at": _place}) == {{
		"message": "the evidence file says that the weights are under limited, and the release is under free",
		"license": "limited",
		"at": [_place, testing.license_at],
		"why": "The licence of the weights decides what may be done with the model.",
		"fix": "State one licence for the weights in both places.",
	}}
}

test_a_statement_without_a_place if {
	{one.at | some one in _found([["free"]], [["limited"]], {})} == {[testing.license_at]}
}

test_quiet[note] if {
	some note, case in {
		"where they agree": {"released": [["free"]], "stated": [["free"]]},
		"where it is one of a choice": {"released": [["limited"], ["free"]], "stated": [["free"]]},
		"where the weights' licence is not known": {"released": [["free"]], "stated": [["mystery"]]},
		"where the release's is not known": {"released": [["mystery"]], "stated": [["limited"]]},
	}
	_found(case.released, case.stated, {}) == set()
}

test_quiet_where_nothing_is_stated if {
	document := testing.alone(testing.under([["free"]]))
	component_mismatch.findings == set() with input as document with data.catalog as testing.usual
}
