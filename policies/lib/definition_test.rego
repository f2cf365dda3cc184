package entail.lib_test

import data.entail.lib
import data.entail.testing

_declared := {"from": "evidence-file", "strength": "declared", "availability": "released"}

_hint := {"from": "card", "strength": "hint", "availability": "released", "seen": "a link"}

_at := {"file": "README.md", "line": 4, "column": 1}

_release_with(evidence) := testing.alone(object.union(testing.under([["free"]]), {"evidence": evidence}))

_statements(list) := found if {
	found := lib.statements("code.training") with input as _release_with({"code.training": list})
}

test_statements if {
	_statements([]) == []
	_statements([_hint]) == []
	_statements([_hint, _declared]) == [_declared]
	_statements([object.remove(_declared, ["strength"])]) == []
	unknown := object.union(_declared, {"availability": "unknown"})
	_statements([unknown, _declared]) == [_declared]
	_statements([unknown]) == [unknown]
	silent := {"strength": "declared", "level": "unknown"}
	_statements([silent, _declared]) == [_declared]
	used := {"strength": "declared", "level": "unknown", "used": "yes"}
	_statements([silent, used]) == [used]
}

_not_shown(list) := found if {
	found := lib.not_shown("code.training") with input as _release_with({"code.training": list})
}

test_not_shown if {
	_not_shown([]) == {"state": "not-shown", "why": "no evidence found", "at": []}
	_not_shown([object.union(_hint, {"at": _at}), object.remove(_hint, ["seen"])]) == {
		"state": "not-shown",
		"why": "only a hint: a link; card",
		"at": [_at],
	}
}

test_stated_at if {
	lib.stated_at({"at": _at}) == [_at]
	lib.stated_at({}) == []
}

test_worst if {
	states := ["met", "license", "not-shown", "unmet"]
	[lib.worst([{"state": state} | some state in array.slice(states, 0, n)]).state | some n in [1, 2, 3, 4]] == states
	lib.worst([{"state": "met", "n": 1}, {"state": "met", "n": 0}]).n == 1
	not lib.worst([])
}

test_verdict_of if {
	verdicts := {"met": "meets", "license": "meets-but-for-licenses", "not-shown": "not-shown", "unmet": "fails"}
	every state, verdict in verdicts {
		lib.verdict_of([{"state": "met"}, {"state": state}]) == verdict
		lib.verdict_of([{"state": "met"}, {"state": state, "optional": true}]) == "meets"
	}
}

_licenses := testing.catalog([
	testing.free_license("approved", [testing.term("ban", "1", {})]),
	testing.license("plain", [testing.term("license-copy", "1", {})], {"class": "open-data"}),
	testing.license("hobby", [testing.term("ban", "1", {})], {"class": "permissive"}),
	testing.license("vendor", [testing.term("ban", "2", {})], {}),
	testing.license("mild", [], {}),
	testing.license("mystery", [], {"class": "unknown"}),
])

test_open_license[key] if {
	some key, open in {
		"approved": true,
		"plain": true,
		"hobby": false,
		"vendor": false,
		"mild": false,
		"nonsense": false,
	}
	found := {true | lib.open_license(key)} with data.catalog as _licenses
	found == {true | open}
}

test_open_classes[class] if {
	some class, open in {
		"public-domain": true,
		"permissive": true,
		"open-data": true,
		"share-alike": true,
		"custom": false,
		"rail": false,
		"non-commercial": false,
		"proprietary": false,
		"unknown": false,
	}
	known := testing.catalog([testing.license("own", [], {"class": class})])
	found := {true | lib.open_license("own")} with data.catalog as known
	found == {true | open}
}

test_choices[note] if {
	some note, [alternatives, open, approved] in {
		"approved": [[["approved"]], true, true],
		"open": [[["plain"]], true, false],
		"either": [[["vendor"], ["plain"]], true, false],
		"both": [[["approved", "vendor"]], false, false],
		"nothing": [[[]], false, false],
		"none": [[], false, false],
	}
	{true | lib.open_terms(alternatives)} == {true | open} with data.catalog as _licenses
	{true | lib.approved_terms(alternatives)} == {true | approved} with data.catalog as _licenses
}

test_blame if {
	says := {
		"which has a limit (a thing, section 2)": [["vendor"]],
		"which is on no list of open licences": [["mild"]],
		"whose terms are not known": [["mystery"]],
		"which gives nobody permission": [],
	}
	every words, alternatives in says {
		lib.blame(alternatives) == words with data.catalog as _licenses
	}
}

test_terms_of if {
	document := _release_with({})
	stated := {"license": "Mine", "alternatives": [["mine"]], "strength": "declared"}
	[lib.terms_of(stated), lib.terms_name(stated)] == [[["mine"]], "Mine"] with input as document
		with data.catalog as testing.usual
	found := {"strength": "shown"}
	[lib.terms_of(found), lib.terms_name(found)] == [[["free"]], "free"] with input as document
		with data.catalog as testing.usual
	said := {"strength": "declared"}
	[lib.terms_of(said), lib.terms_name(said)] == [[], "no license stated"] with input as document
		with data.catalog as testing.usual
}

# Parameters of a release under `own`, with a licence stated for them, tuned from
# a model changed by `base`.
_terms(own, statement, base) := [found.state, found.why] if {
	document := testing.document(
		[testing.release(object.union(own, {})), testing.node("base/model", base)],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := lib.parameter_terms(statement) with input as document with data.catalog as _licenses
}

_open_base := testing.under([["approved"]])

test_parameter_terms[note] if {
	some note, [own, statement, base, want] in {
		"the release's": [testing.under([["approved"]]), {}, _open_base, ["met", "under approved"]],
		"its own": [{}, {"license": "Plain", "alternatives": [["plain"]]}, _open_base, ["met", "under Plain"]],
		"the same twice": [
			testing.under([["vendor"]]),
			{"license": "vendor", "alternatives": [["vendor"]]},
			_open_base,
			["license", "under vendor, which has a limit (a thing, section 2)"],
		],
		"its own beside the release's": [
			testing.under([["vendor"]]),
			{"license": "Plain", "alternatives": [["plain"]]},
			_open_base,
			["license", "under vendor, which has a limit (a thing, section 2)"],
		],
		"the release's beside its own": [
			testing.under([["approved"]]),
			{"license": "Mine", "alternatives": [["mine"]]},
			_open_base,
			["license", "under Mine, whose terms are not known"],
		],
		"nobody's": [{}, {}, _open_base, ["license", "under no license, which gives nobody permission"]],
		"an ancestor's": [testing.under([["approved"]]), {}, testing.under([["vendor"]]), ["license", "bound by vendor"]],
		"unknown": [
			testing.under([["approved"]]),
			{},
			testing.under([["mystery"]]),
			["not-shown", "the terms of a base model are not known"],
		],
	}
	_terms(own, statement, base) == want
}

_untold(nodes, edges, over) := found if {
	document := object.union(testing.document(nodes, edges), over)
	found := lib.untold with input as document with data.catalog as _licenses
}

test_untold if {
	own := testing.release(testing.under([["approved"]]))
	_untold([own], [], {}) == set()
	edges := [testing.edge(testing.own_id, "base/model", "finetune")]
	_untold([own, testing.model("base/model", "approved")], edges, {}) == set()
	unread := testing.node("base/model", object.union(testing.under([["approved"]]), {"state": "gated"}))
	_untold([own, unread], edges, {}) == {"a base model could not be read"}
	blind := testing.node("base/model", object.union(testing.under([["approved"]]), {"bases_known": false}))
	_untold([own, blind], edges, {}) == {"whether there are more base models is not known"}
	_untold([own], [], {"truncated": {"limit": "depth", "left": 1}}) == {"the walk of the base models was not finished"}
	mention := {"family": "zeta", "excerpt": "tuned from zeta", "at": _at}
	telling := object.union(own, {"mentions": [mention]})
	known := object.union(_licenses, {"families": {"zeta": {"title": "Zeta"}}})
	document := testing.document([telling], [])
	lib.untold == {"there seems to be a base model that nobody declares"} with input as document
		with data.catalog as known
}

test_few if {
	lib.few([]) == ""
	lib.few(["a", "b", "c", "d"]) == "a, b, c, d"
	lib.few(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
}
