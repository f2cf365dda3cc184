# METADATA
# title: A base model seems to be missing from the card
# description: >-
#   The card declares no base model, and its name or its text says that the
#   model belongs to, or was made from, a known family whose licence it does
#   not name. A model trained from scratch may carry such a name, so this is
#   never an error.
# related_resources:
#   - https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
# custom:
#   level: warning
package entail.rules.lineage.undeclared_base

import data.entail.lib

findings contains finding if {
	_no_base
	some mention in lib.subject.mentions
	not _own_family(mention.family)
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
	_no_base
	some family in lib.subject.name.families
	not _own_family(family)
	not family in {mention.family | some mention in lib.subject.mentions}
	finding := {
		"level": "note",
		"message": sprintf("%s has %s in its name and declares no base model", [
			input.subject,
			data.catalog.families[family].title,
		]),
		"at": lib.card_at("license"),
		"why": "If it was made from a model of that family, that model's terms come with it.",
		"fix": "Declare `base_model:` in the front matter; if it was trained from scratch, say so in the card.",
	}
}

# What the card says in words is as good as a declaration that cannot be walked.
incomplete contains sprintf("the card names a base model of the %s family and declares none", [
	data.catalog.families[mention.family].title,
]) if {
	_no_base
	some mention in lib.subject.mentions
	not _own_family(mention.family)
}

_no_base if {
	lib.subject.card.present
	not _named_base
}

_named_base if {
	some edge in input.edges
	edge.child == input.subject
	input.nodes[edge.parent].kind == "model"
}

# The family's own publisher has no base model to declare; a release under the
# family's licence has told its users what binds them.
_own_family(family) if family in lib.subject.name.owner

_own_family(family) if {
	some keys in lib.effective[input.subject]
	some key in keys
	data.catalog.licenses[key].family == family
}

_first_mention(family) := [mention | some mention in lib.subject.mentions; mention.family == family][0]

_fix(mention) := sprintf("Add `base_model: %s` to the front matter of README.md.", [mention.model]) if {
	mention.model
} else := "Add `base_model:` with the id of that model to the front matter of README.md."
