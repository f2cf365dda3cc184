package entail.definitions.osaid

import data.entail.lib

# METADATA
# title: Parameters provided
# description: The parameters, such as weights, or other configuration settings are there.
# custom:
#   id: OSAID-P0
#   section: Preferred form, Parameters
#   component: parameters.final
requirement["p0"] := _as(rego.metadata.rule(), _provided)

# METADATA
# title: Parameters under open terms
# description: >-
#   The parameters are under OSI-approved terms: those stated for them, those of
#   the release, and those that ancestors pass down to them, whatever the card
#   says.
# custom:
#   id: OSAID-P1
#   section: Preferred form, Parameters
#   component: parameters.final
requirement["p1"] := _as(rego.metadata.rule(), _parameter_terms)

_provided := lib.worst([judged |
	some statement in _parameters
	judged := object.union(_provided_state(statement), {"at": lib.stated_at(statement)})
]) if {
	count(_parameters) > 0
} else := lib.not_shown("parameters.final")

_parameters := lib.statements("parameters.final")

_provided_state(statement) := {"state": "met", "why": object.get(statement, "seen", "released")} if {
	statement.availability == "released"
} else := {"state": "license", "why": "behind a gate or a form"} if {
	statement.availability == "gated"
} else := {"state": "not-shown", "why": "said to be unknown"} if {
	statement.availability == "unknown"
} else := {"state": "unmet", "why": object.get(statement, "seen", _missing[statement.availability])}

# Terms are of what is there.
_parameter_terms := {"state": requirement.p0.state, "why": "nothing is there to have terms", "at": []} if {
	requirement.p0.state in {"unmet", "not-shown"}
} else := lib.worst([judged |
	some statement in _parameters
	terms := lib.parameter_terms(statement)
	judged := object.union(terms, {"at": lib.stated_at(statement)})
])
