package entail.definitions.osaid_test

import data.entail.definitions.osaid
import data.entail.testing

_catalog := testing.catalog([
	testing.free_license("approved", [testing.term("ban", "1", {})]),
	testing.free_license("plain", []),
	testing.free_license(
		"unlisted",
		[testing.term("license-copy", "1", {}), testing.term("alike", "2", {"licenses": []})],
	),
	testing.free_license("hobby", [testing.term("ban", "1", {})]),
	testing.license("vendor", [testing.term("ban", "1", {})], {}),
])

# As the catalogue above, with "unlisted" and "hobby" on no list of OSI's.
_known := object.union(_catalog, {"licenses": {
	"unlisted": {"osi_approved": false},
	"hobby": {"osi_approved": false},
}})

_data := [
	"data_information.description",
	"data_information.provenance",
	"data_information.scope_characteristics",
	"data_information.obtained_selected",
	"data_information.labelling",
	"data_information.processing_filtering",
	"data_information.public_data_listing",
	"data_information.third_party_data",
]

_code := [
	"code.data_processing",
	"code.training",
	"code.validation_testing",
	"code.inference",
	"code.supporting_libraries",
	"code.architecture",
]

_full := {"from": "card", "level": "full"}

_open := {"from": "files", "availability": "released", "license": "Plain", "alternatives": [["plain"]]}

_place := {"file": "README.md", "line": 8, "column": 1}

# Evidence that meets every requirement.
_everything := object.union_n([
	{component: [_full] | some component in _data},
	{component: [_open] | some component in _code},
	{"parameters.final": [{"from": "files", "availability": "released"}]},
])

_release(evidence) := testing.alone(object.union(testing.under([["plain"]]), {"evidence": evidence}))

_judged(evidence) := judgement if {
	judgement := osaid.judgement with input as _release(evidence) with data.catalog as _known
}

_requirement(judgement, id) := requirement if {
	some requirement in judgement.requirements
	requirement.id == id
}

test_judgement if {
	judgement := _judged(_everything)
	object.remove(judgement, ["requirements"]) == {
		"name": "osaid-1.0",
		"title": "the Open Source AI Definition 1.0",
		"source": "https://opensource.org/ai/open-source-ai-definition",
		"reading": "text",
		"verdict": "meets",
	}
	[requirement.id | some requirement in judgement.requirements] == [
		"OSAID-D1", "OSAID-D1a", "OSAID-D1b", "OSAID-D1c", "OSAID-D1d", "OSAID-D1e", "OSAID-D2", "OSAID-D3",
		"OSAID-C1a", "OSAID-C1b", "OSAID-C1c", "OSAID-C1d", "OSAID-C1e", "OSAID-C1f", "OSAID-P1",
	]
	{requirement.state | some requirement in judgement.requirements} == {"met"}
}

test_nothing_found_is_not_shown if {
	judgement := _judged({})
	judgement.verdict == "not-shown"
	_requirement(judgement, "OSAID-D1") == {
		"id": "OSAID-D1",
		"component": "data_information.description",
		"title": "training data described",
		"state": "not-shown",
		"why": "no evidence found",
		"at": [],
	}
	{[
		requirement.state,
		requirement.why,
	] |
		some requirement in judgement.requirements
	} == {["not-shown", "no evidence found"]}
}

_levels := {
	"full": "met",
	"substantial": "met",
	"not-used": "met",
	"named-only": "unmet",
	"vague": "unmet",
	"none": "unmet",
	"unknown": "not-shown",
}

test_data_levels[level] if {
	some level, state in _levels
	evidence := {"data_information.labelling": [{"from": "card", "level": level, "at": _place}]}
	judged := _requirement(_judged(evidence), "OSAID-D1d")
	judged.state == state
	judged.why == sprintf("card: %s", [level])
	judged.at == [_place]
}

test_the_strongest_source_counts if {
	evidence := {"code.training": [_open, {"from": "card", "availability": "absent"}]}
	_requirement(_judged(evidence), "OSAID-C1b").state == "met"
}

# Each case: a statement about code, the state that follows and why.
_statements := {
	"released under an open licence": {
		"statement": _open,
		"want": ["met", "files: released under Plain"],
	},
	"released under either of two": {
		"statement": object.union(_open, {"alternatives": [["vendor"], ["plain"]]}),
		"want": ["met", "files: released under Plain"],
	},
	"released under two at once": {
		"statement": object.union(_open, {"alternatives": [["plain", "vendor"]]}),
		"want": ["license", "files: released under terms that are not open (Plain)"],
	},
	"released under a vendor's licence": {
		"statement": object.union(_open, {"license": "Vendor", "alternatives": [["vendor"]]}),
		"want": ["license", "files: released under terms that are not open (Vendor)"],
	},
	"released under nothing stated": {
		"statement": {"from": "files", "availability": "released"},
		"want": ["license", "files: released under terms that are not open (no license stated)"],
	},
	"released under nothing": {
		"statement": object.union(_open, {"license": "Nothing", "alternatives": [[]]}),
		"want": ["license", "files: released under terms that are not open (Nothing)"],
	},
	"behind a gate": {
		"statement": {"from": "card", "availability": "gated"},
		"want": ["license", "card: behind a gate or a form"],
	},
	"documented": {
		"statement": {"from": "card", "availability": "documented"},
		"want": ["unmet", "card: documented"],
	},
	"unknown": {
		"statement": {"from": "mof", "availability": "unknown"},
		"want": ["not-shown", "mof: unknown"],
	},
	"partial": {
		"statement": {"from": "mof", "availability": "partial"},
		"want": ["unmet", "mof: partial"],
	},
	"absent": {
		"statement": {"from": "mof", "availability": "absent"},
		"want": ["unmet", "mof: absent"],
	},
}

test_code[note] if {
	some note, case in _statements
	judged := _requirement(_judged({"code.training": [case.statement]}), "OSAID-C1b")
	[judged.state, judged.why] == case.want
}

test_code_by_the_practice_of_validation if {
	evidence := object.union(_everything, {"code.training": [{"from": "card", "availability": "documented"}]})
	document := object.union(_release(evidence), {"config": {"reading": "practice"}})
	judgement := osaid.judgement with input as document with data.catalog as _known
	judgement.reading == "practice"
	judgement.verdict == "meets-but-for-licenses"
	judged := _requirement(judgement, "OSAID-C1b")
	[judged.state, judged.why] == ["license", "card: documented and not published"]
}

test_reading_is_the_text_where_none_is_asked_for if {
	document := json.remove(testing.alone({}), ["config/reading"])
	osaid.reading == "text" with input as document with data.catalog as _known
}

test_verdicts[verdict] if {
	some verdict, change in {
		"meets": {},
		"meets-but-for-licenses": {"code.training": [{"from": "card", "availability": "gated"}]},
		"not-shown": {
			"code.training": [{"from": "card", "availability": "gated"}],
			"code.inference": [],
		},
		"fails": {
			"code.training": [{"from": "card", "availability": "absent"}],
			"code.inference": [],
		},
	}
	_judged(object.union(_everything, change)).verdict == verdict
}

# Parameters under the licence that their evidence states, else the release's.
_weights(own, statement, base) := [judged.state, judged.why] if {
	released := testing.release(object.union(
		testing.under([[own]]),
		{"evidence": {"parameters.final": [object.union({"from": "files", "availability": "released"}, statement)]}},
	))
	document := testing.document(
		[released, testing.model("base/model", base)],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	judgement := osaid.judgement with input as document with data.catalog as _known
	judged := _requirement(judgement, "OSAID-P1")
}

test_parameters_under_the_release if {
	_weights("plain", {}, "plain") == ["met", "files: released under plain"]
	_weights("vendor", {}, "plain") == ["license", "files: released under terms that are not open (vendor)"]
}

test_parameters_under_a_licence_of_their_own if {
	stated := {"license": "Vendor", "alternatives": [["vendor"]]}
	_weights("plain", stated, "plain") == ["license", "files: released under terms that are not open (Vendor)"]
}

test_parameters_bound_by_an_ancestor if {
	says := "files: released under terms that are not open (plain, and bound by vendor)"
	_weights("plain", {}, "vendor") == ["license", says]
	stated := {"license": "Plain", "alternatives": [["plain"]]}
	own := "files: released under terms that are not open (Plain, and bound by vendor)"
	_weights("plain", stated, "vendor") == ["license", own]
}

test_parameters_bound_by_a_text_of_its_own if {
	released := testing.release({
		"license": {
			"declared": [testing.declared([["plain"]])],
			"texts": [testing.strange([testing.found("ban", 3, {})], {})],
		},
		"evidence": {"parameters.final": [{"from": "files", "availability": "released"}]},
	})
	judgement := osaid.judgement with input as testing.document([released], []) with data.catalog as _known
	says := "files: released under terms that are not open (plain, and bound by LICENSE)"
	judged := _requirement(judgement, "OSAID-P1")
	[judged.state, judged.why] == ["license", says]
}

# A duty to share alike limits none of the four freedoms.
test_parameters_not_bound_by_what_limits_no_freedom if {
	_weights("plain", {}, "unlisted") == ["met", "files: released under plain"]
}

test_open_license if {
	osaid.open_license("approved") with data.catalog as _known
	osaid.open_license("unlisted") with data.catalog as _known
	not osaid.open_license("hobby") with data.catalog as _known
	not osaid.open_license("vendor") with data.catalog as _known
	not osaid.open_license("nonsense") with data.catalog as _known
}

test_open_classes[class] if {
	some class, open in {
		"public-domain": true,
		"permissive": true,
		"open-data": true,
		"share-alike": true,
		"custom": false,
		"rail": false,
		"non-commercial": false,
		"proprietary": false,
		"unknown": false,
	}
	known := testing.catalog([testing.license("own", [], {"class": class})])
	found := {true | osaid.open_license("own")} with data.catalog as known
	found == {true | open}
}
