package entail.rules.lineage.unresolved_test

import data.entail.rules.lineage.unresolved
import data.entail.testing

_found(base) := found if {
	document := testing.document(
		[testing.release({}), testing.node("base/model", base)],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := unresolved.findings with input as document
}

test_it_says_why if {
	_found({"state": "gated", "detail": "the Hub asks for an agreement"}) == {{
		"message": "base/model could not be read: the Hub asks for an agreement",
		"path": [testing.own_id, "base/model"],
		"at": [testing.base_at],
		"why": "Whatever its licence asks or forbids is not part of this verdict.",
		"fix": "Ask for access on the Hub, set HF_TOKEN, and run again.",
	}}
}

test_every_state_says_what_to_do[state] if {
	some state in [
		"gated", "private-or-absent", "not-found", "unauthorized", "disabled",
		"offline", "rate-limited", "failed", "too-deep",
	]
	found := _found({"state": state})
	{one.message | some one in found} == {sprintf("base/model could not be read: it is %s", [state])}
	{true | some one in found; one.fix != ""} == {true}
}

test_each_host_has_its_own_token[host] if {
	some host, token in {"hub": "HF_TOKEN", "github": "GITHUB_TOKEN"}
	some state in ["unauthorized", "private-or-absent", "rate-limited"]
	{true | some one in _found({"state": state, "source": host}); contains(one.fix, token)} == {true}
}

test_the_release_itself if {
	found := unresolved.findings with input as testing.alone({"state": "not-found"})
	{[one.path, one.at] | some one in found} == {[[testing.own_id], []]}
}

test_a_walk_that_stopped if {
	document := object.union(testing.alone({}), {"truncated": {"limit": "depth", "left": 3}})
	found := unresolved.findings with input as document
	found == {{
		"message": "the walk stopped at its depth limit with 3 more to read",
		"why": "What lies beyond is not part of this verdict.",
		"fix": "Check the base models in the card; few releases have so many.",
	}}
}

test_quiet[note] if {
	some note, base in {
		"where all could be read": {},
		"where a data set could not be read": {"state": "offline", "kind": "dataset"},
	}
	_found(base) == set()
}
