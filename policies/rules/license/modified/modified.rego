# METADATA
# title: The licence file differs from the licence that it is
# description: >-
#   The text is that of a known licence with words added, changed or left out.
#   Its terms are then not those that the licence's name promises. Where the
#   changed lines hold a limit that the declared licence does not have, the name
#   is wrong, which is an error.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.modified

import data.entail.lib

findings contains finding if {
	some text in lib.subject.license.texts
	text.id != ""
	lib.own_file(text)
	text.modified
	limits := lib.found_limits(text)
	finding := object.union(_about(text), {
		"message": sprintf("%s is %s with changes: %s%s", [text.file, text.id, _changes(text), _limits(limits)]),
		"license": text.id,
		"at": _places(text),
		"why": _why(limits),
		"fix": "Read the changed lines. If they are meant, give the licence a name of its own in `license_name`.",
	})
}

# The first limit that nobody expects who goes by the licence's name.
_about(text) := {"level": "error", "term": term.kind, "clause": term.clause} if {
	term := lib.unpromised(text)[0]
} else := {}

_limits([]) := ""

_limits(limits) := sprintf("; the changed lines hold limits: %s", [lib.limits_in_words(limits)]) if count(limits) > 0

_why([]) := "A changed licence may permit less, or more, than the one it is taken for."

_why(limits) := concat("; ", [term.summary | some term in limits]) if count(limits) > 0

# What was changed may be what matters, in the release or in what it is made
# from.
incomplete contains sprintf("the licence text of %s differs from %s", [id, text.id]) if {
	some id, own in lib.own_texts
	some text in own
	text.modified
}

_changes(text) := concat("; ", array.concat(_added(text), _lacking(text)))

_added(text) := [sprintf("lines %s", [concat(", ", spans)])] if {
	spans := [_span(span) | some span in text.added]
	count(spans) > 0
} else := []

_span(span) := sprintf("%d", [span.from]) if {
	span.from == span.to
} else := sprintf("%d to %d", [span.from, span.to])

_lacking(text) := [sprintf("%v%% of the licence is not there", [_percent(text.missing)])] if {
	_percent(text.missing) > 0
} else := []

_percent(fraction) := round(fraction * 100)

# Where limits were found, those are what to read first.
_places(text) := array.concat(lib.limit_places(text), [{"file": text.file, "line": span.from, "column": 1} |
	some span in text.added
	count(span.terms) == 0
]) if {
	count(lib.found_limits(text)) > 0
} else := [{"file": text.file, "line": span.from, "column": 1} | some span in text.added] if {
	count(text.added) > 0
} else := [{"file": text.file, "line": 1, "column": 1}]
