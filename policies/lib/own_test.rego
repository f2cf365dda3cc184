package entail.own_test

import data.entail.lib
import data.entail.testing

_judgements(own) := judgements if {
	judgements := lib.own_judgements with data.entail.own.judgements as own with data.entail.definitions as {}
}

test_what_is_left_out_is_filled_in if {
	own := {"verdict": "fails", "requirements": [{"id": "A", "state": "unmet"}]}
	_judgements({"my_lab": own}) == {"my-lab": {
		"name": "my-lab",
		"title": "my-lab",
		"source": "",
		"reading": "text",
		"verdict": "fails",
		"requirements": [{"id": "A", "title": "A", "state": "unmet", "why": "", "at": []}],
	}}
	_judgements({"bare": {"verdict": "meets"}}).bare.requirements == []
}

test_what_is_there_stays if {
	whole := {
		"name": "mine-2",
		"title": "mine",
		"source": "https://example.org/",
		"reading": "practice",
		"note": "so",
		"verdict": "meets",
		"requirements": [{"id": "A", "title": "a", "state": "met", "why": "b", "at": [{"file": "c"}]}],
	}
	_judgements({"mine": whole}) == {"mine-2": whole}
}

_said(findings) := {"custom/a/b": {"shape": "set", "findings": findings}}

_whole := {
	"message": "so",
	"level": "note",
	"subject": "a/b",
	"path": ["a/b"],
	"license": "mit",
	"term": "attribution",
	"clause": "1",
	"at": [],
	"why": "w",
	"fix": "f",
	"refs": [],
}

_long := sprintf("%010001d", [0])

_many := [sprintf("%d", [n]) | some n in numbers.range(1, 1001)]

# What a finding is like, and what is said of it; nothing of one that is sound.
_failures := {
	"a finding": {"found": _whole, "want": ""},
	"the least": {"found": {"message": "so"}, "want": ""},
	"no object": {"found": "so", "want": "of type string, want an object"},
	"no message": {"found": {"level": "note"}, "want": "without its message"},
	"an empty message": {"found": {"message": ""}, "want": "whose message is empty"},
	"a blank message": {"found": {"message": " "}, "want": "whose message is empty"},
	"a message that is none": {"found": {"message": 5}, "want": "whose message is of type number, want string"},
	"a long message": {"found": {"message": _long}, "want": "whose message is longer than 10000 characters"},
	"another level": {
		"found": {"message": "so", "level": "fatal"},
		"want": "whose level is fatal, want error or warning or note",
	},
	"a level that is none": {
		"found": {"message": "so", "level": {"a": 1}},
		"want": "whose level is of type object, want string",
	},
	"a long level": {"found": {"message": "so", "level": _long}, "want": "whose level is longer than 10000 characters"},
	"an unknown field": {
		"found": {"message": "so", "licence": "mit"},
		"want": concat("", [
			"with a field licence, want one of at, clause, fix, level, license, message, path, refs, subject, ",
			"term, why",
		]),
	},
	"another type": {
		"found": {"message": "so", "at": "README.md"},
		"want": "whose at is of type string, want array",
	},
	"an empty path": {"found": {"message": "so", "path": []}, "want": "whose path is empty"},
	"a path of numbers": {
		"found": {"message": "so", "path": [1]},
		"want": "whose path has a part of type number, want string",
	},
	"a path with an empty name": {
		"found": {"message": "so", "path": ["a", ""]},
		"want": "whose path has a part that is empty",
	},
	"a long path": {"found": {"message": "so", "path": _many}, "want": "whose path has more than 1000 parts"},
	"refs of sets": {
		"found": {"message": "so", "refs": [set()]},
		"want": "whose refs has a part of type set, want string",
	},
	"refs that are empty": {"found": {"message": "so", "refs": [""]}, "want": ""},
	"a place": {"found": {"message": "so", "at": [{"file": "a", "line": 1, "column": 0}]}, "want": ""},
	"a place that is none": {
		"found": {"message": "so", "at": ["a:1"]},
		"want": "whose at has a place of type string, want an object with file, line and column",
	},
	"a place nowhere": {"found": {"message": "so", "at": [{"line": 1}]}, "want": "whose at has a place without a file"},
	"a place in more": {
		"found": {"message": "so", "at": [{"file": "a", "row": 1}]},
		"want": "whose at has a place with a field row, want file, line and column",
	},
	"half a line": {
		"found": {"message": "so", "at": [{"file": "a", "line": 1.5}]},
		"want": "whose at has a place whose line is no whole number from 0 on",
	},
	"a column that is a text": {
		"found": {"message": "so", "at": [{"file": "a", "column": "1"}]},
		"want": "whose at has a place whose column is no whole number from 0 on",
	},
}

test_failures[name] if {
	some name, tried in _failures
	want := {"custom/a/b": sprintf("it gives a finding %s", [tried.want]) | tried.want != ""}
	failures := lib.own_failures with data.entail.own.said as _said({tried.found})
	failures == want
}

test_too_much_is_a_failure if {
	many := {{"message": n} | some n in _many}
	lib.own_failures["custom/a/b"] == "it has 1001 findings, want 1000 at most" with data.entail.own.said as _said(many)
	why := lib.own_failures["custom/a/b"] with data.entail.own.said as _said([{"message": message} |
		some n in numbers.range(1, 101)
		message := sprintf("%d%s", [n, substring(_long, 0, 9990)])
	])
	why == "its findings are 1010599 characters long together, want 1000000 at most"
}

_missing := {
	"nothing": {"said": {"incomplete": set()}, "want": {}},
	"a reason": {"said": {"incomplete": {"so"}, "incomplete_shape": "array"}, "want": {}},
	"a text": {"said": {"incomplete_shape": "string"}, "want": "is of type string, want a set or an array"},
	"an empty reason": {"said": {"incomplete": {""}}, "want": "has a part that is empty"},
	"no text": {"said": {"incomplete": {7}}, "want": "has a part of type number, want string"},
	"too many": {"said": {"incomplete": {n | some n in _many}}, "want": "has more than 1000 parts"},
}

test_missing[name] if {
	some name, tried in _missing
	want := {"custom/a/b": sprintf("what it finds missing %s", [tried.want]) | is_string(tried.want)}
	said := {"custom/a/b": object.union({"shape": "set", "findings": set()}, tried.said)}
	failures := lib.own_failures with data.entail.own.said as said
	failures == want
}

test_what_is_no_list_of_findings_fails if {
	failures := lib.own_failures with data.entail.own.said as {"custom/a/b": {"shape": "boolean", "findings": set()}}
	failures == {"custom/a/b": "its findings are of type boolean, want a set or an array"}
}

_judged := {
	"a judgement": {"said": {"verdict": "meets"}, "want": ""},
	"no object": {"said": 5, "want": "a judgement of type number, want an object"},
	"no verdict": {"said": {"requirements": []}, "want": "a judgement without its verdict"},
	"another verdict": {
		"said": {"verdict": "pass"},
		"want": "a judgement whose verdict is pass, want meets or meets-but-for-licenses or fails or not-shown",
	},
	"a name that is none": {
		"said": {"verdict": "meets", "name": "My Lab"},
		"want": concat("", [
			"a judgement whose name is not made of at most 64 small letters and digits, ",
			"with - or . between them",
		]),
	},
	"requirements that are none": {
		"said": {"verdict": "meets", "requirements": "all"},
		"want": "a judgement whose requirements is of type string, want array",
	},
	"progress": {"said": {"verdict": "meets", "progress": {"III": 50}}, "want": ""},
	"progress beyond the end": {
		"said": {"verdict": "meets", "progress": {"III": 101}},
		"want": "a judgement whose progress is more than a number from 0 to 100 for each class",
	},
	"a requirement": {
		"said": {"verdict": "meets", "requirements": [{"id": "A", "state": "met", "optional": true}]},
		"want": "",
	},
	"a requirement without a name": {
		"said": {"verdict": "meets", "requirements": [{"state": "met"}]},
		"want": "a requirement without its id",
	},
	"another state": {
		"said": {"verdict": "meets", "requirements": [{"id": "A", "state": "ok"}]},
		"want": "a requirement whose state is ok, want met or unmet or license or not-shown",
	},
	"a misspelt field": {
		"said": {"verdict": "meets", "requirements": [{"id": "A", "state": "met", "optinal": true}]},
		"want": concat("", [
			"a requirement with a field optinal, want one of at, component, id, optional, section, state, ",
			"title, why",
		]),
	},
}

test_judged[name] if {
	some name, tried in _judged
	want := {"custom/definitions/my-lab": sprintf("it gives %s", [tried.want]) | tried.want != ""}
	failures := lib.own_failures with data.entail.own.judgements as {"my_lab": tried.said}
		with data.entail.definitions as {}
	failures == want
	judgements := _judgements({"my_lab": tried.said})
	object.keys(judgements) == {"my-lab" | tried.want == ""}
}

test_a_definition_does_not_stand_for_another if {
	ours := {"ours": {"judgement": {"name": "ours", "verdict": "fails"}}}
	own := {"mine": {"name": "ours", "verdict": "meets"}, "theirs": {"name": "fine", "verdict": "meets"}}
	failures := lib.own_failures with data.entail.own.judgements as own with data.entail.definitions as ours
		with input as testing.alone({})
	failures == {"custom/definitions/mine": "its name is ours, which is that of another definition"}
	same := {"mine": {"name": "one", "verdict": "meets"}, "one": {"verdict": "fails"}}
	both := lib.own_failures with data.entail.own.judgements as same with data.entail.definitions as ours
		with input as testing.alone({})
	object.keys(both) == {"custom/definitions/mine", "custom/definitions/one"}
}

test_a_definition_that_gives_no_judgement_fails if {
	failures := lib.own_failures with data.entail.own.definitions as {"mine"}
	failures == {"custom/definitions/mine": "it gives no judgement"}
	why := lib.own_failures["custom/definitions/mine"] with data.entail.own.definitions as {"mine"}
		with data.entail.own.failed as {"custom/definitions/mine": "too slow"}
	why == "too slow"
}

_answered := {
	"an answer and a state": {
		"said": {"d": {"a": {"answer": "no", "by": "us"}, "b": {"state": "met", "why": "so"}}},
		"want": "",
	},
	"nothing of this release": {"said": {"d": {"a": {"why": "so"}}}, "want": ""},
	"helpers": {"said": {"d": {"a": {"answer": "no", "by": "us", "_x": 5}}}, "want": ""},
	"no object": {"said": {"x"}, "want": "they are of type set, want an object"},
	"no object of a definition": {"said": {"d": 5}, "want": "what is answered for d is of type number, want an object"},
	"no object of a requirement": {
		"said": {"d": {"a": "no"}},
		"want": "the answer for d, a is of type string, want an object",
	},
	"another answer": {
		"said": {"d": {"a": {"answer": "maybe", "by": "us"}}},
		"want": "the answer for d, a is one whose answer is maybe, want yes or no or person",
	},
	"nobody's answer": {"said": {"d": {"a": {"answer": "no"}}}, "want": "the answer for d, a is one without its by"},
	"a state for no reason": {
		"said": {"d": {"a": {"state": "met"}}},
		"want": "the answer for d, a is one without its why",
	},
	"another state": {
		"said": {"d": {"a": {"state": "fine", "why": "so"}}},
		"want": "the answer for d, a is one whose state is fine, want met or unmet",
	},
}

test_answered[name] if {
	some name, tried in _answered
	want := {"custom/answers": tried.want | tried.want != ""}
	failures := lib.own_failures with data.entail.own.answers as tried.said
	failures == want
	counted := {true | lib.own_answers} with data.entail.own.answers as tried.said
	counted == {true | tried.want == ""}
}

test_answers_that_failed_do_not_count if {
	own := {"d": {"a": {"answer": "no", "by": "us"}}}
	not lib.own_answers with data.entail.own.answers as own with data.entail.own.failed as {"custom/answers": "too slow"}
}

test_conftest if {
	lib.conftest("so", "warn") == {"message": "so", "level": "warning"}
	said := {"msg": "so", "details": {"a": 1}, "level": "note", "fix": "write it"}
	lib.conftest(said, "deny") == {"message": "so", "level": "error", "fix": "write it"}
	lib.conftest(said, "warn") == {"message": "so", "level": "warning", "fix": "write it"}
	other := {"msg": "so", "path": "Dockerfile", "refs": ["a"], "at": [1]}
	lib.conftest(other, "violation") == {"message": "so", "level": "error", "refs": ["a"]}
	lib.conftest({"message": "so"}, "deny") == {"message": "so"}
	lib.conftest(7, "deny") == 7
}

test_exceptions_as_conftest_has_them if {
	lib.excepts({["a", "b"]}, "b")
	lib.excepts({[""]}, "")
	not lib.excepts({["a"]}, "")
	not lib.excepts({"a"}, "a")
	not lib.excepts("a", "a")
	own := {"custom/main/deny-a": {"waived": "main"}, "custom/main/deny-b": {}}
	made := lib.own_exceptions with data.entail.own.said as own
	made == {"custom/main/deny-a": "main"}
}
