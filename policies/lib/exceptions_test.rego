package entail.exceptions_test

import data.entail.lib
import data.entail.testing

_exception(over) := object.union(
	{"rule": "a/b", "model": "base/model", "reason": "so", "approver": "legal", "expires": "2026-01-01"},
	over,
)

_document(config) := object.union(testing.tuned("free", "limited"), {"config": config})

_finding := {
	"rule": "a/b",
	"level": "error",
	"message": "so",
	"term": "attribution",
	"path": [testing.own_id, "base/model"],
}

# The run of every fixture is on 2026-01-01.
_covered := {
	"its rule and model": {"over": {}, "want": true},
	"the subject": {"over": {"model": testing.own_id}, "want": true},
	"a glob of models": {"over": {"model": "base/*"}, "want": true},
	"any model": {"over": {"model": "**"}, "want": true},
	"a star stops at a slash": {"over": {"model": "*"}, "want": false},
	"another model": {"over": {"model": "other/*"}, "want": false},
	"a model on the way": {"over": {"model": "mid/model"}, "want": false},
	"a glob of rules": {"over": {"rule": "a/*"}, "want": true},
	"another rule": {"over": {"rule": "b/*"}, "want": false},
	"its term": {"over": {"term": "attribution"}, "want": true},
	"another term": {"over": {"term": "user-threshold"}, "want": false},
	"its last day": {"over": {"expires": "2026-01-01"}, "want": true},
	"the day after": {"over": {"expires": "2025-12-31"}, "want": false},
}

_covers(exception, finding) if lib.covers(exception, finding) with input as _document({})

test_covers[note] if {
	some note, tried in _covered
	got := {true | _covers(_exception(tried.over), _finding)} == {true}
	got == tried.want
}

# Of a user's finding nothing is certain but its message.
test_covers_what_names_no_model if {
	_covers(_exception({"model": testing.own_id}), {"rule": "a/b", "path": []})
	_covers(_exception({"model": testing.own_id}), {"rule": "a/b", "path": [7]})
	not _covers(_exception({"term": "attribution"}), {"rule": "a/b", "path": [testing.own_id]})
}

test_covers_no_model_of_an_endless_name if {
	name := concat("", [letter | some _ in numbers.range(1, 300); letter := "x"])
	any_model := _exception({"model": "**"})
	_covers_of(any_model, name)
	not _covers_of(any_model, concat("", [name, "x"]))
}

_covers_of(exception, id) if {
	lib.covers(exception, {"rule": "a/b", "path": []}) with input as {"subject": id, "now": "2026-01-01T00:00:00Z"}
}

test_without_a_day_nothing_is_waived_and_nothing_waits if {
	document := object.remove(_document({}), ["now"])
	not lib.covers(_exception({}), _finding) with input as document
	found := lib.settled(_finding) with input as document
		with data.catalog.rules as {"a/b": {"effective_on": "2099-01-01"}}
	found == _finding
}

_settled(finding, from) := found if {
	found := lib.settled(finding) with input as _document({}) with data.catalog.rules as {"a/b": {"effective_on": from}}
}

test_takes_effect if {
	_settled(_finding, "2026-01-01") == _finding
	_settled(_finding, "2026-01-02") == object.union(
		_finding,
		{"level": "warning", "message": "so (counts as an error from 2026-01-02)"},
	)
	note := object.union(_finding, {"level": "note"})
	_settled(note, "2026-01-02") == note
}

_waiver(exceptions) := waiver if {
	waiver := lib.waiver(_finding) with input as _document({"exceptions": exceptions})
}

test_waiver if {
	_waiver([]) == {}
	_waiver([_exception({"expires": "2020-01-01"})]) == {}
	_waiver([_exception({"rule": "c/d"}), _exception({}), _exception({"reason": "later"})]) == {"waived": {
		"reason": "so",
		"approver": "legal",
		"expires": "2026-01-01",
	}}
	waiver := lib.waiver(_finding) with data.entail.own.said as {"a/b": {"waived": "main"}}
	waiver == {"waived": {"reason": "package main makes an exception of it"}}
}

test_concerns if {
	lib.concerns(_exception({"model": "other/*"})) with input as _document({})
	lib.concerns(_exception({"model": "base/*"})) with input as _document({"shared": true})
	not lib.concerns(_exception({"model": "other/*"})) with input as _document({"shared": true})
}

test_exception_at if {
	at := {"file": "entail.yaml", "line": 3, "column": 5}
	own := lib.exception_at(_exception({"at": at})) with input as _document({})
	own == [at]
	shared := lib.exception_at(_exception({"at": at})) with input as _document({"shared": true})
	shared == []
	unknown := lib.exception_at(_exception({})) with input as _document({})
	unknown == []
}
