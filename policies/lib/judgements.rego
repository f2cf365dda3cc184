package entail.lib

# METADATA
# description: >-
#   What our definitions say of the release, by the last part of their packages.
#   They are asked about a document that has only what they judge by, under a
#   name that is the same for all: releases that are alike in that are then
#   judged once, by an engine that keeps what functions give.
judgements := _judgements(_release, bearing, untold, _given_answers)

# The other input is what makes the judgements of a release those of its like.
_judgements(release, terms_, unknown, given) := {key: judged |
	# regal ignore:with-outside-test-context
	judged := data.entail.definitions[key].judgement with input as release
		with data.entail.lib.bearing as terms_
		with data.entail.lib.untold as unknown
		with data.entail.lib.own_answers as given
}

# The release as a document of its own, without where it comes from.
_release := {
	"subject": "release",
	"nodes": {"release": object.union(
		object.filter(subject, {"evidence", "files", "files_known", "license", "mof"}),
		{"card": object.filter(object.get(subject, "card", {}), {"at", "present"})},
	)},
	"edges": [],
	"config": object.filter(object.get(input, "config", {}), {"reading"}),
}

# Empty where there are none.
_given_answers := {definition: given | some definition, given in own_answers}

# METADATA
# scope: document
# description: >-
#   The terms that reach the subject and that a definition weighs: those that
#   apply to it and narrow what a recipient may do, each with the licence that
#   says it.
bearing contains {"license": item.license, "term": item.term} if {
	some item in inherited
	item.state != "not-applicable"
	item.term.kind in _weighed
}

_weighed := {kind | some kind, about in data.catalog.terms; _narrows(about)}

_narrows(about) if about.effect == "restriction"

_narrows(about) if count(about.freedoms) > 0
