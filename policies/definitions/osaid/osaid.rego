# METADATA
# title: Open Source AI Definition 1.0
# description: >-
#   Whether the release comes with what the definition calls the preferred form
#   for making modifications, data information, code and parameters, each under
#   open terms. Evidence is taken as it is found; what no evidence shows is not
#   shown, and never met or unmet.
# related_resources:
#   - https://opensource.org/ai/open-source-ai-definition
package entail.definitions.osaid

import data.entail.lib

# METADATA
# description: The verdict with all requirements. Additional state per requirement says how each was judged.
judgement := {
	"name": "osaid-1.0",
	"title": "the Open Source AI Definition 1.0",
	"source": "https://opensource.org/ai/open-source-ai-definition",
	"reading": reading,
	"verdict": verdict,
	"requirements": requirements,
}

# METADATA
# scope: document
# description: >-
#   How code that is described and not published counts. By the text of the
#   definition it is not there; by the practice of its validation it was taken
#   as withheld on terms.
default reading := "text"

reading := input.config.reading

# METADATA
# description: >-
#   fails where something required is not there; else not-shown where evidence
#   lacks; else meets-but-for-licenses where something is there under terms
#   that are not open; else meets.
verdict := "fails" if {
	"unmet" in _states
} else := "not-shown" if {
	"not-shown" in _states
} else := "meets-but-for-licenses" if {
	"license" in _states
} else := "meets"

_states contains requirement.state if some requirement in requirements

# METADATA
# description: Every requirement with its state, in the order of the definition.
requirements := array.concat(
	[requirement |
		some item in _data_items
		judged := _data(item.component)
		requirement := object.union(item, judged)
	],
	[requirement |
		some item in _made_items
		judged := _made(item.component)
		requirement := object.union(item, judged)
	],
)

_data_items := [
	{"id": "OSAID-D1", "component": "data_information.description", "title": "training data described"},
	{"id": "OSAID-D1a", "component": "data_information.provenance", "title": "provenance of the data"},
	{
		"id": "OSAID-D1b",
		"component": "data_information.scope_characteristics",
		"title": "scope and characteristics of the data",
	},
	{
		"id": "OSAID-D1c",
		"component": "data_information.obtained_selected",
		"title": "how the data was obtained and selected",
	},
	{"id": "OSAID-D1d", "component": "data_information.labelling", "title": "labelling procedures"},
	{
		"id": "OSAID-D1e",
		"component": "data_information.processing_filtering",
		"title": "processing and filtering of the data",
	},
	{"id": "OSAID-D2", "component": "data_information.public_data_listing", "title": "listing of public data"},
	{"id": "OSAID-D3", "component": "data_information.third_party_data", "title": "listing of data from third parties"},
]

_made_items := [
	{"id": "OSAID-C1a", "component": "code.data_processing", "title": "data processing code"},
	{"id": "OSAID-C1b", "component": "code.training", "title": "training code"},
	{"id": "OSAID-C1c", "component": "code.validation_testing", "title": "validation and testing code"},
	{"id": "OSAID-C1d", "component": "code.inference", "title": "inference code"},
	{"id": "OSAID-C1e", "component": "code.supporting_libraries", "title": "supporting libraries"},
	{"id": "OSAID-C1f", "component": "code.architecture", "title": "model architecture"},
	{"id": "OSAID-P1", "component": "parameters.final", "title": "parameters"},
]

# The strongest source comes first in the list of evidence.
_evidence[component] := statements[0] if some component, statements in lib.subject.evidence

_data(component) := {"state": state, "why": why, "at": _at(statement)} if {
	statement := _evidence[component]
	state := _data_state[statement.level]
	why := sprintf("%s: %s", [statement.from, statement.level])
} else := _nothing

_data_state := {
	"full": "met",
	"substantial": "met",
	"not-used": "met",
	"named-only": "unmet",
	"vague": "unmet",
	"none": "unmet",
	"unknown": "not-shown",
}

_made(component) := {"state": state, "why": why, "at": _at(statement)} if {
	statement := _evidence[component]
	[state, why] := _made_state(component, statement)
} else := _nothing

_made_state(component, statement) := ["met", sprintf("%s: released under %s", [
	statement.from,
	_terms(component, statement),
])] if {
	statement.availability == "released"
	_open(component, statement)
} else := ["license", sprintf("%s: released under terms that are not open (%s)", [
	statement.from,
	_terms(component, statement),
])] if {
	statement.availability == "released"
} else := ["license", sprintf("%s: behind a gate or a form", [statement.from])] if {
	statement.availability == "gated"
} else := ["license", sprintf("%s: documented and not published", [statement.from])] if {
	statement.availability == "documented"
	reading == "practice"
} else := ["not-shown", sprintf("%s: unknown", [statement.from])] if {
	statement.availability == "unknown"
} else := ["unmet", sprintf("%s: %s", [statement.from, statement.availability])]

_nothing := {"state": "not-shown", "why": "no evidence found", "at": []}

_at(statement) := [statement.at | statement.at.file]

# Parameters are under the licence of the release as well, and under what an
# ancestor's licence lets through to them, whatever the evidence says.
_open("parameters.final", statement) if {
	_open_choice(_alternatives(statement))
	count(_binding) == 0
}

_open(component, statement) if {
	component != "parameters.final"
	_open_choice(statement.alternatives)
}

_open_choice(alternatives) if {
	some keys in alternatives
	count(keys) > 0
	every key in keys {
		open_license(key)
	}
}

# METADATA
# scope: document
# description: >-
#   Holds for licences that let anybody use, study, change and share: those
#   approved by OSI, and those of the open classes that restrict none of these
#   freedoms.
open_license(key) if data.catalog.licenses[key].osi_approved

open_license(key) if {
	data.catalog.licenses[key].class in {"public-domain", "permissive", "open-data", "share-alike"}
	every term in data.catalog.licenses[key].terms {
		not _restricts(term)
	}
}

_restricts(term) if {
	lib.effect(term) == "restriction"
	count(data.catalog.terms[term.kind].freedoms) > 0
}

_alternatives(statement) := statement.alternatives if {
	statement.alternatives
} else := lib.effective[input.subject]

# Under which terms something was released, in words.
_terms("parameters.final", statement) := concat("", [_stated(statement, lib.label[input.subject]), _inherited_note])

_terms(component, statement) := _stated(statement, "no license stated") if component != "parameters.final"

_stated(statement, otherwise) := statement.license if {
	statement.license
} else := otherwise

_inherited_note := sprintf(", and bound by %s", [concat(", ", _binding)]) if {
	count(_binding) > 0
} else := ""

_binding contains item.license if {
	some item in lib.inherited
	_restricts(item.term)
}

_binding contains one.license if {
	some one in lib.found[input.subject]
	_restricts(one.term)
}
