package entail.rules.lineage.conflicting_parents_test

import data.entail.rules.lineage.conflicting_parents
import data.entail.testing

_alike(key, licenses) := testing.license(key, [testing.term("alike", "3.b", {"licenses": licenses})], {})

# "narrow" and "shut" let derivatives out under a few licences only.
_catalog := object.union(
	testing.catalog([
		testing.free_license("free", []),
		_alike("narrow", ["narrow", "free"]),
		_alike("shut", ["shut"]),
		_alike("wide", ["wide", "limited"]),
		_alike("any", []),
		_alike("open", []),
		testing.license("limited", [testing.term("ban", "2", {}), testing.term("ceiling", "5", {"number": 10})], {}),
		testing.license("sighted", [testing.term("ban", "2", {"scope": "multimodal"})], {}),
		testing.license("alpha", [testing.term("name-prefix", "1", {"prefix": "Alpha"})], {}),
		testing.license("alphabet", [testing.term("name-prefix", "1", {"prefix": "alphabet"})], {}),
		testing.license("beta", [testing.term("name-prefix", "2", {"prefix": "Beta"})], {}),
	]),
	{"terms": {"name-prefix": testing.kind("obligation", {"evidence": "name-starts-with"})}},
)

_merged(over, keys) := testing.document(
	array.concat(
		[testing.release(object.union(testing.under([["free"]]), over))],
		[testing.model(sprintf("%s/model", [key]), key) | some key in keys],
	),
	[testing.edge(testing.own_id, sprintf("%s/model", [key]), "finetune") | some key in keys],
)

_found(keys) := found if {
	found := conflicting_parents.findings with input as _merged({}, keys) with data.catalog as _catalog
}

test_one_shuts_out_what_the_other_passes_on if {
	_found(["narrow", "limited"]) == {{
		"level": "error",
		"message": concat("", [
			"narrow/model may be passed on under narrow or free only, which does not carry what",
			" limited/model passes on (limited): a thing; above a number",
		]),
		"path": [testing.own_id, "narrow/model"],
		"license": "narrow",
		"term": "alike",
		"clause": "3.b",
		"at": [testing.base_at, testing.base_at],
		"why": concat(" ", [
			"What clause 3.b says. That is section 3.b of narrow;",
			"the other limits are in section 2, section 5 of limited.",
		]),
		"fix": "Leave out narrow/model or limited/model, or ask one of the licensors for other terms.",
		"refs": [testing.source("narrow"), testing.source("limited")],
	}}
}

test_two_that_shut_each_other_out_are_told_once if {
	{[one.license, one.path] | some one in _found(["shut", "narrow"])} == {["narrow", [testing.own_id, "narrow/model"]]}
}

test_a_doubtful_label_is_a_warning if {
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("narrow/model", "narrow"),
			testing.model("limited/model", "limited"),
			testing.model("far/model", "free"),
		],
		[
			testing.edge(testing.own_id, "narrow/model", "finetune"),
			testing.edge(testing.own_id, "limited/model", "finetune"),
			testing.edge("limited/model", "far/model", "finetune"),
		],
	)
	known := object.union(_catalog, {"families": {"limited": {"title": "Limited", "names": ["limited"]}}})
	found := conflicting_parents.findings with input as document with data.catalog as known
	{one.level | some one in found} == {"warning"}
}

test_two_prefixes if {
	_found(["beta", "alpha"]) == {{
		"level": "warning",
		"message": concat("", [
			"alpha/model asks for a name that starts with \"Alpha\",",
			" and beta/model for one that starts with \"Beta\"",
		]),
		"path": [testing.own_id, "alpha/model"],
		"license": "alpha",
		"term": "name-prefix",
		"clause": "1",
		"at": [testing.base_at, testing.base_at],
		"why": "A name has one beginning.",
		"fix": "Ask one of the licensors whether another place in the name will do.",
		"refs": [testing.source("alpha"), testing.source("beta")],
	}}
}

test_quiet[note] if {
	some note, keys in {
		"where one of the licences carries the other's limits": ["wide", "limited"],
		"where no licence is named": ["open", "limited"],
		"where there is one parent": ["narrow"],
		"where the other restricts nothing": ["narrow", "free"],
		"where one prefix starts with the other": ["alpha", "alphabet"],
		"where one name is asked for": ["alpha", "free"],
	}
	_found(keys) == set()
}

test_quiet_where_the_other_does_not_apply if {
	document := _merged({"task": "text-generation"}, ["narrow", "sighted"])
	conflicting_parents.findings == set() with input as document with data.catalog as _catalog
}

test_one_that_names_no_licence_names_none_that_will_do if {
	{one.license | some one in _found(["narrow", "any"])} == {"narrow"}
}

# A licence is held against a text of which all is known that it takes.
test_a_text_of_its_own[note] if {
	some note, case in {
		"a limit that the licence does not have": {"term": testing.found("ban", 7, {}), "want": {"LICENSE"}},
		"one that nobody can compare": {"term": testing.found("alike", 7, {}), "want": set()},
	}
	document := testing.document(
		[
			testing.release(testing.under([["free"]])),
			testing.model("narrow/model", "narrow"),
			testing.node("text/model", {"license": {"texts": [testing.strange([case.term], {})]}}),
		],
		[testing.edge(testing.own_id, id, "finetune") | some id in ["narrow/model", "text/model"]],
	)
	found := conflicting_parents.findings with input as document with data.catalog as _catalog
	{"LICENSE" | some one in found; contains(one.message, "LICENSE")} == case.want
}
