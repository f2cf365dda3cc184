# METADATA
# title: What the EU AI Act asks of a provider is shown
# description: >-
#   Of the conditions and duties of Art. 53 for free and open-source
#   general-purpose models, what the release does not meet is a warning and what
#   it does not show a note. Whoever changes a model enough becomes a provider
#   (recital 109, and the Commission's guidelines).
# related_resources:
#   - https://eur-lex.europa.eu/eli/reg/2024/1689/oj
# custom:
#   level: warning
package custom.eu_deployment.duties

import data.entail.definitions.eu_ai_act
import data.entail.lib

findings contains finding if {
	some requirement in eu_ai_act.judgement.requirements
	level := _levels[requirement.state]
	finding := lib.about(input.subject, {
		"level": level,
		"message": sprintf("%s, %s: %s", [requirement.id, requirement.title, requirement.state]),
		"why": requirement.why,
		"fix": "Show it in the card, or answer it under custom.answers.",
	})
}

_levels := {"unmet": "warning", "license": "warning", "not-shown": "note"}
