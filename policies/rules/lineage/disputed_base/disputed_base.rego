# METADATA
# title: Card, Hub and files disagree on the base model
# description: >-
#   The card, the Hub, entail.yaml and the release's own files each may say from
#   what a model was made, and how. Here they differ in a way that is not the
#   Hub's habit of leaving out base models that are deleted, private, in the
#   wrong letter case, or behind another one, and of renaming others. All that
#   anybody names is part of the lineage.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
# custom:
#   level: warning
package entail.rules.lineage.disputed_base

import data.entail.lib

# How it was made decides along which ways terms flow. Where the answers differ
# and the ways do not, nothing hangs on it.
findings contains finding if {
	some edge in _bases
	count(edge.claims) > 1
	said := {[claim.relation, _who[claim.from]] | some claim in edge.claims; claim.relation != "unknown"}
	relations := {answer[0] | some answer in said}
	count(relations) > 1
	finding := {
		"level": _level({data.catalog.relations[relation] | some relation in relations}),
		"message": sprintf("how %s was made from %s is disputed: %s", [
			input.subject,
			edge.parent,
			concat(", ", [sprintf("%s by %s", answer) | some answer in said]),
		]),
		"path": lib.path(edge.parent),
		"at": lib.edge_at(edge),
		"why": sprintf("The terms that bind it are worked out as for %s.", [edge.relation]),
		"fix": "Say the same in base_model_relation and in entail.yaml.",
	}
}

# The Hub makes its list from the card, so a base model of its own is a
# contradiction, unless it may be the new name of one that the Hub itself was
# not asked about.
findings contains finding if {
	more := {edge.parent | some ["hub", edge] in _only_by}
	count(more) > 0
	named := _named_by("card")
	count(named) > 0
	every id in named {
		_live(id)
	}
	finding := {
		"message": sprintf("the Hub has %s among the base models of %s, and the card does not", [_list(more), input.subject]),
		"at": lib.card_at("base_model"),
		"why": sprintf("The card names %s.", [_list(named)]),
		"fix": "Name all base models in the card.",
	}
}

# A base model that exists under the name in the card, and that the Hub lacks,
# may have been made public since. The Hub leaves out those from which another
# one descends.
findings contains finding if {
	named := _named_by("hub")
	count(named) > 0
	more := {edge.parent |
		some ["card", edge] in _only_by
		edge.parent != input.subject
		not edge.written
		_live(edge.parent)
		not edge.parent in graph.reachable(_parents, named)
	}
	count(more) > 0
	finding := {
		"level": "note",
		"message": sprintf("the card has %s among the base models of %s, and the Hub does not", [_list(more), input.subject]),
		"at": lib.card_at("base_model"),
		"why": sprintf("The Hub names %s.", [_list(named)]),
		"fix": "Check base_model in the card; saving the card again has the Hub read it anew.",
	}
}

# A file may name a base model's own base model, or a copy of it.
findings contains finding if {
	some ["file", edge] in _only_by
	named := {other.parent | some other in _bases; other.from != ["file"]}
	count(named) > 0
	every other in named {
		not _related(other, edge.parent)
	}
	some claim in edge.claims
	claim.from == "file"
	finding := {
		"level": _certainty(named | {edge.parent}),
		"message": sprintf("%s says that %s was made from %s, which nothing else names", [
			claim.file,
			input.subject,
			edge.parent,
		]),
		"path": lib.path(edge.parent),
		"at": [{"file": claim.file}],
		"why": sprintf("Elsewhere it is made from %s.", [_list(named)]),
		"fix": "Name the base model in the card, or correct the file.",
	}
}

# Files show what is in them, which may be one of several things; they are no
# witnesses to how the whole was made.
_who := {"card": "the card", "hub": "the Hub", "declared": "entail.yaml"}

_list(ids) := concat(", ", sort(ids))

# What a stored source has may have another name by now.
_live(id) if {
	input.nodes[id].state == "resolved"
	input.nodes[id].source == "hub"
}

_level(ways) := "note" if {
	count(ways) == 1
} else := "warning"

_bases := object.get(lib.edges_by_child, input.subject, set())

# Base models of the subject that only one of all names, with who does.
_only_by := {[edge.from[0], edge] | some edge in _bases; count(edge.from) == 1}

_named_by(who) := {edge.parent | some edge in _bases; who in edge.from}

_parents := {id: parents |
	some id, _ in input.nodes
	parents := {edge.parent | some edge in object.get(lib.edges_by_child, id, set())}
}

_related(one, other) if other in graph.reachable(_parents, {one})

_related(one, other) if one in graph.reachable(_parents, {other})

# What could not be read may well be related.
_certainty(ids) := "warning" if {
	every id in ids {
		input.nodes[id].state == "resolved"
		input.nodes[id].bases_known
	}
} else := "note"
