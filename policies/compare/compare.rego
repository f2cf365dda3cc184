# METADATA
# title: Comparison of licences
# description: >-
#   Whether a derivative of a model under one licence may be released under
#   another, from the catalogue alone: what the second does not carry of the
#   first, and what the first asks of whoever releases a derivative.
package entail.compare

import data.entail.lib

# METADATA
# description: >-
#   For a parent's licence and a child's, the outcome with its terms; schema as
#   `compare --format json`. Ask for one pair by its keys, or for all.
pairs[parent][child] := {
	"parent": parent,
	"child": child,
	"outcome": _outcome(parent, child),
	"dropped": [_shown(parent, term) |
		some term in restricting[parent]
		not lib.carries(child, parent, term)
	],
	"owed": owed[parent],
} if {
	some parent, _ in data.catalog.licenses
	some child, _ in data.catalog.licenses
}

# METADATA
# description: The outcome alone, for every pair.
outcomes[parent][child] := _outcome(parent, child) if {
	some parent, _ in data.catalog.licenses
	some child, _ in data.catalog.licenses
}

# METADATA
# description: The restrictions of a licence that reach derivatives.
restricting[key] := [term |
	some term in data.catalog.licenses[key].terms
	lib.effect(term) == "restriction"
	"derivatives" in term.flows
] if some key, _ in data.catalog.licenses

# METADATA
# description: What a licence asks of whoever releases a derivative.
owed[key] := [_shown(key, term) |
	some term in data.catalog.licenses[key].terms
	lib.effect(term) == "obligation"
	"derivatives" in term.flows
] if some key, _ in data.catalog.licenses

_outcome(parent, child) := "unknown" if {
	not _both_known(parent, child)
} else := "forbidden" if {
	some term in restricting[parent]
	term.kind == "no-derivatives"
} else := "dropped" if {
	some term in restricting[parent]
	not lib.carries(child, parent, term)
} else := "obligations" if {
	count(owed[parent]) > 0
} else := "free"

_both_known(parent, child) if {
	lib.known_license(parent)
	lib.known_license(child)
}

_shown(key, term) := {
	"term": term.kind,
	"license": key,
	"clause": term.clause,
	"summary": term.summary,
	"parameters": object.remove(term, ["kind", "clause", "summary", "flows"]),
}
