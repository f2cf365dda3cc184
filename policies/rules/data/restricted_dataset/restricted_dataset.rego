# METADATA
# title: A dataset's terms may reach the model
# description: >-
#   A model of the lineage names a dataset whose licence limits commercial use
#   or asks for the same licence. Whether such terms reach a model trained on
#   the data is disputed, so this is told and never held against the release.
# related_resources:
#   - https://creativecommons.org/using-cc-licensed-works-for-ai-training-2/
# custom:
#   level: note
package entail.rules.data.restricted_dataset

import data.entail.lib

findings contains finding if {
	some id, node in input.nodes
	node.kind == "dataset"
	some edge in lib.edges_by_parent[id]
	some key in lib.governing[id]
	some term in data.catalog.licenses[key].terms
	term.kind in {"non-commercial", "research-only", "share-alike", "same-license"}
	finding := {
		"message": sprintf("%s was trained on %s, which is under %s (%s): %s; whether that reaches the model is disputed", [
			edge.child,
			edge.parent,
			key,
			lib.section(term.clause),
			lib.title(term.kind),
		]),
		"path": lib.path(edge.parent),
		"license": key,
		"term": term.kind,
		"clause": term.clause,
		"at": lib.edge_at(edge),
		"why": term.summary,
		"fix": "Say in the card how the data was used, and take advice where it matters.",
		"refs": [data.catalog.licenses[key].source],
	}
}
