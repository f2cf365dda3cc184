# METADATA
# title: The declared use is not permitted
# description: >-
#   A licence of the release, or of a model that it descends from, forbids the
#   use that was declared, or the terms of one are not known.
# related_resources:
#   - https://opensource.org/osd
# custom:
#   level: error
package entail.rules.use.not_permitted

import data.entail.lib

findings contains finding if {
	_some_use
	some bound in lib.bound_by
	verdict := _conflict(bound.term.kind, bound.term, bound.from)
	scope := lib.in_scope(bound.term, bound.from)
	scope != "no"
	finding := {
		"level": object.get(verdict, "level", _level(scope)),
		"message": sprintf("%s under the licence of %s (%s, %s)", [
			verdict.use,
			bound.from,
			bound.license,
			lib.section(bound.term.clause),
		]),
		"path": bound.path,
		"license": bound.license,
		"term": bound.term.kind,
		"clause": bound.term.clause,
		"at": array.concat(_place(bound.from), lib.base_at(bound.from)),
		"why": bound.term.summary,
		"fix": verdict.fix,
		"refs": lib.sources([bound.license]),
	}
}

findings contains finding if {
	_some_use
	some id in (lib.models - lib.known)
	input.nodes[id].state == "resolved"
	finding := {
		"level": "warning",
		"message": sprintf("whether %s permits the declared use is not known (%s)", [id, lib.label[id]]),
		"path": lib.path(id),
		"at": array.concat(_place(id), lib.base_at(id)),
		"why": "What its licence permits is unknown, and unknown is not permitted.",
		"fix": "Find out under which licence it is, or ask its publisher.",
	}
}

_some_use if {
	some value in input.use
	not value in {false, 0, []}
}

_place(id) := lib.card_at("license") if {
	id == input.subject
} else := []

# What the declared use conflicts with, by the kind of the term.
_conflict("non-commercial", _, _) := _commercial if input.use.commercial

_conflict("research-only", _, _) := _commercial if input.use.commercial

_conflict("commercial-authorization", term, _) := {
	"use": sprintf("commercial use needs %s first", [_leave(term)]),
	"fix": "Get it from the licensor before you use the model, and keep the proof.",
} if {
	input.use.commercial
}

_conflict("user-threshold", term, _) := {
	"use": sprintf("use with %d monthly users needs a licence of its own", [input.use.monthly_active_users]),
	"fix": "Ask the licensor for that licence, or use a model without this limit.",
} if {
	input.use.monthly_active_users > term.monthly_active_users
	_in_scope(term)
}

# Monthly users say no more of daily ones than that there are no more of them.
_conflict("user-threshold", term, _) := {
	"level": "warning",
	"use": sprintf("use with %d monthly users may need a licence of its own: it is above the limit for daily ones", [
		input.use.monthly_active_users,
	]),
	"fix": "Count your daily users; above the limit, ask the licensor for a licence.",
} if {
	not term.monthly_active_users
	input.use.monthly_active_users > term.daily_active_users
	_in_scope(term)
}

_conflict("revenue-threshold", term, _) := {
	"use": sprintf("use by an organisation with %d US dollars of yearly revenue needs a licence of its own", [
		input.use.annual_revenue_usd,
	]),
	"fix": "Ask the licensor for that licence, or use a model without this limit.",
} if {
	input.use.annual_revenue_usd > _yearly(term)
	_in_scope(term)
}

_conflict("region-exclusion", term, _) := {
	"use": sprintf("use in %s is not licensed", [concat(", ", shared)]),
	"fix": "Use a model that is licensed there, or leave that region out.",
} if {
	shared := {region | some region in input.use.regions; some excluded in term.regions; _overlap(region, excluded)}
	count(shared) > 0
}

_conflict("no-redistribution", _, _) := _private if input.use.redistribute

# A ban on derivatives in the subject's own licence lets unchanged copies pass.
_conflict("no-derivatives", _, from) := _private if {
	input.use.redistribute
	from != input.subject
}

_conflict("output-training-ban", _, _) := {
	"use": "training other models on its outputs is not permitted",
	"fix": "Train on the outputs of a model that permits it.",
} if {
	input.use.train_other_models
}

_conflict("hosted-service-limit", term, _) := {
	"use": sprintf("offering it as a hosted service is limited (%s)", [object.get(term, "limit", "see the clause")]),
	"fix": "Run it yourself, or ask the licensor.",
} if {
	input.use.hosted
}

_conflict("use-restriction", term, _) := {
	"use": sprintf("use for %s is not permitted", [concat(", ", shared)]),
	"fix": "Use a model without this limit.",
} if {
	shared := {field | some field in input.use.fields; field in term.fields}
	count(shared) > 0
}

_commercial := {
	"use": "commercial use is not permitted",
	"fix": "Use a model without this limit, or ask the licensor for a commercial licence.",
}

_private := {
	"use": "passing the model on is not permitted",
	"fix": "Keep it to yourself, or ask the licensor.",
}

_leave(term) := "registration" if {
	term.by == "registration"
} else := "a licence of its own"

# A country is within its region, and a region holds its countries.
_overlap(region, excluded) if region == excluded

_overlap(region, excluded) if region in data.catalog.regions[excluded]

_overlap(region, excluded) if excluded in data.catalog.regions[region]

# A threshold that binds commercial use only says nothing of other use.
_in_scope(term) if not term.commercial_only

_in_scope(_) if input.use.commercial

_yearly(term) := term.annual_revenue_usd

_yearly(term) := term.monthly_revenue_usd * 12 if not term.annual_revenue_usd

# Whether the model is one that the term is for may not be among the facts.
_level("yes") := "error"

_level("unknown") := "warning"
