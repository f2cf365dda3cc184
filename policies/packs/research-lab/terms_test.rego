package custom.research_lab.terms_test

import data.custom.research_lab.terms
import data.entail.testing

_found(kind) := {[one.level, one.message] | some one in found} if {
	known := object.union(
		testing.catalog([testing.free_license("free", []), testing.license("base", [testing.term(kind, "7", {})], {})]),
		{"terms": {kind: testing.kind("restriction", {})}},
	)
	found := terms.findings with input as testing.tuned("free", "base") with data.catalog as known
}

test_research_only_is_quiet if _found("research-only") == set()

test_derivatives_that_may_not_be_shared if {
	_found("no-derivatives") == {["error", "base/model: what is made of it may not be shared (base, section 7)"]}
}

test_outputs_that_may_not_train if {
	_found("output-training-ban") == {["warning", "base/model: its outputs may not train other models (base, section 7)"]}
}
