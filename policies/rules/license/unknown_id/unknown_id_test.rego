package entail.rules.license.unknown_id_test

import data.entail.rules.license.unknown_id
import data.entail.testing

_found(over) := found if {
	document := testing.alone({"license": over})
	found := unknown_id.findings with input as document with data.catalog as testing.usual
}

_stated(alternatives, over) := {"declared": [object.union(testing.declared(alternatives), over)]}

test_an_id_of_no_catalogue if {
	_found(_stated([["nonsense"]], {"nearest": ["free", "limited"]})) == {{
		"level": "error",
		"message": "own/release is declared under \"nonsense\", which is no licence that the Hub or SPDX knows",
		"at": [testing.license_at],
		"why": "Nobody can look up what an unknown id permits.",
		"fix": "Use an id that the Hub knows; the nearest are free, limited.",
	}}
}

test_an_id_with_nothing_near if {
	fixes := {one.fix | some one in _found(_stated([["nonsense"]], {"nearest": []}))}
	fixes == {"Use an id that the Hub knows, or `license: other` with `license_name` and a LICENSE file."}
}

test_terms_that_are_not_known if {
	_found(_stated([["mystery"]], {"id": "other"})) == {{
		"message": "own/release is declared under \"other\", whose terms are not known",
		"at": [testing.license_at],
		"why": "The declaration names no licence of the catalogue, and no licence file says which it is.",
		"fix": "Add the licence text as LICENSE, and its name as `license_name`.",
	}}
}

test_terms_that_are_not_known_under_a_name if {
	found := _found(_stated([["mystery"]], {"id": "other", "name": "ours"}))
	{one.message | some one in found} == {"own/release is declared under \"other\" (\"ours\"), whose terms are not known"}
}

test_a_family if {
	_found(_stated([["clan"]], {})) == {{
		"message": "own/release is declared under \"clan\", which is a family of licences with different terms",
		"at": [testing.license_at],
		"why": "Members of the family permit different things.",
		"fix": "Say which one: limited, free.",
	}}
}

test_quiet[note] if {
	some note, over in {
		"under a known licence": _stated([["free"]], {}),
		"under none": {},
		"where a file says which is meant": object.union(
			_stated([["mystery"]], {}),
			{"texts": [testing.text("limited", {})]},
		),
		"where a file says which of the family": object.union(
			_stated([["clan"]], {}),
			{"texts": [testing.text("limited", {})]},
		),
	}
	_found(over) == set()
}
