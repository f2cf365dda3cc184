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
depth := {id: steps | some id, path in input.paths; steps := count(path) - 1}

# METADATA
# description: The chain from the subject to an ancestor, both included.
path(id) := input.paths[id]

# METADATA
# description: >-
#   Where the subject's card names the base model through which an ancestor
#   came into the lineage; empty where the card does not say.
base_at(id) := [edge.at |
	some edge in _placed
	edge.parent == path(id)[1]
]

_placed := [edge | some edge in edges_by_child[input.subject]; edge.at.file]

# METADATA
# description: Where the subject's card states a key of its front matter; empty where it does not.
card_at(key) := [place | place := subject.card.at[key]]

# METADATA
# description: >-
#   The subject and those ancestors from which a term that flows along the
#   given channels reaches it.
reached_by[flows] := _reached_along(_carriers(flows) & _relations) if some flows in _flows

_relations := {edge.relation | some edge in input.edges}

# The relations along which a term flows that has the given channels.
_carriers(flows) := {relation |
	some relation, channels in data.catalog.relations
	some channel in channels
	channel in flows
}

# Many terms flow along the same relations, and reach the same models.
_reached_along(relations) := graph.reachable(_parents, {input.subject}) if {
	relations == _relations
} else := graph.reachable(parents, {input.subject}) if {
	parents := {id: {edge.parent | some edge in object.get(edges_by_child, id, set()); edge.relation in relations} |
		some id, _ in input.nodes
	}
}

# METADATA
# description: The edges that lead from a model to its base models.
edges_by_child := {child: edges |
	some child in {edge.child | some edge in _base_edges}
	edges := {edge | some edge in _base_edges; edge.child == child}
}

# Of a comprehension that is put together for each of several keys, such as the
# one above, OPA makes an index. A rule with keys in its head would be held
# against all its other keys for each, which takes long in a large lineage.
_base_edges := {edge | some edge in input.edges; input.nodes[edge.parent].kind == "model"}

# METADATA
# description: The edges that lead to a model or a dataset from what was made of it.
edges_by_parent := {parent: edges |
	some parent in {edge.parent | some edge in input.edges}
	edges := {edge | some edge in input.edges; edge.parent == parent}
}

# What a term flows along, for every term of a licence in the lineage.
_flows contains flows if {
	some key, governed in _under
	governed != {input.subject}
	some flows, _ in _positions_of(key)
}

_flows contains flows_of(one.term) if {
	some id, terms in found
	some one in terms
	id in ancestors
}

# METADATA
# description: The channels of a term, as a set.
flows_of(term) := {channel | some channel in term.flows}

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
	count([key | some key in governing[id]; vendor_license(key)]) == 0
	not id in _above_unknown
}

_unknown := _models - known

_above_unknown := _above(_unknown)

# METADATA
# description: >-
#   Vendor licences whose label nothing bears out: the ancestor is not of the
#   vendor's family's own, its own base models are all known to the roots, and
#   none of them is under that licence. As [licence, ancestor].
borrowed contains [key, id] if {
	some key, governed in _under
	vendor_license(key)
	family := data.catalog.licenses[key].family
	data.catalog.families[family]
	strangers := {id | some id in governed; not family in input.nodes[id].name.owner} - {input.subject}
	count(strangers) > 0
	some id in ((strangers - _above_unsure) - _above(governed))
	count(_parents[id] - {id}) > 0
}

# Models that are not all known of, and those that somewhere descend from one.
_unsure := _unknown | {id | some id in _models; not input.nodes[id].bases_known}

_above_unsure := _above(_unsure)

# The models that each licence governs, and those that descend from one.
_under := {key: ids |
	some key in {key | some [key, _] in _governed}
	ids := {id | some [other, id] in _governed; other == key}
}

_governed := {[key, id] | some id, keys in governing; id in _models; some key in keys}

_models := ancestors | {input.subject}

# The models that descend from one of the given ones, itself apart. All that are
# above them are known at once; who stands in a circle is above itself, and is
# looked at alone.
_above(some_models) := (above - _circled) | {id |
	some id in _circled
	behind := graph.reachable(_parents, {id}) - {id}
	count(behind & some_models) > 0
} if {
	above := graph.reachable(_children, {child |
		some id in some_models
		some child in _children[id]
		child != id
	})
}

_parents := object.union(
	{id: set() | some id, _ in input.nodes},
	{child: {edge.parent | some edge in edges} | some child, edges in edges_by_child},
)

_children := {id: {edge.child | some edge in object.get(edges_by_parent, id, set())} | some id in _models}

# METADATA
# description: >-
#   The circles that base models lead in, datasets included: each is the set of
#   its members. In every circle some edge leads no further from the subject,
#   so that only such edges are followed.
circles contains members if {
	some id in {edge.child | some edge in input.edges; not depth[edge.parent] > depth[edge.child]}
	behind := graph.reachable(_any_parents, _any_parents[id])
	id in behind
	members := behind & graph.reachable(_any_children, {id})
}

_circled := {id | some members in circles; some id in members}

_any_parents := {child: parents |
	some child in {edge.child | some edge in input.edges}
	parents := {edge.parent | some edge in input.edges; edge.child == child} - {child}
}

_any_children := {parent: children |
	some parent in {edge.parent | some edge in input.edges}
	children := {edge.child | some edge in input.edges; edge.parent == parent}
}

# METADATA
# description: >-
#   Models of the lineage, the subject included, that could not be read. A name
#   that only a file of the release has, beside base models that are declared,
#   and that leads nowhere is not one of them: such files keep the paths of
#   those who trained. One that is named after a family of which nothing else in
#   the lineage is may be a base model that is gone.
unread := {id: node |
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
	named := edges_by_parent[id]
	every edge in named {
		edge.from == ["file"]
		edge.child in _declared_bases
	}
	count(_families_of(node) - _families_read) == 0
}

# The families that a model's name tells of, and those that ancestors which were
# read tell of.
_families_of(node) := {family | some family in array.concat(node.name.families, node.name.owner)}

_families_read contains family if {
	some id in ancestors
	input.nodes[id].state == "resolved"
	some family in _families_of(input.nodes[id])
}

# Models that something else than a file names a base model of.
_declared_bases contains child if {
	some child, edges in edges_by_child
	some edge in edges
	edge.from != ["file"]
}

# METADATA
# description: Where the subject's card names the base model of an edge; empty for other edges.
edge_at(edge) := [edge.at | edge.child == input.subject; edge.at.file]
