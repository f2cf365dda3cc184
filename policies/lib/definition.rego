package entail.lib

# METADATA
# description: >-
#   What is said of a component of the subject by sources that say more than a
#   hint. One that only says that it does not know counts where nobody knows.
statements(component) := known if {
	known := [statement | some statement in _said(component); not _silent(statement)]
	count(known) > 0
} else := _said(component)

_said(component) := [statement |
	some statement in object.get(subject.evidence, component, [])
	statement.strength in {"declared", "shown"}
]

_silent(statement) if statement.availability == "unknown"

_silent(statement) if {
	statement.level == "unknown"
	object.get(statement, "used", "unknown") == "unknown"
}

# METADATA
# description: >-
#   The state of a component of which nothing but hints was found. A link, the
#   name of a file or an entry of the metadata tells where to look; it shows
#   nothing.
not_shown(component) := {"state": "not-shown", "why": why, "at": at} if {
	hints := object.get(subject.evidence, component, [])
	count(hints) > 0
	why := sprintf("only a hint: %s", [concat("; ", [object.get(hint, "seen", hint.from) | some hint in hints])])
	at := [hint.at | some hint in hints; hint.at.file]
} else := {"state": "not-shown", "why": "no evidence found", "at": []}

# METADATA
# description: Where a statement stands, as a list of at most one place.
stated_at(statement) := [statement.at | statement.at.file]

# METADATA
# description: >-
#   Of some judgements, objects with at least a `state`, the one that counts:
#   what is not there weighs most, then what is not shown, then terms that are
#   not open. Of equal ones the first. Undefined where there are none.
worst(judgements) := ranked[0][2] if {
	ranked := sort([[_weight[judged.state], position, judged] | some position, judged in judgements])
}

_weight := {"unmet": 0, "not-shown": 1, "license": 2, "met": 3}

# METADATA
# description: >-
#   The verdict of a definition from its requirements: fails where something
#   required is not there; else not-shown where evidence lacks; else
#   meets-but-for-licenses where something is there under terms that are not
#   open; else meets. What is optional does not count.
verdict_of(requirements) := _verdicts[worst(counted).state] if {
	counted := [requirement | some requirement in requirements; not object.get(requirement, "optional", false)]
}

_verdicts := {"unmet": "fails", "not-shown": "not-shown", "license": "meets-but-for-licenses", "met": "meets"}

# METADATA
# scope: document
# description: >-
#   Holds for licences that let anybody use, study, change and share: those
#   approved by OSI, and those of the open classes that restrict none of these
#   freedoms.
open_license(key) if approved_license(key)

open_license(key) if {
	data.catalog.licenses[key].class in {"public-domain", "permissive", "open-data", "share-alike"}
	count(restrictions(key)) == 0
}

# METADATA
# description: Holds for licences on OSI's own list.
approved_license(key) if data.catalog.licenses[key].osi_approved

# METADATA
# description: The terms of a licence that limit one of the four freedoms.
restrictions(key) := [term |
	some term in object.get(data.catalog.licenses, [key, "terms"], [])
	limits_freedom(term)
]

# METADATA
# description: Holds for a term that limits one of the four freedoms.
limits_freedom(term) if {
	effect(term) == "restriction"
	count(data.catalog.terms[term.kind].freedoms) > 0
}

# METADATA
# description: Holds where some choice of the licences is open throughout.
open_terms(alternatives) if {
	some keys in alternatives
	count(keys) > 0
	every key in keys {
		open_license(key)
	}
}

# METADATA
# description: Holds where some choice of the licences is on OSI's list throughout.
approved_terms(alternatives) if {
	some keys in alternatives
	count(keys) > 0
	every key in keys {
		approved_license(key)
	}
}

# METADATA
# scope: document
# description: >-
#   The licences that a statement about anything but parameters comes under, as
#   a choice of licences that hold together. What was seen in the repository
#   and has no licence of its own is under the repository's.
terms_of(statement) := statement.alternatives if statement.license

terms_of(statement) := effective[input.subject] if {
	not statement.license
	statement.strength == "shown"
}

terms_of(statement) := [] if {
	not statement.license
	statement.strength != "shown"
}

# METADATA
# scope: document
# description: The name of what a statement comes under, such as "Apache-2.0".
terms_name(statement) := statement.license

terms_name(statement) := label[input.subject] if {
	not statement.license
	statement.strength == "shown"
}

terms_name(statement) := "no license stated" if {
	not statement.license
	statement.strength != "shown"
}

# METADATA
# description: >-
#   Under what the parameters come, as far as one statement about them goes: met
#   where every licence that governs them is open, the one stated for them and
#   the release's own, and no ancestor's licence binds them; license where one
#   does not fit; not-shown where some ancestor's terms are not known.
parameter_terms(statement) := {"state": "license", "why": sprintf("bound by %s", [concat(", ", binding)])} if {
	count(binding) > 0
} else := {"state": "license", "why": sprintf("under %s", [concat(" and ", unfit)])} if {
	unfit := _unfit(statement)
	count(unfit) > 0
} else := {"state": "not-shown", "why": concat("; ", untold)} if {
	count(untold) > 0
} else := {"state": "met", "why": sprintf("under %s", [_parameter_terms_name(statement)])}

_parameter_terms_name(statement) := statement.license if {
	statement.license
} else := label[input.subject]

# The licences of the parameters that are not open, in words.
_unfit(statement) := [sprintf("%s, %s", [named, blame(alternatives)]) |
	some [named, alternatives] in _governing_parameters(statement)
	not open_terms(alternatives)
]

# What governs the parameters: the licence stated for them, and the release's
# own, which a statement beside it cannot take away.
_governing_parameters(statement) := array.concat(
	[[statement.license, statement.alternatives] | statement.license],
	[[label[input.subject], effective[input.subject]] | _own_terms_count(statement)],
)

_own_terms_count(statement) if not statement.license

_own_terms_count(statement) if {
	count(effective[input.subject]) > 0
	not effective[input.subject] == statement.alternatives
}

# METADATA
# description: Why some licences are not open, in words, naming one clause where there is one.
blame(alternatives) := sprintf("which has a limit (%s, %s)", [title(term.kind), section(term.clause)]) if {
	some_term := [one | some keys in alternatives; some key in keys; some one in restrictions(key)]
	term := some_term[0]
} else := "which gives nobody permission" if {
	count(alternatives) == 0
} else := "which is on no list of open licences" if {
	some keys in alternatives
	some key in keys
	known_license(key)
} else := "whose terms are not known"

# METADATA
# scope: document
# description: >-
#   What limits the subject's parameters beside its own licence: licences of
#   ancestors that are not open and reach them with a limit, and texts of its own
#   in which a limit was found.
binding contains item.license if {
	some item in bearing
	limits_freedom(item.term)
	not open_license(item.license)
}

# What a text of the release's own says beside the licence that it goes by.
binding contains one.license if {
	some one in found[input.subject]
	limits_freedom(one.term)
}

# METADATA
# scope: document
# description: >-
#   What keeps anybody from saying that no ancestor's terms bind the parameters.
#   Which models these are stands in `incomplete` of the result.
untold contains "the terms of a base model are not known" if count((ancestors - own_work) - known) > 0

untold contains "a base model could not be read" if {
	some id, _ in unread
	id != input.subject
}

untold contains "whether there are more base models is not known" if {
	some node in input.nodes
	node.kind == "model"
	node.state == "resolved"
	not node.bases_known
}

untold contains "the walk of the base models was not finished" if input.truncated

untold contains "what a licence text says is known in part" if {
	some own in unlisted_texts
	count(own) > 0
}

untold contains "there seems to be a base model that nobody declares" if {
	count(data.entail.rules.lineage.undeclared_base.incomplete) > 0
}

# METADATA
# description: The beginning of a list of names, in words, such as "a, b, c and 4 more".
few(names) := concat(", ", names) if {
	count(names) < 5
} else := sprintf("%s and %d more", [concat(", ", array.slice(names, 0, 3)), count(names) - 3])
