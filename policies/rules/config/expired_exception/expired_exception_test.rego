package entail.rules.config.expired_exception_test

import data.entail.rules.config.expired_exception
import data.entail.testing

_at := {"file": "entail.yaml", "line": 2, "column": 11}

_found(expires, config) := found if {
	exception := {
		"rule": "license/*",
		"model": "other/*",
		"reason": "we asked",
		"approver": "legal",
		"expires": expires,
		"at": _at,
	}
	document := object.union(testing.alone({}), {"config": object.union({"exceptions": [exception]}, config)})
	found := expired_exception.findings with input as document
}

test_the_day_after if {
	_found("2025-12-31", {}) == {{
		"message": "the exception from license/* for other/* expired on 2025-12-31",
		"at": [_at],
		"why": "It waives nothing any more. legal approved it: we asked",
		"fix": "Have it approved again and write a later day in `expires`, or take it out.",
	}}
}

test_quiet_on_the_last_day if _found("2026-01-01", {}) == set()

test_quiet_where_a_shared_configuration_speaks_of_others if _found("2025-12-31", {"shared": true}) == set()
