# METADATA
# title: Library
# description: >-
#   What rules share: which licences govern a node, which terms reach the
#   subject, whether its own licence carries them, and how to say so.
package entail.lib

# METADATA
# description: >-
#   The effective licence of each node, as a choice (outer list) of licences
#   that hold together (inner lists). It is what the card declares, unless the
#   licence text beside it says otherwise: a text fills in for a statement
#   that is missing, unknown or names only a family, and where both are
#   definite and differ, both bind. An empty list is no licence at all.
effective := {id: read.effective | some id, read in _read}

# METADATA
# description: What the card, else the Hub, else the index declares of each node.
declared := {id: read.declared | some id, read in _read}

# METADATA
# description: >-
#   The licences that a node's own licence files hold. A file whose name says
#   that it covers code, data or a notice, or that names another party's
#   licence, is not the release's own; and where one is named as the model's,
#   a plain LICENSE beside it is the code's.
texts := {id: read.texts | some id, read in _read}

# METADATA
# description: The identified licence files that license the release itself.
own_texts := {id: read.own_texts | some id, read in _read}

# METADATA
# description: The nodes of which every licence that may govern them has known terms.
known := {id | some id, read in _read; _definite(read.effective)}

# METADATA
# description: A node's licence in words, such as "apache-2.0 OR mit" or "no license".
label := {id: read.label | some id, read in _read}

# METADATA
# description: >-
#   The licences whose terms an heir of the node has to reckon with. Where it
#   offers a choice, an heir may take the one that restricts least.
governing := {id: keys |
	some id, read in _read
	keys := _least_restricting(read.effective)
}

# METADATA
# description: What `label` would be of a model with this licence, found at another time.
label_of(license) := _read_license(license).label

# Every node's licence, read. It hangs on nothing else of the node, and models
# that are made of each other have few different ones.
_read := {id: _read_license(node.license) | some id, node in input.nodes}

_read_license(license) := {
	"declared": alternatives,
	"own_texts": own,
	"texts": found_,
	"effective": effective_,
	"label": _label(effective_, license.declared),
} if {
	alternatives := _declared(license.declared)
	own := _own_texts(license)
	found_ := {text.id | some text in own}
	effective_ := _effective(alternatives, found_)
}

_own_texts(license) := named if {
	named := [text | some text in license.texts; own_text(text); text.covers == "model"]
	count(named) > 0
} else := [text | some text in license.texts; own_text(text)]

# METADATA
# description: Holds for an identified licence text that licenses the release itself.
own_text(text) if {
	text.id != ""
	own_file(text)
}

# METADATA
# description: Holds for a file whose name is one that a release's own licence goes by.
own_file(text) if {
	text.covers in {"", "model"}
	name := regex.replace(lower(text.file), `\.(md|txt|rst|html?|pdf)$`, "")
	regex.match(`^((model|weights?)[-_ ]?)?(licen[sc]e|copying)([-_ ]?(model|weights?))?$`, name)
}

# METADATA
# description: Holds for a catalogue key that names one licence with known terms.
known_license(key) if {
	class := data.catalog.licenses[key].class
	not class in {"family", "unknown"}
}

# METADATA
# description: >-
#   Holds for licences that are one vendor's own and on no public list, so that
#   only a copy of the text tells anybody what they say.
vendor_license(key) if {
	known_license(key)
	count(data.catalog.licenses[key].identifiers.spdx) == 0
}

# METADATA
# description: A node's licence as it is written; empty where none is.
written := {id: concat(", ", [_written(one) | some one in node.license.declared]) | some id, node in input.nodes}

# METADATA
# scope: document
# description: How to declare a licence in a card's front matter.
declaration(key) := sprintf("license: %s", [data.catalog.licenses[key].identifiers.huggingface[0]])

declaration(key) := sprintf("license: other, license_name: %s, license_link: LICENSE", [key]) if {
	count(data.catalog.licenses[key].identifiers.huggingface) == 0
}

# METADATA
# description: Where a licence says a thing, such as "section 2" or "Attachment A".
section(clause) := sprintf("section %s", [clause]) if {
	regex.match(`^[0-9]`, clause)
} else := clause

# Several licences declared side by side are taken to hold together: the card
# does not say which part each is for.
_declared([]) := []

_declared([one]) := one.alternatives

_declared(several) := [sort({key | some one in several; some keys in one.alternatives; some key in keys})] if {
	count(several) > 1
}

_written(one) := sprintf("%s (%s)", [one.id, one.name]) if {
	one.name
} else := one.id

_definite(alternatives) if {
	count(alternatives) > 0
	every keys in alternatives {
		every key in keys {
			known_license(key)
		}
	}
}

_effective(alternatives, found) := alternatives if {
	_definite(alternatives)
	count(found - _keys(alternatives)) == 0
} else := [sort(found | {key | some key in keys}) | some keys in alternatives] if {
	_definite(alternatives)
} else := [sort(found)] if {
	count(found) > 0
} else := alternatives

_keys(alternatives) := {key | some keys in alternatives; some key in keys}

_label(alternatives, statements_) := _joined(alternatives) if {
	_definite(alternatives)
} else := "no license" if {
	count(alternatives) == 0
} else := _written(statements_[0]) if {
	count(statements_) > 0
} else := _joined(alternatives)

_joined(alternatives) := concat(" OR ", [concat(" AND ", keys) | some keys in alternatives])

_restrictions(keys) := count([term |
	some key in keys
	some term in data.catalog.licenses[key].terms
	data.catalog.terms[term.kind].effect == "restriction"
])

_least_restricting(alternatives) := ranked[0][3] if {
	ranked := sort([[_unknowns(keys), _restrictions(keys), position, keys] | some position, keys in alternatives])
}

_unknowns(keys) := count([key | some key in keys; not known_license(key)])

# METADATA
# description: The problems of a card that leave nothing of its front matter.
unreadable_problems := {
	"no-front-matter",
	"unclosed-front-matter",
	"not-a-mapping",
	"invalid-yaml",
	"aliases",
	"too-large",
	"unreadable",
	"nul-bytes",
	"empty",
}

# METADATA
# description: Where a licence is declared; empty where the source gives no place.
declared_at(one) := [place | place := one.at]
