package entail.rules.lineage.drift_test

import data.entail.rules.lineage.drift
import data.entail.testing

_locked(over) := {"locked": object.union(
	{
		"id": "near/model",
		"read": "2026-01-02T03:04:05Z",
		"live": "resolved",
		"state": "resolved",
		"revision": "abc",
		"gated": "false",
		"license": _license("free", []),
		"files_known": true,
		"bases_known": true,
		"bases": ["far/model"],
	},
	over,
)}

_license(key, texts) := {"declared": [testing.declared([[key]])], "texts": texts, "unread": []}

_live(key, texts) := {"files_known": true, "gated": "false", "license": _license(key, texts)}

# A release tuned from near/model, which was tuned from far/model.
_document(near, over) := testing.document(
	[
		testing.release(testing.under([["free"]])),
		testing.node("near/model", object.union(near, _locked(over))),
		testing.model("far/model", "limited"),
	],
	[testing.edge(testing.own_id, "near/model", "finetune"), testing.edge("near/model", "far/model", "finetune")],
)

_found(near, over) := found if {
	found := drift.findings with input as _document(near, over) with data.catalog as testing.usual
}

_told(near, over) := {[one.level, one.message] | some one in _found(near, over)}

_update := "Read what is new, then run `entail lock --update near/model`."

test_quiet_where_nothing_changed if {
	text := testing.text("free", {"sha256": "1"})
	_found(_live("free", [text]), {"license": _license("free", [text])}) == set()
}

test_quiet_without_a_lock if {
	found := drift.findings with input as testing.tuned("free", "limited") with data.catalog as testing.usual
	found == set()
}

test_a_licence_that_changed if {
	_found(_live("limited", []), {}) == {{
		"level": "error",
		"message": "the licence of near/model is limited, and was free when it was locked",
		"path": [testing.own_id, "near/model"],
		"at": [testing.base_at],
		"why": "This verdict goes by the licence of now. What was taken under the former one may still be under it.",
		"fix": _update,
	}}
}

test_a_licence_of_which_the_lock_knew_less if {
	{one[0] | some one in _told(_live("limited", []), {"files_known": false})} == {"warning"}
}

test_a_licence_of_a_data_set if {
	{one[0] | some one in _told(object.union(_live("limited", []), {"kind": "dataset"}), {})} == {"warning"}
}

_text_cases := {
	"read as before": {
		"over": {"sha256": "2"},
		"want": {["warning", concat("", [
			"LICENSE of near/model was changed since it was locked,",
			" and is still read as free",
		])]},
	},
	"with words changed": {
		"over": {"sha256": "2", "modified": true},
		"want": {["error", "LICENSE of near/model was changed since it was locked"]},
	},
	"with a clause added": {
		"over": {"sha256": "2", "added": [{"from": 1, "to": 2, "terms": [{"term": "ban", "line": 1}]}]},
		"want": {["error", "LICENSE of near/model was changed since it was locked"]},
	},
	"not at all": {"over": {"sha256": "1"}, "want": set()},
}

test_a_text[note] if {
	some note, case in _text_cases
	near := _live("free", [testing.text("free", case.over)])
	_told(near, {"license": _license("free", [testing.text("free", {"sha256": "1"})])}) == case.want
}

test_a_text_that_nobody_knows if {
	near := _live("free", [testing.text("", {"sha256": "2"})])
	_told(near, {"license": _license("free", [testing.text("", {"sha256": "1"})])}) == {[
		"warning",
		"LICENSE of near/model was changed since it was locked",
	]}
}

test_texts_that_came_and_went if {
	near := _live("free", [testing.text("free", {"file": "LICENSE.md"})])
	_told(near, {"license": _license("free", [testing.text("free", {})])}) == {
		["warning", "near/model has a licence file that it did not have when it was locked: LICENSE.md"],
		["warning", "near/model no longer has a licence file that it had when it was locked: LICENSE"],
	}
}

test_texts_of_which_the_lock_knew_nothing if {
	_found(_live("free", [testing.text("free", {})]), {"files_known": false}) == set()
}

test_one_that_is_gone[state] if {
	some state in ["not-found", "private-or-absent", "disabled"]
	_found({}, {"license": _license("limited", []), "live": state, "detail": "nobody has it"}) == {{
		"level": "warning",
		"message": "near/model has gone since it was locked: nobody has it",
		"path": [testing.own_id, "near/model"],
		"at": [testing.base_at],
		"why": "Its terms still bind what was made from it. This verdict goes by what the lock holds.",
		"fix": "Keep the lock and a copy of the licence; ask the publisher where the model went.",
	}}
}

test_one_that_is_gone_without_a_word if {
	_told({}, {"live": "disabled"}) == {["warning", "near/model has gone since it was locked: disabled"]}
}

_gate := {["warning", "near/model has been put behind a gate since it was locked"]}

test_one_behind_a_gate if {
	_told({}, {"live": "gated"}) == _gate
	_told(object.union(_live("free", []), {"gated": "manual"}), {}) == _gate
	_told(object.union(_live("free", []), {"gated": "manual"}), {"gated": "auto"}) == set()
	_told(object.union(_live("free", []), {"gated": "manual"}), {"gated": ""}) == set()
}

test_one_that_was_renamed if {
	_told(_live("free", []), {"id": "once/model"}) == {["note", "near/model was called once/model when it was locked"]}
	{one.fix | some one in _found(_live("free", []), {"id": "once/model"})} == {concat("", [
		"Read what is new,",
		" then run `entail lock --update once/model`.",
	])}
}

test_a_base_model_that_binds if {
	found := [one | some one in _found(_live("free", []), {"bases": []})]
	count(found) == 1
	found[0].level == "error"
	found[0].message == "near/model names a base model that it did not have when it was locked: far/model"
	found[0].path == [testing.own_id, "near/model", "far/model"]
	found[0].fix == "Read its terms, then run `entail lock --update near/model`."
}

test_a_base_model_that_binds_nobody if {
	free := {"nodes": {"far/model": testing.under([["free"]])}}
	document := object.union(_document(_live("free", []), {"bases": []}), free)
	none := testing.catalog([testing.free_license("free", [])])
	found := drift.findings with input as document with data.catalog as none
	{one.level | some one in found} == {"warning"}
}

test_a_base_model_of_which_the_lock_knew_nothing if {
	_found(_live("free", []), {"bases": [], "bases_known": false}) == set()
}

test_a_base_model_that_is_named_no_more if {
	_told(_live("free", []), {"bases": ["far/model", "lost/model"]}) == {[
		"warning",
		"near/model no longer names a base model that it had when it was locked: lost/model",
	]}
	_found(object.union(_live("free", []), {"bases_known": false}), {"bases": ["far/model", "lost/model"]}) == set()
}

# A base model by another name is the one it was.
test_a_base_model_that_was_renamed if {
	document := object.union(
		_document(_live("free", []), {"bases": ["old/model"]}),
		{"nodes": {"far/model": {"locked": {"id": "old/model", "live": "offline"}}}},
	)
	found := drift.findings with input as document with data.catalog as testing.usual
	found == set()
}

test_one_that_can_be_read_again if {
	_told(_live("free", []), {"state": "gated", "license": _license("limited", [])}) == {[
		"note",
		"near/model can be read now, and could not when it was locked (gated)",
	]}
}

_incomplete(near, over) := missing if {
	missing := drift.incomplete with input as _document(near, over) with data.catalog as testing.usual
}

test_what_cannot_be_compared_is_said[state] if {
	some state in ["offline", "rate-limited", "failed", "unauthorized", "too-deep"]
	_found({}, {"live": state}) == set()
	_incomplete({}, {"live": state}) == {sprintf(
		"whether near/model changed since it was locked is not known (%s)",
		[state],
	)}
}

test_a_text_that_cannot_be_compared_is_said if {
	near := object.union(_live("free", []), {"license": {"unread": [
		{"file": "LICENSE", "state": "rate-limited"},
		{"file": "COPYING", "state": "rate-limited"},
	]}})
	over := {"license": _license("free", [testing.text("free", {})])}
	_found(near, over) == set()
	_incomplete(near, over) == {"whether LICENSE of near/model changed since then is not known (rate-limited)"}
}

test_nothing_is_missing_where_all_was_compared if _incomplete(_live("free", []), {}) == set()
