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
	testing.license("clan", [], {"class": "family", "members": ["limited", "free"]}),
	testing.license("stricter", [testing.term("ceiling", "7", {"number": 5})], {}),
	testing.license("double", [testing.term("ceiling", "8", {"number": 10}), testing.term("ban", "9", {})], {}),
	testing.license("alike", [testing.term("alike", "10", {"licenses": ["alike", "free"]})], {}),
	testing.license("told", [testing.term("ending", "11", {})], {}),
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
	["clan", "clan", "unknown"],
	["limited", "clan", "unknown"],
	["limited", "stricter", "obligations"],
	["stricter", "limited", "dropped"],
	["double", "limited", "dropped"],
	["double", "double", "free"],
	["alike", "free", "free"],
	["alike", "noted", "dropped"],
	["told", "free", "free"],
	["nonsense", "free", "none"],
]

test_outcomes[note] if {
	outcomes := compare.outcomes with data.catalog as _catalog
	pairs := compare.pairs with data.catalog as _catalog
	some [parent, child, want] in _outcomes
	note := sprintf("%s under %s", [parent, child])
	object.get(outcomes, [parent, child], "none") == want
	object.get(pairs, [parent, child, "outcome"], "none") == want
}

# Only what the child lacks, and what binds copies alone is not asked of it.
test_dropped_is_what_the_child_lacks if {
	pairs := compare.pairs with data.catalog as _catalog
	[term.term | some term in pairs.double.limited.dropped] == ["ban"]
	pairs.double.stricter.owed == []
	pairs.copies.free.dropped == []
}

# What a licence does not carry of its own is that nothing may be made of it.
test_forbidden_is_shown if {
	pairs := compare.pairs with data.catalog as _catalog
	[term.term | some term in pairs.closed.closed.dropped] == ["no-derivatives"]
}

test_restricting_and_owed if {
	restricting := compare.restricting with data.catalog as _catalog
	{key | some key, terms in restricting; count(terms) > 0} == {"limited", "closed", "stricter", "double", "alike"}
	owed := compare.owed with data.catalog as _catalog
	{key | some key, terms in owed; count(terms) > 0} == {"limited", "noted"}
}
