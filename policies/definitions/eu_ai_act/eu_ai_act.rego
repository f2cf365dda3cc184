# METADATA
# title: EU AI Act, free and open-source general-purpose models
# description: >-
#   What can be seen of the conditions under which the provider of a
#   general-purpose AI model is exempt from Art. 53(1)(a) and (b) of Regulation
#   (EU) 2024/1689 (Art. 53(2), recitals 102 to 104, and the Commission's
#   guidelines C(2025) 7719), and of the duties that stay. What a person has to
#   judge is not shown until one has.
# related_resources:
#   - https://eur-lex.europa.eu/eli/reg/2024/1689/oj
#   - https://digital-strategy.ec.europa.eu/en/policies/guidelines-gpai-providers
package entail.definitions.eu_ai_act

import data.entail.lib

_name := "eu-ai-act"

# METADATA
# description: The verdict with its requirements.
judgement := {
	"name": _name,
	"title": "the free and open-source conditions of the EU AI Act",
	"source": "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
	"reading": "text",
	"note": concat(" ", [
		"Evidence, and no legal advice. Art. 53(2) and 54(6) free a provider that meets these from Art. 53(1)(a)",
		"and (b) and from naming a representative; the copyright policy and the summary of the training",
		"content stay due. AI systems (Art. 2(12)) are not looked at.",
	]),
	"verdict": lib.verdict_of(requirements),
	"requirements": requirements,
}

# METADATA
# description: The conditions in the order of the article, then the duties that stay, which do not count.
requirements := [
	_condition("EUAIA-1", "license for access, use, change and distribution", "Art. 53(2); guidelines 4.2.1", _license),
	_condition("EUAIA-2", "parameters publicly available", "Art. 53(2), recital 102", _parameters),
	_condition("EUAIA-3", "architecture publicly described", "Art. 53(2), recital 102", _architecture),
	_condition("EUAIA-4", "use publicly described", "Art. 53(2), recital 102; guidelines 4.2.3", _usage),
	_condition("EUAIA-7", "no systemic risk", "Art. 53(2), 51(2)", _systemic_risk),
	_condition("EUAIA-11", "given for no price", "recital 103; guidelines 4.2.2", _price),
	_duty("EUAIA-8", "copyright policy", "Art. 53(1)(c), recital 104", "whether the provider has a policy"),
	_duty(
		"EUAIA-9", "summary of the training content", "Art. 53(1)(d), recitals 104 and 107",
		"whether the provider has published one on the AI Office's template",
	),
]

_condition(id, title, section, judged) := object.union({"id": id, "title": title, "section": section}, judged)

_duty(id, title, section, question) := object.union(
	_condition(id, title, section, lib.for_a_person(_name, id, {"why": question, "at": []})),
	{"optional": true},
)

# A licence that does not do is a condition not met, whatever else is open.
_license := object.union(_terms, {"state": "unmet"}) if _terms.state == "license"

_license := _terms if _terms.state != "license"

_terms := lib.judged_terms(lib.objections(_name))

# Recital 102 and the guidelines let a provider verify users within reason;
# whether this gate is within reason is not seen from here.
_parameters := lib.for_a_person(_name, "EUAIA-2", {
	"why": sprintf("whether the gate is one that all may pass (%s)", [lib.weights.why]),
	"at": lib.weights.at,
}) if {
	lib.weights.state == "license"
} else := lib.weights

_architecture := lib.worst([judged |
	some statement in lib.statements("code.architecture")
	state := object.get(_described, statement.availability, "unmet")
	judged := {
		"state": state,
		"why": sprintf("%s: %s", [statement.from, statement.availability]),
		"at": lib.stated_at(statement),
	}
]) if {
	count(lib.statements("code.architecture")) > 0
} else := lib.not_shown("code.architecture")

_described := {
	"released": "met",
	"documented": "met",
	"gated": "not-shown",
	"partial": "not-shown",
	"unknown": "not-shown",
}

_usage := {"state": "unmet", "why": "there is no card", "at": []} if {
	lib.subject.files_known
	not lib.subject.card.present
	count(lib.statements("documents.model_card")) == 0
} else := lib.for_a_person(_name, "EUAIA-4", {
	"why": "whether the card tells modalities, capabilities, limits and how to integrate the model",
	"at": [{"file": "README.md"} | lib.subject.card.present],
})

_systemic_risk := lib.for_a_person(_name, "EUAIA-7", {
	"why": "from the compute spent on training (presumed above 10^25 operations)",
	"at": [],
})

_price := {"state": "unmet", "why": concat("; ", _sold), "at": lib.card_at("license")} if {
	count(_sold) > 0
} else := lib.for_a_person(_name, "EUAIA-11", {
	"why": "whether the model, or support or a platform that it needs, is sold or paid for with data",
	"at": [],
})

# A separate licence for some uses is a price (guidelines 4.2.2).
_sold contains sprintf("%s, %s: %s", [key, lib.section(term.clause), lib.title(term.kind)]) if {
	some key in lib.governing[input.subject]
	some term in data.catalog.licenses[key].terms
	term.kind in {"commercial-authorization", "revenue-threshold", "user-threshold"}
}
