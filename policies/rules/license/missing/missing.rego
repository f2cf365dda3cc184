# METADATA
# title: The release declares no licence
# description: >-
#   Without a licence nobody but its maker may use, change or share a model. A
#   licence file alone is taken as the licence; the card should say so too.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: error
package entail.rules.license.missing

import data.entail.lib

findings contains finding if {
	_undeclared
	count(lib.texts[input.subject]) == 0
	finding := {
		"message": sprintf("%s declares no licence, so nobody else may use it", [input.subject]),
		"at": _top,
		"why": "Copyright reserves every right that no licence grants.",
		"fix": _fix,
	}
}

findings contains finding if {
	_undeclared
	found := lib.texts[input.subject]
	count(found) > 0
	finding := {
		"level": "warning",
		"message": sprintf("%s has a licence file (%s) and its card declares no licence", [
			input.subject,
			concat(", ", found),
		]),
		"license": sort(found)[0],
		"at": _top,
		"why": "The Hub, and most tools, read the licence from the card alone.",
		"fix": sprintf("Add `%s` to the front matter of README.md.", [lib.declaration(sort(found)[0])]),
	}
}

_undeclared if {
	lib.subject.state == "resolved"
	lib.subject.card.present
	count(lib.subject.license.declared) == 0
	count({problem.kind | some problem in lib.subject.card.problems} & lib.unreadable_problems) == 0
}

_top := [{"file": "README.md", "line": 1, "column": 1}]

_fix := sprintf("Add `%s` to the front matter of README.md: %s asks for it.", [lib.declaration(key), origin]) if {
	[key, _, origin] := sort([[item.license, item.position, item.from] |
		some item in lib.inherited
		lib.effect(item.term) == "restriction"
	])[0]
} else := "Choose a licence and add `license:` to the front matter of README.md."
