package entail.lib_test

import data.entail.lib
import data.entail.testing

_bound_catalog := object.union(
	testing.catalog([
		testing.free_license("free", []),
		testing.license("limited", [testing.term("ceiling", "2", {"number": 10})], {}),
		testing.license("visual", [testing.term("ceiling", "3", {"scope": "multimodal"})], {}),
	]),
	{"multimodal_tasks": ["image-to-text"]},
)

_binding(document) := {[one.license, one.term.clause, one.from, one.path] | some one in found} if {
	found := lib.bound_by with input as document with data.catalog as _bound_catalog
}

test_binding if {
	_binding(testing.alone(testing.under([["limited"]]))) == {["limited", "2", testing.own_id, [testing.own_id]]}
	path := [testing.own_id, "base/model"]
	_binding(testing.tuned("free", "limited")) == {["limited", "2", "base/model", path]}
}

# What the subject's own licence says too is told once.
test_binding_of_both if {
	_binding(testing.tuned("limited", "limited")) == {["limited", "2", testing.own_id, [testing.own_id]]}
}

test_binding_leaves_out_what_is_not_for_this_kind_of_model if {
	document := testing.tuned("free", "visual")
	count(_binding(document)) == 1
	text := json.patch(document, [{"op": "add", "path": "nodes/own~1release/task", "value": "text-generation"}])
	_binding(text) == set()
}

test_binding_of_a_text if {
	document := testing.alone({"license": {
		"declared": [testing.declared([["free"]])],
		"texts": [testing.strange([testing.found("ceiling", 4, {"number": 5})], {})],
	}})
	_binding(document) == {["LICENSE", "line 4", testing.own_id, [testing.own_id]]}
}

test_models_and_about if {
	document := testing.tuned("free", "limited")
	lib.models == {testing.own_id, "base/model"} with input as document
	found := lib.about("base/model", {"message": "so"}) with input as document
	found == {"message": "so", "path": [testing.own_id, "base/model"], "at": [testing.base_at]}
	own := lib.about(testing.own_id, {"message": "so", "at": []}) with input as document
	own == {"message": "so", "path": [testing.own_id], "at": []}
	lib.place(testing.own_id) == [testing.license_at] with input as document
}

test_about_term if {
	document := testing.tuned("free", "limited")
	found := {lib.about_term(bound, {"message": "so"}) | some bound in lib.bound_by} with input as document
		with data.catalog as _bound_catalog
	found == {{
		"message": "so",
		"path": [testing.own_id, "base/model"],
		"at": [testing.base_at],
		"license": "limited",
		"term": "ceiling",
		"clause": "2",
		"why": "What clause 2 says.",
		"refs": [testing.source("limited")],
	}}
}
