package entail.lib

# The shapes of what a user's rules, definitions and answers say. Whatever does
# not have them is a failure of the rule, and named: it would else be dropped in
# silence or break a report. Types are looked at before values, as a value may
# stand in itself so often that writing it out would never end.

_longest := 10000

_most := 1000

_finding_fields := {
	"message": "name",
	"level": "level",
	"subject": "name",
	"path": "names",
	"license": "text",
	"term": "text",
	"clause": "text",
	"at": "places",
	"why": "text",
	"fix": "text",
	"refs": "texts",
}

_judgement_fields := {
	"name": "key",
	"title": "text",
	"source": "text",
	"reading": "reading",
	"note": "text",
	"verdict": "verdict",
	"class": "name",
	"progress": "percents",
	"requirements": "list",
}

_requirement_fields := {
	"id": "name",
	"component": "text",
	"title": "text",
	"section": "text",
	"state": "state",
	"why": "text",
	"at": "places",
	"optional": "flag",
}

_entry_fields := {"answer": "answer", "by": "name", "state": "answered", "why": "name"}

_types := {
	"flag": "boolean",
	"names": "array",
	"texts": "array",
	"places": "array",
	"list": "array",
	"percents": "object",
}

_words := {
	"level": ["error", "warning", "note"],
	"verdict": ["meets", "meets-but-for-licenses", "fails", "not-shown"],
	"state": ["met", "unmet", "license", "not-shown"],
	"reading": ["text", "practice"],
	"answer": ["yes", "no", "person"],
	"answered": ["met", "unmet"],
}

# What is wrong with an object of these fields, some of which have to be there.
_faults(_, _, said) := {sprintf("of type %s, want an object", [type_name(said)])} if not is_object(said)

_faults(fields, wanted, said) := (_absent(wanted, said) | _strange(fields, said)) | _misfits(fields, said) if {
	is_object(said)
}

_absent(wanted, said) := {sprintf("without its %s", [field]) |
	some field in wanted
	object.get(said, field, "") in {"", null}
}

_strange(fields, said) := {sprintf("with a field %v, want one of %s", [field, known]) |
	known := concat(", ", sort(object.keys(fields)))
	some field, _ in said
	not fields[field]
}

_misfits(fields, said) := {sprintf("whose %s %s", [field, wrong]) |
	some field, value in said
	kind := fields[field]
	some wrong in _wrong(kind, value)
}

_wrong(kind, value) := {sprintf("is of type %s, want %s", [type_name(value), want])} if {
	want := object.get(_types, kind, "string")
	type_name(value) != want
} else := _amiss(kind, value)

default _amiss(_, _) := set()

_amiss(kind, value) := {sprintf("is %s, want %s", [value, concat(" or ", words)]) |
	words := _words[kind]
	not value in words
	count(value) <= _longest
} | {wrong | some wrong in _lengthy(value)} if {
	_words[kind]
}

_amiss("text", value) := _lengthy(value)

_amiss("name", value) := {"is empty" | trim_space(value) == ""} | _lengthy(value)

_amiss("key", value) := {"is not made of at most 64 small letters and digits, with - or . between them" |
	not regex.match(`^[a-z0-9][a-z0-9.-]{0,63}$`, value)
}

_amiss("list", value) := _lengthy(value)

_amiss("texts", value) := _lengthy(value) | {wrong | some one in value; some wrong in _part("text", one)}

_amiss("names", value) := ({"is empty" | count(value) == 0} | _lengthy(value)) | {wrong |
	some one in value
	some wrong in _part("name", one)
}

_amiss("places", value) := _lengthy(value) | {sprintf("has a place %s", [wrong]) |
	some place in value
	some wrong in _place(place)
}

_amiss("percents", value) := _lengthy(value) | {"is more than a number from 0 to 100 for each class" |
	some class, percent in value
	not _percent(class, percent)
}

_percent(class, percent) if {
	is_string(class)
	is_number(percent)
	percent >= 0
	percent <= 100
}

_lengthy(value) := {sprintf("is longer than %d characters", [_longest]) | count(value) > _longest} if is_string(value)

_lengthy(value) := {sprintf("has more than %d parts", [_most]) | count(value) > _most} if not is_string(value)

_part(_, one) := {sprintf("has a part of type %s, want string", [type_name(one)])} if not is_string(one)

_part(kind, one) := {sprintf("has a part that %s", [wrong]) | some wrong in _amiss_text(kind, one)} if is_string(one)

_amiss_text("text", one) := _lengthy(one)

_amiss_text("name", one) := {"is empty" | trim_space(one) == ""} | _lengthy(one)

_place(place) := {sprintf("of type %s, want an object with file, line and column", [type_name(place)])} if {
	not is_object(place)
}

_place(place) := _placeless(place) | {sprintf("with a field %v, want file, line and column", [field]) |
	some field, _ in place
	not field in {"file", "line", "column"}
} if {
	is_object(place)
}

_placeless(place) := {"without a file" | not _file(place)} | {why |
	some field in ["line", "column"]
	not _count_or_none(object.get(place, field, 0))
	why := sprintf("whose %s is no whole number from 0 on", [field])
}

_file(place) if {
	is_string(place.file)
	trim_space(place.file) != ""
	count(place.file) <= _longest
}

_count_or_none(n) if {
	is_number(n)
	n >= 0
	n <= 1000000000
	n == floor(n)
}
