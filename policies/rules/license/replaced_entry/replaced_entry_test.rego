package entail.rules.license.replaced_entry_test

import data.entail.rules.license.replaced_entry
import data.entail.testing

_catalog(over) := object.union(testing.usual, over)

_own := {"file": "mine/catalog/limited.yaml"}

_found(over, key) := found if {
	catalog := _catalog(over)
	document := testing.alone(testing.under([[key]]))
	found := replaced_entry.findings with input as document with data.catalog as catalog
}

test_a_licence if {
	_found({"licenses": {"limited": object.union(_own, {"replaces": true})}}, "limited") == {{
		"message": "the terms of limited are those that mine/catalog/limited.yaml states, in place of entail's own",
		"license": "limited",
		"fix": "Make sure that mine/catalog/limited.yaml says what the licence does; remove it to have entail's own back.",
	}}
}

test_a_family if {
	families := {"ape": {"title": "Ape", "file": "mine/catalog/families.yaml", "replaces": true}}
	_found({"families": families}, "free") == {{
		"message": "the names of the ape family are those that mine/catalog/families.yaml states, in place of entail's own",
		"fix": "Remove it from mine/catalog/families.yaml to have entail's own back.",
	}}
}

test_quiet[note] if {
	some note, over in {
		"with nothing of the user's": {},
		"where a licence was added": {"licenses": {"free": _own}},
		"where the lineage has none of it": {"licenses": {"limited": object.union(_own, {"replaces": true})}},
		"where a family was added": {"families": {"ape": {"title": "Ape", "file": "mine/catalog/families.yaml"}}},
	}
	_found(over, "free") == set()
}
