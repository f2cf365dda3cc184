package entail.rules.license.unrecognised_restriction_test

import data.entail.rules.license.unrecognised_restriction
import data.entail.testing

_ceiling := {"term": "ceiling", "line": 4, "excerpt": "five at most", "parameters": {"number": 5}}

_text(terms, over) := testing.text("", object.union(
	{"coverage": 0, "modified": true, "added": [{"from": 1, "to": 9, "terms": terms}]},
	over,
))

_found(key, text) := found if {
	document := testing.alone({"license": {"declared": [testing.declared([[key]])], "texts": [text]}})
	found := unrecognised_restriction.findings with input as document with data.catalog as testing.usual
}

test_the_card_promises_what_the_file_does_not_give if {
	_found("free", _text([_ceiling], {})) == {{
		"level": "error",
		"message": "LICENSE is no known licence, and has limits: above a number (line 4)",
		"license": "LICENSE",
		"term": "ceiling",
		"clause": "line 4",
		"at": [testing.license_at, {"file": "LICENSE", "line": 4, "column": 1}],
		"why": "Above a number: \"five at most\"",
		"fix": concat(" ", [
			"If LICENSE is right, write `license: other` with a license_name for it in the card.",
			"If the card is, replace the file.",
		]),
	}}
}

test_the_card_promises_nothing if {
	found := _found("mystery", _text([_ceiling], {}))
	{object.get(one, "level", "as the rule has it") | some one in found} == {"as the rule has it"}
	{one.term | some one in found} == {"ceiling"}
	{one.fix | some one in found} == {"Name what LICENSE holds in license_name, and say in the card what it limits."}
}

test_quiet[note] if {
	some note, text in {
		"a text in which no limit was found": _text([], {}),
		"a text that asks for what limits nobody": _text([{"term": "keep", "line": 3}], {}),
		"a text of another party": _text([_ceiling], {"file": "LICENSE-VENDOR"}),
		"a known text that was changed, of which another rule tells": _text([_ceiling], {"id": "free"}),
	}
	_found("free", text) == set()
}
