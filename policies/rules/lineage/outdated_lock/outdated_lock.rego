# METADATA
# title: The lock does not fit the lineage
# description: >-
#   entail.lock lacks a model that the cards name, which was then read from
#   elsewhere, or holds one that is no ancestor any more. The verdict may be
#   another one on another machine.
# related_resources:
#   - https://github.com/entail-dev/entail/blob/main/docs/lock.md
# custom:
#   level: warning
package entail.rules.lineage.outdated_lock

import data.entail.lib

findings contains finding if {
	some id in input.lock.missing
	not _told(id)
	finding := {
		"message": sprintf("%s is not in %s", [id, input.lock.file]),
		"path": lib.path(id),
		"at": lib.base_at(id),
		"why": "The lock is out of date: this model was read from elsewhere, where its facts may change from run to run.",
		"fix": "Run `entail lock`, and commit what it writes.",
	}
}

findings contains finding if {
	some id in input.lock.unused
	finding := {
		"level": "note",
		"message": sprintf("%s is in %s and is no ancestor any more", [id, input.lock.file]),
		"why": "The lock is out of date; the entry does no harm.",
		"fix": "Run `entail lock`, and commit what it writes.",
	}
}

# What a locked ancestor has gained is told as drift.
_told(id) if {
	some other in lib.path(id)
	input.nodes[other].locked
}
