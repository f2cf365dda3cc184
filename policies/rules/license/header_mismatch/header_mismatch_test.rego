package entail.rules.license.header_mismatch_test

import data.entail.rules.license.header_mismatch
import data.entail.testing

_found(released, stated) := found if {
	header := {"file": "model.gguf", "format": "gguf", "license": "x", "alternatives": stated, "base_models": []}
	document := testing.alone(object.union(testing.under(released), {"weights": [header]}))
	found := header_mismatch.findings with input as document with data.catalog as testing.usual
}

test_another_licence_in_the_header if {
	_found([["free"]], [["limited"]]) == {{
		"message": "the header of model.gguf says that it is under limited, and own/release is under free",
		"license": "limited",
		"at": [{"file": "model.gguf"}, testing.license_at],
		"why": "Whoever has the file alone sees its header alone.",
		"fix": "State one licence in the card and in the header.",
	}}
}

test_quiet[note] if {
	some note, case in {
		"where they agree": {"released": [["free"]], "stated": [["free"]]},
		"where it is one of a choice": {"released": [["limited"], ["free"]], "stated": [["free"]]},
		"where the header's choice holds it": {"released": [["free"]], "stated": [["limited"], ["free"]]},
		"where the header's is not known": {"released": [["free"]], "stated": [["mystery"]]},
		"where the release's is not known": {"released": [["mystery"]], "stated": [["limited"]]},
		"where the header states none": {"released": [["free"]], "stated": []},
	}
	_found(case.released, case.stated) == set()
}
