package entail.definitions.osaid_test

# Each case: a statement about training code, the state that follows and why.
_statements := {
	"released under an approved licence": {
		"statement": _open,
		"want": ["met", "released under Plain"],
	},
	"released under either of two": {
		"statement": object.union(_open, {"alternatives": [["vendor"], ["plain"]]}),
		"want": ["met", "released under Plain"],
	},
	"released under two at once": {
		"statement": object.union(_open, {"alternatives": [["plain", "vendor"]]}),
		"want": ["license", "released under Plain, which has a limit (a thing, section 3)"],
	},
	"released under an open licence that is not for code": {
		"statement": object.union(_open, {"license": "Unlisted", "alternatives": [["unlisted"]]}),
		"want": ["license", "released under Unlisted, which OSI has not approved"],
	},
	"released under nothing stated": {
		"statement": _says({"availability": "released"}),
		"want": ["license", "released under no license stated, which gives nobody permission"],
	},
	"released under nothing known": {
		"statement": object.union(_open, {"license": "Mine", "alternatives": [["mine"]]}),
		"want": ["license", "released under Mine, whose terms are not known"],
	},
	"seen in the repository": {
		"statement": {"from": "files", "strength": "shown", "availability": "released"},
		"want": ["met", "released under plain"],
	},
	"behind a gate": {
		"statement": _says({"availability": "gated"}),
		"want": ["license", "behind a gate or a form"],
	},
	"documented": {
		"statement": _says({"availability": "documented"}),
		"want": ["unmet", "documented and not published"],
	},
	"mentioned": {
		"statement": _says({"availability": "mentioned"}),
		"want": ["unmet", "named and not published"],
	},
	"unknown": {
		"statement": _says({"availability": "unknown"}),
		"want": ["not-shown", "said to be unknown"],
	},
	"partial": {
		"statement": _says({"availability": "partial"}),
		"want": ["unmet", "published in part"],
	},
	"absent": {
		"statement": _says({"availability": "absent"}),
		"want": ["unmet", "not published"],
	},
}

test_code[note] if {
	some note, case in _statements
	_state(_with({"code.training": [case.statement]}), "OSAID-C0b") == case.want
}

test_a_part_of_the_libraries_does if {
	partial := object.union(_open, {"availability": "partial"})
	_state(_with({"code.supporting_libraries": [partial]}), "OSAID-C0e") == ["met", "partial under Plain"]
	_state(_with({"code.inference": [partial]}), "OSAID-C0d") == ["unmet", "published in part"]
}

test_the_worse_of_two_sources_counts_for_code if {
	other := {"from": "mof", "strength": "declared", "availability": "absent"}
	_state(_with({"code.training": [_open, other]}), "OSAID-C0b") == ["unmet", "not published"]
}

test_code_by_the_practice_of_validation if {
	evidence := _with({"code.training": [_says({"availability": "documented"})]})
	judgement := _read(evidence, "practice")
	judgement.reading == "practice"
	judgement.verdict == "meets-but-for-licenses"
	judged := _requirement(judgement, "OSAID-C0b")
	[judged.state, judged.why] == ["license", "documented and not published"]
	_requirement(judgement, "OSAID-C0").state == "met"
	_judged(evidence).verdict == "fails"
}

test_complete_source if {
	_state(_everything, "OSAID-C0") == ["met", "every part is there"]
	_state(_with({"code.training": [_says({"availability": "absent"})]}), "OSAID-C0") == ["unmet", "not there: OSAID-C0b"]
	_state(_with({"code.training": []}), "OSAID-C0") == ["not-shown", "not shown: OSAID-C0b"]
	_state(_with({"code.training": [_under("Vendor", "vendor")]}), "OSAID-C0") == ["met", "every part is there"]
}

test_licences_of_code if {
	_state(_everything, "OSAID-C2") == ["met", "of all code that is there"]
	absent := _with({"code.training": [_says({"availability": "absent"})]})
	_state(absent, "OSAID-C2") == ["met", "of all code that is there"]
	_state(_with({"code.training": [_under("Vendor", "vendor")]}), "OSAID-C2") == ["license", "not open: OSAID-C0b"]
	_state(_with({component: [] | some component in _code_components}), "OSAID-C2") == [
		"not-shown",
		"no code that anybody has shown",
	]
}
