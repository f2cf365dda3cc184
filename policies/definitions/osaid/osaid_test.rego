package entail.definitions.osaid_test

import data.entail.definitions.osaid
import data.entail.testing

_known := testing.catalog([
	testing.free_license("approved", [testing.term("ban", "1", {})]),
	testing.free_license("plain", []),
	testing.license("unlisted", [testing.term("license-copy", "1", {})], {"class": "open-data"}),
	testing.license("vendor", [testing.term("ban", "3", {})], {}),
	testing.license("fixed", [testing.term("no-derivatives", "4", {})], {}),
	testing.license("mystery", [], {"class": "unknown"}),
])

_data_components := [sprintf("data_information.%s", [name]) |
	some name in [
		"description",
		"provenance",
		"scope_characteristics",
		"obtained_selected",
		"labelling",
		"processing_filtering",
		"public_data_listing",
		"third_party_data",
	]
]

_code_components := [sprintf("code.%s", [name]) |
	some name in [
		"data_processing",
		"training",
		"validation_testing",
		"inference",
		"supporting_libraries",
		"architecture",
	]
]

_place := {"file": "entail-evidence.yaml", "line": 8, "column": 1}

_says(over) := object.union({"from": "evidence-file", "strength": "declared", "at": _place}, over)

_full := _says({"level": "full"})

_open := _says({"availability": "released", "license": "Plain", "alternatives": [["plain"]]})

# Evidence that meets every requirement.
_everything := object.union_n([
	{component: [_full] | some component in _data_components},
	{component: [_open] | some component in _code_components},
	{"parameters.final": [_open], "documents.data_card": [_open]},
])

_release(evidence) := testing.alone(object.union(testing.under([["plain"]]), {"evidence": evidence}))

_read(evidence, reading) := judgement if {
	document := object.union(_release(evidence), {"config": {"reading": reading}})
	judgement := osaid.judgement with input as document with data.catalog as _known
}

_judged(evidence) := _read(evidence, "text")

_requirement(judgement, id) := requirement if {
	some requirement in judgement.requirements
	requirement.id == id
}

_state(evidence, id) := [requirement.state, requirement.why] if {
	requirement := _requirement(_judged(evidence), id)
}

# All evidence there is, but for some components.
_with(change) := object.union(_everything, change)

test_everything if {
	judgement := _judged(_everything)
	object.remove(judgement, ["requirements"]) == {
		"name": "osaid-1.0",
		"title": "the Open Source AI Definition 1.0",
		"source": "https://opensource.org/ai/open-source-ai-definition",
		"reading": "text",
		"verdict": "meets",
	}
	[requirement.id | some requirement in judgement.requirements] == [sprintf("OSAID-%s", [id]) |
		some id in [
			"F1", "F2", "F3", "F4", "D0", "D1", "D1a", "D1b", "D1c", "D1d", "D1e", "D2", "D3", "D4",
			"C0", "C0a", "C0b", "C0c", "C0d", "C0e", "C0f", "C1", "C2", "P0", "P1",
		]
	]
	{requirement.state | some requirement in judgement.requirements} == {"met"}
	every requirement in judgement.requirements {
		requirement.title != ""
		requirement.section != ""
	}
}

test_nothing_found_is_not_shown if {
	judgement := _judged({})
	judgement.verdict == "not-shown"
	_requirement(judgement, "OSAID-D1a") == {
		"id": "OSAID-D1a",
		"component": "data_information.provenance",
		"title": "Provenance of the data",
		"section": "Preferred form, Data Information (1)",
		"state": "not-shown",
		"why": "no evidence found",
		"at": [],
	}
	{requirement.state | some requirement in judgement.requirements} == {"not-shown"}
}

test_a_hint_is_not_shown if {
	hint := {"from": "card", "strength": "hint", "availability": "released", "seen": "a link", "at": _place}
	judged := _requirement(_judged({"code.training": [hint]}), "OSAID-C0b")
	[judged.state, judged.why, judged.at] == ["not-shown", "only a hint: a link", [_place]]
}

test_reading_is_the_text_where_none_is_asked_for if {
	document := json.remove(testing.alone({}), ["config/reading"])
	osaid.reading == "text" with input as document with data.catalog as _known
}

test_verdicts[verdict] if {
	some verdict, change in {
		"meets": {},
		"meets-but-for-licenses": {"code.training": [_says({"availability": "gated"})]},
		"not-shown": {
			"code.training": [_says({"availability": "gated"})],
			"code.inference": [],
		},
		"fails": {
			"code.training": [_says({"availability": "absent"})],
			"code.inference": [],
		},
	}
	_judged(_with(change)).verdict == verdict
}

test_what_follows_names_what_it_follows_from if {
	evidence := _with({"data_information.labelling": [_says({"level": "vague"})]})
	_state(evidence, "OSAID-D0") == ["unmet", "not there: OSAID-D1d"]
	_state(evidence, "OSAID-F2") == ["unmet", "not there: OSAID-D0"]
	hidden := _with({"code.training": [], "code.data_processing": []})
	_state(hidden, "OSAID-C1") == ["not-shown", "not shown: OSAID-C0a, OSAID-C0b"]
	gated := _with({"code.training": [_says({"availability": "gated"})]})
	_state(gated, "OSAID-C1") == ["license", "held back by terms: OSAID-C0b"]
}
