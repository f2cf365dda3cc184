# METADATA
# title: Explanation of a licence
# description: What a licence asks of whoever releases a derivative, as a list of things to do.
package entail.explain

import data.entail.lib

# METADATA
# description: For each licence, what to do before a derivative is released, in order.
checklist[key] := array.concat(_label(key), _todo(key)) if some key, _ in data.catalog.licenses

_label(key) := ["Do not share derivatives: the licence forbids it."] if {
	data.catalog.licenses[key].relicensing.derivatives == "forbidden"
} else := [sprintf("Release it under the same licence: write `%s` in the card.", [lib.declaration(key)])] if {
	data.catalog.licenses[key].relicensing.derivatives == "same-license"
} else := [sprintf("Write `%s` in the card, or use a licence that carries every limit above.", [
	lib.declaration(key),
])] if {
	data.catalog.licenses[key].relicensing.derivatives == "must-carry"
} else := []

_todo(key) := [todo |
	some term in data.catalog.licenses[key].terms
	lib.effect(term) == "obligation"
	"derivatives" in term.flows
	todo := _do(key, term)
]

_do(key, term) := lib.remedy(evidence, key, term) if {
	evidence := data.catalog.terms[term.kind].evidence
	not evidence in {"none", "carried"}
} else := term.summary
