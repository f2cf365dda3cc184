package entail.lib_test

import data.entail.lib
import data.entail.testing

# Two generations, and a dataset that is no ancestor.
_family := testing.document(
	[
		testing.release(testing.under([["free"]])),
		testing.model("near/model", "free"),
		testing.model("far/model", "limited"),
		testing.node("some/data", {"kind": "dataset"}),
	],
	[
		testing.edge(testing.own_id, "near/model", "finetune"),
		testing.edge("near/model", "far/model", "finetune"),
		testing.edge(testing.own_id, "some/data", "finetune"),
	],
)

test_subject if lib.subject.id == testing.own_id with input as _family

test_ancestors if lib.ancestors == {"near/model", "far/model"} with input as _family

test_depth if {
	depth := lib.depth with input as _family
	depth == {testing.own_id: 0, "near/model": 1, "some/data": 1, "far/model": 2}
}

test_path if lib.path("far/model") == [testing.own_id, "near/model", "far/model"] with input as _family

test_base_at_is_where_the_subject_names_the_way_to_it if {
	lib.base_at("near/model") == [testing.base_at] with input as _family
	lib.base_at("far/model") == [testing.base_at] with input as _family
	lib.base_at(testing.own_id) == [] with input as _family
}

test_base_at_of_an_edge_without_a_place if {
	nowhere := json.patch(_family, [{"op": "remove", "path": "edges/0/at"}])
	lib.base_at("far/model") == [] with input as nowhere
}

test_card_at if {
	lib.card_at("license") == [testing.license_at] with input as _family
	lib.card_at("tags") == [] with input as _family
}

test_edge_at_is_only_for_the_subjects_own_edges if {
	lib.edge_at(_family.edges[0]) == [testing.base_at] with input as _family
	lib.edge_at(_family.edges[1]) == [] with input as _family
	lib.edge_at({"child": testing.own_id, "parent": "near/model"}) == [] with input as _family
}

test_flows_of if lib.flows_of({"flows": ["hosted", "derivatives"]}) == {"derivatives", "hosted"}

# A root has no edges of its own and is reached all the same.
test_reached_by_comes_to_the_roots if {
	reached := lib.reached_by with input as _family with data.catalog as testing.usual
	reached == {{"derivatives"}: {testing.own_id, "near/model", "far/model"}}
}

_relation_cases := {
	"a finetune is a derivative": {"relation": "finetune", "flows": ["derivatives"], "reached": true},
	"a finetune is no copy": {"relation": "finetune", "flows": ["redistribution"], "reached": false},
	"a quantised model is a copy": {"relation": "quantized", "flows": ["redistribution"], "reached": true},
	"a quantised model is a derivative": {"relation": "quantized", "flows": ["derivatives"], "reached": true},
	"a distilled model is trained on outputs": {"relation": "distilled", "flows": ["outputs-trained"], "reached": true},
	"a distilled model is no derivative": {"relation": "distilled", "flows": ["derivatives"], "reached": false},
	"a term that flows nowhere": {"relation": "finetune", "flows": [], "reached": false},
	"a relation of another vocabulary": {"relation": "cousin", "flows": ["derivatives"], "reached": false},
}

test_relations[note] if {
	some note, case in _relation_cases
	document := testing.document(
		[testing.release(testing.under([["free"]])), testing.model("base/model", "odd")],
		[testing.edge(testing.own_id, "base/model", case.relation)],
	)
	odd := testing.license("odd", [testing.term("ban", "1", {"flows": case.flows})], {})
	known := testing.catalog([testing.free_license("free", []), odd])
	holders := {item.from | some item in lib.inherited} with input as document with data.catalog as known
	holders == {"base/model" | case.reached}
}

# What flows to derivatives alone stops at a distilled model in between.
test_a_term_flows_along_every_edge_or_not_at_all if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("near/model", "free"),
			testing.model("far/model", "limited"),
		],
		[
			testing.edge(testing.own_id, "near/model", "finetune"),
			testing.edge("near/model", "far/model", "distilled"),
		],
	)
	found := lib.inherited with input as document with data.catalog as testing.usual
	count(found) == 0
}

_owned(base, more) := testing.document(
	array.concat([testing.release({}), base], more),
	array.concat(
		[testing.edge(testing.own_id, base.id, "finetune")],
		[testing.edge(base.id, other.id, "finetune") | some other in more],
	),
)

_same_owner(key, over) := object.union(object.union(testing.model("own/base", key), {"same_owner": true}), over)

_own_work_cases := {
	"a family's own model under its own licence": {
		"document": _owned(_same_owner("limited", {"name": {"owner": ["limited"]}}), [testing.model("far/model", "free")]),
		"want": {"own/base"},
	},
	"a family's own model under another licence, with somebody behind it": {
		"document": _owned(_same_owner("limited", {"name": {"owner": ["free"]}}), [testing.model("far/model", "free")]),
		"want": set(),
	},
	"a root of one's own under a licence that anybody may use": {
		"document": _owned(_same_owner("free", {}), []),
		"want": {"own/base"},
	},
	"a root of one's own under a vendor's licence": {
		"document": _owned(_same_owner("limited", {}), []),
		"want": set(),
	},
	"a root of one's own without a licence": {
		"document": _owned(_same_owner("free", {"license": {"declared": []}}), []),
		"want": set(),
	},
	"one's own with somebody else behind it, whose terms speak for themselves": {
		"document": _owned(_same_owner("free", {}), [testing.model("far/model", "limited")]),
		"want": {"own/base"},
	},
	"one's own with something unknown behind it": {
		"document": _owned(_same_owner("free", {}), [testing.model("far/model", "mystery")]),
		"want": set(),
	},
	"somebody else's root": {
		"document": _owned(testing.model("far/model", "free"), []),
		"want": set(),
	},
	"one's own in a circle with what is known": {
		"document": _circle(_same_owner("free", {}), [testing.model("far/model", "free")]),
		"want": {"own/base"},
	},
	"one's own that is not known itself, in a circle with what is": {
		"document": _circle(_same_owner("mystery", {}), [testing.model("far/model", "free")]),
		"want": {"own/base"},
	},
	"one's own in a circle with something unknown": {
		"document": _circle(_same_owner("free", {}), [testing.model("far/model", "mystery")]),
		"want": set(),
	},
	"one's own with something unknown far behind it": {
		"document": _chain(_same_owner("free", {}), [testing.model("a/model", "free"), testing.model("b/model", "mystery")]),
		"want": set(),
	},
}

# Models in a row, and the same where the last is made from the first.
_chain(base, more) := testing.document(
	array.concat([testing.release({}), base], more),
	array.concat(
		[testing.edge(testing.own_id, base.id, "finetune")],
		_links(array.concat([base], more)),
	),
)

_circle(base, more) := object.union(document, {"edges": edges}) if {
	document := _chain(base, more)
	edges := array.concat(document.edges, [testing.edge(more[count(more) - 1].id, base.id, "finetune")])
}

_links(row) := [testing.edge(row[i - 1].id, one.id, "finetune") | some i, one in row; i > 0]

test_own_work[note] if {
	some note, case in _own_work_cases
	lib.own_work == case.want with input as case.document with data.catalog as testing.usual
}

test_own_work_binds_nobody if {
	document := _owned(_same_owner("limited", {"name": {"owner": ["limited"]}}), [])
	found := lib.inherited with input as document with data.catalog as testing.usual
	count(found) == 0
}

_labelled(over, behind) := testing.document(
	array.concat([testing.release({}), object.union(testing.model("base/model", "limited"), over)], behind),
	array.concat(
		[testing.edge(testing.own_id, "base/model", "finetune")],
		[testing.edge("base/model", other.id, "finetune") | some other in behind],
	),
)

_borrowed_cases := {
	"nothing behind it has the licence": {
		"document": _labelled({}, [testing.model("far/model", "free")]),
		"want": {["limited", "base/model"]},
	},
	"something behind it has": {
		"document": _labelled({}, [testing.model("far/model", "limited")]),
		"want": set(),
	},
	"it is a root": {"document": _labelled({}, []), "want": set()},
	"it is the family's own": {
		"document": _labelled({"name": {"owner": ["limited"]}}, [testing.model("far/model", "free")]),
		"want": set(),
	},
	"what is behind it is not known": {
		"document": _labelled({}, [testing.model("far/model", "mystery")]),
		"want": set(),
	},
	"there may be more behind it": {
		"document": _labelled({}, [object.union(testing.model("far/model", "free"), {"bases_known": false})]),
		"want": set(),
	},
	"what has it is far behind": {
		"document": _chain(
			testing.model("base/model", "limited"),
			[testing.model("a/model", "free"), testing.model("b/model", "limited")],
		),
		"want": set(),
	},
	"it stands in a circle with what has another": {
		"document": _circle(testing.model("base/model", "limited"), [testing.model("far/model", "free")]),
		"want": {["limited", "base/model"]},
	},
	"the label is no vendor's": {
		"document": _labelled(testing.under([["easy"]]), [testing.model("far/model", "free")]),
		"want": set(),
	},
}

test_borrowed[note] if {
	some note, case in _borrowed_cases
	known := object.union(testing.usual, {"families": {"limited": {"title": "Limited", "names": ["limited"]}}})
	lib.borrowed == case.want with input as case.document with data.catalog as known
}

test_borrowed_needs_a_family if {
	document := _labelled({}, [testing.model("far/model", "free")])
	lib.borrowed == set() with input as document with data.catalog as testing.usual
}

test_unread if {
	document := testing.document(
		[
			testing.release({}),
			testing.node("gone/model", {"state": "not-found"}),
			testing.node("gone/data", {"state": "not-found", "kind": "dataset"}),
		],
		[],
	)
	object.keys(lib.unread) == {"gone/model"} with input as document
}

# A vendor's own text may be non-commercial, too: only its vendor can grant it,
# whereas anybody can put their work under one that is on the public lists.
test_own_work_under_a_vendor_text_of_any_class[note] if {
	some note, case in {
		"a vendor's own": {"spdx": [], "want": set()},
		"on a public list": {"spdx": ["PRIVATE-1.0"], "want": {"own/base"}},
	}
	private := testing.license("private", [], {"class": "non-commercial", "identifiers": {"spdx": case.spdx}})
	found := lib.own_work with input as _owned(_same_owner("private", {}), [])
		with data.catalog as testing.catalog([private])
	found == case.want
}

_named_by(child, parent, from) := object.union(testing.edge(child, parent, "adapter"), {"from": from})

# A path that only a file has leads nowhere and hides nothing, where base models
# are declared; where none are, it is all that is known.
test_stray if {
	absent := testing.node("out/checkpoint", {"state": "private-or-absent"})
	nodes := [testing.release({}), testing.node("base/model", {}), absent]
	declared := _named_by(testing.own_id, "base/model", ["card"])
	in_file := _named_by(testing.own_id, "out/checkpoint", ["file"])
	count(lib.unread) == 0 with input as testing.document(nodes, [declared, in_file])
	lib.stray == {"out/checkpoint"} with input as testing.document(nodes, [declared, in_file])
	object.keys(lib.unread) == {"out/checkpoint"} with input as testing.document([nodes[0], absent], [in_file])
	in_card := _named_by(testing.own_id, "out/checkpoint", ["card", "file"])
	object.keys(lib.unread) == {"out/checkpoint"} with input as testing.document(nodes, [declared, in_card])
	gated := testing.node("out/checkpoint", {"state": "gated"})
	hidden := testing.document([nodes[0], nodes[1], gated], [declared, in_file])
	object.keys(lib.unread) == {"out/checkpoint"} with input as hidden
}

# A name after a family that nothing else in the lineage is of is no path.
test_stray_is_no_hidden_base if {
	named := {"state": "private-or-absent", "name": {"families": ["odd"], "owner": []}}
	nodes := [testing.release({}), testing.node("base/model", {}), testing.node("gone/odd-7b", named)]
	edges := [
		_named_by(testing.own_id, "base/model", ["card"]),
		_named_by(testing.own_id, "gone/odd-7b", ["file"]),
	]
	object.keys(lib.unread) == {"gone/odd-7b"} with input as testing.document(nodes, edges)
	of_it := testing.node("base/model", {"name": {"families": ["odd"], "owner": []}})
	count(lib.unread) == 0 with input as testing.document([nodes[0], of_it, nodes[2]], edges)
}
