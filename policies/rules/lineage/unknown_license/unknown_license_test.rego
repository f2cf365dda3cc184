package entail.rules.lineage.unknown_license_test

import data.entail.rules.lineage.unknown_license
import data.entail.testing

_found(own, base) := found if {
	document := testing.document(
		[testing.release(object.union(testing.under([["free"]]), own)), testing.node("base/model", base)],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := unknown_license.findings with input as document with data.catalog as testing.usual
}

_finding := {
	"message": "base/model, which own/release descends from, declares no licence",
	"path": [testing.own_id, "base/model"],
	"at": [testing.base_at],
	"why": "What it permits is unknown, and unknown is not permitted.",
	"fix": "Ask the publisher of base/model to state its licence, or build on a model that does.",
}

test_no_licence if _found({}, {}) == {_finding}

test_terms_that_are_not_known if {
	_found({}, testing.under([["mystery"]])) == {object.union(_finding, {
		"message": "base/model, which own/release descends from, is under mystery, whose terms are not known",
	})}
}

test_quiet[note] if {
	some note, case in {
		"where the terms are known": {"own": {}, "base": testing.under([["limited"]])},
		"where the ancestor could not be read": {"own": {}, "base": {"state": "gated"}},
		"where the release could not be read": {"own": {"state": "failed"}, "base": {}},
		"of a data set": {"own": {}, "base": {"kind": "dataset"}},
		"of one's own work": {
			"own": {},
			"base": object.union(testing.under([["clan"]]), {"same_owner": true, "name": {"owner": ["clan"]}}),
		},
	}
	_found(case.own, case.base) == set()
}
