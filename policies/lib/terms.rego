package entail.lib

# METADATA
# description: >-
#   Every term that reaches the subject, once for each licence that says it,
#   with the ancestor that it comes from: the furthest back that is under that
#   licence, and of several as far back the one that the cards name first.
inherited contains item if {
	some key, governed in _under
	some flows, positions in _positions_of(key)
	holders := (governed & _bound_to) & reached_by[flows]
	count(holders) > 0
	origin := _furthest(holders)
	some [position, term, state] in _judged(key, positions, own_side, _tasks(origin))
	item := {
		"license": key,
		"position": position,
		"term": term,
		"from": origin,
		"path": path(origin),
		"state": state,
	}
}

_bound_to := ancestors - own_work

# The terms of a licence by what they flow along, each by its position.
_positions_of(key) := {flows: positions |
	some flows in {flows_of(term) | some term in data.catalog.licenses[key].terms}
	positions := [position |
		some position, term in data.catalog.licenses[key].terms
		flows_of(term) == flows
	]
}

# Of the ancestors under a licence, the one that its terms are said to come from.
_furthest(holders) := ranked[0][2] if {
	ranked := sort([[0 - depth[id], _order[id], id] | some id in holders])
}

# Terms of a licence with what became of them.
_judged(key, positions, own, tasks) := [[position, term, state] |
	some position in positions
	term := data.catalog.licenses[key].terms[position]
	state := _scoped(_state(own, key, term), term, tasks)
]

# METADATA
# description: >-
#   The subject's side where terms of others are compared with what it says and
#   shows: its licences, whether all that they say is known, the kinds of limits
#   that its own texts say beside them, and where it can show that it does what
#   it owes.
own_side := {
	"alternatives": object.get(effective, input.subject, []),
	"known": input.subject in known,
	"found": {one.term.kind | some one in object.get(found, input.subject, [])},
	"texts": [object.filter(text, {"id", "reference"}) | some text in subject.license.texts],
	"files_read": _files_read,
	"phrases": [{"text": phrase.text, "file": object.get(phrase, ["at", "file"], "")} | some phrase in subject.phrases],
	"published": object.get(subject, ["name", "published"], false),
	"starts_with": {lower(word) | some word in subject.name.starts_with},
	"contains": {lower(word) | some word in subject.name.contains},
}

default _files_read := false

_files_read if {
	subject.files_known
	count(subject.license.unread) == 0
}

# A term for multimodal models says nothing of one that is known to be none.
_scoped(state, term, tasks) := "not-applicable" if {
	_in_scope(term, tasks) == "no"
} else := state

# METADATA
# description: >-
#   Whether a term binds this subject, going by the kind of model that it is
#   for: yes, no, or unknown where neither the subject nor the ancestor says
#   what it does.
in_scope(term, origin) := _in_scope(term, _tasks(origin))

_in_scope(term, tasks) := "yes" if {
	object.get(term, "scope", "all") != "multimodal"
} else := "yes" if {
	some task in tasks
	task in data.catalog.multimodal_tasks
} else := "no" if {
	count(tasks) > 0
} else := "unknown"

_tasks(origin) := {task |
	some id in {input.subject, origin}
	task := input.nodes[id].task
}

# The place of an ancestor in the order in which the walk came upon it.
_order := {id: min(positions) |
	some id in {edge.parent | some edge in input.edges}
	positions := {position | some position, edge in input.edges; edge.parent == id}
}

# METADATA
# description: The title of a kind of term, to stand within a sentence.
title(kind) := concat("", [lower(substring(text, 0, 1)), substring(text, 1, -1)]) if {
	text := data.catalog.terms[kind].title
}

# METADATA
# description: What a term of the vocabulary does, restriction, obligation or condition.
effect(term) := data.catalog.terms[term.kind].effect

_state(own, key, term) := carried_state(own, key, term) if effect(term) == "restriction"

_state(own, key, term) := owed_state(own, key, term) if effect(term) == "obligation"

_state(_, _, term) := "not-applicable" if effect(term) == "condition"

# METADATA
# description: >-
#   Whether the subject's side carries a restriction of another licence: carried
#   where it does under every licence that a recipient may choose, not shown
#   where the subject's terms are not known, else dropped.
carried_state(own, key, term) := "carried" if {
	_carried(own.alternatives, key, term)
} else := _unless_said(own, term)

# A limit that the subject's licence does not have, though a text of its own may:
# whether that is as strict cannot be told.
_unless_said(own, term) := "not-shown" if {
	not own.known
} else := "not-shown" if {
	term.kind in own.found
} else := "dropped"

_carried(alternatives, key, term) if {
	count(alternatives) > 0
	every keys in alternatives {
		some own in keys
		carries(own, key, term)
	}
}

# METADATA
# scope: document
# description: >-
#   Holds where licence own is at least as strict as the term of licence key.
#   A ban on derivatives cannot be carried: there may be no derivative.
carries(own, key, term) if {
	own == key
	term.kind != "no-derivatives"
}

carries(own, key, term) if {
	own != key
	term.kind != "no-derivatives"
	some same in data.catalog.licenses[own].terms
	same.kind == term.kind
	every name, parameter in data.catalog.terms[term.kind].parameters {
		_as_strict(parameter.compare, own, same, term, name)
	}
}

carries(own, key, term) if {
	own != key
	some stricter in data.catalog.terms[term.kind].carried_by
	_stricter_than(stricter, term)
	some other in data.catalog.licenses[own].terms
	other.kind == stricter.kind
}

carries(own, _, term) if own in term.licenses

# What is stricter only where a parameter of the term is true says which.
_stricter_than(stricter, _) if not stricter.when

_stricter_than(stricter, term) if term[stricter.when]

# Whether the parameter `name` of the child's term binds at least as much.
_as_strict("any", _, _, _, _)

# What the parent does not bound, the child need not; but a list of what stays
# allowed that is not there allows nothing.
_as_strict(how, _, _, parent, name) if {
	how != "subset"
	not _has(parent, name)
}

_as_strict("lower", _, child, parent, name) if child[name] <= parent[name]

_as_strict("same", _, child, parent, name) if child[name] == parent[name]

# Of the words that a parameter may have the first is the strictest.
_as_strict("same", _, child, _, name) if child[name] == data.catalog.terms[child.kind].parameters[name].enum[0]

# What is true leaves something free, as an item of a list does.
_as_strict("subset", _, child, parent, name) if child[name] == parent[name]

_as_strict("subset", _, child, _, name) if child[name] == false

_as_strict("subset", _, child, parent, name) if {
	allowed := {value | some value in object.get(parent, name, [])}
	every value in object.get(child, name, []) {
		value in allowed
	}
}

# The items of a list may stand in several terms of the child's licence.
_as_strict("superset", own, child, parent, name) if {
	bound := {value |
		some term in data.catalog.licenses[own].terms
		term.kind == child.kind
		some value in term[name]
	}
	every value in parent[name] {
		value in bound
	}
}

_has(object_, name) if _ := object_[name]

# METADATA
# description: >-
#   Whether the subject's side shows that an obligation of licence key is met.
#   What it could show and does not is unmet; what may lie elsewhere is not shown.
owed_state(own, key, term) := "not-applicable" if {
	term.trigger in {"above-threshold", "products"}
} else := state if {
	state := _shown(data.catalog.terms[term.kind].evidence, own, key, term)
} else := "not-shown"

# A copy of the licence's text.
_shown("license-text", own, key, _) := "met" if _full_text(own, key)

_shown("license-text", own, key, _) := "unmet" if {
	own.files_read
	not _full_text(own, key)
	every text in own.texts {
		text.id != ""
	}
}

# A sentence in a notice file. The sentence elsewhere does not do: licences
# that ask for it say where it has to stand.
_shown("phrase-in-notice", own, _, term) := "met" if _noticed(own, term.sentence)

_shown("phrase-in-notice", own, _, term) := "unmet" if {
	own.files_read
	not _noticed(own, term.sentence)
}

# Words displayed: the card is one of the places that do, not the only one.
_shown("phrase-in-card", own, _, term) := "met" if _displayed(own, term)

# Where they have to stand in the release itself, they do or do not.
_shown("phrase-in-card", own, _, term) := "unmet" if {
	term.alongside
	own.files_read
	not _displayed(own, term)
}

_shown("name-starts-with", own, _, term) := "met" if lower(term.prefix) in own.starts_with

_shown("name-starts-with", own, _, term) := "unmet" if {
	own.published
	not lower(term.prefix) in own.starts_with
}

_shown("name-contains", own, _, term) := "met" if lower(term.part) in own.contains

_shown("name-contains", own, _, term) := "unmet" if {
	own.published
	not lower(term.part) in own.contains
}

# Restrictions passed on in the subject's own terms.
_shown("carried", own, key, _) := _passed_on({carried_state(own, key, term) |
	some term in data.catalog.licenses[key].terms
	effect(term) == "restriction"
})

_passed_on(states) := "unmet" if {
	"dropped" in states
} else := "not-shown" if {
	"not-shown" in states
} else := "met"

_full_text(own, key) if {
	some text in own.texts
	text.id == key
	not text.reference
}

_displayed(own, term) if {
	some phrase in own.phrases
	phrase.text in object.get(term, "texts", [object.get(term, "text", "")])
}

_noticed(own, sentence) if {
	some phrase in own.phrases
	phrase.text == sentence
	regex.match(`(?i)(^|/)notice[^/]*$`, phrase.file)
}

# METADATA
# scope: document
# description: What to do to meet an obligation, by the kind of evidence that shows it.
remedy("license-text", key, _) := sprintf("Add the text of %s to the release as LICENSE, or beside it. It is at %s", [
	key,
	data.catalog.licenses[key].source,
])

remedy("license-text", key, _) := "Add the base model's own licence file to the release, beside the release's." if {
	not data.catalog.licenses[key]
}

remedy("phrase-in-notice", _, term) := sprintf("Add a file %s that holds: %s", [
	object.get(term, "file", "NOTICE"),
	term.sentence,
])

remedy("phrase-in-card", _, term) := sprintf("Write %s in README.md, where readers see it.", [
	concat(" or ", [sprintf("%q", [text]) | some text in object.get(term, "texts", [object.get(term, "text", "")])]),
])

remedy("name-starts-with", _, term) := sprintf("Publish it under a name that starts with %q.", [term.prefix])

remedy("name-contains", _, term) := sprintf("Publish it under a name that contains %q.", [term.part])
