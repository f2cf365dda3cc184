# METADATA
# title: The release has no model card
# description: >-
#   Without a README.md nothing declares a licence or a base model, and nobody
#   who receives the model can know its terms.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards
# custom:
#   level: error
package entail.rules.card.missing

import data.entail.lib

findings contains finding if {
	lib.subject.state == "resolved"
	lib.subject.source == "dir"
	not lib.subject.card.present
	finding := {
		"message": sprintf("%s has no model card: there is no README.md", [input.subject]),
		"why": "The card's front matter is where a release declares its licence and its base models.",
		"fix": concat(" ", [
			"Add a README.md that starts with a front matter block:",
			"a line `---`, then `license:` and `base_model:`, then a line `---`.",
		]),
	}
}
