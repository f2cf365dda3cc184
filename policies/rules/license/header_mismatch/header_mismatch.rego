# METADATA
# title: A weight file states another licence
# description: >-
#   The header of a weight file states a licence of its own, and it is none of
#   those that the release is under. Converters copy it from the model that was
#   converted, so one of the two is out of date or wrong.
# related_resources:
#   - https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#   - https://github.com/Stability-AI/ModelSpec
# custom:
#   level: warning
package entail.rules.license.header_mismatch

import data.entail.lib

findings contains finding if {
	count(lib.subject.weights) > 0
	input.subject in lib.known
	some header in lib.subject.weights
	stated := {key | some keys in header.alternatives; some key in keys}
	count(stated) > 0
	every key in stated {
		lib.known_license(key)
	}
	own := {key | some keys in lib.effective[input.subject]; some key in keys}
	count(stated & own) == 0
	label := concat(", ", sort(stated))
	finding := {
		"message": sprintf("the header of %s says that it is under %s, and %s is under %s", [
			header.file,
			label,
			input.subject,
			lib.label[input.subject],
		]),
		"license": min(stated),
		"at": array.concat([{"file": header.file}], lib.card_at("license")),
		"why": "Whoever has the file alone sees its header alone.",
		"fix": "State one licence in the card and in the header.",
	}
}
