# METADATA
# title: An ancestor's licence forbids sharing derivatives
# description: >-
#   A licence up the chain lets nobody pass on what is made from its work. No
#   licence that this release could choose mends that.
# related_resources:
#   - https://creativecommons.org/licenses/by-nc-nd/4.0/
# custom:
#   level: error
package entail.rules.lineage.derivative_forbidden

import data.entail.lib

findings contains finding if {
	some item in lib.inherited
	item.term.kind == "no-derivatives"
	key := item.license
	finding := {
		"message": sprintf("%s may not be shared: %s forbids derivatives (%s, %s)", [
			input.subject,
			item.from,
			key,
			lib.section(item.term.clause),
		]),
		"path": item.path,
		"license": key,
		"term": item.term.kind,
		"clause": item.term.clause,
		"at": lib.base_at(item.from),
		"why": item.term.summary,
		"fix": sprintf("Ask the licensor of %s for permission, and say in the card that you have it; else do not publish.", [
			item.from,
		]),
		"refs": lib.sources([key]),
	}
}
