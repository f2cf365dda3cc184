# METADATA
# title: A base model's licence asks for more than the release shows
# description: >-
#   A licence up the chain asks something of whoever publishes a derivative: a
#   copy of its text, a notice file, words to display, a name. What the release
#   could show and does not is a warning; what may be met elsewhere, and what
#   permissive licences ask, is a note.
# related_resources:
#   - https://www.licenses.ai/faq-2
# custom:
#   level: warning
package entail.rules.lineage.owed_obligation

import data.entail.lib

findings contains finding if {
	some item in lib.inherited
	item.state in {"unmet", "not-shown"}
	lib.effect(item.term) == "obligation"
	evidence := data.catalog.terms[item.term.kind].evidence
	not evidence in {"none", "carried"}
	key := item.license
	finding := {
		"level": _level(item),
		"message": sprintf("%s asks for %s (%s, %s)", [
			item.from,
			_what(item.term),
			key,
			lib.section(item.term.clause),
		]),
		"path": item.path,
		"license": key,
		"term": item.term.kind,
		"clause": item.term.clause,
		"at": lib.base_at(item.from),
		"why": item.term.summary,
		"fix": lib.remedy(evidence, key, item.term),
		"refs": lib.sources([key]),
	}
}

_level(item) := "warning" if {
	item.state == "unmet"
	lib.vendor_license(item.license)
} else := "warning" if {
	item.state == "unmet"
	item.digest # A text that only its own words tell of.
} else := "note"

_what(term) := "a notice file with its fixed sentence" if {
	term.sentence
} else := sprintf("the words %q on display", [term.text]) if {
	term.text
} else := sprintf("a name that starts with %q", [term.prefix]) if {
	term.prefix
} else := sprintf("a name that contains %q", [term.part]) if {
	term.part
} else := sprintf("the words %s on display", [concat(" or ", [sprintf("%q", [text]) | some text in term.texts])]) if {
	term.texts
} else := "a copy of its text"
