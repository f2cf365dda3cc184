# METADATA
# title: The card's front matter cannot be read as meant
# description: >-
#   What the Hub and entail cannot parse declares nothing. A block that is
#   broken as a whole is an error; a key or a value that is lost by itself is a
#   warning.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards
# custom:
#   level: error
package entail.rules.card.malformed

import data.entail.lib

findings contains finding if {
	some problem in lib.subject.card.problems
	finding := {
		"level": _level(problem.kind),
		"message": sprintf("%s: %s", [problem.at.file, problem.detail]),
		"at": [problem.at],
		"why": _why(problem.kind),
		"fix": _fix(problem.kind),
	}
}

_level(kind) := "error" if {
	kind in lib.unreadable_problems
} else := "note" if {
	kind in {"duplicate-key", "line-ends"}
} else := "warning"

_why(kind) := "Nothing in the block counts: no licence, no base model." if {
	kind in lib.unreadable_problems
} else := "The Hub does not read it so; here it is read all the same." if {
	kind in {"utf-16", "byte-order-mark"}
} else := "Only what is written as the Hub expects it is taken into account."

_fix("no-front-matter") := "Start the file with a line `---`, then `license:` and `base_model:`, then a line `---`."

_fix("unclosed-front-matter") := "Close the block with a line that holds only `---`."

_fix("empty") := "Write a card, with at least `license:` and `base_model:` in its front matter."

_fix("not-a-mapping") := "Write the block as `key: value` lines."

_fix("invalid-yaml") := "Mend the YAML at the place named; values with a colon, a quote or a bracket want quotes."

_fix("duplicate-key") := "Keep one of the two lines."

_fix("misspelled-key") := "Spell the key as the Hub does."

_fix("base-model-not-an-id") := "Name the base model by its Hub id, such as `org/name`, or by `github:owner/repo`."

_fix("dataset-not-an-id") := "Name the data set by its Hub id, such as `org/name`."

_fix("evidence-file") := "Mend the entry at the place named."

_fix("base-model-too-many") := "Name the models that this one was made from, and no others."

_fix("utf-16") := "Save the file as UTF-8."

_fix("not-utf8") := "Save the file as UTF-8."

_fix("byte-order-mark") := "Save the file as UTF-8 without a byte-order mark."

_fix("nul-bytes") := "Save the file as plain UTF-8 text."

_fix("line-ends") := "Save the file with LF or CRLF line ends."

_fix("aliases") := "Write the values out instead of repeating them by alias."

_fix("unreadable") := "See that the file is one that can be read, and no link out of the release."

_fix("too-large") := "Keep the front matter small; long texts belong below it."

_fix("license-not-text") := "Write the licence as one id, or as a list of ids."
