package entail.rules.data.restricted_dataset_test

import data.entail.rules.data.restricted_dataset
import data.entail.testing

_kinds := ["non-commercial", "research-only", "share-alike", "same-license"]

_catalog := object.union(
	testing.catalog(array.concat(
		[testing.free_license("free", [testing.term("license-copy", "1", {})])],
		[testing.license(kind, [testing.term(kind, "4.c", {})], {}) | some kind in _kinds],
	)),
	{"terms": {kind: testing.kind("restriction", {"title": sprintf("Limit %s", [kind])}) | some kind in _kinds}},
)

_found(key, kind) := found if {
	document := testing.document(
		[testing.release({}), object.union(testing.model("some/data", key), {"kind": kind})],
		[testing.edge(testing.own_id, "some/data", "unknown")],
	)
	found := restricted_dataset.findings with input as document with data.catalog as _catalog
}

test_a_dataset_under_a_limit[kind] if {
	some kind in _kinds
	_found(kind, "dataset") == {{
		"message": sprintf(
			"own/release was trained on some/data, which is under %s (section 4.c): limit %s; %s",
			[kind, kind, "whether that reaches the model is disputed"],
		),
		"path": [testing.own_id, "some/data"],
		"license": kind,
		"term": kind,
		"clause": "4.c",
		"at": [testing.base_at],
		"why": "What clause 4.c says.",
		"fix": "Say in the card how the data was used, and take advice where it matters.",
		"refs": [testing.source(kind)],
	}}
}

test_quiet if {
	_found("free", "dataset") == set()
	_found("non-commercial", "model") == set()
}
