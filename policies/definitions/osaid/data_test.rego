package entail.definitions.osaid_test

import data.entail.definitions.osaid
import data.entail.testing

test_levels[level] if {
	some level, want in {
		"full": ["met", "described in full"],
		"substantial": ["met", "described for the most part"],
		"not-used": ["met", "not used"],
		"named-only": ["unmet", "named, without shares or method"],
		"vague": ["unmet", "general words only"],
		"none": ["unmet", "nothing said"],
		"unknown": ["not-shown", "said to be unknown"],
	}
	evidence := _with({"data_information.labelling": [_says({"level": level})]})
	judged := _requirement(_judged(evidence), "OSAID-D1d")
	[judged.state, judged.why, judged.at] == [want[0], want[1], [_place]]
}

test_the_worse_of_two_sources_counts if {
	evidence := _with({"data_information.provenance": [_full, _says({"level": "vague"})]})
	_state(evidence, "OSAID-D1a") == ["unmet", "general words only"]
}

test_unshareable_data_has_to_be_described if {
	_unshareable({"used": "yes", "level": "full"}) == "met"
	_unshareable({"used": "yes", "level": "vague"}) == "unmet"
	_unshareable({"used": "unknown", "level": "none"}) == "met"
	_unshareable({"used": "no", "level": "not-used"}) == "met"
}

_unshareable(statement) := state if {
	[state, _] := _state(_with({"data_information.unshareable_data": [_says(statement)]}), "OSAID-D1")
}

test_third_party_data[note] if {
	some note, [statement, description, want] in {
		"listed": [{"used": "yes", "level": "full"}, "full", ["met", "described in full"]],
		"not listed": [{"used": "yes", "level": "named-only"}, "full", ["unmet", "named, without shares or method"]],
		"none used": [{"used": "no", "level": "none"}, "full", ["met", "not used"]],
		"not said, all sources named": [
			{"used": "unknown", "level": "unknown"},
			"substantial",
			["met", "whether any was used is not said; the description names the sources"],
		],
		"not said, sources not named": [
			{"used": "unknown", "level": "none"},
			"vague",
			["unmet", "whether any was used is not said, nor does the description name the sources"],
		],
		"not said, no description": [
			{"used": "unknown", "level": "none"},
			"unknown",
			["not-shown", "whether any was used is not said, and no description is shown"],
		],
	}
	_state(
		_with({
			"data_information.third_party_data": [_says(statement)],
			"data_information.description": [_says({"level": description})],
		}),
		"OSAID-D3",
	) == want
}

_under(license, key) := _says({"availability": "released", "license": license, "alternatives": [[key]]})

test_terms_of_data_information[note] if {
	some note, [change, want] in {
		"a card": [{"documents.data_card": [_open]}, ["met", "under Plain"]],
		"open by another list": [
			{"documents.data_card": [_under("Unlisted", "unlisted")]},
			["met", "under Unlisted, open and not on OSI's list of licences"],
		],
		"a vendor's": [
			{"documents.data_card": [_under("Vendor", "vendor")]},
			["license", "under Vendor, which has a limit (a thing, section 3)"],
		],
		"one of two": [
			{"documents.data_card": [_under("Vendor", "vendor")], "documents.research_paper": [_open]},
			["met", "under Plain"],
		],
		"none": [
			{"documents.data_card": [_says({"availability": "absent"})]},
			["not-shown", "no terms of a data card, model card or paper are known"],
		],
		"its own": [
			{"data_information.description": [_says({"level": "full", "license": "Vendor", "alternatives": [["vendor"]]})]},
			["license", "under Vendor, which has a limit (a thing, section 3)"],
		],
	}
	_state(_with(change), "OSAID-D4") == want
}

test_the_card_in_the_repository_is_under_its_terms if {
	card := {"from": "files", "strength": "shown", "availability": "released", "at": {"file": "README.md"}}
	_state(_with({"documents.data_card": [card]}), "OSAID-D4") == ["met", "under plain"]
}

test_terms_of_data_information_are_not_asked_for_in_practice if {
	evidence := _with({"documents.data_card": [_under("Vendor", "vendor")]})
	_judged(evidence).verdict == "meets-but-for-licenses"
	not _requirement(_judged(evidence), "OSAID-D4").optional
	judgement := _read(evidence, "practice")
	judgement.verdict == "meets"
	_requirement(judgement, "OSAID-D4").optional
}

test_nobody_says_anything_of_third_parties if {
	_state(_with({"data_information.third_party_data": []}), "OSAID-D3") == ["not-shown", "no evidence found"]
}

test_requirements_are_those_of_the_order if {
	document := _release(_everything)
	found := osaid.requirement with input as document with data.catalog as _known
	count(found) == 25
	testing.own_id == document.subject
}
