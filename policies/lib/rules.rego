package entail.lib

# METADATA
# scope: document
# description: >-
#   Every term that binds whoever uses the subject or passes it on: those of its
#   own licence and of its own licence texts, and those that reach it from its
#   ancestors. Each has the term, the licence that says it, the model it comes
#   from and the path there.
bound_by contains {"license": key, "term": term, "from": input.subject, "path": [input.subject]} if {
	some key in governing[input.subject]
	some term in data.catalog.licenses[key].terms
}

bound_by contains {"license": one.license, "term": one.term, "from": input.subject, "path": [input.subject]} if {
	some one in found[input.subject]
}

bound_by contains {"license": item.license, "term": item.term, "from": item.from, "path": item.path} if {
	some item in inherited
	not item.license in governing[input.subject]
	in_scope(item.term, item.from) != "no"
}

# METADATA
# description: The models that a rule may have something to say of, the subject and its ancestors.
models := ancestors | {input.subject}

# METADATA
# description: >-
#   Where to point at in the subject for what is found of a model: where the
#   card declares the licence for the subject itself, and for an ancestor where
#   it names the base model that leads there.
place(id) := card_at("license") if {
	id == input.subject
} else := base_at(id)

# METADATA
# description: >-
#   A finding about a model of the lineage: what is given as `said`, with the
#   path from the subject to the model, and the place in the subject's card.
about(id, said) := object.union({"path": path(id), "at": place(id)}, said)

# METADATA
# description: >-
#   A finding about a term of `bound_by`: what is given as `said`, with the
#   licence, kind and clause of the term, its summary and the licence's address.
about_term(bound, said) := about(bound.from, object.union(
	{
		"license": bound.license,
		"term": bound.term.kind,
		"clause": bound.term.clause,
		"why": bound.term.summary,
		"refs": sources([bound.license]),
	},
	said,
))
