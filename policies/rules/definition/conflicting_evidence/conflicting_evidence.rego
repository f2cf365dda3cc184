# METADATA
# title: Sources disagree about a part of the release
# description: >-
#   The evidence file, MOF.yml, the card and the files say different things of
#   the same component, or different licences for it. Definitions of openness
#   take the worse. A hint that speaks against a statement is a note.
# related_resources:
#   - https://opensource.org/ai/open-source-ai-definition
#   - https://isitopen.ai
# custom:
#   level: warning
package entail.rules.definition.conflicting_evidence

import data.entail.lib

# One says that it is there, the other that it is not, not whole, or gated.
findings contains finding if {
	some [component, one, other] in _pairs
	_kind[one.availability] != _kind[other.availability]
	not _gate_unknown(one, other)
	finding := {
		"message": sprintf("sources disagree about %s of %s: %s says %s, %s says %s", [
			component,
			input.subject,
			_source(one),
			_said(one),
			_source(other),
			_said(other),
		]),
		"at": _places([one, other]),
		"why": "Where sources disagree, the worse counts.",
		"fix": "Correct the one that is wrong.",
	}
}

# Two licences for one component.
findings contains finding if {
	some [component, one, other] in _pairs
	one.license
	other.license
	_differ(one.alternatives, other.alternatives)
	finding := {
		"message": sprintf("sources disagree about the licence of %s of %s: %s says %s, %s says %s", [
			component,
			input.subject,
			_source(one),
			one.license,
			_source(other),
			other.license,
		]),
		"at": _places([one, other]),
		"why": "Where sources disagree, the worse counts.",
		"fix": "State one licence in both places.",
	}
}

# A hint in the card against what is declared.
findings contains finding if {
	some component, list in lib.subject.evidence
	some hint in list
	hint.strength == "hint"
	hint.from == "card"
	_against(hint)
	some statement in lib.statements(component)
	_claims(statement)
	finding := {
		"level": "note",
		"message": sprintf("%s says that %s of %s is %s, and the card has %s", [
			_source(statement),
			component,
			input.subject,
			_said(statement),
			hint.seen,
		]),
		"at": _places([statement, hint]),
		"why": "The card's words are a hint and do not count; a reader may still wonder.",
		"fix": "Bring the card up to date.",
	}
}

# Pairs of statements about a component, neither a hint, from different
# sources. Everybody has an own idea of what makes a document.
_pairs contains [component, one, other] if {
	some component, _ in lib.subject.evidence
	not startswith(component, "documents.")
	list := lib.statements(component)
	some i, one in list
	some j, other in list
	i < j
	one.from != other.from
}

_kind := {
	"released": "there",
	"gated": "gated",
	"partial": "partial",
	"documented": "not there",
	"mentioned": "not there",
	"absent": "not there",
}

# MOF.yml has no word for a gate, nor for anything but released.
_gate_unknown(one, other) if {
	"mof" in {one.from, other.from}
	{one.availability, other.availability} == {"released", "gated"}
}

_against(hint) if hint.level == "none"

_against(hint) if hint.availability == "mentioned"

_claims(statement) if statement.level in {"full", "substantial"}

_claims(statement) if statement.availability == "released"

# Each names a licence that the other does not: one of a choice, or a part of
# what holds together, is no disagreement.
_differ(some_terms, other_terms) if {
	count(_keys(some_terms) - _keys(other_terms)) > 0
	count(_keys(other_terms) - _keys(some_terms)) > 0
}

_keys(alternatives) := {key | some keys in alternatives; some key in keys}

_said(statement) := statement.level if {
	statement.level
} else := sprintf("%s (%s)", [statement.availability, statement.seen]) if {
	statement.seen
} else := statement.availability

_source(statement) := _names[statement.from]

_names := {
	"evidence-file": "entail-evidence.yaml",
	"mof": "MOF.yml",
	"card": "the card",
	"files": "the file list",
}

_places(pair) := [statement.at | some statement in pair; statement.at.file]
