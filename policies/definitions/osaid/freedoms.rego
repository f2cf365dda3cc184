package entail.definitions.osaid

import data.entail.lib

# The freedoms are judged by the terms of the parameters, which are what others
# use, change and pass on; code and data information have terms of their own
# under C2 and D4.

# METADATA
# title: Use for any purpose, without asking
# description: Anybody may use the system for any purpose and needs nobody's permission.
# custom:
#   id: OSAID-F1
#   section: Four freedoms, Use
requirement["f1"] := _as(rego.metadata.rule(), _freedom("use"))

# METADATA
# title: Study how it works
# description: >-
#   Anybody may study how the system works and look into its parts, for which
#   the parts have to be there.
# custom:
#   id: OSAID-F2
#   section: Four freedoms, Study
requirement["f2"] := _as(rego.metadata.rule(), _follows(
	[requirement.d0, requirement.c0, requirement.p0],
	"the parts are there",
))

# METADATA
# title: Modify for any purpose
# description: Anybody may change the system for any purpose, its output included.
# custom:
#   id: OSAID-F3
#   section: Four freedoms, Modify
requirement["f3"] := _as(rego.metadata.rule(), _freedom("modify"))

# METADATA
# title: Share, changed or not, for any purpose
# description: Anybody may pass the system on, with or without changes, for any purpose.
# custom:
#   id: OSAID-F4
#   section: Four freedoms, Share
requirement["f4"] := _as(rego.metadata.rule(), _freedom("share"))

# A freedom holds where the parameters are there, nothing stands before them,
# and no term that governs them limits it.
_freedom(name) := {"state": state, "why": "no parameters that anybody has shown", "at": []} if {
	requirement.p0.state in {"unmet", "not-shown"}
	state := "not-shown"
} else := {"state": "license", "why": why, "at": requirement.p1.at} if {
	limits := _limits(name)
	count(limits) > 0
	why := sprintf("limited by %s", [concat(", ", limits)])
} else := {"state": "license", "why": "behind a gate or a form", "at": requirement.p0.at} if {
	name == "use"
	requirement.p0.state == "license"
} else := {"state": requirement.p1.state, "why": requirement.p1.why, "at": requirement.p1.at} if {
	not _terms_known
} else := {"state": "met", "why": "no term limits it", "at": requirement.p1.at}

# What of the terms that govern the parameters limits a freedom: each kind of
# term once for each licence, with a clause.
_limits(name) := sort({said |
	not requirement.p1.state == "met"
	some [key, terms] in _governing_terms
	some kind in {term.kind | some term in terms}
	name in data.catalog.terms[kind].freedoms
	clauses := [term.clause | some term in terms; term.kind == kind]
	said := sprintf("%s (%s, %s)", [lib.title(kind), key, lib.section(clauses[0])])
})

_governing_terms contains [key, lib.restrictions(key)] if some key in _parameter_keys

_governing_terms contains [item.license, [item.term]] if {
	some item in lib.bearing
	item.license in lib.binding
}

_governing_terms contains [one.license, [one.term]] if {
	some one in lib.found[input.subject]
	lib.limits_freedom(one.term)
}

_parameter_keys contains key if {
	some statement in lib.statements("parameters.final")
	some keys in object.get(statement, "alternatives", [])
	some key in keys
}

_parameter_keys contains key if {
	some keys in lib.effective[input.subject]
	some key in keys
}

_terms_known if {
	requirement.p1.state != "not-shown"
	count(_parameter_keys) > 0
	every key in _parameter_keys {
		lib.known_license(key)
	}
}
