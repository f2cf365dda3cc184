package entail.rules.lineage.derivative_forbidden_test

import data.entail.rules.lineage.derivative_forbidden
import data.entail.testing

_catalog := testing.catalog([
	testing.free_license("free", []),
	testing.license("closed", [testing.term("no-derivatives", "2.a", {}), testing.term("ban", "3", {})], {}),
	testing.license("copies", [testing.term("no-derivatives", "2.a", {"flows": ["outputs"]})], {}),
])

_finding := {
	"message": "own/release may not be shared: base/model forbids derivatives (closed, section 2.a)",
	"path": [testing.own_id, "base/model"],
	"license": "closed",
	"term": "no-derivatives",
	"clause": "2.a",
	"at": [testing.base_at],
	"why": "What clause 2.a says.",
	"fix": concat("", [
		"Ask the licensor of base/model for permission, and say in the card that you have it;",
		" else do not publish.",
	]),
	"refs": ["https://example.org/closed"],
}

# The same licence does not carry it: there may be no derivative at all.
test_forbidden_under_any_licence[own] if {
	some own in ["free", "closed"]
	found := derivative_forbidden.findings with input as testing.tuned(own, "closed") with data.catalog as _catalog
	found == {_finding}
}

test_quiet[base] if {
	some base in ["free", "copies"]
	found := derivative_forbidden.findings with input as testing.tuned("free", base) with data.catalog as _catalog
	found == set()
}

test_forbidden_by_a_text_of_its_own if {
	document := testing.tuned_from_text("free", [testing.found("no-derivatives", 7, {})])
	found := derivative_forbidden.findings with input as document with data.catalog as _catalog
	{[one.message, one.refs] | some one in found} == {[
		"own/release may not be shared: base/model forbids derivatives (LICENSE, line 7)",
		[],
	]}
}
