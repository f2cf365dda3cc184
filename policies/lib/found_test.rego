package entail.lib_test

import data.entail.lib
import data.entail.testing

# A vocabulary in which a policy has to have a name, as the real one has it.
_known(licenses) := object.union(
	testing.catalog(licenses),
	{"terms": {
		"policy": {"parameters": {"policy": {"required": true}}},
		"use-restriction": testing.kind("restriction", {}),
	}},
)

_usual := _known([
	testing.free_license("free", []),
	testing.license("limited", [testing.term("ceiling", "2", {"number": 10}), testing.term("license-copy", "3", {})], {}),
	testing.license("policed", [testing.term("policy", "4", {"policy": "ours"}), testing.term("ban", "5", {})], {}),
	testing.license("alike", [testing.term("alike", "1", {"licenses": ["alike"]})], {}),
	testing.license("ruled", [testing.term("use-policy", "1", {})], {}),
	testing.license("mystery", [], {"class": "unknown"}),
])

# What is under `key`, beside a licence file of its own.
_under(key, texts) := {"license": {"declared": [testing.declared([[key]])], "texts": texts}}

_tuned(own, base) := testing.document(
	[testing.release(own), testing.node("base/model", base)],
	[testing.edge(testing.own_id, "base/model", "finetune")],
)

test_found_terms if {
	found := lib.found_terms(testing.strange([testing.found("ceiling", 3, {"number": 5})], {})) with data.catalog as _usual
	found == [{
		"kind": "ceiling",
		"clause": "line 3",
		"number": 5,
		"flows": ["derivatives", "redistribution"],
		"summary": "Above a number: \"so it says\"",
	}]
}

_unlisted_cases := {
	"a text of no known licence": {"texts": [testing.strange([], {})], "want": {"LICENSE"}},
	"a known one that was changed": {"texts": [testing.text("free", {"modified": true})], "want": {"free (modified)"}},
	"a known one": {"texts": [testing.text("free", {})], "want": set()},
	"another party's": {"texts": [testing.strange([], {"file": "THIRD_PARTY.txt"})], "want": set()},
	"the model's own and the code's": {
		"texts": [testing.strange([], {}), testing.strange([], {"file": "MODEL_LICENSE", "covers": "model"})],
		"want": {"MODEL_LICENSE"},
	},
}

test_unlisted_texts[note] if {
	some note, case in _unlisted_cases
	document := testing.alone(_under("free", case.texts))
	names := {lib.text_name(text) |
		some text in lib.unlisted_texts[testing.own_id] with input as document with data.catalog as _usual
	}
	names == case.want
}

_said_cases := {
	"a limit of its own": {"key": "free", "term": testing.found("ceiling", 1, {"number": 5}), "want": ["ceiling"]},
	"one that its licence has": {"key": "limited", "term": testing.found("ceiling", 1, {"number": 10}), "want": []},
	"a stricter one": {"key": "limited", "term": testing.found("ceiling", 1, {"number": 5}), "want": ["ceiling"]},
	"an obligation that its licence has": {"key": "limited", "term": testing.found("license-copy", 1, {}), "want": []},
	"one that cannot be compared, of a kind that its licence has": {
		"key": "policed",
		"term": testing.found("policy", 1, {}),
		"want": [],
	},
	"a use that a policy of its licence may forbid": {
		"key": "ruled",
		"term": testing.found("use-restriction", 1, {}),
		"want": [],
	},
	"a use that nothing else forbids": {
		"key": "free",
		"term": testing.found("use-restriction", 1, {}),
		"want": ["use-restriction"],
	},
	"one that cannot be compared": {"key": "free", "term": testing.found("policy", 1, {}), "want": ["policy"]},
}

test_found_beyond_its_licence[note] if {
	some note, case in _said_cases
	document := testing.alone(_under(case.key, [testing.strange([case.term], {})]))
	found := lib.found[testing.own_id] with input as document with data.catalog as _usual
	[one.term.kind | some one in found] == case.want
}

# Each case: the term found in the base model's text, what the release is
# under and holds, and what becomes of the term.
_found_state_cases := {
	"a limit that a free licence drops": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("free", []),
		"want": "dropped",
	},
	"a limit that the release's licence has": {
		"term": testing.found("ceiling", 2, {"number": 50}),
		"own": _under("limited", []),
		"want": "carried",
	},
	"a limit that the release's licence has less strictly": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("limited", []),
		"want": "dropped",
	},
	"the very text kept as its own": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("free", [testing.strange([], {})]),
		"want": "carried",
	},
	"the very text kept, but not as its own": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("free", [testing.strange([], {"file": "LICENSE-BASE"})]),
		"want": "dropped",
	},
	"no text can let derivatives out that it forbids": {
		"term": testing.found("no-derivatives", 2, {}),
		"own": _under("free", [testing.strange([], {})]),
		"want": "dropped",
	},
	"a text of its own that may say as much": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("free", [testing.strange([testing.found("ceiling", 7, {"number": 7})], {"sha256": "s2"})]),
		"want": "not-shown",
	},
	"a release of unknown terms": {
		"term": testing.found("ceiling", 2, {"number": 5}),
		"own": _under("mystery", []),
		"want": "not-shown",
	},
	"a policy without a name is compared with none": {
		"term": testing.found("policy", 2, {}),
		"own": _under("policed", []),
		"want": "not-shown",
	},
	"a policy with one is": {
		"term": testing.found("policy", 2, {"policy": "ours"}),
		"own": _under("policed", []),
		"want": "carried",
	},
	"this licence is no licence with a name": {
		"term": testing.found("alike", 2, {}),
		"own": _under("alike", []),
		"want": "not-shown",
	},
	"what ends the grant": {"term": testing.found("ending", 2, {}), "own": _under("free", []), "want": "not-applicable"},
	"words that only some owe": {
		"term": testing.found("display", 2, {"text": "By us.", "trigger": "above-threshold"}),
		"own": _under("free", []),
		"want": "not-applicable",
	},
	"a copy of the text that is there": {
		"term": testing.found("license-copy", 2, {}),
		"own": _under("free", [testing.strange([], {"file": "LICENSE-BASE"})]),
		"want": "met",
	},
	"a copy of the text that is not": {
		"term": testing.found("license-copy", 2, {}),
		"own": _under("free", []),
		"want": "unmet",
	},
	"a copy of the text that another may be": {
		"term": testing.found("license-copy", 2, {}),
		"own": _under("free", [testing.strange([], {"sha256": "s2"})]),
		"want": "not-shown",
	},
	"words that are there": {
		"term": testing.found("display", 2, {"text": "By us."}),
		"own": object.union(
			_under("free", []),
			{"phrases": [{"text": "By us.", "at": {"file": "README.md", "line": 9}}]},
		),
		"want": "met",
	},
	"words that nobody looked for": {
		"term": testing.found("display", 2, {"text": "By us."}),
		"own": _under("free", []),
		"want": "not-shown",
	},
	"a name that nobody measured": {
		"term": testing.found("prefix", 2, {"prefix": "Ours"}),
		"own": _under("free", []),
		"want": "not-shown",
	},
}

test_states_of_found_terms[note] if {
	some note, case in _found_state_cases
	document := _tuned(case.own, _under("mystery", [testing.strange([case.term], {})]))
	found := lib.inherited with input as document with data.catalog as _usual
	states := {[item.license, item.term.clause, item.from, item.state] | some item in found}
	states == {["LICENSE", "line 2", "base/model", case.want]}
}

# A vendor's text goes by one name in several forms; a public licence has one.
test_another_form_of_the_same_licence[key] if {
	some key, state in {"limited": "not-shown", "free": "dropped"}
	changed := testing.text(key, {"modified": true, "added": [{
		"from": 1,
		"to": 9,
		"terms": [testing.found("ban", 2, {})],
	}]})
	document := _tuned(_under(key, []), _under(key, [changed]))
	found := lib.inherited with input as document with data.catalog as _usual
	{item.state | some item in found; item.term.kind == "ban"} == {state}
}

test_a_text_of_the_release_may_carry_a_listed_limit if {
	own := _under("free", [testing.strange([testing.found("ceiling", 7, {"number": 7})], {})])
	found := lib.inherited with input as _tuned(own, _under("limited", [])) with data.catalog as _usual
	{item.state | some item in found; item.term.kind == "ceiling"} == {"not-shown"}
}

# One text of two ancestors is told once, of the one furthest back; two texts
# that go by one name are two.
test_one_text_of_two_ancestors[note] if {
	some note, case in {
		"the same text": {"digest": "s1", "want": [["root/model", "s1"]]},
		"another text": {"digest": "s2", "want": [["base/model", "s1"], ["root/model", "s2"]]},
	}
	terms := [testing.found("ceiling", 2, {"number": 5})]
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.node("base/model", _under("mystery", [testing.strange(terms, {})])),
			testing.node("root/model", _under("mystery", [testing.strange(terms, {"sha256": case.digest})])),
		],
		[
			testing.edge(testing.own_id, "base/model", "finetune"),
			testing.edge("base/model", "root/model", "finetune"),
		],
	)
	found := lib.inherited with input as document with data.catalog as _usual
	sort([[item.from, item.digest] | some item in found]) == case.want
}

test_limits_of_a_text if {
	text := testing.strange(
		[
			testing.found("ceiling", 2, {"number": 5}),
			testing.found("keep", 3, {}),
			testing.found("ceiling", 4, {"number": 6}),
			testing.found("display", 5, {}),
		],
		{},
	)
	limits := lib.found_limits(text) with data.catalog as _usual
	[one.clause | some one in limits] == ["line 2", "line 5"]
	words := lib.limits_in_words(limits) with data.catalog as _usual
	words == "above a number (line 2); a thing (line 5)"
	places := lib.limit_places(text) with data.catalog as _usual
	[place.line | some place in places] == [2, 4, 5]
}

_unpromised_cases := {
	"a licence without it": {"declared": [["free"]], "want": ["ceiling"]},
	"a licence with it": {"declared": [["limited"]], "want": []},
	"one of a choice without it": {"declared": [["limited"], ["free"]], "want": ["ceiling"]},
	"of those that hold together one with it": {"declared": [["limited", "free"]], "want": []},
	"a licence of unknown terms": {"declared": [["mystery"]], "want": []},
	"none": {"declared": [], "want": []},
}

test_unpromised[note] if {
	some note, case in _unpromised_cases
	text := testing.strange([testing.found("ceiling", 2, {"number": 20})], {})
	declared := [testing.declared(case.declared) | count(case.declared) > 0]
	document := testing.alone({"license": {"declared": declared, "texts": [text]}})
	found := lib.unpromised(text) with input as document with data.catalog as _usual
	[one.kind | some one in found] == case.want
}

test_sources if lib.sources(["free", "LICENSE"]) == [testing.source("free")] with data.catalog as testing.usual

test_remedy_without_an_address if {
	said := lib.remedy("license-text", "LICENSE", {}) with data.catalog as testing.usual
	said == "Add the base model's own licence file to the release, beside the release's."
}
