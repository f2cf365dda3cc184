package entail.rules.license.text_mismatch_test

import data.entail.rules.license.text_mismatch
import data.entail.testing

_released(alternatives, text) := testing.alone({"license": {
	"declared": [testing.declared(alternatives)],
	"texts": [text],
}})

test_the_file_is_another_licence if {
	document := _released([["free"]], testing.text("limited", {"file": "LICENSE.md"}))
	found := text_mismatch.findings with input as document with data.catalog as testing.usual
	found == {{
		"message": "the card says free, LICENSE.md is The limited licence",
		"license": "limited",
		"at": [testing.license_at, {"file": "LICENSE.md", "line": 1, "column": 1}],
		"why": "Who reads the card and who reads the file come to different terms.",
		"fix": concat("", [
			"If the file is right, write `license: limited` in the card.",
			" If the card is right, put its licence's text into LICENSE.md.",
		]),
	}}
}

test_quiet[note] if {
	some note, case in {
		"where they agree": {"declared": [["free"]], "text": testing.text("free", {})},
		"where the file is one of the choices": {"declared": [["limited"], ["free"]], "text": testing.text("free", {})},
		"where the file is not recognised": {"declared": [["free"]], "text": testing.text("", {})},
		"where the file is for code": {"declared": [["free"]], "text": testing.text("limited", {"covers": "code"})},
		"where the card names a family": {"declared": [["clan"]], "text": testing.text("limited", {})},
		"where the card names nothing known": {"declared": [["mystery"]], "text": testing.text("limited", {})},
	}
	document := _released(case.declared, case.text)
	text_mismatch.findings == set() with input as document with data.catalog as testing.usual
}

# Several statements hold together: each file may be of any of them.
test_several_declared_side_by_side if {
	document := testing.alone({"license": {
		"declared": [testing.declared([["free"]]), testing.declared([["easy"]])],
		"texts": [testing.text("easy", {}), testing.text("limited", {"file": "COPYING"})],
	}})
	found := text_mismatch.findings with input as document with data.catalog as testing.usual
	{one.license | some one in found} == {"limited"}
}
