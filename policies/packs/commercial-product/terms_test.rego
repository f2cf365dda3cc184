package custom.commercial_product.terms_test

import data.custom.commercial_product.terms
import data.entail.testing

_catalog := object.union(
	testing.catalog([
		testing.free_license("free", []),
		testing.license("mystery", [], {"class": "unknown"}),
		testing.license("hobby", [testing.term("non-commercial", "1", {})], {}),
		testing.license("capped", [testing.term("user-threshold", "2", {"monthly_active_users": 700})], {}),
		testing.license("asking", [testing.term("registration", "3", {})], {}),
	]),
	{"terms": {
		"non-commercial": testing.kind("restriction", {"title": "Non-commercial use only"}),
		"user-threshold": testing.kind("restriction", {}),
		"registration": testing.kind("obligation", {}),
	}},
)

_product := {"monthly_active_users": 800, "annual_revenue_usd": 5, "forbidden": ["non-commercial"]}

_found(base, settings) := {[object.get(one, "level", "error"), one.message] | some one in found} if {
	found := terms.findings with input as testing.tuned("free", base)
		with data.catalog as _catalog
		with data.commercial_product as settings
}

test_an_open_licence_is_quiet if _found("free", _product) == set()

test_a_forbidden_term if {
	_found("hobby", _product) == {[
		"error",
		"base/model keeps own/release out of a product: non-commercial use only (hobby, section 1)",
	]}
}

test_a_product_that_may_grow_too_large if {
	_found("capped", _product) == {[
		"error",
		"the product may outgrow base/model: 800 of at most 700 monthly active users (capped)",
	]}
	_found("capped", object.union(_product, {"monthly_active_users": 700})) == set()
}

test_what_is_to_be_done_first if {
	_found("asking", _product) == {[
		"warning",
		"before a product ships, base/model asks for this: What clause 3 says. (asking, section 3)",
	]}
}

test_what_is_not_known if {
	_found("mystery", _product) == {["error", "whether base/model may be in a product is not known (mystery)"]}
}

test_settings_that_are_missing if {
	gaps := terms.incomplete with data.commercial_product as {"forbidden": [], "annual_revenue_usd": 0}
	gaps == {"data.commercial_product.monthly_active_users is missing: see data.yaml"}
}
