package custom.no_unknown_ancestor.ancestors_test

import data.custom.no_unknown_ancestor.ancestors
import data.entail.testing

_family(over) := testing.document(
	[testing.release(testing.under([["free"]])), object.union(testing.model("base/model", "free"), over)],
	[testing.edge(testing.own_id, "base/model", "finetune")],
)

_messages(document) := {one.message | some one in found} if {
	found := ancestors.findings with input as document with data.catalog as testing.usual
}

test_a_known_family_is_quiet if _messages(_family({})) == set()

test_one_that_could_not_be_read if {
	_messages(_family({"state": "gated"})) == {"base/model, which own/release descends from, could not be read (gated)"}
}

test_one_without_a_licence if {
	_messages(_family({"license": {"declared": []}})) == {"the terms of base/model (no license) are not known"}
}

test_one_that_does_not_say_what_it_was_made_from if {
	_messages(_family({"bases_known": false})) == {"whether base/model was made from another model is not known"}
}

test_a_walk_that_stopped if {
	cut := object.union(_family({}), {"truncated": {"limit": "node", "left": 2}})
	_messages(cut) == {"the walk stopped at its node limit"}
}
