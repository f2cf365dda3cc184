package entail.own_test

import data.entail.lib

_judgements(own) := judgements if {
	judgements := lib.own_judgements with data.entail.own.judgements as own
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
	_judgements({"bare": {}}).bare.requirements == []
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

_failures := {
	"a finding": {"findings": [_whole], "want": {}},
	"the least": {"findings": {{"message": "so"}}, "want": {}},
	"no object": {"findings": {"so"}, "want": {"custom/a/b": "it gives a finding of type string, want an object"}},
	"no message": {"findings": {{"level": "note"}}, "want": {"custom/a/b": "it gives a finding without a message"}},
	"another level": {
		"findings": {{"message": "so", "level": "fatal"}},
		"want": {"custom/a/b": "it gives a finding with the level fatal, want error, warning or note"},
	},
	"an unknown field": {
		"findings": {{"message": "so", "licence": "mit"}},
		"want": {"custom/a/b": "it gives a finding with a field licence, which findings do not have"},
	},
	"another type": {
		"findings": {{"message": "so", "at": "README.md"}},
		"want": {"custom/a/b": "it gives a finding whose at is of type string, want array"},
	},
}

test_failures[name] if {
	some name, tried in _failures
	failures := lib.own_failures with data.entail.own.said as _said(tried.findings)
	failures == tried.want
}

test_what_is_no_list_of_findings_fails if {
	failures := lib.own_failures with data.entail.own.said as {"custom/a/b": {"shape": "boolean", "findings": set()}}
	failures == {"custom/a/b": "its findings are of type boolean, want a set or an array"}
}

test_conftest if {
	lib.conftest("so", "warning") == {"message": "so", "level": "warning"}
	said := {"msg": "so", "details": {"a": 1}, "level": "note", "fix": "write it"}
	lib.conftest(said, "error") == {"message": "so", "level": "error", "fix": "write it"}
	lib.conftest({"message": "so"}, "error") == {"message": "so"}
	lib.conftest(7, "error") == 7
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
