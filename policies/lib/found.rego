package entail.lib

# METADATA
# description: >-
#   The release's own licence files that no catalogue entry describes, of each
#   node: texts of no known licence, and known ones that were changed. Where a
#   file is named as the model's, a plain LICENSE beside it is the code's.
unlisted_texts := {id: texts_ |
	some id, node in input.nodes
	texts_ := {text |
		some text in node.license.texts
		own_file(text)
		_undescribed(text, id)
	}
}

_undescribed(text, id) if {
	text.modified
	text in own_texts[id]
}

_undescribed(text, _) if {
	text.id == ""
	text.covers == "model"
}

_undescribed(text, id) if {
	text.id == ""
	models := [1 | some other in input.nodes[id].license.texts; own_file(other); other.covers == "model"]
	count(models) == 0
}

# METADATA
# description: >-
#   The terms found in a text that no entry describes, in its order. What was
#   found binds; what was not found is unknown. The text does not say to what a
#   term flows: it is taken to reach whatever is made of the work or a copy.
found_terms(text) := [term |
	some span in text.added
	some one in span.terms
	about := data.catalog.terms[one.term]
	term := object.union(object.get(one, "parameters", {}), {
		"kind": one.term,
		"clause": sprintf("line %d", [one.line]),
		"flows": ["derivatives", "redistribution"],
		"summary": sprintf("%s: %q", [about.title, object.get(one, "excerpt", "")]),
	})
]

# METADATA
# description: >-
#   What each node's own texts say beyond the licence that governs it, with the
#   name that stands for a licence, the digest of the text, and the vendors'
#   licences that it goes by.
found := {id: said |
	some id, texts_ in unlisted_texts
	count(texts_) > 0
	said := [{"license": text_name(text), "digest": text.sha256, "term": term, "vendors": _vendors(id, text)} |
		some text in texts_
		some term in found_terms(text)
		not _said_already(id, term)
	]
}

_vendors(id, text) := sort({key |
	some key in array.concat([text.id], object.get(governing, id, []))
	vendor_license(key)
})

_said_already(id, term) if {
	some key in governing[id]
	at_least(key, term)
}

# METADATA
# scope: document
# description: >-
#   Holds where a licence of the catalogue says at least what a term found says;
#   where the found one cannot be compared, where it has a term of that kind.
at_least(key, term) if {
	comparable(term)
	carries(key, "", term)
}

at_least(key, term) if {
	not comparable(term)
	some own in data.catalog.licenses[key].terms
	own.kind == term.kind
}

# A policy that the licence names may be written out beside it.
at_least(key, term) if {
	term.kind == "use-restriction"
	some own in data.catalog.licenses[key].terms
	own.kind == "use-policy"
}

# METADATA
# description: >-
#   Holds for a term found of which all is known that a comparison needs. A
#   licence that a text names by "this licence" is compared with no other.
comparable(term) if {
	every name, parameter in data.catalog.terms[term.kind].parameters {
		_comparable(parameter, term, name)
	}
}

_comparable(parameter, _, _) if {
	not parameter.required
	parameter.compare != "member"
}

_comparable(_, term, name) if _has(term, name)

# METADATA
# description: What stands for the licence of a text that no entry describes.
text_name(text) := text.file if {
	text.id == ""
} else := sprintf("%s (modified)", [text.id])

# METADATA
# scope: document
# description: >-
#   Holds for terms that narrow what a recipient may do, or ask for a name or
#   for words on display: what a licence's name has to promise.
limit(term) if effect(term) == "restriction"

limit(term) if data.catalog.terms[term.kind].evidence in {"phrase-in-card", "name-starts-with", "name-contains"}

# METADATA
# description: The limits found in a text, each kind once, in its order.
found_limits(text) := [term |
	limits := [one | some one in found_terms(text); limit(one)]
	some position, term in limits
	not term.kind in {earlier.kind | some earlier in array.slice(limits, 0, position)}
]

# METADATA
# description: The lines of a text on which limits were found, in order.
limit_places(text) := [{"file": text.file, "line": line, "column": 1} |
	some line in {one.line |
		some span in text.added
		some one in span.terms
		limit({"kind": one.term})
	}
]

# METADATA
# description: Found limits in words, each with its line.
limits_in_words(terms) := concat("; ", [sprintf("%s (%s)", [title(term.kind), term.clause]) | some term in terms])

# METADATA
# description: >-
#   Those limits of a text of the subject that a licence which the card declares
#   does not have: whoever goes by its name does not expect them. A licence of
#   unknown terms promises nothing.
unpromised(text) := [term |
	some term in found_limits(text)
	_unpromised(term)
]

_unpromised(term) if {
	some keys in declared[input.subject]
	count(keys) > 0
	every key in keys {
		known_license(key)
		not at_least(key, term)
	}
}

# METADATA
# description: The addresses of licences; what is in no catalogue has none.
sources(keys) := [data.catalog.licenses[key].source | some key in keys]

_found_holders[[one.license, one.digest, position, one.term, one.vendors]] contains id if {
	some id in _bound_to
	some position, one in found[id]
	id in reached_by[flows_of(one.term)]
}

# What an ancestor's own text says binds as a catalogue's terms do.
inherited contains item if {
	some place, holders in _found_holders
	[name, digest, position, term, vendors] := place
	origin := _furthest(holders)
	item := {
		"license": name,
		"digest": digest,
		"position": position,
		"term": term,
		"from": origin,
		"path": path(origin),
		"state": _scoped(_found_state(term, digest, vendors), term, _tasks(origin)),
	}
}

_found_state(term, digest, vendors) := "carried" if {
	effect(term) == "restriction"
	term.kind != "no-derivatives"
	_same_text(digest)
} else := "carried" if {
	effect(term) == "restriction"
	comparable(term)
	_carried(own_side.alternatives, "", term)
} else := "not-shown" if {
	effect(term) == "restriction"
	not comparable(term)
} else := "not-shown" if {
	effect(term) == "restriction"
	_one_vendor(vendors)
} else := _unless_said(own_side, term) if {
	effect(term) == "restriction"
} else := "not-applicable" if {
	effect(term) == "condition"
} else := "not-applicable" if {
	term.trigger in {"above-threshold", "products"}
} else := "met" if {
	_met(data.catalog.terms[term.kind].evidence, term, digest)
} else := "unmet" if {
	data.catalog.terms[term.kind].evidence == "license-text"
	_files_read
	every text in subject.license.texts {
		text.id != ""
	}
} else := "not-shown"

_met("license-text", _, digest) if {
	some text in subject.license.texts
	text.sha256 == digest
}

# Only the catalogue's own words were looked for: that others were not found
# shows nothing.
_met(evidence, term, _) if {
	evidence in {"phrase-in-card", "phrase-in-notice", "name-starts-with", "name-contains"}
	_shown(evidence, own_side, "", term) == "met"
}

_same_text(digest) if {
	some text in subject.license.texts
	own_file(text)
	text.sha256 == digest
}

# Vendors' texts go by one name in several forms: who is under that name too may
# be under this form.
_one_vendor(vendors) if {
	count(effective[input.subject]) > 0
	every keys in effective[input.subject] {
		some key in keys
		key in vendors
	}
}
