package entail.custom_test

import data.entail.lib

_judgements(own) := judgements if {
	judgements := lib.own_judgements with data.custom.definitions as own
}

test_what_is_left_out_is_filled_in if {
	own := {"judgement": {"verdict": "fails", "requirements": [{"id": "A", "state": "unmet"}]}}
	_judgements({"my_lab": own}) == {"my-lab": {
		"name": "my-lab",
		"title": "my-lab",
		"source": "",
		"reading": "text",
		"verdict": "fails",
		"requirements": [{"id": "A", "title": "A", "state": "unmet", "why": "", "at": []}],
	}}
	_judgements({"bare": {"judgement": {}}}).bare.requirements == []
}

test_what_is_there_stays if {
	whole := {
		"name": "mine-2",
		"title": "mine",
		"source": "https://example.org/",
		"reading": "practice",
		"note": "so",
		"verdict": "meets",
		"requirements": [{"id": "A", "title": "a", "state": "met", "why": "b", "at": [{"file": "c"}]}],
	}
	_judgements({"mine": {"judgement": whole}}) == {"mine-2": whole}
}
