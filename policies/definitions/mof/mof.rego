# METADATA
# title: Model Openness Framework
# description: >-
#   Which class of the Model Openness Framework a release reaches: III (open
#   model), II (open tooling) or I (open science), and how far it is on the way
#   to each. A file of the framework (MOF.yml) counts as its own tool counts it;
#   without one, whatever other evidence shows of each component. Class III is
#   what the verdict is about: the lowest that is one.
# related_resources:
#   - https://arxiv.org/abs/2403.13784
#   - https://github.com/lfai/model_openness_tool
package entail.definitions.mof

import data.entail.lib

# METADATA
# description: The class with its progress, the verdict for class III, and all components.
judgement := {
	"name": "mof",
	"title": "class III of the Model Openness Framework",
	"source": "https://arxiv.org/abs/2403.13784",
	"reading": "text",
	"verdict": lib.verdict_of(requirements),
	"class": class,
	"progress": progress,
	"requirements": requirements,
}

# METADATA
# description: The highest class whose every required component is there under open terms.
class := "I" if {
	progress.I == 100
} else := "II" if {
	progress.II == 100
} else := "III" if {
	progress.III == 100
} else := "none"

# METADATA
# scope: document
# description: >-
#   How far the release is on the way to each class, in per cent to one decimal:
#   open required components of all required. It is 0 while the class below is
#   not complete.
progress := {"III": _shares.III, "II": _step("III", "II"), "I": _step("II", "I")}

_step(below, name) := _shares[name] if {
	_shares[below] == 100
} else := 0

_shares[name] := round((1000 * count(open)) / count(needed)) / 10 if {
	some name, names in required
	needed := {_in_place(one) | some one in names}
	open := {one | some one in needed; judged[one].state == "met"}
}

# METADATA
# description: Every component of the framework as a requirement. Those that class III does not ask for are told.
requirements := [requirement |
	some name in order
	component := components[name]
	requirement := object.union_n([
		{
			"id": sprintf("MOF-%d", [component.number]),
			"title": lower(name),
			"section": sprintf("Class %s", [component.class]),
			"component": component.component,
		},
		{"optional": true | not name in required.III},
		judged[_in_place(name)],
	])
]

# A paper stands in for a report that is not there, or less open than the paper.
_in_place("Technical report") := "Research paper" if {
	judged["Technical report"].state != "met"
	judged["Research paper"].state == "met"
} else := "Research paper" if {
	judged["Technical report"].state in {"unmet", "not-shown"}
	judged["Research paper"].state == "license"
} else := "Technical report"

_in_place(name) := name if name != "Technical report"

# METADATA
# scope: document
# description: The state of each component by its name, with why and where.
judged[name] := _in_terms_of_ancestors(component, _listed(name, component.type)) if {
	lib.subject.mof
	some name, component in components
}

judged[name] := _found(component) if {
	not lib.subject.mof
	some name, component in components
}

# METADATA
# description: >-
#   How the framework's file licenses each component that it lists: the licence
#   as written (the component's own, else that of its type, else that of the
#   whole release, else none) and whether it is open, invalid (on no list of the
#   tool's) or unlicensed. `remark` is true for an open one that is not meant
#   for its type.
listed[name] := {"license": license, "status": status, "remark": remark, "at": at} if {
	some name, one in _file
	type := components[name].type
	[license, at] := _licensed(one, type)
	status := _status(license)
	remark := _remark(status, license, type)
}

_file[one.name] := one if some one in lib.subject.mof.components

_licensed(one, type) := stated[0] if {
	stated := array.concat(
		[[one.license, one.at] | one.license],
		[[inherited.name, inherited.at] |
			some scope in [type, "distribution"]
			inherited := lib.subject.mof.licenses[scope]
			inherited.name != ""
		],
	)
	count(stated) > 0
} else := ["unlicensed", one.at]

_status("unlicensed") := "unlicensed"

_status(license) := "open" if license in open_licenses

_status(license) := "invalid" if {
	license != "unlicensed"
	not license in open_licenses
}

default _remark(_, _, _) := false

_remark("open", license, type) if not license in meant_for[type]

_listed(name, type) := {"state": "unmet", "why": "not listed", "at": [lib.subject.mof.at]} if {
	not listed[name]
} else := {"state": state, "why": why, "at": [one.at]} if {
	one := listed[name]
	[state, why] := _by_status(one, type)
}

_by_status(one, _) := ["license", "listed without a license"] if one.status == "unlicensed"

_by_status(one, _) := ["license", sprintf("under %s, which is on no list of open licenses", [one.license])] if {
	one.status == "invalid"
}

_by_status(one, type) := ["met", sprintf("under %s%s", [one.license, note])] if {
	one.status == "open"
	note := {true: sprintf(", which is not meant for %s", [_types[type]]), false: ""}[one.remark]
}

_types := {"code": "code", "data": "data", "document": "documents"}

# The tool looks at the file alone. Parameters that come from a model whose
# terms bind them are not under open terms, whatever the file says.
_in_terms_of_ancestors(component, own) := object.union(own, {"state": "license", "why": why}) if {
	startswith(component.component, "parameters.")
	own.state == "met"
	count(lib.binding) > 0
	why := sprintf("%s, and bound by %s", [own.why, concat(", ", lib.binding)])
} else := object.union(own, {"state": "not-shown", "why": why}) if {
	startswith(component.component, "parameters.")
	own.state == "met"
	count(lib.untold) > 0
	why := sprintf("%s; %s", [own.why, concat("; ", lib.untold)])
} else := own

# Without a file of the framework, what other evidence says; of several the worst.
_found(component) := lib.worst([judged |
	some statement in lib.statements(component.component)
	[state, why] := _by_statement(statement)
	own := {"state": state, "why": sprintf("%s: %s", [statement.from, why]), "at": lib.stated_at(statement)}
	judged := _in_terms_of_ancestors(component, own)
]) if {
	count(lib.statements(component.component)) > 0
} else := lib.not_shown(component.component)

_by_statement(statement) := ["met", sprintf("released under %s", [lib.terms_name(statement)])] if {
	statement.availability == "released"
	_on_the_list(lib.terms_of(statement))
} else := ["license", sprintf("released under %s, which is on no list of open licenses", [
	lib.terms_name(statement),
])] if {
	statement.availability == "released"
} else := ["license", "behind a gate or a form"] if {
	statement.availability == "gated"
} else := ["not-shown", "not known"] if {
	statement.availability == "unknown"
} else := ["unmet", statement.availability]

# Licences that other evidence names are known to the catalogue, which has the
# ids that the tool compares.
_on_the_list(alternatives) if {
	some keys in alternatives
	count(keys) > 0
	every key in keys {
		some id in data.catalog.licenses[key].identifiers.spdx
		id in open_licenses
	}
}
