package entail.lib

# METADATA
# description: >-
#   The judgements of a user's own definitions by name, which is that of the
#   package where the judgement has none. What one leaves out is filled in,
#   since a rule that looks for it would else find nothing wrong. data.entail.own
#   is written when policies are compiled, from the names of a user's packages.
own_judgements[name] := object.union(
	{"title": name, "source": "", "reading": "text"},
	object.union(judged, {"name": name, "requirements": filled}),
) if {
	some key, judged in data.entail.own.judgements
	name := object.get(judged, "name", replace(key, "_", "-"))
	filled := [object.union({"title": object.get(requirement, "id", ""), "why": "", "at": []}, requirement) |
		some requirement in object.get(judged, "requirements", [])
	]
}

# METADATA
# description: The findings of a user's own rules, as pairs of a rule's id and a finding.
own_findings contains [rule, found] if {
	some rule, said in data.entail.own.said
	not rule in object.keys(own_failures)
	some found in said.findings
}

# METADATA
# description: The ids of a user's own rules that were evaluated.
own_rules contains rule if {
	some rule, _ in data.entail.own.said
	not rule in object.keys(own_failures)
}

# METADATA
# description: The packages that make an exception, as conftest has them, from a rule of theirs, by the rule's id.
own_exceptions[rule] := said.waived if some rule, said in data.entail.own.said

# METADATA
# description: What a package for conftest calls `exception` holds for the rule of this name.
excepts(exception, name) if exception[_][_] == name

# METADATA
# scope: document
# description: >-
#   Why what a user's rule, definition or answers say cannot be used, by id:
#   each failed to be evaluated, or says something that is no finding. One that
#   fails takes none of the others with it, and is never a pass.
own_failures[rule] := why if some rule, why in data.entail.own.failed

own_failures[rule] := why if {
	some rule, said in data.entail.own.said
	not said.shape in {"set", "array"}
	why := sprintf("its findings are of type %s, want a set or an array", [said.shape])
}

own_failures[rule] := why if {
	some rule, _ in data.entail.own.said
	faults := sort([fault | some found in data.entail.own.said[rule].findings; fault := _fault(found)])
	why := sprintf("it gives a finding %s", [faults[0]])
}

_fault(found) := sprintf("of type %s, want an object", [type_name(found)]) if not is_object(found)

_fault(found) := "without a message" if {
	is_object(found)
	object.get(found, "message", "") in {"", null}
} else := sprintf("with the level %v, want error, warning or note", [found.level]) if {
	not found.level in {"error", "warning", "note"}
} else := sprintf("with a field %s, which findings do not have", [unknown[0]]) if {
	unknown := sort([field | some field, _ in found; not _field_types[field]])
} else := sprintf("whose %s is of type %s, want %s", [wrong[0][0], wrong[0][1], wrong[0][2]]) if {
	wrong := sort([[field, type_name(value), want] |
		some field, value in found
		want := _field_types[field]
		type_name(value) != want
	])
}

_field_types := {
	"message": "string",
	"level": "string",
	"subject": "string",
	"path": "array",
	"license": "string",
	"term": "string",
	"clause": "string",
	"at": "array",
	"why": "string",
	"fix": "string",
	"refs": "array",
}

# METADATA
# scope: document
# description: >-
#   A finding from what a rule written for conftest says: a text, or an object
#   with `msg`, of which the fields that findings have are kept.
conftest(said, level) := {"message": said, "level": level} if is_string(said)

conftest(said, level) := object.union(kept, {"message": said.msg, "level": level}) if {
	is_object(said)
	kept := {field: value | some field, value in said; _field_types[field]; not field in {"message", "level", "subject"}}
} else := said if not is_string(said)
