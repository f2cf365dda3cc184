# METADATA
# title: Open weights
# description: >-
#   Whether the weights are released, to anybody and whole, under terms that let
#   anybody use, change and pass them on. There is no single authority for the
#   term; these are the points that the published definitions share. What only
#   the stricter of them ask, information and training software, is told and
#   does not count.
# related_resources:
#   - https://github.com/Open-Weights/Definition
#   - https://openweight.org
#   - https://opensource.org/ai/open-weights
package entail.definitions.open_weights

import data.entail.lib

# METADATA
# description: The verdict with its requirements.
judgement := {
	"name": "open-weights",
	"title": "open weights",
	"source": "https://github.com/Open-Weights/Definition",
	"reading": "text",
	"note": "Open weights alone are not Open Source AI: that takes data information and code as well.",
	"verdict": lib.verdict_of(_decisive),
	"requirements": requirements,
}

# Where one permission is refused, it does not matter whether another is.
_decisive := [requirement | some requirement in requirements; not _moot(requirement)]

_moot(requirement) if {
	_permission(requirement)
	requirement.state == "not-shown"
	some other in requirements
	_permission(other)
	other.state == "license"
}

_permission(requirement) if requirement.id in {id | some [id, _, _] in _permissions}

# METADATA
# description: The requirements, by the numbers of the Open Weights Definition.
requirements := array.concat(
	[object.union(
		{"id": "OW-1", "title": "weights released", "section": "1", "component": "parameters.final"},
		lib.weights,
	)],
	array.concat(
		[requirement |
			some [id, title, section] in _permissions
			requirement := object.union(
				{"id": id, "title": title, "section": section, "component": "parameters.final"},
				lib.judged_terms(_objections(id)),
			)
		],
		[requirement |
			some [id, title, section, component] in _beside
			requirement := object.union(
				{"id": id, "title": title, "section": section, "component": component, "optional": true},
				_there(component),
			)
		],
	),
)

_permissions := [
	["OW-3", "use for any purpose", "3"],
	["OW-4", "change for any purpose", "4"],
	["OW-5", "for anybody and any trade", "5"],
	["OW-7", "pass on, changed or not", "7"],
]

# What is against one permission is against that one; all else is against each.
_objections(id) := {objection |
	some objection in lib.objections("open-weights")
	not objection.by in ({other | some [other, _, _] in _permissions} - {id})
}

_beside := [
	["OW-2", "information on the training data", "2", "data_information.description"],
	["OW-6", "training software", "6", "code.training"],
]

_there(component) := lib.worst([judged |
	some statement in lib.statements(component)
	said := object.get(statement, "level", object.get(statement, "availability", "unknown"))
	judged := {
		"state": object.get(_states, said, "unmet"),
		"why": sprintf("%s: %s", [statement.from, said]),
		"at": lib.stated_at(statement),
	}
]) if {
	count(lib.statements(component)) > 0
} else := lib.not_shown(component)

_states := {
	"released": "met",
	"full": "met",
	"substantial": "met",
	"not-used": "met",
	"gated": "license",
	"unknown": "not-shown",
}
