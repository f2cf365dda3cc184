package entail.compare_test

import data.entail.compare
import data.entail.testing

_catalog := testing.catalog([
	testing.free_license("free", []),
	testing.free_license("noted", [testing.term("license-copy", "1", {})]),
	testing.license("limited", [testing.term("ceiling", "2", {"number": 10}), testing.term("license-copy", "3", {})], {}),
	testing.license("closed", [testing.term("no-derivatives", "4", {}), testing.term("ban", "5", {})], {}),
	testing.license("copies", [testing.term("ban", "6", {"flows": ["redistribution"]})], {}),
	testing.license("mystery", [], {"class": "unknown"}),
])

test_pair if {
	found := compare.pairs.limited.free with data.catalog as _catalog
	found == {
		"parent": "limited",
		"child": "free",
		"outcome": "dropped",
		"dropped": [{
			"term": "ceiling",
			"license": "limited",
			"clause": "2",
			"summary": "What clause 2 says.",
			"parameters": {"number": 10},
		}],
		"owed": [{
			"term": "license-copy",
			"license": "limited",
			"clause": "3",
			"summary": "What clause 3 says.",
			"parameters": {},
		}],
	}
}

_outcomes := [
	["free", "limited", "free"],
	["noted", "free", "obligations"],
	["limited", "limited", "obligations"],
	["limited", "free", "dropped"],
	["closed", "closed", "forbidden"],
	["closed", "free", "forbidden"],
	["copies", "free", "free"],
	["mystery", "free", "unknown"],
	["free", "mystery", "unknown"],
	["nonsense", "free", "none"],
]

test_outcomes[note] if {
	some [parent, child, want] in _outcomes
	note := sprintf("%s under %s", [parent, child])
	outcomes := compare.outcomes with data.catalog as _catalog
	object.get(outcomes, [parent, child], "none") == want
	pairs := compare.pairs with data.catalog as _catalog
	object.get(pairs, [parent, child, "outcome"], "none") == want
}
