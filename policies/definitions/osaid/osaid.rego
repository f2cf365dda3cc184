# METADATA
# title: Open Source AI Definition 1.0
# description: >-
#   Whether the release gives the four freedoms, and comes with what the
#   definition calls the preferred form for making modifications: data
#   information, code and parameters, each under open terms. There is one rule
#   for each requirement, to be held against the source text. Evidence is taken
#   as it is found; what no evidence shows is not shown, and never met or unmet.
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
	"verdict": lib.verdict_of(requirements),
	"requirements": requirements,
}

# METADATA
# scope: document
# description: >-
#   How the definition is read. By its text, code that is described and not
#   published is not there, and data information has to be under open terms.
#   By the practice of its validation in 2024, such code was taken as withheld
#   on terms, and nobody asked for the terms of papers and cards.
default reading := "text"

reading := input.config.reading

# METADATA
# description: Every requirement with its state, in the order of the definition.
requirements := [requirement[id] | some id in _order]

_order := array.concat(_freedoms, array.concat(_data, array.concat(_code, ["p0", "p1"])))

_freedoms := ["f1", "f2", "f3", "f4"]

_data := ["d0", "d1", "d1a", "d1b", "d1c", "d1d", "d1e", "d2", "d3", "d4"]

_code := ["c0", "c0a", "c0b", "c0c", "c0d", "c0e", "c0f", "c1", "c2"]

# A requirement as reported: what its rule's METADATA says of it, with its state.
_as(rule, judged) := object.union_n([
	{"id": rule.custom.id, "title": rule.title, "section": rule.custom.section},
	{"component": component | component := rule.custom.component},
	judged,
])

# What follows from other requirements: the worst of them, and which those are.
_follows(others, met) := {"state": "met", "why": met, "at": []} if {
	lib.worst(others).state == "met"
} else := {"state": state, "why": why, "at": []} if {
	state := lib.worst(others).state
	why := sprintf("%s: %s", [_because[state], lib.few([other.id | some other in others; other.state == state])])
}

_because := {
	"unmet": "not there",
	"not-shown": "not shown",
	"license": "held back by terms",
}
