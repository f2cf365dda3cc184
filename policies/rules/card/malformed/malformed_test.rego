package entail.rules.card.malformed_test

import data.entail.rules.card.malformed
import data.entail.testing

_place := {"file": "README.md", "line": 4, "column": 2}

_found(kind) := found if {
	problem := {"kind": kind, "detail": "what is wrong", "at": _place}
	found := malformed.findings with input as testing.alone({"card": {"problems": [problem]}})
}

test_a_finding_has_the_place_of_the_problem if {
	_found("misspelled-key") == {{
		"level": "warning",
		"message": "README.md: what is wrong",
		"at": [_place],
		"why": "Only what is written as the Hub expects it is taken into account.",
		"fix": "Spell the key as the Hub does.",
	}}
}

_levels := {
	"no-front-matter": "error",
	"unclosed-front-matter": "error",
	"not-a-mapping": "error",
	"invalid-yaml": "error",
	"aliases": "error",
	"too-large": "error",
	"unreadable": "error",
	"nul-bytes": "error",
	"empty": "error",
	"duplicate-key": "note",
	"line-ends": "note",
	"misspelled-key": "warning",
	"base-model-not-an-id": "warning",
	"dataset-not-an-id": "warning",
	"base-model-too-many": "warning",
	"license-not-text": "warning",
	"evidence-file": "warning",
	"utf-16": "warning",
	"not-utf8": "warning",
	"byte-order-mark": "warning",
}

test_every_kind_is_told_once_and_says_what_to_do[kind] if {
	some kind, level in _levels
	found := _found(kind)
	{one.level | some one in found} == {level}
	{true | some one in found; one.fix != ""} == {true}
}

test_only_what_is_broken_as_a_whole_loses_the_block[kind] if {
	some kind, level in _levels
	lost := {true | some one in _found(kind); startswith(one.why, "Nothing in the block counts")}
	lost == {true | level == "error"}
}

test_an_encoding_that_only_the_hub_does_not_read[kind] if {
	some kind in ["utf-16", "byte-order-mark"]
	{one.why | some one in _found(kind)} == {"The Hub does not read it so; here it is read all the same."}
}

test_quiet if malformed.findings == set() with input as testing.alone({})
