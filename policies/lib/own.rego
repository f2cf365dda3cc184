package entail.lib

# METADATA
# scope: document
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
	not _definition_faults[_definition_id(key)]
	not data.entail.own.failed[_definition_id(key)]
	name := _definition_name(key, judged)
	filled := [object.union({"title": object.get(requirement, "id", ""), "why": "", "at": []}, requirement) |
		some requirement in object.get(judged, "requirements", [])
	]
}

own_judgements[name] := judged if some name, judged in stated_judgements

_definition_id(key) := sprintf("custom/definitions/%s", [replace(key, "_", "-")])

_definition_name(key, judged) := object.get(judged, "name", replace(key, "_", "-"))

# METADATA
# description: >-
#   A user's answers to what our definitions leave to a person, by definition and
#   by requirement or kind of term. None count where one of them cannot be used:
#   what it was to say is not known.
own_answers := data.entail.own.answers if {
	count(_answers_faults) == 0
	not data.entail.own.failed["custom/answers"]
}

# METADATA
# description: The findings of a user's own rules, as pairs of a rule's id and a finding.
own_findings contains [rule, found] if {
	some rule, said in data.entail.own.said
	not own_failures[rule]
	some found in said.findings
}

# METADATA
# description: The ids of a user's own rules that were evaluated.
own_rules contains rule if {
	some rule, _ in data.entail.own.said
	not own_failures[rule]
}

# METADATA
# description: The packages that make an exception, as conftest has them, from a rule of theirs, by the rule's id.
own_exceptions := {rule: said.waived | some rule, said in data.entail.own.said}

# METADATA
# description: What a package for conftest calls `exception` holds for the rule of this name.
excepts(exception, name) if {
	some rules in exception
	name in rules
}

# METADATA
# scope: document
# description: >-
#   Why what a user's rule, definition or answers say cannot be used, by id:
#   each failed to be evaluated, or says what is none of the shapes of
#   own_shape.rego. One that fails takes none of the others with it, and is never
#   a pass.
own_failures[rule] := why if some rule, why in data.entail.own.failed

own_failures[rule] := min(reasons) if {
	some rule, reasons in object.union_n([_said_faults, _definition_faults, _answers_fault])
	not data.entail.own.failed[rule]
}

_answers_fault["custom/answers"] := _answers_faults if count(_answers_faults) > 0

_said_faults[rule] contains why if {
	some rule, said in data.entail.own.said
	some why in _faults_said(said)
}

_definition_faults[_definition_id(key)] contains why if {
	some key, judged in data.entail.own.judgements
	some why in _judgement_faults(judged)
}

_definition_faults[_definition_id(key)] contains why if {
	some key, judged in data.entail.own.judgements
	is_object(judged)
	name := _definition_name(key, judged)
	name in _taken(key)
	why := sprintf("its name is %s, which is that of another definition", [name])
}

_definition_faults[_definition_id(name)] contains "its name is that of another definition" if {
	some name, _ in data.catalog.definitions
	name in _taken_from_stated
}

# What gives no judgement would be asked for in vain.
_definition_faults[_definition_id(key)] contains "it gives no judgement" if {
	some key in data.entail.own.definitions
	not data.entail.own.judgements[key]
}

_taken(key) := ({name | name := judgements[_].name} | _stated_names) | {name |
	some other, judged in data.entail.own.judgements
	other != key
	is_object(judged)
	name := _definition_name(other, judged)
}

_stated_names := object.keys(object.get(data.catalog, "definitions", {}))

_faults_said(said) := {sprintf("its findings are of type %s, want a set or an array", [said.shape])} if {
	not said.shape in {"set", "array"}
} else := {sprintf("it has %d findings, want %d at most", [count(said.findings), _most])} if {
	count(said.findings) > _most
} else := _finding_faults(said) | _incomplete_faults(said)

_finding_faults(said) := faults if {
	faults := {sprintf("it gives a finding %s", [wrong]) |
		some found in said.findings
		some wrong in _faults(_finding_fields, {"message"}, found)
	}
	count(faults) > 0
} else := {sprintf("its findings are %d characters long together, want %d at most", [size, _largest]) |
	size := sum([count(json.marshal(found)) | some found in said.findings])
	size > _largest
}

_largest := 1000000

_incomplete_faults(said) := {sprintf("what it finds missing is of type %s, want a set or an array", [shape])} if {
	shape := object.get(said, "incomplete_shape", "set")
	not shape in {"set", "array"}
} else := {sprintf("what it finds missing %s", [wrong]) |
	missing := object.get(said, "incomplete", set())
	some wrong in (_lengthy(missing) | {wrong | some reason in missing; some wrong in _part("name", reason)})
}

_judgement_faults(judged) := {sprintf("it gives a judgement %s", [wrong]) |
	some wrong in _faults(_judgement_fields, {"verdict"}, judged)
} | {sprintf("it gives a requirement %s", [wrong]) |
	is_object(judged)
	some requirement in judged.requirements
	some wrong in _faults(_requirement_fields, {"id", "state"}, requirement)
}

_answers_faults contains sprintf("they are of type %s, want an object", [type_name(data.entail.own.answers)]) if {
	not is_object(data.entail.own.answers)
}

_answers_faults contains why if {
	some definition, entries in data.entail.own.answers
	not is_object(entries)
	why := sprintf("what is answered for %v is of type %s, want an object", [definition, type_name(entries)])
}

_answers_faults contains sprintf("the answer for %v, %v %s", [definition, id, wrong]) if {
	some definition, entries in data.entail.own.answers
	is_object(entries)
	some id, entry in entries
	some wrong in _entry_faults(entry)
}

_entry_faults(entry) := {sprintf("is of type %s, want an object", [type_name(entry)])} if {
	not is_object(entry)
} else := {wrong |
	known := object.filter(entry, object.keys(_entry_fields))
	some ill in (_misfits(_entry_fields, known) | _absent(_entry_wanted(entry), entry))
	wrong := sprintf("is one %s", [ill])
}

# Each says by what it is so: without it nothing could be told, and nothing is.
_entry_wanted(entry) := {field | some said, field in {"answer": "by", "state": "why"}; entry[said]}

# METADATA
# scope: document
# description: >-
#   A finding from what a rule written for conftest says: a text, or an object
#   with `msg`, of which the fields that findings have are kept where they are of
#   the shape of findings. `rule` is what conftest asks for it by.
conftest(said, rule) := {"message": said, "level": levels[rule]} if is_string(said)

conftest(said, rule) := object.union(kept, {"message": said.msg, "level": levels[rule]}) if {
	is_object(said)
	kept := {field: value |
		some field, value in said
		kind := _finding_fields[field]
		not field in {"message", "level", "subject"}
		count(_wrong(kind, value)) == 0
	}
} else := said if not is_string(said)
