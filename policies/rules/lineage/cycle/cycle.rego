# METADATA
# title: A model is its own ancestor
# description: >-
#   The base models named by the cards lead back to where they started, so at
#   least one of them is wrong. The walk goes on with the rest.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
# custom:
#   level: warning
package entail.rules.lineage.cycle

import data.entail.lib

findings contains finding if {
	some edge in input.edges
	edge.child == edge.parent
	finding := {
		"message": sprintf("%s names itself as its base model", [edge.child]),
		"path": lib.path(edge.child),
		"at": lib.edge_at(edge),
		"why": "A model is not made from itself: the true base model is missing.",
		"fix": "Name the model that it was made from, or no base model.",
	}
}

# One finding a cycle, however many edges it has.
findings contains finding if {
	some members in lib.circles
	ring := concat(", ", members)
	finding := {
		"message": sprintf("base models lead in a circle: %s", [ring]),
		"at": [place |
			some edge in input.edges
			edge.child == input.subject
			edge.parent in members
			some place in lib.edge_at(edge)
		],
		"why": "A model cannot descend from itself: one of these cards is wrong.",
		"fix": "Correct base_model in the card that is wrong.",
	}
}
