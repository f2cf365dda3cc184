# METADATA
# title: Every ancestor is known
# description: >-
#   Each model that the release descends from was read, declares a licence whose
#   terms are known, and says what it was made from; and the walk went to the
#   roots. What is not known may hold any term.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards
# custom:
#   level: error
package custom.no_unknown_ancestor.ancestors

import data.entail.lib

findings contains finding if {
	some id, node in lib.unread
	id != input.subject
	finding := lib.about(id, {
		"message": sprintf("%s, which %s descends from, could not be read (%s)", [id, input.subject, node.state]),
		"why": "Nobody can tell which terms it passes on.",
		"fix": "Build on a model that can be read, or have its licence added to the lock.",
	})
}

findings contains finding if {
	some id in (lib.ancestors - lib.own_work)
	input.nodes[id].state == "resolved"
	not id in lib.known
	finding := lib.about(id, {
		"message": sprintf("the terms of %s (%s) are not known", [id, lib.label[id]]),
		"why": "What it permits is unknown, and unknown is not permitted.",
		"fix": "Ask its publisher for a licence, or build on another model.",
	})
}

findings contains finding if {
	some id in lib.models
	input.nodes[id].state == "resolved"
	not input.nodes[id].bases_known
	finding := lib.about(id, {
		"message": sprintf("whether %s was made from another model is not known", [id]),
		"why": "The terms of a base model that is not named bind all the same.",
		"fix": "Ask its publisher to name its base models, or to say that it has none.",
	})
}

findings contains finding if {
	input.truncated
	finding := lib.about(input.subject, {
		"message": sprintf("the walk stopped at its %s limit", [input.truncated.limit]),
		"why": "The ancestors behind it are not known.",
	})
}
