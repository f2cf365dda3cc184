package entail.lib

# METADATA
# description: The release being judged.
subject := input.nodes[input.subject]

# METADATA
# description: The models that the subject descends from.
ancestors contains id if {
	some id, node in input.nodes
	id != input.subject
	node.kind == "model"
}

# METADATA
# description: How many generations an ancestor lies back, by the shortest way.
depth[id] := count(path) - 1 if some id, path in input.paths

# METADATA
# description: The chain from the subject to an ancestor, both included.
path(id) := input.paths[id]

# METADATA
# description: >-
#   Where the subject's card names the base model through which an ancestor
#   came into the lineage; empty where the card does not say.
base_at(id) := [edge.at |
	some edge in edges_by_child[input.subject]
	edge.parent == path(id)[1]
	edge.at.file
]

# METADATA
# description: Where the subject's card states a key of its front matter; empty where it does not.
card_at(key) := [place | place := subject.card.at[key]]

# METADATA
# description: >-
#   The subject and those ancestors from which a term that flows along the
#   given channels reaches it.
reached_by[flows] := graph.reachable(parents, {input.subject}) if {
	some flows in _flows
	parents := {id: reached |
		some id, _ in input.nodes
		edges := object.get(edges_by_child, id, set())
		reached := {edge.parent | some edge in edges; _carries_channel(edge, flows)}
	}
}

# METADATA
# description: The edges that lead from a model to its base models.
edges_by_child[edge.child] contains edge if {
	some edge in input.edges
	input.nodes[edge.parent].kind == "model"
}

# What a term flows along, for every term of a licence in the lineage.
_flows contains flows_of(term) if {
	some id in ancestors
	some key in governing[id]
	some term in data.catalog.licenses[key].terms
}

_flows contains flows_of(one.term) if {
	some id in ancestors
	some one in found[id]
}

# METADATA
# description: The channels of a term, as a set.
flows_of(term) := {channel | some channel in term.flows}

_carries_channel(edge, flows) if {
	some channel in data.catalog.relations[edge.relation]
	channel in flows
}

# METADATA
# description: >-
#   Ancestors whose terms do not bind the subject, since whoever publishes the
#   subject published them too and granted the licence: the namespaces are the
#   same, and the ancestor is either its family's own or under a licence that
#   anybody may grant, with nothing unknown behind it. What others behind it
#   ask comes from them.
own_work contains id if {
	some id in ancestors
	input.nodes[id].same_owner
	_first_hand(id)
}

_first_hand(id) if {
	some family in input.nodes[id].name.owner
	some key in governing[id]
	data.catalog.licenses[key].family == family
}

_first_hand(id) if {
	count(governing[id]) > 0
	every key in governing[id] {
		not vendor_license(key)
	}
	every other in _behind[id] {
		other in known
	}
}

# METADATA
# description: >-
#   Vendor licences whose label nothing bears out: the ancestor is not of the
#   vendor's family's own, its own base models are all known to the roots, and
#   none of them is under that licence. As [licence, ancestor].
borrowed contains [key, id] if {
	some id in ancestors
	some key in governing[id]
	vendor_license(key)
	family := data.catalog.licenses[key].family
	data.catalog.families[family]
	not family in input.nodes[id].name.owner
	behind := _behind[id]
	count(behind) > 0
	every other in behind {
		other in known
		input.nodes[other].bases_known
		not key in governing[other]
	}
}

# The models that an ancestor descends from.
_behind[id] := graph.reachable(_all_parents, {id}) - {id} if some id in ancestors

_all_parents[id] := {edge.parent | some edge in object.get(edges_by_child, id, set())} if some id, _ in input.nodes

# METADATA
# description: >-
#   Models of the lineage, the subject included, that could not be read. A name
#   that only a file of the release has, beside base models that are declared,
#   and that leads nowhere is not one of them: such files keep the paths of
#   those who trained.
unread[id] := node if {
	some id, node in input.nodes
	node.kind == "model"
	node.state != "resolved"
	not stray[id]
}

# METADATA
# description: Names that only files have, beside declared base models, and that lead nowhere.
stray contains id if {
	some id, node in input.nodes
	node.kind == "model"
	node.state in {"private-or-absent", "not-found"}
	children := {edge.child | some edge in input.edges; edge.parent == id}
	count(children) > 0
	every edge in [edge | some edge in input.edges; edge.parent == id] {
		edge.from == ["file"]
	}
	every child in children {
		some edge in edges_by_child[child]
		edge.from != ["file"]
	}
}

# METADATA
# description: Where the subject's card names the base model of an edge; empty for other edges.
edge_at(edge) := [edge.at | edge.child == input.subject; edge.at.file]
