package entail.rules.lineage.disputed_base_test

import data.entail.rules.lineage.disputed_base
import data.entail.testing

# An edge from the release to a base model, with claims as [from, relation].
_edge(parent, claims) := object.union(testing.edge(testing.own_id, parent, claims[0][1]), {
	"from": [from | some from in ["card", "hub", "declared", "file"]; some claim in claims; claim[0] == from],
	"claims": [_claim(claim) | some claim in claims],
})

_claim([from, relation]) := {"from": from, "relation": relation, "file": "adapter_config.json"} if {
	from in {"file", "inferred"}
} else := {"from": from, "relation": relation}

_document(edges, over) := testing.document(
	array.concat([testing.release({})], [testing.node(id, object.union({"source": "hub"}, object.get(over, id, {}))) |
		some id in ["a/model", "b/model", "c/model"]
	]),
	edges,
)

_found(edges, over) := found if {
	found := disputed_base.findings with input as _document(edges, over) with data.catalog as testing.usual
}

test_another_relation if {
	_found([_edge("a/model", [["card", "finetune"], ["hub", "quantized"], ["inferred", "merge"]])], {}) == {{
		"level": "warning",
		"message": concat(" ", [
			"how own/release was made from a/model is disputed:",
			"finetune by the card, quantized by the Hub",
		]),
		"path": [testing.own_id, "a/model"],
		"at": [testing.base_at],
		"why": "The terms that bind it are worked out as for finetune.",
		"fix": "Say the same in base_model_relation and in entail.yaml.",
	}}
}

test_nothing_hangs_on_it if {
	alike := {"finetune": ["derivatives"], "adapter": ["derivatives"]}
	known := object.union(testing.usual, {"relations": alike})
	document := _document([_edge("a/model", [["card", "finetune"], ["declared", "adapter"]])], {})
	found := disputed_base.findings with input as document with data.catalog as known
	{one.level | some one in found} == {"note"}
}

_named_by_card := _edge("a/model", [["card", "unknown"]])

_named_by_both := _edge("a/model", [["card", "unknown"], ["hub", "finetune"]])

test_the_hub_names_another if {
	_found([_named_by_both, _edge("b/model", [["hub", "finetune"]])], {}) == {{
		"message": "the Hub has b/model among the base models of own/release, and the card does not",
		"at": [testing.base_at],
		"why": "The card names a/model.",
		"fix": "Name all base models in the card.",
	}}
}

test_the_hub_lacks_one if {
	_found([_named_by_both, _edge("b/model", [["card", "unknown"]])], {}) == {{
		"level": "note",
		"message": "the card has b/model among the base models of own/release, and the Hub does not",
		"at": [testing.base_at],
		"why": "The Hub names a/model.",
		"fix": "Check base_model in the card; saving the card again has the Hub read it anew.",
	}}
}

test_a_file_names_another if {
	_found([_named_by_card, _edge("b/model", [["file", "adapter"]])], {}) == {{
		"level": "warning",
		"message": "adapter_config.json says that own/release was made from b/model, which nothing else names",
		"path": [testing.own_id, "b/model"],
		"at": [{"file": "adapter_config.json"}],
		"why": "Elsewhere it is made from a/model.",
		"fix": "Name the base model in the card, or correct the file.",
	}}
}

test_a_file_names_what_could_not_be_read[over] if {
	some over in [{"b/model": {"state": "private-or-absent"}}, {"a/model": {"bases_known": false}}]
	found := _found([_named_by_card, _edge("b/model", [["file", "adapter"]])], over)
	{one.level | some one in found} == {"note"}
}

test_quiet[note] if {
	some note, case in {
		"where all agree": {"edges": [_named_by_both]},
		"where the Hub says no relation": {"edges": [_edge("a/model", [["card", "finetune"], ["hub", "unknown"]])]},
		"where only files show another": {"edges": [_edge("a/model", [["card", "finetune"], ["inferred", "adapter"]])]},
		"where nothing is named": {"edges": []},
		"where the Hub alone names one": {"edges": [_edge("a/model", [["hub", "merge"]])]},
		"where the Hub has no list": {"edges": [_named_by_card, _edge("b/model", [["card", "unknown"]])]},
		"where the Hub may have another name": {
			"edges": [_named_by_card, _edge("b/model", [["hub", "finetune"]])],
			"over": {"a/model": {"state": "offline"}},
		},
		"where the index may have an old name": {
			"edges": [_named_by_card, _edge("b/model", [["hub", "finetune"]])],
			"over": {"a/model": {"source": "index"}},
		},
		"where the Hub drops what is not there": {
			"edges": [_named_by_both, _edge("b/model", [["card", "unknown"]])],
			"over": {"b/model": {"state": "private-or-absent"}},
		},
		"where the card has another spelling": {"edges": [
			_named_by_both,
			object.union(_edge("b/model", [["card", "unknown"]]), {"written": "B/Model"}),
		]},
		"where the Hub leaves out what lies behind": {"edges": [
			_named_by_both,
			_edge("b/model", [["card", "unknown"]]),
			testing.edge("a/model", "b/model", "finetune"),
		]},
		"where only a file names one": {"edges": [_edge("b/model", [["file", "adapter"]])]},
		"where a file names the base model's own": {"edges": [
			_named_by_card,
			_edge("b/model", [["file", "adapter"]]),
			testing.edge("a/model", "b/model", "finetune"),
		]},
		"where a file names a copy of the base model": {"edges": [
			_named_by_card,
			_edge("b/model", [["file", "adapter"]]),
			testing.edge("b/model", "a/model", "quantized"),
		]},
		"where it names itself": {"edges": [_named_by_both, _edge(testing.own_id, [["card", "unknown"]])]},
	}
	_found(case.edges, object.get(case, "over", {})) == set()
}
