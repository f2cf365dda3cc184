package entail.rules.license.text_missing_test

import data.entail.rules.license.text_missing
import data.entail.testing

_found(over) := found if {
	found := text_missing.findings with input as testing.alone(over) with data.catalog as testing.usual
}

test_no_copy_of_a_vendors_text if {
	_found(testing.under([["limited"]])) == {{
		"message": "own/release is under limited and holds no copy of its text",
		"license": "limited",
		"at": [testing.license_at],
		"why": "The terms are the vendor's own: without the text a recipient cannot know what binds them.",
		"fix": "Add the text as LICENSE. It is at https://example.org/limited",
		"refs": ["https://example.org/limited"],
	}}
}

_linked(link, files) := {
	"card": {"at": {"license_link": {"file": "README.md", "line": 5, "column": 15}}},
	"license": {"declared": [object.union(testing.declared([["free"]]), {"link": link})]},
	"files": [{"path": file, "size": 1} | some file in files],
}

test_a_link_to_a_file_that_is_not_there if {
	_found(_linked("./LICENSE", ["README.md"])) == {{
		"message": "license_link names \"./LICENSE\", and the release has no such file",
		"at": [{"file": "README.md", "line": 5, "column": 15}],
		"why": "Whoever follows the link finds no terms.",
		"fix": "Add LICENSE, or point license_link at the file that holds the licence.",
	}}
}

test_quiet[note] if {
	some note, over in {
		"under a licence on public lists": testing.under([["free"]]),
		"with the text": object.union(testing.under([["limited"]]), {"license": {"texts": [testing.text("limited", {})]}}),
		"with a text that nobody recognises": object.union(
			testing.under([["limited"]]),
			{"license": {"texts": [testing.text("", {})]}},
		),
		"with a text that could not be read": object.union(
			testing.under([["limited"]]),
			{"license": {"unread": [{"file": "LICENSE", "state": "failed"}]}},
		),
		"without a list of files": object.union(testing.under([["limited"]]), {"files_known": false}),
		"with a link to a file that is there": _linked("./docs/LICENSE", ["docs/LICENSE"]),
		"with a link to an address": _linked("https://example.org/terms", []),
		"with a link from the root of a site": _linked("/terms", []),
	}
	_found(over) == set()
}

# The obligation's own finding says it.
test_quiet_where_an_ancestor_asks_for_it_too if {
	document := testing.tuned("limited", "limited")
	text_missing.findings == set() with input as document with data.catalog as testing.usual
}

test_a_link_to_the_text_that_is_missing_is_told_once if {
	over := {"license": {"declared": [object.union(testing.declared([["limited"]]), {"link": "LICENSE"})]}}
	{one.license | some one in _found(over)} == {"limited"}
	count(_found(over)) == 1
}

test_an_ancestor_under_the_same_licence_need_not_ask_for_it if {
	known := testing.catalog([testing.license("banning", [testing.term("ban", "1", {})], {})])
	found := text_missing.findings with input as testing.tuned("banning", "banning") with data.catalog as known
	{one.license | some one in found} == {"banning"}
}
