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
		"fix": _fix(node),
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

_fix(node) := _try(node.state, "the Hub", "HF_TOKEN") if {
	node.source != "github"
} else := _try(node.state, "GitHub", "GITHUB_TOKEN")

_try("offline", _, _) := "Run again with a network, or without --offline."

_try("gated", host, token) := sprintf("Ask for access on %s, set %s, and run again.", [host, token])

_try("unauthorized", host, token) := sprintf("Check %s: %s does not admit it.", [token, host])

_try("private-or-absent", _, token) := concat(" ", [
	sprintf("If it is private, set %s to a token that may read it.", [token]),
	"If it is gone or misspelled, correct base_model.",
])

_try("not-found", _, _) := concat(" ", [
	"Correct base_model in the card: it wants the id of a model on the Hub,",
	"github:owner/repo, or the path of a folder beside the card.",
])

_try("disabled", host, _) := sprintf("Ask its publisher: %s has disabled it.", [host])

_try("rate-limited", _, token) := sprintf("Run again later, or set %s for a larger allowance.", [token])

_try("failed", _, _) := "Run again; if it fails again, check the address and the network."

_try("too-deep", _, _) := "Raise the limit of the walk."
