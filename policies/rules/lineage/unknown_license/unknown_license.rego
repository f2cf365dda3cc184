# METADATA
# title: An ancestor's terms are not known
# description: >-
#   A model that this one descends from could be read, and declares no licence
#   or one whose terms are not known. No licence means that nobody has been
#   given permission to build on it.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.lineage.unknown_license

import data.entail.lib

findings contains finding if {
	lib.subject.state == "resolved"
	some id in (lib.ancestors - lib.known)
	input.nodes[id].state == "resolved"
	not id in lib.own_work
	finding := {
		"message": _message(id),
		"path": lib.path(id),
		"at": lib.base_at(id),
		"why": "What it permits is unknown, and unknown is not permitted.",
		"fix": sprintf("Ask the publisher of %s to state its licence, or build on a model that does.", [id]),
	}
}

_message(id) := sprintf("%s, which %s descends from, declares no licence", [id, input.subject]) if {
	lib.label[id] == "no license"
} else := sprintf("%s, which %s descends from, is under %s, whose terms are not known", [
	id,
	input.subject,
	lib.label[id],
])
