# METADATA
# title: A base model seems to be missing from the card
# description: >-
#   The card declares no base model, and its name, its text or a file of the
#   release says that the model belongs to a known family whose licence it does
#   not name, or was made from another model. A model trained from scratch may
#   carry such a name, so this is never an error.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
# custom:
#   level: warning
package entail.rules.lineage.undeclared_base

import data.entail.lib

findings contains finding if {
	input.subject in _without_base
	some mention in lib.subject.mentions
	not _own_family(input.subject, mention.family)
	mention == _first_mention(mention.family)
	finding := {
		"message": sprintf("the card says that %s was made from a model of the %s family and declares no base model", [
			input.subject,
			data.catalog.families[mention.family].title,
		]),
		"at": [mention.at],
		"why": sprintf("Without base_model nobody sees whose terms come with it. The card says: %q", [mention.excerpt]),
		"fix": _fix(mention),
	}
}

findings contains finding if {
	some family in _named[input.subject]
	not family in {mention.family | some mention in lib.subject.mentions}
	finding := {
		"message": sprintf("%s has %s in its name and declares no base model", [
			input.subject,
			data.catalog.families[family].title,
		]),
		"at": lib.card_at("license"),
		"why": "If it was made from a model of that family, that model's terms come with it.",
		"fix": "Declare `base_model:`; if it was trained from scratch, say so in the card, or write `base_model: []`.",
	}
}

# The text may name a model of no known family.
findings contains finding if {
	some candidate in _candidates
	finding := {
		"message": sprintf("the card seems to say that %s was made from %s, and declares no base model", [
			input.subject,
			candidate.id,
		]),
		"at": [candidate.at],
		"why": sprintf("Without base_model nobody sees whose terms come with it. The card says: %q", [candidate.excerpt]),
		"fix": sprintf("If so, add `base_model: %s` to the front matter of README.md.", [candidate.id]),
	}
}

# What only a file says is part of the lineage all the same.
findings contains finding if {
	edges := lib.edges_by_child[input.subject]
	every edge in edges {
		edge.from == ["file"]
	}
	some edge in edges
	some claim in edge.claims
	claim.from == "file"
	finding := {
		"message": sprintf("%s says that %s was made from %s, and the card declares no base model", [
			claim.file,
			input.subject,
			edge.parent,
		]),
		"path": lib.path(edge.parent),
		"at": [{"file": claim.file}],
		"why": "Without base_model nobody sees whose terms come with it.",
		"fix": sprintf("Add `base_model: %s` to the front matter of README.md.", [edge.parent]),
	}
}

# Models that the text names, unless the same line tells of a family: that has a
# finding of its own, or is the publisher's or the licence's own.
_candidates contains candidate if {
	input.subject in _without_base
	some candidate in lib.subject.candidates
	every mention in lib.subject.mentions {
		mention.at.line != candidate.at.line
	}
}

# What the card says in words is as good as a declaration that cannot be walked.
incomplete contains sprintf("the card names a base model of the %s family and declares none", [
	data.catalog.families[mention.family].title,
]) if {
	input.subject in _without_base
	some mention in lib.subject.mentions
	not _own_family(input.subject, mention.family)
}

incomplete contains sprintf("the card seems to name %s as its base model and declares none", [candidate.id]) if {
	some candidate in _candidates
}

# A name is less; it counts where the family has licences of its own, whose
# terms would be missing. An ancestor hides as much as the release itself.
incomplete contains reason if {
	some id, families in _named
	some family in families
	family in _vendor_families
	reason := sprintf("%s has %s in its name and declares no base model", [id, data.catalog.families[family].title])
}

# The families in a model's name of which it declares no base model.
_named[id] contains family if {
	some id in _without_base
	node := input.nodes[id]
	some family in node.name.families
	not _own_family(id, family)
	not _none_declared(node)
}

_vendor_families contains entry.family if {
	some key, entry in data.catalog.licenses
	lib.vendor_license(key)
}

# The models whose cards could say what they are made from, and name nothing.
_without_base contains id if {
	some id in (lib.models - object.keys(lib.edges_by_child))
	node := input.nodes[id]
	node.kind == "model"
	node.state == "resolved"
	node.card.present
	node.bases_known
}

# An empty list says that there is none, and so may the text.
_none_declared(node) if node.card.metadata.base_model == []

_none_declared(node) if node.from_scratch

# The family's own publisher has no base model to declare; a model under the
# family's licence has told its users what binds them.
_own_family(id, family) if family in input.nodes[id].name.owner

_own_family(id, family) if {
	some keys in lib.effective[id]
	some key in keys
	data.catalog.licenses[key].family == family
}

_first_mention(family) := [mention | some mention in lib.subject.mentions; mention.family == family][0]

_fix(mention) := sprintf("Add `base_model: %s` to the front matter of README.md.", [mention.model]) if {
	mention.model
} else := "Add `base_model:` with the id of that model to the front matter of README.md."
