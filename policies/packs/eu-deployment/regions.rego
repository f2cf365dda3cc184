# METADATA
# title: Licensed in the European Union
# description: >-
#   No licence that binds the release leaves out the Union or one of its members.
#   Where it is not known whether the term is for this kind of model, a warning.
# related_resources:
#   - https://european-union.europa.eu/principles-countries-history/eu-countries_en
# custom:
#   level: error
package custom.eu_deployment.regions

import data.entail.lib

findings contains finding if {
	some bound in lib.bound_by
	bound.term.kind == "region-exclusion"
	out := sort([region | some region in bound.term.regions; _european(region)])
	count(out) > 0
	finding := lib.about_term(bound, {
		"level": _level(lib.in_scope(bound.term, bound.from)),
		"message": sprintf("%s grants nothing in %s (%s, %s)", [
			bound.from,
			concat(", ", out),
			bound.license,
			lib.section(bound.term.clause),
		]),
		"fix": "Use a model that is licensed there.",
	})
}

_european("EU")

_european(region) if region in data.catalog.regions.EU

_level("yes") := "error"

_level("unknown") := "warning"
