package entail.lib

# METADATA
# description: >-
#   What several texts make of one kind of term in the licence of a model: yes
#   (it may stand there), no (a licence with it does not do), or person (the
#   text leaves it to judgement), each with the place that says so. It is our
#   reading, and yours may differ: an entry of data.custom.answers with the same
#   keys counts in its place. A kind that is not listed wants a person.
answers["eu-ai-act"] := object.union_n([
	_all(_credit_and_copyleft, "yes", "guidelines 4.2.1, recital 102"),
	_all({"flow-down", "law-compliance", "no-trademark", "termination-on-litigation"}, "yes", "guidelines 4.2.1"),
	_all({"non-commercial", "research-only", "commercial-authorization"}, "no", "guidelines 4.2.1"),
	_all({"user-threshold", "revenue-threshold", "device-threshold"}, "no", "guidelines 4.2.1"),
	_all({"no-derivatives", "no-redistribution"}, "no", "Art. 53(2), guidelines 4.2.1"),
	_all(
		{"region-exclusion", "output-training-ban", "no-competing-use", "hosted-service-limit"}, "no",
		"guidelines 4.2.1 (use without restriction), our reading",
	),
	_all({"unilateral-change", "termination-at-will"}, "no", "guidelines 4.2.1 (rights reserved), our reading"),
	_all({"use-policy", "use-restriction", "safeguard-bypass-ban"}, "person", "guidelines 4.2.1 (safety-oriented limits)"),
	_all({"attribution-display", "name-prefix", "name-part", "output-training-name"}, "person", "recital 102 (credit)"),
])

answers["open-weights"] := object.union_n([
	_all(_credit_and_copyleft, "yes", "OW-7"),
	_all({"flow-down", "law-compliance", "no-trademark", "termination-on-litigation"}, "yes", "OW-7"),
	_all({"attribution-display", "name-prefix", "name-part", "output-training-name"}, "yes", "OW-7"),
	_all({"non-commercial", "research-only", "use-policy", "use-restriction"}, "no", "OW-3"),
	_all({"output-training-ban", "output-restriction", "hosted-service-limit", "component-scope"}, "no", "OW-3"),
	_all({"no-derivatives", "safeguard-bypass-ban"}, "no", "OW-4"),
	_all({"user-threshold", "revenue-threshold", "device-threshold", "region-exclusion"}, "no", "OW-5"),
	_all({"commercial-authorization", "no-competing-use"}, "no", "OW-5"),
	_all({"no-redistribution"}, "no", "OW-7"),
])

_credit_and_copyleft := {
	"attribution",
	"license-copy",
	"notice-file",
	"notice-retention",
	"same-license",
	"share-alike",
	"source-disclosure",
	"state-changes",
}

_all(kinds, answer, by) := {kind: {"answer": answer, "by": by} | some kind in kinds}

# METADATA
# description: What a definition makes of a kind of term, with the place that says so.
answer(definition, kind) := own if {
	own := own_answers[definition][kind]
	own.answer
} else := object.get(answers[definition], kind, {"answer": "person", "by": "named nowhere"})

# METADATA
# description: >-
#   What keeps the terms of the model's parameters from a definition: objections
#   as objects with `state` (license for a term that does not do, not-shown for
#   one that wants a person or is not known), `by` and `why`. The licence stated
#   for the parameters, the release's own and those of ancestors all count; of a
#   choice the one with the fewest objections.
objections(definition) := union({
	_own_objections(definition),
	_found_objections(definition),
	_inherited_objections(definition),
})

# What a text of the release's own says beside the licence that it goes by.
_found_objections(definition) := {objection |
	some one in found[input.subject]
	effect(one.term) == "restriction"
	some objection in _term_objections(definition, one.license, one.term)
}

_own_objections(definition) := {objection |
	some alternatives in _parameter_licenses
	some objection in _least(definition, alternatives)
}

_parameter_licenses contains statement.alternatives if {
	some statement in statements("parameters.final")
	statement.license
}

_parameter_licenses contains effective[input.subject] if count(effective[input.subject]) > 0

_parameter_licenses contains [] if {
	count(effective[input.subject]) == 0
	every statement in statements("parameters.final") {
		not statement.license
	}
}

_least(_, []) := {{"state": "license", "by": "", "why": "no license, so that nobody has permission"}}

_least(definition, alternatives) := ranked[0][3] if {
	ranked := sort([[count(refusals), count(found), position, found] |
		some position, keys in alternatives
		found := {objection | some key in keys; some objection in _key_objections(definition, key)}
		refusals := {objection | some objection in found; objection.state == "license"}
	])
}

# On a licence that is open by every other measure there is nothing to ask.
_key_objections(_, key) := set() if open_license(key)

_key_objections(definition, key) := {_unlisted(key)} | {objection |
	some term in data.catalog.licenses[key].terms
	some objection in _term_objections(definition, key, term)
} if {
	known_license(key)
	not open_license(key)
}

_key_objections(_, key) := {objection} if {
	not known_license(key)
	not open_license(key)
	objection := {"state": "not-shown", "by": "", "why": sprintf("the terms of %s are not known", [key])}
}

_unlisted(key) := {"state": "not-shown", "by": "", "why": sprintf("%s is on no list of open licenses", [key])}

_term_objections(definition, key, term) := {{"state": state, "by": found.by, "why": why} |
	found := answer(definition, term.kind)
	state := {"no": "license", "person": "not-shown"}[found.answer]
	why := sprintf("%s, %s: %s (%s)", [key, section(term.clause), title(term.kind), found.by])
}

_inherited_objections(definition) := {objection |
	some item in bearing
	effect(item.term) == "restriction"
	not open_license(item.license)
	some objection in _term_objections(definition, item.license, item.term)
} | {{"state": "not-shown", "by": "", "why": why} | some why in untold}

# METADATA
# description: >-
#   A requirement on terms from the objections to them: license where one does
#   not do, else not-shown where one wants a person, else met.
judged_terms(found) := _judged_terms("license", _of_state(found, "license")) if {
	count(_of_state(found, "license")) > 0
} else := _judged_terms("not-shown", _of_state(found, "not-shown")) if {
	count(found) > 0
} else := _judged_terms("met", {sprintf("under %s", [label[input.subject]])})

_judged_terms(state, reasons) := {"state": state, "why": concat("; ", reasons), "at": card_at("license")}

_of_state(found, state) := {objection.why | some objection in found; objection.state == state}

# METADATA
# description: >-
#   The state of the weights as something to be had: met where they were seen or
#   are said to be released, with how; license behind a gate.
weights := worst([judged |
	some statement in statements("parameters.final")
	[state, why] := _weights_state(statement)
	judged := {"state": state, "why": why, "at": stated_at(statement)}
]) if {
	count(statements("parameters.final")) > 0
} else := not_shown("parameters.final")

_weights_state(statement) := ["met", object.get(statement, "seen", "said to be released")] if {
	statement.availability == "released"
} else := ["license", object.get(statement, "seen", "behind a gate or a form")] if {
	statement.availability == "gated"
} else := ["not-shown", "said to be unknown"] if {
	statement.availability == "unknown"
} else := ["unmet", object.get(statement, "seen", statement.availability)]

# METADATA
# description: >-
#   A requirement that only a person can judge, with what was found so far. An
#   answer of data.custom.answers, met or unmet with a reason, counts; without
#   one nothing is shown.
for_a_person(definition, id, found) := {"state": own.state, "why": why, "at": found.at} if {
	own := own_answers[definition][id]
	own.state
	why := sprintf("answered: %s", [own.why])
} else := {"state": "not-shown", "why": sprintf("a person has to judge %s", [found.why]), "at": found.at}
