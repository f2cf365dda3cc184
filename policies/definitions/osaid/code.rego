package entail.definitions.osaid

import data.entail.lib

# METADATA
# title: Complete source to train and run the system
# description: >-
#   The complete source code used to train and run the system is published. It
#   follows from the parts, C0a to C0f, which the definition gives as examples.
# custom:
#   id: OSAID-C0
#   section: Preferred form, Code
requirement["c0"] := _as(rego.metadata.rule(), _complete)

# METADATA
# title: Code for processing and filtering data
# description: The code with which training data was processed and filtered.
# custom:
#   id: OSAID-C0a
#   section: Preferred form, Code, "processing and filtering data"
#   component: code.data_processing
requirement["c0a"] := _as(rego.metadata.rule(), _published("code.data_processing"))

# METADATA
# title: Training code
# description: The code for training, with arguments and settings.
# custom:
#   id: OSAID-C0b
#   section: Preferred form, Code, "training"
#   component: code.training
requirement["c0b"] := _as(rego.metadata.rule(), _published("code.training"))

# METADATA
# title: Validation and testing code
# description: The code for validation and testing.
# custom:
#   id: OSAID-C0c
#   section: Preferred form, Code, "validation and testing"
#   component: code.validation_testing
requirement["c0c"] := _as(rego.metadata.rule(), _published("code.validation_testing"))

# METADATA
# title: Inference code
# description: The code that runs the system.
# custom:
#   id: OSAID-C0d
#   section: Preferred form, Code, "inference"
#   component: code.inference
requirement["c0d"] := _as(rego.metadata.rule(), _published("code.inference"))

# METADATA
# title: Supporting libraries
# description: >-
#   Supporting libraries such as tokenizers, where used. A part does: a vendor's
#   closed compiler below open code was not held against a system.
# custom:
#   id: OSAID-C0e
#   section: Preferred form, Code, "supporting libraries"
#   component: code.supporting_libraries
requirement["c0e"] := _as(rego.metadata.rule(), _published("code.supporting_libraries"))

# METADATA
# title: Model architecture
# description: The architecture of the model, as code.
# custom:
#   id: OSAID-C0f
#   section: Preferred form, Code, "model architecture"
#   component: code.architecture
requirement["c0f"] := _as(rego.metadata.rule(), _published("code.architecture"))

# METADATA
# title: Full specification of processing and training
# description: >-
#   The code represents the full specification of how data was processed and
#   filtered and how training was done.
# custom:
#   id: OSAID-C1
#   section: Preferred form, Code
requirement["c1"] := _as(rego.metadata.rule(), _follows([requirement.c0a, requirement.c0b], "by the code for both"))

# METADATA
# title: Code under OSI-approved licences
# description: Whatever code there is, is under licences that OSI has approved.
# custom:
#   id: OSAID-C2
#   section: Preferred form, Code
requirement["c2"] := _as(rego.metadata.rule(), _licensed)

_parts := [
	requirement.c0a, requirement.c0b, requirement.c0c,
	requirement.c0d, requirement.c0e, requirement.c0f,
]

# The state of code: the worst of what is said of it.
_published(component) := lib.worst([judged |
	some statement in lib.statements(component)
	judged := object.union(_code_state(component, statement), {"at": lib.stated_at(statement)})
]) if {
	count(lib.statements(component)) > 0
} else := lib.not_shown(component)

_code_state(component, statement) := _code_terms(statement) if {
	_there(component, statement)
} else := {"state": "license", "why": "behind a gate or a form"} if {
	statement.availability == "gated"
} else := {"state": "license", "why": "documented and not published"} if {
	statement.availability == "documented"
	reading == "practice"
} else := {"state": "not-shown", "why": "said to be unknown"} if {
	statement.availability == "unknown"
} else := {"state": "unmet", "why": _missing[statement.availability]}

_there(_, statement) if statement.availability == "released"

_there("code.supporting_libraries", statement) if statement.availability == "partial"

_missing := {
	"partial": "published in part",
	"documented": "documented and not published",
	"mentioned": "named and not published",
	"absent": "not published",
}

_code_terms(statement) := {
	"state": "met",
	"why": sprintf("%s under %s", [statement.availability, lib.terms_name(statement)]),
} if {
	lib.approved_terms(lib.terms_of(statement))
} else := {
	"state": "license",
	"why": sprintf("%s under %s, %s", [statement.availability, lib.terms_name(statement), _code_blame(statement)]),
}

_code_blame(statement) := "which OSI has not approved" if {
	lib.open_terms(lib.terms_of(statement))
} else := lib.blame(lib.terms_of(statement))

# That the parts are there, whatever their terms; by the practice of the
# validation, also what is only withheld.
_complete := {"state": "met", "why": "every part is there", "at": []} if {
	lib.worst(_parts).state in {"met", "license"}
} else := _follows(_parts, "")

# The terms of the code that is there; where none is, nothing is shown.
_licensed := {"state": "not-shown", "why": "no code that anybody has shown", "at": []} if {
	count(_open_parts) + count(_closed_parts) == 0
} else := {"state": "met", "why": "of all code that is there", "at": []} if {
	count(_closed_parts) == 0
} else := {"state": "license", "why": sprintf("not open: %s", [concat(", ", _closed_parts)]), "at": []}

_open_parts := [part.id | some part in _parts; part.state == "met"]

_closed_parts := [part.id | some part in _parts; part.state == "license"]
