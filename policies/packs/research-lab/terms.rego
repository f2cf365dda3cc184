# METADATA
# title: Fit for research that is published
# description: >-
#   A laboratory may use models for research alone, and publishes what it makes
#   of them. So no licence may forbid to share derivatives; one that forbids to
#   train on outputs, or to pass copies on, is a warning.
# related_resources:
#   - https://www.go-fair.org/fair-principles/
# custom:
#   level: error
package custom.research_lab.terms

import data.entail.lib

findings contains finding if {
	some bound in lib.bound_by
	some level, said in _said[bound.term.kind]
	finding := lib.about_term(bound, {
		"level": level,
		"message": sprintf("%s: %s (%s, %s)", [bound.from, said, bound.license, lib.section(bound.term.clause)]),
	})
}

_said := {
	"no-derivatives": {"error": "what is made of it may not be shared"},
	"no-redistribution": {"warning": "copies may not be passed on with a publication"},
	"output-training-ban": {"warning": "its outputs may not train other models"},
	"registration": {"note": "each who uses it has to register"},
}
