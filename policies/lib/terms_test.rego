package entail.lib_test

import data.entail.lib
import data.entail.testing

test_inherited_item if {
	document := testing.tuned("free", "limited")
	known := testing.catalog([
		testing.free_license("free", []),
		testing.license("limited", [testing.term("ceiling", "2", {"number": 10})], {}),
	])
	found := lib.inherited with input as document with data.catalog as known
	found == {{
		"license": "limited",
		"position": 0,
		"term": testing.term("ceiling", "2", {"number": 10}),
		"from": "base/model",
		"path": [testing.own_id, "base/model"],
		"state": "dropped",
	}}
}

# The same licence at every step: each term once, from the furthest back.
test_origin_is_the_deepest if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("near/model", "limited"),
			testing.model("far/model", "limited"),
		],
		[
			testing.edge(testing.own_id, "near/model", "finetune"),
			testing.edge("near/model", "far/model", "finetune"),
		],
	)
	found := lib.inherited with input as document with data.catalog as testing.usual
	count(found) == 2
	{item.from | some item in found} == {"far/model"}
	{item.path | some item in found} == {[testing.own_id, "near/model", "far/model"]}
}

# The name that sorts first is named second.
test_origin_of_several_as_deep_is_the_one_named_first if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("a/model", "limited"),
			testing.model("z/model", "limited"),
		],
		[
			testing.edge(testing.own_id, "z/model", "merge"),
			testing.edge(testing.own_id, "a/model", "merge"),
		],
	)
	known := object.union(testing.usual, {"relations": {"merge": ["derivatives"]}})
	found := lib.inherited with input as document with data.catalog as known
	{item.from | some item in found} == {"z/model"}
}

test_two_licences_bind_side_by_side if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("a/model", "limited"),
			testing.model("b/model", "other-limited"),
		],
		[
			testing.edge(testing.own_id, "a/model", "finetune"),
			testing.edge(testing.own_id, "b/model", "finetune"),
		],
	)
	known := testing.catalog([
		testing.free_license("free", []),
		testing.license("limited", [testing.term("ban", "2", {})], {}),
		testing.license("other-limited", [testing.term("ban", "7", {})], {}),
	])
	found := lib.inherited with input as document with data.catalog as known
	{[item.license, item.from] | some item in found} == {["limited", "a/model"], ["other-limited", "b/model"]}
}

test_effect if {
	lib.effect({"kind": "ban"}) == "restriction" with data.catalog as testing.usual
	lib.effect({"kind": "keep"}) == "obligation" with data.catalog as testing.usual
	lib.effect({"kind": "ending"}) == "condition" with data.catalog as testing.usual
}

_state_cases := {
	"the same licence carries": {"own": [["limited"]], "want": "carried"},
	"another does not": {"own": [["free"]], "want": "dropped"},
	"one of several that hold together does": {"own": [["free", "limited"]], "want": "carried"},
	"a choice has to carry either way": {"own": [["limited"], ["free"]], "want": "dropped"},
	"unknown terms show nothing": {"own": [["mystery"]], "want": "not-shown"},
	"unknown terms beside the licence itself carry": {"own": [["limited", "mystery"]], "want": "carried"},
	"no licence shows nothing": {"own": [], "want": "not-shown"},
}

test_carried_state[note] if {
	some note, case in _state_cases
	document := testing.document(
		[testing.release(testing.under(case.own)), testing.model("base/model", "limited")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := lib.inherited with input as document with data.catalog as testing.usual
	{item.state | some item in found; item.term.kind == "ceiling"} == {case.want}
}

test_a_condition_is_told_and_not_judged if {
	known := testing.catalog([
		testing.free_license("free", []),
		testing.license("limited", [testing.term("ending", "9", {})], {}),
	])
	found := lib.inherited with input as testing.tuned("free", "limited") with data.catalog as known
	{item.state | some item in found} == {"not-applicable"}
}

# Each case: the child's terms, the parent's one term, and whether they carry it.
_carries_cases := {
	"a lower number": {"own": [{"kind": "ceiling", "number": 5}], "term": {"kind": "ceiling", "number": 10}, "want": true},
	"the same number": {
		"own": [{"kind": "ceiling", "number": 10}],
		"term": {"kind": "ceiling", "number": 10},
		"want": true,
	},
	"a higher number": {
		"own": [{"kind": "ceiling", "number": 11}],
		"term": {"kind": "ceiling", "number": 10},
		"want": false,
	},
	"no number where the parent has one": {
		"own": [{"kind": "ceiling"}],
		"term": {"kind": "ceiling", "number": 10},
		"want": false,
	},
	"a number where the parent has none": {
		"own": [{"kind": "ceiling", "number": 5}],
		"term": {"kind": "ceiling"},
		"want": true,
	},
	"more regions": {
		"own": [{"kind": "places", "regions": ["EU", "UK", "KR"]}],
		"term": {"kind": "places", "regions": ["EU", "UK"]},
		"want": true,
	},
	"fewer regions": {
		"own": [{"kind": "places", "regions": ["EU"]}],
		"term": {"kind": "places", "regions": ["EU", "UK"]},
		"want": false,
	},
	"regions over several terms": {
		"own": [{"kind": "places", "regions": ["EU"]}, {"kind": "places", "regions": ["UK"]}],
		"term": {"kind": "places", "regions": ["EU", "UK"]},
		"want": true,
	},
	"regions over terms of different kinds": {
		"own": [{"kind": "places", "regions": ["EU"]}, {"kind": "ban", "regions": ["UK"]}],
		"term": {"kind": "places", "regions": ["EU", "UK"]},
		"want": false,
	},
	"fewer purposes": {
		"own": [{"kind": "purposes", "includes": ["study"]}],
		"term": {"kind": "purposes", "includes": ["study", "play"]},
		"want": true,
	},
	"no purposes": {"own": [{"kind": "purposes"}], "term": {"kind": "purposes", "includes": ["study"]}, "want": true},
	"more purposes": {
		"own": [{"kind": "purposes", "includes": ["study", "work"]}],
		"term": {"kind": "purposes", "includes": ["study"]},
		"want": false,
	},
	"purposes where the parent allows none": {
		"own": [{"kind": "purposes", "includes": ["study"]}],
		"term": {"kind": "purposes"},
		"want": false,
	},
	"no purposes on either side": {"own": [{"kind": "purposes"}], "term": {"kind": "purposes"}, "want": true},
	"the same policy": {
		"own": [{"kind": "policy", "policy": "p"}],
		"term": {"kind": "policy", "policy": "p"},
		"want": true,
	},
	"another policy": {
		"own": [{"kind": "policy", "policy": "q"}],
		"term": {"kind": "policy", "policy": "p"},
		"want": false,
	},
	"the strictest of some words": {
		"own": [{"kind": "rank", "level": "hard"}],
		"term": {"kind": "rank", "level": "soft"},
		"want": true,
	},
	"a less strict word": {
		"own": [{"kind": "rank", "level": "soft"}],
		"term": {"kind": "rank", "level": "hard"},
		"want": false,
	},
	"the same word": {"own": [{"kind": "rank", "level": "soft"}], "term": {"kind": "rank", "level": "soft"}, "want": true},
	"something left free on both sides": {
		"own": [{"kind": "purposes", "includes": true}],
		"term": {"kind": "purposes", "includes": true},
		"want": true,
	},
	"something left free by the child alone": {
		"own": [{"kind": "purposes", "includes": true}],
		"term": {"kind": "purposes"},
		"want": false,
	},
	"something left free by the parent alone": {
		"own": [{"kind": "purposes", "includes": false}],
		"term": {"kind": "purposes", "includes": true},
		"want": true,
	},
	"something said to be left free by neither": {
		"own": [{"kind": "purposes", "includes": false}],
		"term": {"kind": "purposes"},
		"want": true,
	},
	"any manner": {"own": [{"kind": "manner", "how": "a"}], "term": {"kind": "manner", "how": "b"}, "want": true},
	"another kind": {"own": [{"kind": "places", "regions": []}], "term": {"kind": "ban"}, "want": false},
	"a kind that is as strict": {"own": [{"kind": "ban"}], "term": {"kind": "mild-ban"}, "want": true},
	"a kind that is as strict where the parent's term says so": {
		"own": [{"kind": "ban"}],
		"term": {"kind": "lenient-ban", "commercial_only": true},
		"want": true,
	},
	"a kind that is as strict only where the parent's term says so": {
		"own": [{"kind": "ban"}],
		"term": {"kind": "lenient-ban"},
		"want": false,
	},
	"a kind that is less strict": {"own": [{"kind": "mild-ban"}], "term": {"kind": "ban"}, "want": false},
	"a licence that the parent names": {"own": [], "term": {"kind": "alike", "licenses": ["own", "x"]}, "want": true},
	"a licence that the parent does not name": {
		"own": [{"kind": "alike", "licenses": ["parent"]}],
		"term": {"kind": "alike", "licenses": ["x"]},
		"want": false,
	},
	"no derivatives, whatever the child says": {
		"own": [{"kind": "no-derivatives"}],
		"term": {"kind": "no-derivatives"},
		"want": false,
	},
}

test_carries[note] if {
	some note, case in _carries_cases
	known := testing.catalog([
		testing.license("own", case.own, {}),
		testing.license("parent", [case.term], {}),
	])
	carried := {true | lib.carries("own", "parent", case.term)} with data.catalog as known
	carried == {true | case.want}
}

test_a_licence_carries_its_own_terms_but_no_ban_on_derivatives if {
	lib.carries("a", "a", {"kind": "ceiling", "number": 3}) with data.catalog as testing.usual
	not lib.carries("a", "a", {"kind": "no-derivatives"}) with data.catalog as testing.usual
}

# Each case: the term owed under licence "owing", facts about the subject, and
# the state. The subject is under "free" and its files are known, where the
# case does not say otherwise.
_owed_cases := {
	"the text is there": {
		"term": {"kind": "license-copy"},
		"over": {"license": {"texts": [testing.text("owing", {"file": "LICENSE-OWING"})]}},
		"want": "met",
	},
	"the text is not there": {"term": {"kind": "license-copy"}, "over": {}, "want": "unmet"},
	"another text is there": {
		"term": {"kind": "license-copy"},
		"over": {"license": {"texts": [testing.text("free", {})]}},
		"want": "unmet",
	},
	"a notice that names the licence is not its text": {
		"term": {"kind": "license-copy"},
		"over": {"license": {"texts": [testing.text("owing", {"reference": true})]}},
		"want": "unmet",
	},
	"a text that nobody recognises may be it": {
		"term": {"kind": "license-copy"},
		"over": {"license": {"texts": [testing.text("", {})]}},
		"want": "not-shown",
	},
	"a licence file that could not be read may be it": {
		"term": {"kind": "license-copy"},
		"over": {"license": {"unread": [{"file": "LICENSE", "state": "failed"}]}},
		"want": "not-shown",
	},
	"without a list of files the text may be there": {
		"term": {"kind": "license-copy"},
		"over": {"files_known": false},
		"want": "not-shown",
	},
	"the sentence is in a notice file": {
		"term": {"kind": "notice", "sentence": "By us."},
		"over": {"phrases": [{"text": "By us.", "at": {"file": "docs/Notice.txt", "line": 1}}]},
		"want": "met",
	},
	"the sentence is in the card alone": {
		"term": {"kind": "notice", "sentence": "By us."},
		"over": {"phrases": [{"text": "By us.", "at": {"file": "README.md", "line": 9}}]},
		"want": "unmet",
	},
	"another sentence is in the notice file": {
		"term": {"kind": "notice", "sentence": "By us."},
		"over": {"phrases": [{"text": "By them.", "at": {"file": "NOTICE", "line": 1}}]},
		"want": "unmet",
	},
	"without a list of files the notice may be there": {
		"term": {"kind": "notice", "sentence": "By us."},
		"over": {"files_known": false},
		"want": "not-shown",
	},
	"the words are in the card": {
		"term": {"kind": "display", "text": "Made of it"},
		"over": {"phrases": [{"text": "Made of it", "at": {"file": "README.md", "line": 9}}]},
		"want": "met",
	},
	"one of the words is in the card": {
		"term": {"kind": "display", "texts": ["Made of it", "Made by it"]},
		"over": {"phrases": [{"text": "Made by it", "at": {"file": "README.md", "line": 9}}]},
		"want": "met",
	},
	"the words may be displayed elsewhere": {
		"term": {"kind": "display", "text": "Made of it"},
		"over": {},
		"want": "not-shown",
	},
	"the words have to be in the release, and are not": {
		"term": {"kind": "display", "text": "Made of it", "alongside": true},
		"over": {},
		"want": "unmet",
	},
	"the words have to be in the release, and are": {
		"term": {"kind": "display", "text": "Made of it", "alongside": true},
		"over": {"phrases": [{"text": "Made of it", "at": {"file": "README.md", "line": 9}}]},
		"want": "met",
	},
	"the words have to be in the release, whose files are not known": {
		"term": {"kind": "display", "text": "Made of it", "alongside": true},
		"over": {"files_known": false},
		"want": "not-shown",
	},
	"the words are owed by those above a threshold only": {
		"term": {"kind": "display", "text": "Made of it", "trigger": "above-threshold"},
		"over": {},
		"want": "not-applicable",
	},
	"the words are owed by products only": {
		"term": {"kind": "display", "text": "Made of it", "trigger": "products"},
		"over": {},
		"want": "not-applicable",
	},
	"the words are always owed": {
		"term": {"kind": "display", "text": "Made of it", "trigger": "always"},
		"over": {},
		"want": "not-shown",
	},
	"the name starts with it": {
		"term": {"kind": "prefix", "prefix": "Word"},
		"over": {"name": {"starts_with": ["word"]}},
		"want": "met",
	},
	"the name starts otherwise": {"term": {"kind": "prefix", "prefix": "Word"}, "over": {}, "want": "unmet"},
	"a folder's name is no name": {
		"term": {"kind": "prefix", "prefix": "Word"},
		"over": {"name": {"published": false}},
		"want": "not-shown",
	},
	"the name contains it": {
		"term": {"kind": "part", "part": "Word"},
		"over": {"name": {"contains": ["WORD"]}},
		"want": "met",
	},
	"the name does not contain it": {"term": {"kind": "part", "part": "Word"}, "over": {}, "want": "unmet"},
	"a folder's name need not contain it": {
		"term": {"kind": "part", "part": "Word"},
		"over": {"name": {"published": false}},
		"want": "not-shown",
	},
	"what no fact can show": {"term": {"kind": "keep"}, "over": {}, "want": "not-shown"},
}

test_owed_state[note] if {
	some note, case in _owed_cases
	known := testing.catalog([testing.free_license("free", []), testing.license("owing", [], {})])
	document := testing.alone(object.union(testing.under([["free"]]), case.over))
	got := lib.owed_state(lib.own_side, "owing", case.term) with input as document with data.catalog as known
	got == case.want
}

_flow_down_cases := {
	"all limits kept": {"own": [["owing"]], "want": "met"},
	"all limits kept by another licence, which asks for nothing": {"own": [["banning"]], "want": "met"},
	"a limit lost": {"own": [["free"]], "want": "unmet"},
	"not known whether they are kept": {"own": [["mystery"]], "want": "not-shown"},
}

test_limits_passed_on[note] if {
	some note, case in _flow_down_cases
	known := testing.catalog([
		testing.free_license("free", []),
		testing.license("mystery", [], {"class": "unknown"}),
		testing.license("banning", [testing.term("ban", "1", {})], {}),
		testing.license(
			"owing",
			[testing.term("flow-down", "4", {}), testing.term("ban", "5", {}), testing.term("keep", "6", {})],
			{},
		),
	])
	document := testing.document(
		[testing.release(testing.under(case.own)), testing.model("base/model", "owing")],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := lib.inherited with input as document with data.catalog as known
	{item.state | some item in found; item.term.kind == "flow-down"} == {case.want}
}

_scope_cases := {
	"for all": {"term": {}, "task": {}, "base_task": {}, "want": "yes"},
	"for all, by name": {"term": {"scope": "all"}, "task": {}, "base_task": {}, "want": "yes"},
	"for multimodal, and the subject is": {
		"term": {"scope": "multimodal"},
		"task": {"task": "image-text-to-text"},
		"base_task": {"task": "text-generation"},
		"want": "yes",
	},
	"for multimodal, and the ancestor is": {
		"term": {"scope": "multimodal"},
		"task": {},
		"base_task": {"task": "image-text-to-text"},
		"want": "yes",
	},
	"for multimodal, and it is not": {
		"term": {"scope": "multimodal"},
		"task": {"task": "text-generation"},
		"base_task": {},
		"want": "no",
	},
	"for multimodal, and nothing says": {
		"term": {"scope": "multimodal"},
		"task": {},
		"base_task": {},
		"want": "unknown",
	},
}

_scoped(case) := testing.document(
	[
		testing.release(object.union(testing.under([["free"]]), case.task)),
		object.union(testing.model("base/model", "limited"), case.base_task),
	],
	[testing.edge(testing.own_id, "base/model", "finetune")],
)

test_in_scope[note] if {
	some note, case in _scope_cases
	got := lib.in_scope(case.term, "base/model") with input as _scoped(case) with data.catalog as testing.usual
	got == case.want
}

test_a_term_out_of_scope_does_not_apply[note] if {
	some note, case in _scope_cases
	known := testing.catalog([
		testing.free_license("free", []),
		testing.license("limited", [object.union(testing.term("ban", "1", {}), case.term)], {}),
	])
	found := lib.inherited with input as _scoped(case) with data.catalog as known
	wanted := {"yes": "dropped", "no": "not-applicable", "unknown": "dropped"}
	{item.state | some item in found} == {wanted[case.want]}
}

test_title if lib.title("ceiling") == "above a number" with data.catalog as testing.usual

_remedies := {
	"license-text": {
		"term": {},
		"want": "Add the text of free to the release as LICENSE, or beside it. It is at https://example.org/free",
	},
	"phrase-in-notice": {"term": {"sentence": "By us."}, "want": "Add a file NOTICE that holds: By us."},
	"phrase-in-card": {"term": {"text": "Made of it"}, "want": "Write \"Made of it\" in README.md, where readers see it."},
	"name-starts-with": {"term": {"prefix": "Word"}, "want": "Publish it under a name that starts with \"Word\"."},
	"name-contains": {"term": {"part": "Word"}, "want": "Publish it under a name that contains \"Word\"."},
}

test_remedy[evidence] if {
	some evidence, case in _remedies
	lib.remedy(evidence, "free", case.term) == case.want with data.catalog as testing.usual
}
