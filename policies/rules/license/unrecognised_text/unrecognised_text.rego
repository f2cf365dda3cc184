# METADATA
# title: The licence file is not the licence that the card names
# description: >-
#   The card names a licence with known terms, and the release's own licence
#   file holds a text that is no known licence. It may be the named one in
#   another form, or say something else: nobody can tell without reading it, so
#   the verdict is no pass. The licence that the text is most like is told as a
#   hint.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.unrecognised_text

import data.entail.lib

findings contains finding if {
	some text in _unrecognised
	finding := {
		"message": sprintf("the card says %s, and %s is no text that is known%s", [
			lib.label[input.subject],
			text.file,
			_hint(text),
		]),
		"at": array.concat(lib.declared_at(lib.subject.license.declared[0]), [{"file": text.file, "line": 1, "column": 1}]),
		"why": "Whoever reads the file may come to other terms than whoever reads the card.",
		"fix": sprintf("Put the unchanged text of %s into %s, or name what the file holds in license_name.", [
			lib.label[input.subject],
			text.file,
		]),
	}
}

# Rounded so that what differs is never told as none of it.
_hint(text) := sprintf("; it looks like %s: %d%% of its words are from there, and %d%% of that licence is missing", [
	near.id,
	floor(near.coverage * 100),
	ceil(near.missing * 100),
]) if {
	near := text.nearest
} else := ""

incomplete contains sprintf("what %s says is not known", [text.file]) if some text in _unrecognised

incomplete contains sprintf("what %s of %s says is not known", [text.file, id]) if {
	some id, texts in _strange
	id in lib.ancestors
	some text in texts
}

_unrecognised := _strange[input.subject]

# A recognised text beside it says which licence it is, and the other rules
# judge that one. A licence of which no text is at hand cannot be recognised.
_strange[id] contains text if {
	some id, node in input.nodes
	some text in node.license.texts
	text.id == ""
	lib.own_file(text)
	count(node.license.declared) > 0
	count(lib.own_texts[id]) == 0
	id in lib.known
}
