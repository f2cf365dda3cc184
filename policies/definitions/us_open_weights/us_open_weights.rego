# METADATA
# title: US, dual-use foundation model with widely available weights
# description: >-
#   What can be seen of the description in section 3(k) of Executive Order 14110
#   of 30 October 2023, and of what its section 4.6 and the NTIA's report of 30
#   July 2024 call widely available weights. The order was revoked in January
#   2025: a description, not a duty. What a person has to judge is not shown
#   until one has.
# related_resources:
#   - https://www.federalregister.gov/documents/2023/11/01/2023-24283
#   - https://www.ntia.gov/programs-and-initiatives/artificial-intelligence/open-model-weights-report
package entail.definitions.us_open_weights

import data.entail.lib

_name := "us-open-weights"

# METADATA
# description: The verdict with its requirements.
judgement := {
	"name": _name,
	"title": "the US description of a dual-use foundation model with widely available weights",
	"source": "https://www.federalregister.gov/documents/2023/11/01/2023-24283",
	"reading": "text",
	"note": concat(" ", [
		"Evidence, and no legal advice. The order was revoked in January 2025. To fit the description is no",
		"merit and no fault, and it holds with safeguards as without (section 3(k)).",
	]),
	"verdict": lib.verdict_of(requirements),
	"requirements": requirements,
}

# METADATA
# description: The parts of the description, in its order.
requirements := array.concat(
	[requirement |
		some [id, title, section, question] in _parts
		requirement := object.union(
			{"id": id, "title": title, "section": section},
			_judged(id, question),
		)
	],
	[object.union(
		{
			"id": "US-DU-7",
			"title": "weights widely available",
			"section": "section 4.6; NTIA report, summary",
			"component": "parameters.final",
		},
		_available,
	)],
)

_parts := [
	["US-DU-1", "trained on broad data", "section 3(k)", "how broad the data is"],
	["US-DU-2", "generally by self-supervision", "section 3(k)", "how it was trained"],
	["US-DU-3", "tens of billions of parameters", "section 3(k)", "how many parameters there are"],
	["US-DU-4", "of use in many contexts", "section 3(k)", "what it is of use for"],
	["US-DU-5", "able at tasks of serious risk", "section 3(k)(i) to (iii)", "what it is able to do"],
]

_judged("US-DU-3", _) := {"state": "unmet", "why": why, "at": []} if {
	_weights_seen
	_bytes < _least_bytes
	why := sprintf("the whole release has %d bytes, under one bit for each of 20 billion parameters", [_bytes])
} else := lib.for_a_person(_name, "US-DU-3", {"why": "how many parameters there are", "at": []})

_judged(id, question) := lib.for_a_person(_name, id, {"why": question, "at": []}) if id != "US-DU-3"

# The files themselves, and not what stands in for them in a clone that has not
# fetched them.
_weights_seen if {
	some statement in lib.statements("parameters.final")
	statement.availability == "released"
	statement.strength == "shown"
	every path in statement.where {
		some file in lib.subject.files
		file.path == path
		file.size > 1024
	}
}

# No format has fewer than one bit for a parameter.
_least_bytes := 2500000000

# The size of all files; undefined where one is not known.
_bytes := sum([file.size | some file in lib.subject.files]) if {
	lib.subject.files_known
	every file in lib.subject.files {
		file.size >= 0
	}
}

# Weights that are asked for are had by those who get an answer.
_available := lib.for_a_person(_name, "US-DU-7", {
	"why": sprintf("whether the public gets them (%s)", [lib.weights.why]),
	"at": lib.weights.at,
}) if {
	lib.weights.state == "license"
} else := lib.weights
