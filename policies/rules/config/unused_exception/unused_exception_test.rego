package entail.rules.config.unused_exception_test

import data.entail.rules.config.unused_exception
import data.entail.testing

_at := {"file": "entail.yaml", "line": 2, "column": 11}

_among(used, expires, config) := found if {
	exception := {
		"rule": "license/*",
		"model": "other/*",
		"reason": "we asked",
		"approver": "legal",
		"expires": expires,
		"at": _at,
	}
	document := object.union(testing.alone({}), {"config": object.union({"exceptions": [exception]}, config)})
	found := unused_exception.among(used) with input as document
}

test_one_that_waives_nothing if {
	_among(set(), "2026-01-01", {}) == {{
		"message": "the exception from license/* for other/* waives nothing",
		"at": [_at],
		"why": "No finding needs it, or it is spelled wrong. Left in, it would waive what comes later.",
		"fix": "Take it out, or correct `rule`, `model` and `term`.",
	}}
}

test_quiet_where_it_waives if _among({0}, "2026-01-01", {}) == set()

test_quiet_where_it_has_expired if _among(set(), "2025-12-31", {}) == set()

test_quiet_where_a_shared_configuration_speaks_of_others if _among(set(), "2026-01-01", {"shared": true}) == set()
