# METADATA
# title: Two licences are stated for the weights
# description: >-
#   The evidence file states a licence for the model's parameters, and the card
#   or the licence file states another for the release. Code, data and weights
#   may each have a licence; one component cannot have two without a word.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.component_mismatch

import data.entail.lib

findings contains finding if {
	count(lib.subject.evidence["parameters.final"]) > 0
	input.subject in lib.known
	some statement in lib.subject.evidence["parameters.final"]
	some keys in statement.alternatives
	some key in keys
	lib.known_license(key)
	not key in {other | some others in lib.effective[input.subject]; some other in others}
	finding := {
		"message": sprintf("the evidence file says that the weights are under %s, and the release is under %s", [
			key,
			lib.label[input.subject],
		]),
		"license": key,
		"at": array.concat([place | place := statement.at], lib.card_at("license")),
		"why": "The licence of the weights decides what may be done with the model.",
		"fix": "State one licence for the weights in both places.",
	}
}
