package entail.lib

# METADATA
# description: >-
#   The judgements of the definitions that a user states as data
#   (catalog/definitions.yaml), by name. Each requirement is of a component,
#   which has to be had as `accept` lists, or of the licences that the parameters
#   may come under.
stated_judgements[name] := object.union(object.filter(about, {"title", "source", "note"}), {
	"name": name,
	"reading": "text",
	"verdict": verdict_of(requirements),
	"requirements": requirements,
}) if {
	some name, about in data.catalog.definitions
	not name in _taken_from_stated
	requirements := [requirement |
		some stated in about.requirements
		requirement := object.union(object.remove(stated, {"accept", "licenses"}), _of_stated(stated))
	]
}

# The names that other definitions have.
_taken_from_stated := {name | name := judgements[_].name} | {_definition_name(key, judged) |
	some key, judged in data.entail.own.judgements
	is_object(judged)
}

_of_stated(stated) := _component_stated(stated) if stated.component

_of_stated(stated) := _licenses_stated(_accepted(stated.licenses)) if stated.licenses

_component_stated(stated) := worst([judged |
	some statement in statements(stated.component)
	said := object.get(statement, "level", object.get(statement, "availability", "unknown"))
	judged := {
		"state": _state_of(said, stated.accept),
		"why": sprintf("%s: %s", [statement.from, said]),
		"at": stated_at(statement),
	}
]) if {
	count(statements(stated.component)) > 0
} else := not_shown(stated.component)

_state_of(said, accept) := "met" if {
	said in accept
} else := "license" if {
	said == "gated"
} else := "not-shown" if {
	said == "unknown"
} else := "unmet"

_accepted("open") := {key | some key, _ in data.catalog.licenses; open_license(key)}

_accepted("approved") := {key | some key, _ in data.catalog.licenses; approved_license(key)}

_accepted(keys) := {key | some key in keys} if is_array(keys)

# Under what the parameters come: the release's own licence and one stated for
# them, and what binds them from its ancestors.
_licenses_stated(accepted) := _terms_stated("license", sprintf("bound by %s", [concat(", ", unfit)])) if {
	unfit := binding - accepted
	count(unfit) > 0
} else := _terms_stated("license", sprintf("under %s", [concat(", ", unfit)])) if {
	unfit := _stated_licenses - accepted
	count(unfit) > 0
} else := _terms_stated("license", "under no license") if {
	count(_stated_licenses) == 0
} else := _terms_stated("not-shown", concat("; ", untold)) if {
	count(untold) > 0
} else := _terms_stated("met", sprintf("under %s", [label[input.subject]]))

_terms_stated(state, why) := {"state": state, "why": why, "at": card_at("license")}

_stated_licenses contains key if some key in governing[input.subject]

_stated_licenses contains key if {
	some statement in statements("parameters.final")
	some keys in statement.alternatives
	some key in keys
}
