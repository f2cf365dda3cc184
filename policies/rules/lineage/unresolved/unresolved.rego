# METADATA
# title: A model of the lineage could not be read
# description: >-
#   A model that this one descends from could not be read, so its licence, and
#   everything behind it, is unknown. That is not a fault of the release; it
#   keeps the verdict from being a pass.
# related_resources:
#   - https://huggingface.co/docs/hub/models-gated
# custom:
#   level: warning
package entail.rules.lineage.unresolved

import data.entail.lib

findings contains finding if {
	some id, node in lib.unread
	finding := {
		"message": sprintf("%s could not be read: %s", [id, _reason(node)]),
		"path": lib.path(id),
		"at": lib.base_at(id),
		"why": "Whatever its licence asks or forbids is not part of this verdict.",
		"fix": _fix(node.state),
	}
}

findings contains finding if {
	truncated := input.truncated
	finding := {
		"message": sprintf("the walk stopped at its %s limit with %d more to read", [truncated.limit, truncated.left]),
		"why": "What lies beyond is not part of this verdict.",
		"fix": "Check the base models in the card; few releases have so many.",
	}
}

_reason(node) := node.detail if {
	node.detail
} else := sprintf("it is %s", [node.state])

_fix("offline") := "Run again with a network, or without --offline."

_fix("gated") := "Ask for access on the Hub, set HF_TOKEN, and run again."

_fix("unauthorized") := "Check HF_TOKEN: the Hub refused it."

_fix("private-or-absent") := concat(" ", [
	"If it is private, set HF_TOKEN to a token that may read it.",
	"If it is gone or misspelled, correct base_model.",
])

_fix("not-found") := "Correct base_model in the card: it wants the id of a model on the Hub."

_fix("disabled") := "Ask its publisher: the Hub has disabled it."

_fix("rate-limited") := "Run again later, or set HF_TOKEN for a larger allowance."

_fix("failed") := "Run again; if it fails again, check the address and the network."

_fix("too-deep") := "Raise the limit of the walk."
