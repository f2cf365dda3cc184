package entail.rules.license.unrecognised_text_test

import data.entail.rules.license.unrecognised_text
import data.entail.testing

_with(key, texts) := testing.alone({"license": {
	"declared": [testing.declared([[key]])],
	"texts": texts,
}})

_strange := testing.text("", {"coverage": 0, "modified": true})

test_a_text_that_is_no_known_licence if {
	found := unrecognised_text.findings with input as _with("free", [_strange]) with data.catalog as testing.usual
	found == {{
		"message": "the card says free, and LICENSE is no text that is known",
		"at": [testing.license_at, {"file": "LICENSE", "line": 1, "column": 1}],
		"why": "Whoever reads the file may come to other terms than whoever reads the card.",
		"fix": "Put the unchanged text of free into LICENSE, or name what the file holds in license_name.",
	}}
	open := unrecognised_text.incomplete with input as _with("free", [_strange]) with data.catalog as testing.usual
	open == {"what LICENSE says is not known"}
}

# What a text is most like is a hint, and changes no verdict.
_hints := {
	"; it looks like easy: 93% of its words are from there, and 2% of that licence is missing": {
		"coverage": 0.93,
		"missing": 0.02,
	},
	"; it looks like easy: 99% of its words are from there, and 1% of that licence is missing": {
		"coverage": 0.999,
		"missing": 0.001,
	},
	"; it looks like easy: 50% of its words are from there, and 0% of that licence is missing": {
		"coverage": 0.5,
		"missing": 0,
	},
}

test_what_a_text_looks_like[hint] if {
	some hint, near in _hints
	text := object.union(_strange, {"nearest": object.union(near, {"id": "easy"})})
	found := unrecognised_text.findings with input as _with("free", [text]) with data.catalog as testing.usual
	{finding.message | some finding in found} == {sprintf(
		"the card says free, and LICENSE is no text that is known%s",
		[hint],
	)}
	open := unrecognised_text.incomplete with input as _with("free", [text]) with data.catalog as testing.usual
	open == {"what LICENSE says is not known"}
}

_quiet := {
	"a known text": _with("free", [testing.text("free", {})]),
	"another known text, which is a mismatch": _with("free", [testing.text("easy", {})]),
	"a known text beside it": _with("free", [testing.text("free", {}), object.union(_strange, {"file": "COPYING"})]),
	"a licence of unknown terms, which has a finding of its own": _with("mystery", [_strange]),
	"a file that covers the code": _with("free", [object.union(_strange, {"covers": "code"})]),
	"another party's licence": _with("free", [object.union(_strange, {"file": "third_party/LICENSE"})]),
	"no licence file": _with("free", []),
}

test_quiet[note] if {
	some note, document in _quiet
	found := unrecognised_text.findings with input as document with data.catalog as testing.usual
	found == set()
}

# Of what it is made from nobody knows more.
test_incomplete_for_an_ancestor if {
	base := testing.node("base/model", {"license": {"declared": [testing.declared([["free"]])], "texts": [_strange]}})
	document := testing.document(
		[testing.release(testing.under([["free"]])), base],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	open := unrecognised_text.incomplete with input as document with data.catalog as testing.usual
	open == {"what LICENSE of base/model says is not known"}
	found := unrecognised_text.findings with input as document with data.catalog as testing.usual
	found == set()
}
