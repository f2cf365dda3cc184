# METADATA
# title: The card and the licence file disagree
# description: >-
#   The card declares one licence and the release's own licence file holds
#   another. entail takes both to bind. A file whose name says that it covers
#   code or data is not compared.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: error
package entail.rules.license.text_mismatch

import data.entail.lib

findings contains finding if {
	count(lib.own_texts[input.subject]) > 0
	count(_declared) > 0
	every key in _declared {
		lib.known_license(key)
	}
	some text in lib.own_texts[input.subject]
	not text.id in _declared
	finding := {
		"message": sprintf("the card says %s, %s is %s", [
			lib.written[input.subject],
			text.file,
			data.catalog.licenses[text.id].name,
		]),
		"license": text.id,
		"at": array.concat(lib.declared_at(lib.subject.license.declared[0]), [{"file": text.file, "line": 1, "column": 1}]),
		"why": "Who reads the card and who reads the file come to different terms.",
		"fix": sprintf(
			"If the file is right, write `%s` in the card. If the card is right, put its licence's text into %s.",
			[lib.declaration(text.id), text.file],
		),
	}
}

# All that the card names: of several licences a file may hold any.
_declared contains key if {
	some one in lib.subject.license.declared
	some keys in one.alternatives
	some key in keys
}
