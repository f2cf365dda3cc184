# METADATA
# title: Everything is in the package that has to be
# description: >-
#   What licences up the chain ask of whoever passes a model on (their text, a
#   notice, a name) is in the release: what is missing is an error, and what may
#   lie elsewhere a warning. The release holds the text of its own licence.
# related_resources:
#   - https://www.apache.org/licenses/LICENSE-2.0#redistribution
# custom:
#   level: error
package custom.redistributor.notices

import data.entail.lib

findings contains finding if {
	some item in lib.inherited
	lib.effect(item.term) == "obligation"
	level := _levels[item.state]
	finding := lib.about_term(item, {
		"level": level,
		"message": sprintf("%s has to come along: %s (%s, %s)", [
			lib.title(item.term.kind),
			item.from,
			item.license,
			lib.section(item.term.clause),
		]),
	})
}

findings contains finding if {
	lib.subject.files_known
	count(lib.own_texts[input.subject]) == 0
	finding := lib.about(input.subject, {
		"message": sprintf("%s does not hold the text of its licence", [input.subject]),
		"fix": "Add it as LICENSE.",
	})
}

_levels := {"unmet": "error", "not-shown": "warning"}
