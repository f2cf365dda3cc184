# METADATA
# title: The declared licence is not known
# description: >-
#   A value that names no known licence, or a whole family of licences, tells
#   nobody what is permitted. What it permits is unknown, which is never a pass.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.unknown_id

import data.entail.lib

findings contains finding if {
	some one in lib.subject.license.declared
	some keys in one.alternatives
	some key in keys
	not data.catalog.licenses[key]
	finding := {
		"level": "error",
		"message": sprintf("%s is declared under %q, which is no licence that the Hub or SPDX knows", [input.subject, key]),
		"at": lib.declared_at(one),
		"why": "Nobody can look up what an unknown id permits.",
		"fix": _nearest(one),
	}
}

findings contains finding if {
	some one in _untold
	_class(one) == "unknown"
	finding := {
		"message": sprintf("%s is declared under %s, whose terms are not known", [input.subject, _written(one)]),
		"at": lib.declared_at(one),
		"why": "The declaration names no licence of the catalogue, and no licence file says which it is.",
		"fix": "Add the licence text as LICENSE, and its name as `license_name`.",
	}
}

findings contains finding if {
	some one in _untold
	_class(one) == "family"
	finding := {
		"message": sprintf("%s is declared under %q, which is a family of licences with different terms", [
			input.subject,
			one.id,
		]),
		"at": lib.declared_at(one),
		"why": "Members of the family permit different things.",
		"fix": sprintf("Say which one: %s.", [concat(", ", data.catalog.licenses[one.alternatives[0][0]].members)]),
	}
}

# What is declared where no licence file says which licence it is.
_untold := lib.subject.license.declared if count(lib.texts[input.subject]) == 0

_class(one) := data.catalog.licenses[one.alternatives[0][0]].class

_written(one) := sprintf("%q (%q)", [one.id, one.name]) if {
	one.name
} else := sprintf("%q", [one.id])

_nearest(one) := sprintf("Use an id that the Hub knows; the nearest are %s.", [concat(", ", one.nearest)]) if {
	count(one.nearest) > 0
} else := "Use an id that the Hub knows, or `license: other` with `license_name` and a LICENSE file."
