package entail.stated_test

import data.entail.lib
import data.entail.testing

_about(requirements) := {"tidy": {
	"title": "Tidy",
	"source": "https://example.org",
	"note": "A note.",
	"file": "mine/catalog/definitions.yaml",
	"requirements": requirements,
}}

_judged(requirements, document) := judged if {
	catalog := object.union(testing.usual, {"definitions": _about(requirements)})
	judged := lib.own_judgements.tidy with input as document with data.catalog as catalog
}

_code := {"id": "C", "title": "code", "section": "1", "component": "code.training", "accept": ["released"]}

_terms(licenses) := {"id": "T", "title": "terms", "licenses": licenses}

_release(said) := testing.alone(object.union(testing.under([["free"]]), {"evidence": {"code.training": said}}))

_said(availability) := {"from": "evidence-file", "strength": "declared", "availability": availability}

test_a_judgement if {
	judged := _judged([_code, object.union(_terms("open"), {"optional": true})], _release([_said("released")]))
	judged == {
		"name": "tidy",
		"title": "Tidy",
		"source": "https://example.org",
		"note": "A note.",
		"reading": "text",
		"verdict": "meets",
		"requirements": [
			{
				"id": "C",
				"title": "code",
				"section": "1",
				"component": "code.training",
				"state": "met",
				"why": "evidence-file: released",
				"at": [],
			},
			{
				"id": "T",
				"title": "terms",
				"optional": true,
				"state": "met",
				"why": "under free",
				"at": [testing.license_at],
			},
		],
	}
}

test_components[note] if {
	some note, [said, state] in {
		"said to be there": [[_said("released")], "met"],
		"behind a gate": [[_said("gated")], "license"],
		"not known": [[_said("unknown")], "not-shown"],
		"in part": [[_said("partial")], "unmet"],
		"two that differ": [[_said("released"), _said("absent")], "unmet"],
		"nothing": [[], "not-shown"],
	}
	_judged([_code], _release(said)).requirements[0].state == state
}

test_terms[note] if {
	some note, [licenses, document, state, why] in {
		"on the list": [["free"], testing.alone(testing.under([["free"]])), "met", "under free"],
		"not on the list": [["easy"], testing.alone(testing.under([["free"]])), "license", "under free"],
		"open": ["open", testing.alone(testing.under([["free"]])), "met", "under free"],
		"not open": ["open", testing.alone(testing.under([["limited"]])), "license", "under limited"],
		"approved": ["approved", testing.alone(testing.under([["limited"]])), "license", "under limited"],
		"bound by an ancestor": [["free"], testing.tuned("free", "limited"), "license", "bound by limited"],
		"an ancestor on the list": [["free", "limited"], testing.tuned("free", "limited"), "met", "under free"],
		"no licence": [["free"], testing.alone({}), "license", "under no license"],
		"not known of an ancestor": [
			["free"],
			testing.tuned("free", "mystery"),
			"not-shown",
			"the terms of a base model are not known",
		],
	}
	requirement := _judged([_terms(licenses)], document).requirements[0]
	[requirement.state, requirement.why] == [state, why]
}

test_a_licence_of_the_parameters if {
	said := object.union(_said("released"), {"license": "Limited", "alternatives": [["limited"]]})
	document := testing.alone(object.union(testing.under([["free"]]), {"evidence": {"parameters.final": [said]}}))
	_judged([_terms(["free"])], document).requirements[0].why == "under limited"
}

test_a_name_that_is_taken if {
	catalog := object.union(testing.usual, {"definitions": {"osaid-1.0": _about([_code]).tidy}})
	id := "custom/definitions/osaid-1.0"
	document := _release([])
	failures := lib.own_failures with input as document with data.catalog as catalog
	failures[id] == "its name is that of another definition"
	judged := lib.own_judgements with input as document with data.catalog as catalog
	judged == {}
}

test_a_name_that_a_package_has if {
	catalog := object.union(testing.usual, {"definitions": _about([_code])})
	own := {"judgements": {"tidy": {"verdict": "meets", "requirements": []}}}
	document := _release([])
	failures := lib.own_failures with input as document with data.catalog as catalog with data.entail.own as own
	object.keys(failures) == {"custom/definitions/tidy"}
	judged := lib.own_judgements with input as document with data.catalog as catalog with data.entail.own as own
	judged == {}
}
