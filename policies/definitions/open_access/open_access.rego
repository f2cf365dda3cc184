# METADATA
# title: Open access
# description: >-
#   Whether the weights can be had at all, freely or after a form or a request.
#   What "open weights" means in everyday use, and nothing about what one may do
#   with them.
# related_resources:
#   - https://opensource.org/ai/open-weights
package entail.definitions.open_access

import data.entail.lib

# METADATA
# description: The verdict with its requirements.
judgement := {
	"name": "open-access",
	"title": "open access to the weights",
	"source": "https://opensource.org/ai/open-weights",
	"reading": "text",
	"note": "Access is not permission: this says nothing of what the terms allow.",
	"verdict": lib.verdict_of(requirements),
	"requirements": requirements,
}

# METADATA
# description: That the weights can be had, and, told beside it, that nothing stands before them.
requirements := [
	object.union(
		{"id": "ACCESS-1", "title": "weights can be had", "section": "weights", "component": "parameters.final"},
		_reachable,
	),
	object.union(
		{
			"id": "ACCESS-2",
			"title": "nothing stands before them",
			"section": "gate",
			"component": "parameters.final",
			"optional": true,
		},
		lib.weights,
	),
]

# A gate is a way in.
_reachable := object.union(lib.weights, {"state": "met"}) if lib.weights.state == "license"

_reachable := lib.weights if lib.weights.state != "license"
