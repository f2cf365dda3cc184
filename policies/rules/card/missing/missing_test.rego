package entail.rules.card.missing_test

import data.entail.rules.card.missing
import data.entail.testing

test_a_folder_without_a_card if {
	found := missing.findings with input as testing.alone({"card": {"present": false}})
	found == {{
		"message": "own/release has no model card: there is no README.md",
		"why": "The card's front matter is where a release declares its licence and its base models.",
		"fix": concat("", [
			"Add a README.md that starts with a front matter block: a line `---`, then `license:` and",
			" `base_model:`, then a line `---`.",
		]),
	}}
}

test_quiet[note] if {
	some note, over in {
		"with a card": {},
		"where nothing could be read": {"card": {"present": false}, "state": "offline"},
		"where the source has no cards": {"card": {"present": false}, "source": "index"},
	}
	missing.findings == set() with input as testing.alone(over)
}
