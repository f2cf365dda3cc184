package entail.rules.lineage.cycle_test

import data.entail.rules.lineage.cycle
import data.entail.testing

_found(links) := found if {
	document := testing.document(
		[testing.release({}), testing.node("a/model", {}), testing.node("b/model", {})],
		[testing.edge(link[0], link[1], "finetune") | some link in links],
	)
	found := cycle.findings with input as document
}

test_a_model_that_names_itself if {
	_found([[testing.own_id, testing.own_id]]) == {{
		"message": "own/release names itself as its base model",
		"path": [testing.own_id],
		"at": [testing.base_at],
		"why": "A model is not made from itself: the true base model is missing.",
		"fix": "Name the model that it was made from, or no base model.",
	}}
}

test_an_ancestor_that_names_itself if {
	found := _found([[testing.own_id, "a/model"], ["a/model", "a/model"]])
	{[one.path, one.at] | some one in found} == {[[testing.own_id, "a/model"], []]}
}

test_a_circle_is_told_once if {
	_found([[testing.own_id, "a/model"], ["a/model", "b/model"], ["b/model", testing.own_id]]) == {{
		"message": "base models lead in a circle: a/model, b/model, own/release",
		"at": [testing.base_at],
		"why": "A model cannot descend from itself: one of these cards is wrong.",
		"fix": "Correct base_model in the card that is wrong.",
	}}
}

test_a_circle_among_ancestors if {
	found := _found([[testing.own_id, "a/model"], ["a/model", "b/model"], ["b/model", "a/model"]])
	{one.message | some one in found} == {"base models lead in a circle: a/model, b/model"}
}

test_quiet[note] if {
	some note, links in {
		"in a line": [[testing.own_id, "a/model"], ["a/model", "b/model"]],
		"where two ways meet": [[testing.own_id, "a/model"], [testing.own_id, "b/model"], ["a/model", "b/model"]],
		"without base models": [],
	}
	_found(links) == set()
}
