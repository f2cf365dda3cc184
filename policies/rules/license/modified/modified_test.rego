package entail.rules.license.modified_test

import data.entail.rules.license.modified
import data.entail.testing

_found(over) := found if {
	document := testing.alone({"license": {"texts": [testing.text("limited", over)]}})
	found := modified.findings with input as document with data.catalog as testing.usual
}

test_lines_added if {
	found := _found({"modified": true, "added": [
		{"from": 3, "to": 3, "terms": []},
		{"from": 7, "to": 9, "terms": []},
	]})
	found == {{
		"message": "LICENSE is limited with changes: lines 3, 7 to 9",
		"license": "limited",
		"at": [{"file": "LICENSE", "line": 3, "column": 1}, {"file": "LICENSE", "line": 7, "column": 1}],
		"why": "A changed licence may permit less, or more, than the one it is taken for.",
		"fix": "Read the changed lines. If they are meant, give the licence a name of its own in `license_name`.",
	}}
}

test_words_left_out if {
	found := _found({"modified": true, "missing": 0.253})
	{one.message | some one in found} == {"LICENSE is limited with changes: 25% of the licence is not there"}
	{one.at | some one in found} == {[{"file": "LICENSE", "line": 1, "column": 1}]}
}

test_lines_added_and_words_left_out if {
	found := _found({"modified": true, "missing": 0.1, "added": [{"from": 3, "to": 3, "terms": []}]})
	{one.message | some one in found} == {"LICENSE is limited with changes: lines 3; 10% of the licence is not there"}
}

_ceiling := {"term": "ceiling", "line": 8, "excerpt": "five at most", "parameters": {"number": 5}}

_limited := {"modified": true, "added": [{"from": 3, "to": 3, "terms": []}, {"from": 7, "to": 9, "terms": [_ceiling]}]}

test_limits_in_the_changed_lines if {
	{one | some one in _found(_limited)} == {{
		"message": "LICENSE is limited with changes: lines 3, 7 to 9; the changed lines hold limits: above a number (line 8)",
		"license": "limited",
		"at": [{"file": "LICENSE", "line": 8, "column": 1}, {"file": "LICENSE", "line": 3, "column": 1}],
		"why": "Above a number: \"five at most\"",
		"fix": "Read the changed lines. If they are meant, give the licence a name of its own in `license_name`.",
	}}
}

test_limits_that_the_name_does_not_promise if {
	document := testing.alone({"license": {
		"declared": [testing.declared([["free"]])],
		"texts": [testing.text("free", _limited)],
	}})
	found := modified.findings with input as document with data.catalog as testing.usual
	{[one.level, one.term, one.clause] | some one in found} == {["error", "ceiling", "line 8"]}
}

test_quiet[note] if {
	some note, over in {
		"where nothing was changed": {},
		"where the file is not recognised": {"id": "", "modified": true},
		"where the file is another party's": {"file": "THIRD_PARTY.txt", "modified": true},
	}
	_found(over) == set()
}

# Of the release and of what it is made from: the change may be what matters.
test_incomplete if {
	changed := {"license": {"texts": [testing.text("limited", {"modified": true})]}}
	document := testing.document(
		[testing.release(changed), testing.node("base/model", changed), testing.model("other/model", "limited")],
		[],
	)
	found := modified.incomplete with input as document with data.catalog as testing.usual
	found == {
		"the licence text of own/release differs from limited",
		"the licence text of base/model differs from limited",
	}
}
