package entail.rules.use.not_permitted_test

import data.entail.rules.use.not_permitted
import data.entail.testing

# The release alone, under a licence with one term.
_own(term, use) := found if {
	document := object.union(testing.alone(testing.under([["own"]])), {"use": use})
	known := testing.catalog([testing.license("own", [object.union(testing.term("", "2", {}), term)], {})])
	found := not_permitted.findings with input as document with data.catalog as known
}

test_a_limit_of_the_own_licence if {
	_own({"kind": "non-commercial"}, {"commercial": true}) == {{
		"level": "error",
		"message": "commercial use is not permitted under the licence of own/release (own, section 2)",
		"path": [testing.own_id],
		"license": "own",
		"term": "non-commercial",
		"clause": "2",
		"at": [testing.license_at],
		"why": "What clause 2 says.",
		"fix": "Use a model without this limit, or ask the licensor for a commercial licence.",
		"refs": ["https://example.org/own"],
	}}
}

_catalog := object.union(
	testing.catalog([
		testing.free_license("free", []),
		testing.license("mystery", [], {"class": "unknown"}),
		testing.license("hobby", [testing.term("non-commercial", "1", {})], {}),
	]),
	{"terms": {"non-commercial": testing.kind("restriction", {"freedoms": ["use"]})}},
)

_tuned(own, base) := found if {
	document := object.union(testing.tuned(own, base), {"use": {"commercial": true}})
	found := not_permitted.findings with input as document with data.catalog as _catalog
}

test_a_limit_of_an_ancestor if {
	{[one.message, one.path, one.at] | some one in _tuned("free", "hobby")} == {[
		"commercial use is not permitted under the licence of base/model (hobby, section 1)",
		[testing.own_id, "base/model"],
		[testing.base_at],
	]}
}

test_a_limit_of_both_is_told_once if {
	{one.path | some one in _tuned("hobby", "hobby")} == {[testing.own_id]}
}

test_terms_that_are_not_known if {
	_tuned("free", "mystery") == {{
		"level": "warning",
		"message": "whether base/model permits the declared use is not known (mystery)",
		"path": [testing.own_id, "base/model"],
		"at": [testing.base_at],
		"why": "What its licence permits is unknown, and unknown is not permitted.",
		"fix": "Find out under which licence it is, or ask its publisher.",
	}}
	{[one.path, one.at] | some one in _tuned("mystery", "free")} == {[[testing.own_id], [testing.license_at]]}
}

test_terms_that_are_not_known_matter_to_a_declared_use_only if {
	document := object.union(testing.tuned("free", "mystery"), {"use": {"commercial": false, "regions": []}})
	not_permitted.findings == set() with input as document with data.catalog as _catalog
}

# Each case: a term, a use that it forbids, what is said, and a use that it
# does not forbid.
_uses := {
	"research only": {
		"term": {"kind": "research-only"},
		"use": {"commercial": true},
		"says": "commercial use is not permitted",
		"fine": {"redistribute": true},
	},
	"commercial use after registration": {
		"term": {"kind": "commercial-authorization", "by": "registration"},
		"use": {"commercial": true},
		"says": "commercial use needs registration first",
		"fine": {"hosted": true},
	},
	"commercial use after an agreement": {
		"term": {"kind": "commercial-authorization"},
		"use": {"commercial": true},
		"says": "commercial use needs a licence of its own first",
		"fine": {},
	},
	"more users": {
		"term": {"kind": "user-threshold", "monthly_active_users": 100},
		"use": {"monthly_active_users": 101},
		"says": "use with 101 monthly users needs a licence of its own",
		"fine": {"monthly_active_users": 100},
	},
	"more users, commercially": {
		"term": {"kind": "user-threshold", "monthly_active_users": 100, "commercial_only": true},
		"use": {"monthly_active_users": 101, "commercial": true},
		"says": "use with 101 monthly users needs a licence of its own",
		"fine": {"monthly_active_users": 101},
	},
	"more revenue": {
		"term": {"kind": "revenue-threshold", "annual_revenue_usd": 1000},
		"use": {"annual_revenue_usd": 1001},
		"says": "use by an organisation with 1001 US dollars of yearly revenue needs a licence of its own",
		"fine": {"annual_revenue_usd": 1000},
	},
	"more revenue, counted by the month": {
		"term": {"kind": "revenue-threshold", "monthly_revenue_usd": 100},
		"use": {"annual_revenue_usd": 1201},
		"says": "use by an organisation with 1201 US dollars of yearly revenue needs a licence of its own",
		"fine": {"annual_revenue_usd": 1200},
	},
	"more revenue, commercially": {
		"term": {"kind": "revenue-threshold", "annual_revenue_usd": 1000, "commercial_only": true},
		"use": {"annual_revenue_usd": 1001, "commercial": true},
		"says": "use by an organisation with 1001 US dollars of yearly revenue needs a licence of its own",
		"fine": {"annual_revenue_usd": 1001},
	},
	"regions": {
		"term": {"kind": "region-exclusion", "regions": ["EU", "UK", "KR"]},
		"use": {"regions": ["US", "UK", "EU"]},
		"says": "use in EU, UK is not licensed",
		"fine": {"regions": ["US"]},
	},
	"passing it on": {
		"term": {"kind": "no-redistribution"},
		"use": {"redistribute": true},
		"says": "passing the model on is not permitted",
		"fine": {"commercial": true},
	},
	"training others": {
		"term": {"kind": "output-training-ban"},
		"use": {"train_other_models": true},
		"says": "training other models on its outputs is not permitted",
		"fine": {"commercial": true},
	},
	"hosting": {
		"term": {"kind": "hosted-service-limit", "limit": "agreement"},
		"use": {"hosted": true},
		"says": "offering it as a hosted service is limited (agreement)",
		"fine": {"commercial": true},
	},
	"hosting, however limited": {
		"term": {"kind": "hosted-service-limit"},
		"use": {"hosted": true},
		"says": "offering it as a hosted service is limited (see the clause)",
		"fine": {},
	},
	"fields": {
		"term": {"kind": "use-restriction", "fields": ["military", "weapons"]},
		"use": {"fields": ["weapons", "gambling"]},
		"says": "use for weapons is not permitted",
		"fine": {"fields": ["gambling"]},
	},
}

test_forbidden[note] if {
	some note, case in _uses
	says := sprintf("%s under the licence of own/release (own, section 2)", [case.says])
	{[one.level, one.message] | some one in _own(case.term, case.use)} == {["error", says]}
}

test_not_forbidden[note] if {
	some note, case in _uses
	_own(case.term, case.fine) == set()
}

_sighted(task) := levels if {
	document := object.union(testing.alone(object.union(testing.under([["own"]]), task)), {"use": {"regions": ["EU"]}})
	term := testing.term("region-exclusion", "2", {"regions": ["EU"], "scope": "multimodal"})
	found := not_permitted.findings with input as document
		with data.catalog as testing.catalog([testing.license("own", [term], {})])
	levels := {one.level | some one in found}
}

test_a_limit_of_multimodal_models if {
	_sighted({"task": "image-text-to-text"}) == {"error"}
	_sighted({}) == {"warning"}
	_sighted({"task": "text-generation"}) == set()
}

# A country lies in its region, and a region holds its countries.
test_regions_overlap if {
	regions := {"EU": ["DE", "FR"]}
	hit := {[declared, excluded] |
		some declared in ["EU", "DE", "FR", "US"]
		some excluded in ["EU", "DE"]
		term := testing.term("region-exclusion", "2", {"regions": [excluded]})
		catalog := object.union(testing.catalog([testing.license("own", [term], {})]), {"regions": regions})
		document := object.union(testing.alone(testing.under([["own"]])), {"use": {"regions": [declared]}})
		found := not_permitted.findings with input as document with data.catalog as catalog
		count(found) == 1
	}
	hit == {["EU", "EU"], ["DE", "EU"], ["FR", "EU"], ["EU", "DE"], ["DE", "DE"]}
}

# A ban on derivatives lets unchanged copies pass, and nothing made from them.
test_passing_on_a_derivative_that_may_not_be if {
	known := object.union(
		testing.catalog([
			testing.free_license("free", []),
			testing.license("still", [testing.term("no-derivatives", "1", {})], {}),
		]),
		{"terms": {"no-derivatives": testing.kind("restriction", {"freedoms": ["modify", "share"]})}},
	)
	use := {"use": {"redistribute": true}}
	made := not_permitted.findings with input as object.union(
		testing.tuned("free", "still"),
		use,
	)
		with data.catalog as known
	{one.term | some one in made} == {"no-derivatives"}
	own := not_permitted.findings with input as object.union(testing.alone(testing.under([["still"]])), use)
		with data.catalog as known
	own == set()
}

# Monthly users are compared with a limit for daily ones, and prove nothing.
test_a_limit_for_daily_users if {
	term := {"kind": "user-threshold", "daily_active_users": 1000}
	says := concat("", [
		"use with 2000 monthly users may need a licence of its own: it is above the limit for daily ones ",
		"under the licence of own/release (own, section 2)",
	])
	{[one.level, one.message] | some one in _own(term, {"monthly_active_users": 2000})} == {["warning", says]}
	_own(term, {"monthly_active_users": 1000}) == set()
}

# What a text of its own says binds, whatever the card says, and down the line.
test_a_limit_found_in_a_text if {
	text := testing.strange([testing.found("non-commercial", 7, {}), testing.found("no-derivatives", 8, {})], {})
	document := object.union(
		testing.alone({"license": {"declared": [testing.declared([["free"]])], "texts": [text]}}),
		{"use": {"commercial": true, "redistribute": true}},
	)
	found := not_permitted.findings with input as document with data.catalog as _catalog
	{[one.level, one.message, one.refs] | some one in found} == {[
		"error",
		"commercial use is not permitted under the licence of own/release (LICENSE, line 7)",
		[],
	]}
}

test_a_limit_found_in_the_text_of_a_base_model if {
	document := object.union(
		testing.tuned_from_text("free", [testing.found("non-commercial", 7, {})]),
		{"use": {"commercial": true}},
	)
	found := not_permitted.findings with input as document with data.catalog as _catalog
	messages := {one.message | some one in found}
	"commercial use is not permitted under the licence of base/model (LICENSE, line 7)" in messages
}
