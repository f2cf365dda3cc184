package entail.rules.lineage.outdated_lock_test

import data.entail.rules.lineage.outdated_lock
import data.entail.testing

_document(over, lock) := object.union(
	testing.document(
		[testing.release({}), testing.node("near/model", over), testing.node("far/model", {})],
		[testing.edge(testing.own_id, "near/model", "finetune"), testing.edge("near/model", "far/model", "finetune")],
	),
	lock,
)

_found(over, missing, unused) := found if {
	lock := {"lock": {"file": "entail.lock", "missing": missing, "unused": unused}}
	found := outdated_lock.findings with input as _document(over, lock)
}

test_a_model_that_the_lock_lacks if {
	_found({}, ["far/model"], []) == {{
		"message": "far/model is not in entail.lock",
		"path": [testing.own_id, "near/model", "far/model"],
		"at": [testing.base_at],
		"why": "The lock is out of date: this model was read from elsewhere, where its facts may change from run to run.",
		"fix": "Run `entail lock`, and commit what it writes.",
	}}
}

test_an_entry_without_a_model if {
	_found({}, [], ["old/model"]) == {{
		"level": "note",
		"message": "old/model is in entail.lock and is no ancestor any more",
		"why": "The lock is out of date; the entry does no harm.",
		"fix": "Run `entail lock`, and commit what it writes.",
	}}
}

test_quiet_where_drift_tells_it if _found({"locked": {"id": "near/model"}}, ["far/model"], []) == set()

test_quiet_where_the_lock_fits if _found({}, [], []) == set()

test_quiet_without_a_lock if {
	found := outdated_lock.findings with input as _document({}, {})
	found == set()
}
