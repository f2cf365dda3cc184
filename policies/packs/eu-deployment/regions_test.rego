package custom.eu_deployment.regions_test

import data.custom.eu_deployment.regions
import data.entail.testing

_found(excluded, over) := {[one.level, one.message] | some one in found} if {
	term := testing.term("region-exclusion", "5", object.union({"regions": excluded}, over))
	known := object.union(
		testing.catalog([testing.free_license("free", []), testing.license("local", [term], {})]),
		{
			"regions": {"EU": ["DE", "FR"]},
			"multimodal_tasks": ["image-to-text"],
			"terms": {"region-exclusion": testing.kind("restriction", {})},
		},
	)
	found := regions.findings with input as testing.tuned("free", "local") with data.catalog as known
}

test_elsewhere_is_quiet if _found(["KR"], {}) == set()

test_the_union if _found(["EU", "KR"], {}) == {["error", "base/model grants nothing in EU (local, section 5)"]}

test_a_member if _found(["FR"], {}) == {["error", "base/model grants nothing in FR (local, section 5)"]}

test_a_term_for_models_of_another_kind_perhaps if {
	_found(["EU"], {"scope": "multimodal"}) == {["warning", "base/model grants nothing in EU (local, section 5)"]}
}
