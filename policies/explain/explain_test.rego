package entail.explain_test

import data.entail.explain
import data.entail.testing

_relicensed(derivatives, terms) := found if {
	known := testing.catalog([testing.license("own", terms, {"relicensing": {"derivatives": derivatives}})])
	found := explain.checklist.own with data.catalog as known
}

_labels := {
	"free": [],
	"keep-notice": [],
	"must-carry": ["Write `license: own` in the card, or use a licence that carries every limit above."],
	"same-license": ["Release it under the same licence: write `license: own` in the card."],
	"forbidden": ["Do not share derivatives: the licence forbids it."],
}

test_label[derivatives] if {
	some derivatives, label in _labels
	_relicensed(derivatives, []) == label
}

test_what_to_do_in_the_order_of_the_licence if {
	terms := [
		testing.term("license-copy", "1", {}),
		testing.term("keep", "2", {}),
		testing.term("flow-down", "3", {}),
		testing.term("ban", "4", {}),
		testing.term("prefix", "5", {"prefix": "Word", "flows": ["outputs-trained"]}),
	]
	_relicensed("free", terms) == [
		"Add the text of own to the release as LICENSE, or beside it. It is at https://example.org/own",
		"What clause 2 says.",
		"What clause 3 says.",
	]
}
