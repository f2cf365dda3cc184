# METADATA
# title: The licence file limits what may be done, in words of its own
# description: >-
#   The release's own licence file is no known licence, and holds limits. They
#   bind, whatever the card says. Where the card names a licence without them,
#   whoever goes by the card breaks the file's terms: an error. What the file
#   says beyond them is not known.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.unrecognised_restriction

import data.entail.lib

findings contains finding if {
	some text in lib.unlisted_texts[input.subject]
	text.id == ""
	limits := lib.found_limits(text)
	count(limits) > 0
	finding := object.union(_about(text), {
		"message": sprintf("%s is no known licence, and has limits: %s", [text.file, lib.limits_in_words(limits)]),
		"license": lib.text_name(text),
		"at": array.concat(lib.card_at("license"), lib.limit_places(text)),
		"why": concat("; ", [term.summary | some term in limits]),
		"fix": _fix(text),
	})
}

_about(text) := {"level": "error", "term": term.kind, "clause": term.clause} if {
	term := lib.unpromised(text)[0]
} else := {
	"term": lib.found_limits(text)[0].kind,
	"clause": lib.found_limits(text)[0].clause,
}

_fix(text) := sprintf(
	"If %s is right, write `license: other` with a license_name for it in the card. If the card is, replace the file.",
	[text.file],
) if {
	count(lib.unpromised(text)) > 0
} else := sprintf("Name what %s holds in license_name, and say in the card what it limits.", [text.file])
