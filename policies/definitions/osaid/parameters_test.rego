package entail.definitions.osaid_test

import data.entail.definitions.osaid
import data.entail.testing

_seen(over) := object.union({"from": "files", "strength": "shown", "availability": "released"}, over)

test_parameters_provided[note] if {
	some note, [statements, want] in {
		"released": [[_open], ["met", "released"]],
		"seen": [[_seen({"seen": "the files of the weights"})], ["met", "the files of the weights"]],
		"gated": [[_says({"availability": "gated"})], ["license", "behind a gate or a form"]],
		"unknown": [[_says({"availability": "unknown"})], ["not-shown", "said to be unknown"]],
		"documented": [[_says({"availability": "documented"})], ["unmet", "documented and not published"]],
		"absent": [[_says({"availability": "absent"})], ["unmet", "not published"]],
		"declared whole and seen in part": [
			[_open, _seen({"availability": "partial", "seen": "an index names 2 files that are not there"})],
			["unmet", "an index names 2 files that are not there"],
		],
		"nothing": [[], ["not-shown", "no evidence found"]],
	}
	_state(_with({"parameters.final": statements}), "OSAID-P0") == want
}

test_terms_of_what_is_not_there if {
	absent := _with({"parameters.final": [_says({"availability": "absent"})]})
	_state(absent, "OSAID-P1") == ["unmet", "nothing is there to have terms"]
	_state(_with({"parameters.final": []}), "OSAID-P1") == ["not-shown", "nothing is there to have terms"]
}

# The requirements F1, F3, F4 and P1 of parameters under a licence of their own
# or the release's, tuned from a model.
_weights(own, statement, base) := [requirement.state |
	document := testing.document(
		[
			testing.release(object.union(own, {"evidence": object.union(
				_everything,
				{"parameters.final": [_seen(statement)]},
			)})),
			testing.node("base/model", base),
		],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	judgement := osaid.judgement with input as document with data.catalog as _known
	some id in ["OSAID-F1", "OSAID-F3", "OSAID-F4", "OSAID-P1"]
	requirement := _requirement(judgement, id)
]

_plain := testing.under([["plain"]])

_stated(license, key) := {"license": license, "alternatives": [[key]]}

test_freedoms_and_terms[note] if {
	some note, [own, statement, base, want] in {
		"open": [_plain, {}, _plain, ["met", "met", "met", "met"]],
		"a limit of use": [testing.under([["vendor"]]), {}, _plain, ["license", "met", "met", "license"]],
		"no derivatives": [testing.under([["fixed"]]), {}, _plain, ["met", "license", "license", "license"]],
		"a licence of their own": [
			_plain,
			_stated("Vendor", "vendor"),
			_plain,
			["license", "met", "met", "license"],
		],
		"a licence of their own beside the release's": [
			testing.under([["vendor"]]),
			_stated("Plain", "plain"),
			_plain,
			["license", "met", "met", "license"],
		],
		"bound by an ancestor": [_plain, {}, testing.under([["vendor"]]), ["license", "met", "met", "license"]],
		"bound by a text of its own": [
			{"license": {
				"declared": [testing.declared([["plain"]])],
				"texts": [testing.strange([testing.found("ban", 3, {})], {})],
			}},
			{},
			_plain,
			["license", "met", "met", "license"],
		],
		"no licence": [{}, {}, _plain, ["license", "license", "license", "license"]],
		"unknown terms": [
			testing.under([["mystery"]]),
			{},
			_plain,
			["license", "license", "license", "license"],
		],
		"unknown terms of an ancestor": [
			_plain,
			{},
			testing.under([["mystery"]]),
			["not-shown", "not-shown", "not-shown", "not-shown"],
		],
		"behind a gate": [_plain, {"availability": "gated"}, _plain, ["license", "met", "met", "met"]],
		"not there": [_plain, {"availability": "absent"}, _plain, ["not-shown", "not-shown", "not-shown", "unmet"]],
	}
	_weights(own, statement, base) == want
}

test_what_limits_a_freedom_is_named if {
	evidence := _with({"parameters.final": [_under("Vendor", "vendor")]})
	_state(evidence, "OSAID-F1") == ["license", "limited by a thing (vendor, section 3)"]
	_state(evidence, "OSAID-P1") == ["license", "under Vendor, which has a limit (a thing, section 3)"]
}
