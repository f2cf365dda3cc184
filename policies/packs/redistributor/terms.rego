# METADATA
# title: May be passed on
# description: >-
#   Nothing that binds the release forbids to pass it on, changed or not, and
#   every licence in its lineage is known.
# related_resources:
#   - https://opensource.org/osd
# custom:
#   level: error
package custom.redistributor.terms

import data.entail.lib

findings contains finding if {
	some bound in lib.bound_by
	bound.term.kind in {"no-redistribution", "no-derivatives"}
	not _unchanged(bound)
	finding := lib.about_term(bound, {"message": sprintf("%s may not be passed on: %s, of %s (%s, %s)", [
		input.subject,
		lib.title(bound.term.kind),
		bound.from,
		bound.license,
		lib.section(bound.term.clause),
	])})
}

findings contains finding if {
	some id in lib.models
	not id in lib.known
	finding := lib.about(id, {
		"message": sprintf("whether %s may be passed on is not known (%s)", [id, lib.label[id]]),
		"why": "What its licence permits is unknown, and unknown is not permitted.",
	})
}

# A ban on derivatives in its own licence lets unchanged copies pass.
_unchanged(bound) if {
	bound.term.kind == "no-derivatives"
	bound.from == input.subject
}
