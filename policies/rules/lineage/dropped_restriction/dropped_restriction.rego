# METADATA
# title: This licence drops limits that come with a base model
# description: >-
#   A licence up the chain limits what may be done with every model made from
#   its own, and the licence of this release does not carry that limit. Whoever
#   goes by this release's licence would break the ancestor's. A licence that
#   carries the same kind of limit in other words or for another version is a
#   warning; so is a limit of an ancestor whose label nothing behind it bears
#   out, and any limit where the release's own terms are not known.
# related_resources:
#   - https://www.licenses.ai/faq-2
# custom:
#   level: error
package entail.rules.lineage.dropped_restriction

import data.entail.lib

findings contains finding if {
	some group, items in _groups
	[key, kind, state, _] := group
	item := _first(items)
	finding := {
		"level": _level(item),
		"message": _message(key, kind, state, item),
		"path": item.path,
		"license": key,
		"term": kind,
		"clause": concat(", ", _clauses(items)),
		"at": array.concat(lib.card_at("license"), lib.base_at(item.from)),
		"why": concat("", [_why(key, items), _doubt(item)]),
		"fix": _fix,
		"refs": lib.sources([key]),
	}
}

# The licences whose limits are lost, all of which have to be kept.
_lost contains item.license if {
	some items in _groups
	some item in items
}

_fix := concat(" ", [
	sprintf("Write `%s` in the card and keep the licence's text in the release,", [lib.declaration(key)]),
	"or use a licence that carries the limits.",
]) if {
	count(_lost) == 1
	some key in _lost
	data.catalog.licenses[key]
} else := concat(" ", [
	"Say the limits in a licence text of the release's own,",
	"write `license: other` with a license_name for it in the card, and keep the ancestor's text beside it.",
]) if {
	some key in _lost
	not data.catalog.licenses[key]
} else := concat(" ", [
	sprintf("The limits of %s bind together: write `license: other`,", [concat(" and ", _lost)]),
	"name them all in license_name, and keep each text in the release.",
])

# A file's name is no licence's: two that go by one name are told apart by text.
_groups[[item.license, item.term.kind, item.state, object.get(item, "digest", "")]] contains item if {
	count(lib.effective[input.subject]) > 0
	some item in lib.inherited
	lib.effect(item.term) == "restriction"
	item.state in {"dropped", "not-shown"}
	item.term.kind != "no-derivatives"
}

_first(items) := sort([[item.position, item] | some item in items])[0][1]

_clauses(items) := [entry[1] | some entry in sort([[item.position, item.term.clause] | some item in items])]

_level(item) := "error" if {
	item.state == "dropped"
	lib.in_scope(item.term, item.from) == "yes"
	not _own_kind(item.license, item.term.kind)
	not [item.license, item.from] in lib.borrowed
} else := "warning"

_doubt(item) := " It binds multimodal models only, and no card says whether this is one." if {
	lib.in_scope(item.term, item.from) == "unknown"
} else := sprintf(" %s is labelled %s and nothing that it was made from is: its label may be wrong.", [
	item.from,
	item.license,
]) if {
	[item.license, item.from] in lib.borrowed
} else := ""

# The subject's licence is another version of the same one, with a policy of its
# own in place of this.
_own_kind(license, kind) if {
	data.catalog.terms[kind].parameters.policy
	some key in lib.governing[input.subject]
	data.catalog.licenses[key].family == data.catalog.licenses[license].family
	some term in data.catalog.licenses[key].terms
	term.kind == kind
}

_message(key, kind, "dropped", item) := sprintf("%s has a limit of its own in place of one of %s: %s (%s, %s)", [
	lib.label[input.subject], item.from, lib.title(kind), key, lib.section(item.term.clause),
]) if {
	_own_kind(key, kind)
} else := sprintf("%s drops a limit of %s: %s (%s, %s)", [
	lib.label[input.subject], item.from, lib.title(kind), key, lib.section(item.term.clause),
])

_message(key, kind, "not-shown", item) := sprintf("whether %s keeps a limit of %s is not shown: %s (%s, %s)", [
	input.subject, item.from, lib.title(kind), key, lib.section(item.term.clause),
])

# What each clause says, and the section by which it reaches derivatives.
_why(key, items) := concat(" ", array.concat(
	[entry[1] | some entry in sort([[item.position, item.term.summary] | some item in items])],
	[sprintf("Passed on by %s of %s.", [lib.section(clause), key]) |
		clause := data.catalog.licenses[key].relicensing.clause
	],
))
