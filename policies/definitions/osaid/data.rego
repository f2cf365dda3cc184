package entail.definitions.osaid

import data.entail.lib

# METADATA
# title: Enough detail to build a substantially equivalent system
# description: >-
#   The data is described in such detail that a skilled person could build a
#   system that is substantially equivalent. Only a person can tell; as far as
#   evidence goes, it follows from D1 to D3, each of which is needed.
# custom:
#   id: OSAID-D0
#   section: Preferred form, Data Information
requirement["d0"] := _as(rego.metadata.rule(), _follows(
	[
		requirement.d1, requirement.d1a, requirement.d1b, requirement.d1c,
		requirement.d1d, requirement.d1e, requirement.d2, requirement.d3,
	],
	"as far as descriptions and listings go",
))

# METADATA
# title: Complete description of all training data
# description: >-
#   All training data is described, also what cannot be shared.
# custom:
#   id: OSAID-D1
#   section: Preferred form, Data Information (1)
#   component: data_information.description
requirement["d1"] := _as(rego.metadata.rule(), lib.worst(array.concat(
	[_described("data_information.description")],
	[_described("data_information.unshareable_data") | _used("data_information.unshareable_data")],
)))

# METADATA
# title: Provenance of the data
# description: The description tells where the data comes from.
# custom:
#   id: OSAID-D1a
#   section: Preferred form, Data Information (1)
#   component: data_information.provenance
requirement["d1a"] := _as(rego.metadata.rule(), _described("data_information.provenance"))

# METADATA
# title: Scope and characteristics of the data
# description: The description tells what the data covers and what it is like.
# custom:
#   id: OSAID-D1b
#   section: Preferred form, Data Information (1)
#   component: data_information.scope_characteristics
requirement["d1b"] := _as(rego.metadata.rule(), _described("data_information.scope_characteristics"))

# METADATA
# title: How the data was obtained and selected
# description: The description tells how the data was got and chosen.
# custom:
#   id: OSAID-D1c
#   section: Preferred form, Data Information (1)
#   component: data_information.obtained_selected
requirement["d1c"] := _as(rego.metadata.rule(), _described("data_information.obtained_selected"))

# METADATA
# title: Labelling procedures
# description: The description tells how data was labelled, where labels were used.
# custom:
#   id: OSAID-D1d
#   section: Preferred form, Data Information (1)
#   component: data_information.labelling
requirement["d1d"] := _as(rego.metadata.rule(), _described("data_information.labelling"))

# METADATA
# title: Processing and filtering of the data
# description: The description tells how the data was processed and filtered.
# custom:
#   id: OSAID-D1e
#   section: Preferred form, Data Information (1)
#   component: data_information.processing_filtering
requirement["d1e"] := _as(rego.metadata.rule(), _described("data_information.processing_filtering"))

# METADATA
# title: Listing of public training data
# description: All training data that anybody can see is listed, with where to get it.
# custom:
#   id: OSAID-D2
#   section: Preferred form, Data Information (2)
#   component: data_information.public_data_listing
requirement["d2"] := _as(rego.metadata.rule(), _described("data_information.public_data_listing"))

# METADATA
# title: Listing of training data from third parties
# description: >-
#   All training data that others can get from third parties, also for a fee, is
#   listed with where. Where nobody says whether there was any, a description
#   that names the sources names these too.
# custom:
#   id: OSAID-D3
#   section: Preferred form, Data Information (3)
#   component: data_information.third_party_data
requirement["d3"] := _as(rego.metadata.rule(), _third_party)

# METADATA
# title: Data information under open terms
# description: >-
#   The description and the listings are themselves under OSI-approved terms. It
#   was not asked for when the definition was validated, and does not count in
#   that reading.
# custom:
#   id: OSAID-D4
#   section: Preferred form, Data Information
#   component: documents
requirement["d4"] := object.union(_as(rego.metadata.rule(), _information_terms), _told_only)

_told_only := {"optional": true} if {
	reading == "practice"
} else := {}

# The state of a component that is described: the worst of what is said of it.
_described(component) := lib.worst([judged |
	some statement in lib.statements(component)
	judged := {
		"state": _level_state(statement),
		"why": _level_words(statement),
		"at": lib.stated_at(statement),
	}
]) if {
	count(lib.statements(component)) > 0
} else := lib.not_shown(component)

_level_state(statement) := "met" if {
	statement.used == "no"
} else := _states[statement.level]

_states := {
	"full": "met",
	"substantial": "met",
	"not-used": "met",
	"named-only": "unmet",
	"vague": "unmet",
	"none": "unmet",
	"unknown": "not-shown",
}

_level_words(statement) := "not used" if {
	statement.used == "no"
} else := _words[statement.level]

_words := {
	"full": "described in full",
	"substantial": "described for the most part",
	"not-used": "not used",
	"named-only": "named, without shares or method",
	"vague": "general words only",
	"none": "nothing said",
	"unknown": "said to be unknown",
}

_used(component) if {
	some statement in lib.statements(component)
	statement.used == "yes"
}

# Where nobody says whether there was any, it follows from the description.
_third_party := object.union(judged, {"why": _by_description[judged.state]}) if {
	_use_is_open
	judged := _described("data_information.description")
} else := _described("data_information.third_party_data")

_by_description := {
	"met": "whether any was used is not said; the description names the sources",
	"unmet": "whether any was used is not said, nor does the description name the sources",
	"not-shown": "whether any was used is not said, and no description is shown",
}

_use_is_open if {
	said := lib.statements("data_information.third_party_data")
	count(said) > 0
	every statement in said {
		statement.used == "unknown"
	}
}

# The terms of what holds the data information: those stated for the
# description, else those of the documents. One document under open terms does.
_information_terms := lib.worst([_document_terms(statement) | some statement in _descriptions]) if {
	count(_descriptions) > 0
} else := _best([_document_terms(statement) | some statement in _documents]) if {
	count(_documents) > 0
} else := {"state": "not-shown", "why": "no terms of a data card, model card or paper are known", "at": []}

_descriptions := [statement | some statement in lib.statements("data_information.description"); statement.license]

_documents := [statement |
	some component in ["documents.data_card", "documents.model_card", "documents.research_paper"]
	some statement in lib.statements(component)
	statement.availability in {"released", "partial"}
]

_best(judgements) := open[0] if {
	open := [judged | some judged in judgements; judged.state == "met"]
	count(open) > 0
} else := lib.worst(judgements)

_document_terms(statement) := {
	"state": _terms_state(statement),
	"why": sprintf("under %s%s", [lib.terms_name(statement), _terms_note(statement)]),
	"at": lib.stated_at(statement),
}

_terms_state(statement) := "met" if {
	lib.open_terms(lib.terms_of(statement))
} else := "license"

_terms_note(statement) := "" if {
	lib.approved_terms(lib.terms_of(statement))
} else := ", open and not on OSI's list of licences" if {
	lib.open_terms(lib.terms_of(statement))
} else := sprintf(", %s", [lib.blame(lib.terms_of(statement))])
