package custom.allow_list.licenses_test

import data.custom.allow_list.licenses
import data.entail.testing

_list := {"licenses": ["free"], "models": ["base/*"]}

_messages(document, list) := {one.message | some one in found} if {
	found := licenses.findings with input as document
		with data.catalog as testing.usual
		with data.allow_list as list
}

_free_only := object.union(_list, {"models": []})

test_what_is_on_the_list_is_quiet if _messages(testing.tuned("free", "free"), _free_only) == set()

test_a_licence_that_is_not_on_the_list if {
	want := "base/model is under limited, which is not on the list of cleared licences"
	_messages(testing.tuned("free", "limited"), _free_only) == {want}
}

test_a_model_that_is_on_the_list if _messages(testing.tuned("free", "limited"), _list) == set()

test_no_licence if {
	_messages(testing.alone({}), _list) == {"own/release has no licence that could be cleared"}
}
