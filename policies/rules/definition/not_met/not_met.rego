# METADATA
# title: A definition that was asked for is not met
# description: >-
#   The run asked for a definition of openness, and the release does not meet
#   it. Where the evidence is not there to tell, this is a warning.
# related_resources:
#   - https://opensource.org/ai/open-source-ai-definition
# custom:
#   level: error
package entail.rules.definition.not_met

import data.entail.lib

findings contains finding if {
	some judged in _asked
	judged.verdict != "meets"
	finding := {
		"level": _level(judged.verdict),
		"message": sprintf("%s %s %s: %s", [input.subject, _verb(judged.verdict), judged.title, _open(judged)]),
		"at": _places(judged),
		"why": sprintf("By the %s reading of the definition.", [judged.reading]),
		"fix": "Publish what is missing, or say where it is in entail-evidence.yaml.",
		"refs": [judged.source],
	}
}

# A pass would say that what was asked for was answered.
incomplete contains sprintf("it is not shown that %s meets %s", [input.subject, judged.title]) if {
	some judged in _asked
	judged.verdict == "not-shown"
}

_asked contains judged if {
	some judged in _judgements
	judged.name in input.config.definitions
}

_judgements contains judged if some judged in lib.judgements

# A user's own definitions count as ours do.
_judgements contains judged if some judged in lib.own_judgements

_level("not-shown") := "warning"

_level(verdict) := "error" if verdict in {"fails", "meets-but-for-licenses"}

_verb("not-shown") := "is not shown to meet"

_verb(verdict) := "does not meet" if verdict in {"fails", "meets-but-for-licenses"}

# The requirements that stand in the way, by what is the matter with them.
_open(judged) := concat("; ", [sprintf("%s: %s", [words, lib.few(ids)]) |
	some [state, words] in [
		["unmet", "not there"],
		["license", "there, under terms that are not open"],
		["not-shown", "not shown"],
	]
	ids := [requirement.id | some requirement in judged.requirements; _counts(requirement); requirement.state == state]
	count(ids) > 0
])

_counts(requirement) if not requirement.optional

# Where the evidence for the first of them stands, else the licence.
_places(judged) := array.slice(places, 0, 3) if {
	places := [place |
		some requirement in judged.requirements
		_counts(requirement)
		requirement.state != "met"
		some place in requirement.at
	]
	count(places) > 0
} else := lib.card_at("license")
