# METADATA
# title: Fixtures
# description: >-
#   What the tests of rules are made of: input documents, and a small catalogue
#   of made-up licences. The engine does not load it.
package entail.testing

# METADATA
# description: The id that the subject of every fixture has.
own_id := "own/release"

# METADATA
# description: Where every card of a fixture states its licence.
license_at := {"file": "README.md", "line": 2, "column": 10}

# METADATA
# description: Where every card of a fixture names its base models.
base_at := {"file": "README.md", "line": 3, "column": 13}

# METADATA
# description: A model that was read and of which nothing is known, changed by `over`.
node(id, over) := object.union(
	{
		"id": id,
		"name": {"published": true, "starts_with": [], "contains": [], "families": [], "owner": []},
		"kind": "model",
		"source": "index",
		"same_owner": false,
		"revision": "",
		"state": "resolved",
		"card": {"present": true, "metadata": {}, "at": {}, "sections": [], "links": [], "problems": []},
		"license": {"declared": [], "texts": [], "unread": []},
		"bases_known": true,
		"files_known": false,
		"files": [],
		"evidence": {},
		"phrases": [],
		"mentions": [],
		"candidates": [],
		"weights": [],
	},
	over,
)

# METADATA
# description: A model under one licence.
model(id, key) := node(id, under([[key]]))

# METADATA
# description: A release in a folder, changed by `over`.
release(over) := object.union(
	node(own_id, {
		"source": "dir",
		"same_owner": true,
		"files_known": true,
		"card": {"at": {"license": license_at, "base_model": base_at}},
	}),
	over,
)

# METADATA
# description: The part of a node that declares a choice of licences.
under(alternatives) := {"license": {"declared": [declared(alternatives)]}}

# METADATA
# description: One statement of a licence in a card.
declared(alternatives) := {
	"id": concat(" OR ", [concat(" AND ", keys) | some keys in alternatives]),
	"from": "card",
	"alternatives": alternatives,
	"at": license_at,
}

# METADATA
# description: A licence file that is the text of a licence, whole and unchanged, altered by `over`.
text(key, over) := object.union(
	{
		"file": "LICENSE",
		"covers": "",
		"id": key,
		"coverage": 1,
		"missing": 0,
		"modified": false,
		"added": [],
		"sha256": "",
	},
	over,
)

# METADATA
# description: A licence file of no known licence in which these terms were found, altered by `over`.
strange(terms, over) := text("", object.union(
	{"coverage": 0, "modified": true, "sha256": "s1", "added": [{"from": 1, "to": 9, "terms": terms}]},
	over,
))

# METADATA
# description: A term found in a text.
found(kind_, line, parameters) := {"term": kind_, "line": line, "excerpt": "so it says", "parameters": parameters}

# METADATA
# description: A release under a licence, tuned from a model with a licence text of its own.
tuned_from_text(key, terms) := document(
	[
		release(under([[key]])),
		node("base/model", {"license": {"declared": [declared([["mystery"]])], "texts": [strange(terms, {})]}}),
	],
	[edge(own_id, "base/model", "finetune")],
)

# METADATA
# description: An edge that the child's card states.
edge(child, parent, relation) := {
	"child": child,
	"parent": parent,
	"relation": relation,
	"relation_from": "card",
	"from": ["card"],
	"claims": [{"from": "card", "relation": relation}],
	"at": base_at,
}

# METADATA
# description: A document about the first of some nodes.
document(nodes, edges) := {
	"schema": "entail.input/v1",
	"subject": nodes[0].id,
	"nodes": {one.id: one | some one in nodes},
	"edges": edges,
	"paths": _paths(nodes, edges),
	"use": {},
	"config": {"definitions": [], "reading": "text"},
	"now": "2026-01-01T00:00:00Z",
}

# METADATA
# description: A release under one licence, tuned from one model under another.
tuned(key, base_key) := document(
	[release(under([[key]])), model("base/model", base_key)],
	[edge(own_id, "base/model", "finetune")],
)

# METADATA
# description: A release by itself.
alone(over) := document([release(over)], [])

_paths(nodes, edges) := {last: candidates[0][1] |
	parents := {one.id: {link.parent | some link in edges; link.child == one.id} | some one in nodes}
	routes := graph.reachable_paths(parents, {nodes[0].id})
	some last, _ in {id: true | some route in routes; some id in route}
	candidates := sort([[count(cut), cut] |
		some route in routes
		some position, id in route
		id == last
		cut := array.slice(route, 0, position + 1)
	])
}

# METADATA
# description: A kind of term, changed by `over`.
kind(effect, over) := object.union(
	{"title": "A thing", "effect": effect, "freedoms": [], "parameters": {}},
	over,
)

_compared(name, how) := {"freedoms": ["use"], "parameters": {name: {"compare": how}}}

# METADATA
# description: A vocabulary with one kind for each way of comparing and each kind of evidence.
vocabulary := {
	"ceiling": kind("restriction", object.union(_compared("number", "lower"), {"title": "Above a number"})),
	"places": kind("restriction", _compared("regions", "superset")),
	"purposes": kind("restriction", _compared("includes", "subset")),
	"policy": kind("restriction", object.union(_compared("policy", "same"), {"title": "A policy"})),
	"rank": kind("restriction", {"parameters": {"level": {"compare": "same", "enum": ["hard", "soft"]}}}),
	"manner": kind("restriction", _compared("how", "any")),
	"alike": kind("restriction", object.union(_compared("licenses", "member"), {"freedoms": []})),
	"mild-ban": kind("restriction", {"carried_by": [{"kind": "ban", "because": "it bans more"}]}),
	"lenient-ban": kind("restriction", {"carried_by": [{
		"kind": "ban",
		"when": "commercial_only",
		"because": "it bans more",
	}]}),
	"ban": kind("restriction", {"freedoms": ["use"]}),
	"no-derivatives": kind("restriction", {"freedoms": ["modify", "share"]}),
	"flow-down": kind("obligation", {"evidence": "carried"}),
	"license-copy": kind("obligation", {"evidence": "license-text"}),
	"notice": kind("obligation", {"evidence": "phrase-in-notice"}),
	"display": kind("obligation", {"evidence": "phrase-in-card"}),
	"prefix": kind("obligation", {"evidence": "name-starts-with"}),
	"part": kind("obligation", {"evidence": "name-contains"}),
	"keep": kind("obligation", {"evidence": "none"}),
	"ending": kind("condition", {}),
}

# METADATA
# description: A term that flows to derivatives, with parameters or other flows in `over`.
term(kind_, clause, over) := object.union(
	{
		"kind": kind_,
		"clause": clause,
		"flows": ["derivatives"],
		"summary": sprintf("What clause %s says.", [clause]),
	},
	over,
)

# METADATA
# description: A vendor's own licence, known to the Hub and of a family of its own, changed by `over`.
license(key, terms, over) := object.union(
	{
		"key": key,
		"name": sprintf("The %s licence", [key]),
		"family": key,
		"class": "custom",
		"osi_approved": false,
		"source": source(key),
		"identifiers": {"huggingface": [key], "license_name": [], "spdx": []},
		"relicensing": {"derivatives": "must-carry"},
		"terms": terms,
	},
	over,
)

# METADATA
# description: A permissive licence on every list.
free_license(key, terms) := license(key, terms, {
	"class": "permissive",
	"osi_approved": true,
	"identifiers": {"spdx": [key]},
})

# METADATA
# description: The address of a made-up licence.
source(key) := sprintf("https://example.org/%s", [key])

# METADATA
# description: A catalogue of some licences.
catalog(licenses) := {
	"licenses": {one.key: one | some one in licenses},
	"terms": vocabulary,
	"relations": {
		"finetune": ["derivatives"],
		"quantized": ["derivatives", "redistribution"],
		"distilled": ["outputs-trained"],
	},
	"families": {},
	"multimodal_tasks": ["image-text-to-text"],
	"rules": {},
}

# METADATA
# description: >-
#   A catalogue that most tests do with: free and easy restrict nothing, limited
#   has a ceiling and wants a copy of its text, clan is a family of licences,
#   and mystery says nothing.
usual := catalog([
	free_license("free", []),
	free_license("easy", []),
	license("limited", [term("ceiling", "2", {"number": 10}), term("license-copy", "3", {})], {}),
	license("clan", [], {"class": "family", "members": ["limited", "free"]}),
	license("mystery", [], {"class": "unknown", "identifiers": {"huggingface": ["other"]}}),
])
