package entail.definitions.mof_test

import data.entail.definitions.mof
import data.entail.testing

_at := {"file": "MOF.yml", "line": 3, "column": 3}

_place(line) := {"file": "MOF.yml", "line": line, "column": 5}

# A file that lists components by name, each with the licence that it states.
_file(licenses, listed) := {"mof": {
	"name": "Small",
	"licenses": {scope: {"name": name, "at": _place(4)} | some scope, name in licenses},
	"components": [component |
		some name, license in listed
		component := object.union(
			{"name": name, "at": _place(9)},
			{"license": license | license != "inherits"},
		)
	],
	"at": _at,
}}

_catalog := testing.catalog([
	testing.license("mit", [], {"class": "permissive", "osi_approved": true, "identifiers": {"spdx": ["MIT"]}}),
	testing.license("vendor", [testing.term("ban", "1", {})], {}),
	testing.license("mystery", [], {"class": "unknown"}),
])

_release(over) := testing.alone(object.union(testing.under([["mit"]]), over))

_judged(document) := judgement if {
	judgement := mof.judgement with input as document with data.catalog as _catalog
}

_component(document, id) := requirement if {
	some requirement in _judged(document).requirements
	requirement.id == id
}

_state(document, id) := [requirement.state, requirement.why] if requirement := _component(document, id)

# Everything that a class requires, under what it inherits.
_all(class) := {name: "inherits" | some name in mof.required[class]}

_open := {"distribution": "MIT"}

test_judgement if {
	judgement := _judged(_release(_file(_open, _all("I"))))
	object.remove(judgement, ["requirements"]) == {
		"name": "mof",
		"title": "class III of the Model Openness Framework",
		"source": "https://arxiv.org/abs/2403.13784",
		"reading": "text",
		"verdict": "meets",
		"class": "I",
		"progress": {"III": 100, "II": 100, "I": 100},
	}
	count(judgement.requirements) == 17
	judgement.requirements[0] == {
		"id": "MOF-9",
		"title": "model architecture",
		"section": "Class III",
		"component": "code.architecture",
		"state": "met",
		"why": "under MIT",
		"at": [_place(4)],
	}
	judgement.requirements[6] == {
		"id": "MOF-20",
		"title": "sample model outputs",
		"section": "Class III",
		"component": "documents.sample_outputs",
		"optional": true,
		"state": "unmet",
		"why": "not listed",
		"at": [_at],
	}
}

_classes := {
	"I": {"listed": _all("I"), "progress": {"III": 100, "II": 100, "I": 100}, "verdict": "meets"},
	"II": {"listed": _all("II"), "progress": {"III": 100, "II": 100, "I": 71.4}, "verdict": "meets"},
	"III": {"listed": _all("III"), "progress": {"III": 100, "II": 60, "I": 0}, "verdict": "meets"},
	"none": {
		"listed": object.remove(_all("I"), ["Data card"]),
		"progress": {"III": 83.3, "II": 0, "I": 0},
		"verdict": "fails",
	},
}

test_class[class] if {
	some class, case in _classes
	judgement := _judged(_release(_file(_open, case.listed)))
	judgement.class == class
	judgement.progress == case.progress
	judgement.verdict == case.verdict
}

test_class_but_for_licenses if {
	judgement := _judged(_release(_file(_open, object.union(_all("III"), {"Data card": "unlicensed"}))))
	[judgement.class, judgement.verdict] == ["none", "meets-but-for-licenses"]
}

# Each case: the licences that components inherit, what training code and
# parameters state, and what follows.
_licenses := {
	"own": {
		"licenses": _open,
		"own": "ISC",
		"want": ["met", "under ISC"],
	},
	"of the type": {
		"licenses": {"distribution": "Ours", "code": "MIT", "data": "Ours"},
		"own": "inherits",
		"want": ["met", "under MIT"],
	},
	"of the distribution": {"licenses": _open, "own": "inherits", "want": ["met", "under MIT"]},
	"of the distribution where that of the type is empty": {
		"licenses": {"distribution": "MIT", "code": ""},
		"own": "inherits",
		"want": ["met", "under MIT"],
	},
	"none": {"licenses": {}, "own": "inherits", "want": ["license", "listed without a license"]},
	"unlicensed stops the search": {
		"licenses": _open,
		"own": "unlicensed",
		"want": ["license", "listed without a license"],
	},
	"as written": {
		"licenses": _open,
		"own": "Apache 2.0",
		"want": ["license", "under Apache 2.0, which is on no list of open licenses"],
	},
	"open and not meant for code": {
		"licenses": _open,
		"own": "CC-BY-4.0",
		"want": ["met", "under CC-BY-4.0, which is not meant for code"],
	},
}

test_licenses[note] if {
	some note, case in _licenses
	_state(_release(_file(case.licenses, {"Training code": case.own})), "MOF-7") == case.want
}

test_a_licence_that_is_not_meant_for_documents if {
	document := _release(_file({}, {"Model card": "MIT", "Datasets": "MIT"}))
	_state(document, "MOF-13") == ["met", "under MIT, which is not meant for documents"]
	_state(document, "MOF-15") == ["met", "under MIT, which is not meant for data"]
}

# Each case: the licences of report and paper, and how the report comes out.
_papers := {
	"the paper stands in": {"listed": {"Research paper": "MIT"}, "want": "met"},
	"the paper stands in with its licence": {"listed": {"Research paper": "Ours"}, "want": "license"},
	"a paper that is more open stands in": {
		"listed": {"Research paper": "MIT", "Technical report": "Ours"},
		"want": "met",
	},
	"a report stands for itself": {"listed": {"Research paper": "Ours", "Technical report": "MIT"}, "want": "met"},
	"neither is open": {"listed": {"Research paper": "Ours", "Technical report": "unlicensed"}, "want": "license"},
	"neither is there": {"listed": {"Model card": "MIT"}, "want": "unmet"},
}

test_report[note] if {
	some note, case in _papers
	_state(_release(_file({}, case.listed)), "MOF-11")[0] == case.want
}

# A paper in the place of a report counts once.
test_paper_counts_once if {
	listed := object.remove(_all("I"), ["Technical report", "Datasets"])
	_judged(_release(_file(_open, listed))).progress == {"III": 100, "II": 100, "I": 92.3}
}

# Parameters that an ancestor's terms bind are not open, whatever the file says.
_tuned(base) := testing.document(
	[
		testing.release(object.union(testing.under([["mit"]]), _file(_open, _all("III")))),
		testing.model("base/model", base),
	],
	[testing.edge(testing.own_id, "base/model", "finetune")],
)

test_parameters_of_ancestors if {
	_state(_tuned("mit"), "MOF-10") == ["met", "under MIT, which is not meant for data"]
	bound := _tuned("vendor")
	_state(bound, "MOF-10") == ["license", "under MIT, which is not meant for data, and bound by vendor"]
	_state(bound, "MOF-9") == ["met", "under MIT"]
	_judged(bound).class == "none"
	_judged(bound).verdict == "meets-but-for-licenses"
	untold := _tuned("mystery")
	says := "under MIT, which is not meant for data; the terms of a base model are not known"
	_state(untold, "MOF-10") == ["not-shown", says]
	_judged(untold).verdict == "not-shown"
}

_said(over) := object.union({"from": "evidence-file", "strength": "declared"}, over)

# Each case: what evidence other than a file of the framework says of training code.
_statements := {
	"released": {
		"statements": [_said({"availability": "released", "license": "MIT", "alternatives": [["mit"]]})],
		"want": ["met", "evidence-file: released under MIT"],
	},
	"on no list": {
		"statements": [_said({"availability": "released", "license": "Vendor", "alternatives": [["vendor"]]})],
		"want": ["license", "evidence-file: released under Vendor, which is on no list of open licenses"],
	},
	"under nothing stated": {
		"statements": [_said({"availability": "released"})],
		"want": [
			"license",
			"evidence-file: released under no license stated, which is on no list of open licenses",
		],
	},
	"seen in the repository": {
		"statements": [{"from": "files", "strength": "shown", "availability": "released"}],
		"want": ["met", "files: released under mit"],
	},
	"gated": {
		"statements": [_said({"availability": "gated"})],
		"want": ["license", "evidence-file: behind a gate or a form"],
	},
	"unknown": {
		"statements": [_said({"availability": "unknown"})],
		"want": ["not-shown", "evidence-file: not known"],
	},
	"documented": {
		"statements": [_said({"availability": "documented"})],
		"want": ["unmet", "evidence-file: documented"],
	},
	"the worse of two": {
		"statements": [
			_said({"availability": "released", "license": "MIT", "alternatives": [["mit"]]}),
			{"from": "files", "strength": "shown", "availability": "partial"},
		],
		"want": ["unmet", "files: partial"],
	},
	"a hint": {
		"statements": [{"from": "files", "strength": "hint", "availability": "released", "seen": "train.py"}],
		"want": ["not-shown", "only a hint: train.py"],
	},
	"nothing": {"statements": [], "want": ["not-shown", "no evidence found"]},
}

test_statements[note] if {
	some note, case in _statements
	_state(_release({"evidence": {"code.training": case.statements}}), "MOF-7") == case.want
}

test_nothing_is_not_shown if {
	judgement := _judged(_release({}))
	[judgement.class, judgement.verdict] == ["none", "not-shown"]
	judgement.progress == {"III": 0, "II": 0, "I": 0}
}

test_lists if {
	count(mof.open_licenses) == 226
	every id in ["MIT", "AGPL-1.0", "CC-BY-4.0", "OpenMDW-1.0"] {
		id in mof.open_licenses
	}
	every id in ["Apache 2.0", "mit", "OpenMDW-1.1", "CC-BY-NC-4.0", "unlicensed", ""] {
		not id in mof.open_licenses
	}
	every ids in mof.meant_for {
		count(ids - mof.open_licenses) == 0
	}
}

# The table of what classes require is that of the components.
test_components if {
	count(mof.order) == 17
	{name | some name in mof.order} == object.keys(mof.components)
	every class, taken_in in {"III": {"III"}, "II": {"III", "II"}, "I": {"III", "II", "I"}} {
		mof.required[class] == {name |
			some name, component in mof.components
			component.required
			component.class in taken_in
		}
	}
}
