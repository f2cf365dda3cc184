package entail_test

import data.entail
import data.entail.testing

_tuned := testing.tuned("free", "limited")

_result(document) := result if {
	result := entail.result with input as document with data.catalog as testing.usual
}

# A result with rules that say what the test wants them to.
_said(rules, about) := result if {
	known := object.union(testing.usual, {"rules": about})
	result := entail.result with input as testing.alone(testing.under([["free"]]))
		with data.catalog as known
		with entail.rules as rules
}

test_a_finding_gets_what_its_rule_says_of_itself if {
	about := {"group/some-rule": {"level": "note", "refs": ["https://example.org/why"]}}
	result := _said({"group": {"some_rule": {"findings": {{"message": "so"}}}}}, about)
	result.findings == {{
		"rule": "group/some-rule",
		"level": "note",
		"message": "so",
		"subject": testing.own_id,
		"path": [testing.own_id],
		"at": [],
		"refs": ["https://example.org/why"],
	}}
}

test_what_a_finding_says_itself_wins if {
	about := {"group/rule": {"level": "note", "refs": ["https://example.org/why"]}}
	own := {"message": "so", "level": "warning", "path": ["a", "b"], "at": [testing.base_at], "refs": []}
	result := _said({"group": {"rule": {"findings": {own}}}}, about)
	result.findings == {object.union(own, {"rule": "group/rule", "subject": testing.own_id})}
}

test_a_rule_that_nothing_is_known_of_gives_errors if {
	result := _said({"group": {"rule": {"findings": {{"message": "so"}}}}}, {})
	{[one.level, one.refs] | some one in result.findings} == {["error", []]}
}

test_a_rule_that_finds_nothing_was_evaluated if {
	result := _said({"group": {"some_rule": {"findings": set()}, "other": {"findings": set()}}}, {})
	result.rules == {"group/some-rule", "group/other", "config/unused-exception"}
}

# A user's own rules count as ours do; their ids say whose they are.
test_rules_of_a_user if {
	own := {
		"custom/house/some-rule": {"shape": "set", "findings": {{"message": "so"}}, "incomplete": {"a fact"}},
		"custom/house/quiet": {"shape": "set", "findings": set(), "incomplete": set()},
	}
	result := entail.result with input as testing.alone(testing.under([["free"]]))
		with data.catalog as testing.usual
		with entail.rules as {}
		with entail.own.said as own
	{[one.rule, one.level] | some one in result.findings} == {["custom/house/some-rule", "error"]}
	result.rules == {"custom/house/some-rule", "custom/house/quiet", "config/unused-exception"}
	result.verdict == "fail"
	result.incomplete == {"a fact"}
	result.failed == []
}

# One that failed is named, says nothing, and is no pass.
test_a_rule_of_a_user_that_failed if {
	result := entail.result with input as testing.alone(testing.under([["free"]]))
		with data.catalog as testing.usual
		with entail.rules as {}
		with entail.own.said as {"custom/a/b": {"shape": "set", "findings": {{"message": "so"}}, "incomplete": {"more"}}}
		with entail.own.failed as {"custom/a/b": "too slow"}
	result.findings == set()
	result.rules == set()
	result.failed == [{"rule": "custom/a/b", "why": "too slow"}]
	result.incomplete == {"custom/a/b failed: too slow"}
	result.verdict == "incomplete"
}

test_no_rule_was_evaluated if {
	_said({}, {}).rules == set()
	_said({"config": {"expired_exception": {"findings": set()}}}, {}).rules == set()
}

# What the rules of the next tests say of a release.
_findings := {"group": {
	"first": {"findings": {{"message": "a", "level": "error"}, {"message": "b", "level": "note"}}, "incomplete": {"c"}},
	"second": {"findings": {{"message": "d", "level": "error", "term": "attribution"}}},
}}

_configured(config) := result if {
	document := object.union(testing.alone(testing.under([["free"]])), {"config": config})
	about := {"group/second": {"effective_on": "2026-01-02"}}
	result := entail.result with input as document
		with data.catalog as object.union(testing.usual, {"rules": about})
		with entail.rules as _findings
		with entail.own.said as {"custom/mine": {"shape": "set", "findings": set(), "incomplete": {"e"}}}
}

_of(result) := {[one.rule, one.message, one.level] | some one in result.findings}

_later := ["group/second", "d (counts as an error from 2026-01-02)", "warning"]

test_an_error_of_a_rule_that_takes_effect_later_is_a_warning if {
	result := _configured({})
	_of(result) == {["group/first", "a", "error"], ["group/first", "b", "note"], _later}
	result.off == []
}

_settings := {
	"a level holds for all that a rule finds": {
		"rules": {"group/first": {"level": "warning"}},
		"want": {["group/first", "a", "warning"], ["group/first", "b", "warning"], _later},
		"off": [],
	},
	"a level holds at once": {
		"rules": {"group/second": {"level": "error"}},
		"want": {["group/first", "a", "error"], ["group/first", "b", "note"], ["group/second", "d", "error"]},
		"off": [],
	},
	"off": {
		"rules": {"group/first": {"level": "off"}},
		"want": {_later},
		"off": [{"rule": "group/first"}],
	},
	"replaced": {
		"rules": {"group/first": {"replaced_by": "custom/mine"}},
		"want": {_later},
		"off": [{"rule": "group/first", "replaced_by": "custom/mine"}],
	},
}

test_settings[note] if {
	some note, tried in _settings
	result := _configured({"rules": tried.rules})
	_of(result) == tried.want
	result.off == tried.off
	result.rules & {one.rule | some one in tried.off} == set()
}

test_what_a_rule_that_is_off_misses_is_not_missed if {
	_configured({}).incomplete == {"c", "e"}
	_configured({"rules": {"group/first": {"level": "off"}}}).incomplete == {"e"}
	_configured({"rules": {"custom/mine": {"level": "off"}}}).incomplete == {"c"}
}

# A rule stays on where nothing looks in its place.
_not_replaced := {
	"by none": {"group/first": {"replaced_by": "custom/none"}},
	"by itself": {"group/first": {"replaced_by": "group/first"}},
	"by one that is off": {"group/first": {"replaced_by": "group/second"}, "group/second": {"level": "off"}},
	"by one that is replaced": {
		"group/first": {"replaced_by": "group/second"},
		"group/second": {"replaced_by": "custom/mine"},
	},
}

test_a_rule_that_nothing_replaces_stays_on[note] if {
	some note, rules in _not_replaced
	result := _configured({"rules": rules})
	"group/first" in result.rules
	result.verdict == "fail"
	reason := sprintf("%s, which is to stand in for group/first, was not evaluated", [rules["group/first"].replaced_by])
	reason in result.incomplete
}

test_nothing_is_left_on if {
	rules := {id: {"level": "off"} | some id in ["group/first", "group/second", "custom/mine"]}
	result := _configured({"rules": rules})
	result.rules == set()
	count(result.off) == 3
}

test_a_failed_rule_that_is_off_is_not_missed if {
	own := {"custom/a/b": {"level": "off"}}
	document := object.union(testing.alone(testing.under([["free"]])), {"config": {"rules": own}})
	result := entail.result with input as document
		with data.catalog as testing.usual
		with entail.own.failed as {"custom/a/b": "too slow"}
	result.failed == []
	result.off == [{"rule": "custom/a/b"}]
}

_agreed(over) := object.union(
	{"rule": "group/*", "model": "own/*", "reason": "so", "approver": "legal", "expires": "2026-01-01"},
	over,
)

test_a_waived_finding_stays_and_does_not_count if {
	rules := {"group/second": {"level": "error"}}
	result := _configured({"rules": rules, "exceptions": [_agreed({})]})
	waived := {"reason": "so", "approver": "legal", "expires": "2026-01-01"}
	{[one.message, one.level, one.waived] | some one in result.findings} == {
		["a", "error", waived],
		["b", "note", waived],
		["d", "error", waived],
	}
	result.verdict == "incomplete"
}

test_other_findings_count if {
	result := _configured({"exceptions": [_agreed({"rule": "group/second"}), _agreed({"term": "no-such-term"})]})
	result.verdict == "fail"
	{one.message | some one in result.findings; one.waived} == {_later[1]}
	{one.message | some one in result.findings; one.rule == "config/unused-exception"} == {concat(" ", [
		"the exception from group/* for own/*",
		"waives nothing",
	])}
}

test_unused_exceptions_are_a_rule_as_others_are if {
	unused := [_agreed({"rule": "group/none"})]
	some finding in _configured({"exceptions": unused}).findings
	finding.rule == "config/unused-exception"
	finding.path == [testing.own_id]
	rules := {"config/unused-exception": {"level": "off"}}
	off := _configured({"exceptions": unused, "rules": rules})
	{one | some one in off.findings; one.rule == "config/unused-exception"} == set()
}

_verdicts := {
	"pass": {"findings": {{"message": "a", "level": "warning"}, {"message": "b", "level": "note"}}},
	"fail": {"findings": {{"message": "a", "level": "error"}}, "incomplete": {"something"}},
	"incomplete": {"findings": {{"message": "a", "level": "warning"}}, "incomplete": {"something"}},
}

test_verdict[verdict] if {
	some verdict, rule in _verdicts
	_said({"group": {"rule": rule}}, {}).verdict == verdict
}

_gaps := {
	"nothing": {"over": {}, "more": {}, "want": set()},
	"could not be read": {
		"over": {"state": "gated"},
		"more": {},
		"want": {"base/model could not be read (gated)"},
	},
	"terms": {
		"over": {"license": {"declared": [testing.declared([["mystery"]])]}},
		"more": {},
		"want": {"the terms of base/model (mystery) are not known"},
	},
	"base models": {
		"over": {"bases_known": false},
		"more": {},
		"want": {"whether base/model has base models is not known"},
	},
	"a data set has no terms and no base models to know": {
		"over": {"kind": "dataset", "bases_known": false, "license": {"declared": []}},
		"more": {},
		"want": set(),
	},
	"a limit": {
		"over": {},
		"more": {"truncated": {"limit": "node", "left": 4}},
		"want": {"the walk stopped at its node limit"},
	},
}

test_incomplete[note] if {
	some note, gap in _gaps
	document := testing.document(
		[testing.release(testing.under([["free"]])), object.union(testing.model("base/model", "free"), gap.over)],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	_result(object.union(document, gap.more)).incomplete == gap.want
}

test_license if {
	released := testing.release({"license": {
		"declared": [testing.declared([["free"]])],
		"texts": [testing.text("limited", {}), testing.text("easy", {"file": "COPYING"})],
	}})
	_result(testing.document([released], [])).license == {
		"declared": "free",
		"identified": "easy AND limited",
		"effective": "easy AND free AND limited",
	}
	_result(testing.alone({})).license == {"declared": "", "identified": "", "effective": "no license"}
}

test_definitions_of_a_user if {
	own := {"mine": {"name": "mine", "verdict": "meets"}}
	result := entail.result with input as testing.alone({})
		with data.catalog as testing.usual
		with entail.definitions as {}
		with entail.own.judgements as own
	result.definitions == {"mine": {
		"title": "mine",
		"source": "",
		"reading": "text",
		"verdict": "meets",
		"requirements": [],
	}}
}

test_a_definition_that_was_asked_for_and_failed_is_not_met if {
	asked := object.union(testing.alone({}), {"config": {"definitions": ["mine"]}})
	result := entail.result with input as asked
		with data.catalog as testing.usual
		with entail.definitions as {}
		with entail.own.judgements as {"mine": {"name": "mine", "verdict": "fine"}}
	result.definitions == {}
	"the definition mine was asked for and gave no verdict" in result.incomplete
	[one.rule | some one in result.failed] == ["custom/definitions/mine"]
}

test_definitions_are_listed_by_name if {
	judgements := {"some": {"judgement": {"name": "some-1.0", "verdict": "fails"}}}
	result := entail.result with input as testing.alone({})
		with data.catalog as testing.usual
		with entail.definitions as judgements
	result.definitions == {"some-1.0": {"verdict": "fails"}}
}

test_terms if {
	_result(_tuned).terms == {
		{
			"term": "ceiling",
			"effect": "restriction",
			"license": "limited",
			"clause": "2",
			"summary": "What clause 2 says.",
			"from": "base/model",
			"path": [testing.own_id, "base/model"],
			"state": "dropped",
			"parameters": {"number": 10},
		},
		{
			"term": "license-copy",
			"effect": "obligation",
			"license": "limited",
			"clause": "3",
			"summary": "What clause 3 says.",
			"from": "base/model",
			"path": [testing.own_id, "base/model"],
			"state": "unmet",
			"parameters": {},
		},
	}
}

test_lineage_is_nearest_first if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.node("a/far", {"state": "gated", "gated": "manual", "detail": "behind a gate"}),
			object.union(testing.model("z/near", "free"), {"as_of": "2026-01"}),
		],
		[testing.edge(testing.own_id, "z/near", "finetune"), testing.edge("z/near", "a/far", "quantized")],
	)
	plain := {"state": "resolved", "source": "index", "as_of": "", "gated": "", "detail": ""}
	_result(document).lineage == {
		"nodes": [
			object.union(plain, {"id": testing.own_id, "license": "free", "depth": 0, "source": "dir"}),
			object.union(plain, {"id": "z/near", "license": "free", "depth": 1, "as_of": "2026-01"}),
			object.union(plain, {
				"id": "a/far",
				"license": "no license",
				"depth": 2,
				"state": "gated",
				"gated": "manual",
				"detail": "behind a gate",
			}),
		],
		"edges": [
			{"child": testing.own_id, "parent": "z/near", "relation": "finetune"},
			{"child": "z/near", "parent": "a/far", "relation": "quantized"},
		],
	}
}

# From here on the catalogue is the real one.
_real(key, base_key) := result if {
	result := entail.result with input as testing.tuned(key, base_key)
}

_restrictions(result) := {[term.term, term.state] | some term in result.terms; term.effect == "restriction"}

test_llama_under_apache_drops_its_limits if {
	result := _real("apache-2.0", "llama3.1")
	result.verdict == "fail"
	{[one.rule, one.term, one.clause] | some one in result.findings; one.level == "error"} == {
		["lineage/dropped-restriction", "user-threshold", "2"],
		["lineage/dropped-restriction", "use-policy", "1.b.iv"],
	}
	owed := {one.term | some one in result.findings; one.rule == "lineage/owed-obligation"}
	owed == {"license-copy", "attribution-display", "name-prefix", "notice-file"}
}

test_gemma_under_gemma_carries_its_limits if {
	result := _real("gemma", "gemma")
	result.verdict == "pass"
	_restrictions(result) == {["use-policy", "carried"]}
	{term.state | some term in result.terms; term.term == "flow-down"} == {"met"}
}

test_apache_under_mit_is_free if {
	result := _real("mit", "apache-2.0")
	result.verdict == "pass"
	_restrictions(result) == set()
	{one.level | some one in result.findings} == {"note"}
}

test_no_derivatives_binds_under_any_licence if {
	result := _real("cc-by-nc-nd-4.0", "cc-by-nc-nd-4.0")
	{one.rule | some one in result.findings; one.level == "error"} == {"lineage/derivative-forbidden"}
}

# A licence file of the release itself that could not be read may say anything;
# one that covers something else does not count.
test_incomplete_without_the_own_licence_file if {
	unread := [{"file": "LICENSE", "state": "gated"}, {"file": "third_party/LICENSE", "state": "gated"}]
	released := testing.release({"license": {"declared": [testing.declared([["free"]])], "unread": unread}})
	_result(testing.document([released], [])).incomplete == {"LICENSE could not be read (gated)"}
}
