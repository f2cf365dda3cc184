# METADATA
# title: entail
# description: >-
#   Puts together what the rules and definitions say of one subject. Everything
#   that a report shows comes from `result`.
package entail

import data.entail.lib
import data.entail.rules.config.unused_exception

# METADATA
# description: One document with all that was found; schema entail.result/v1, one entry of `results`.
# entrypoint: true
result := {
	"subject": input.subject,
	"verdict": verdict,
	"incomplete": incomplete,
	"license": license,
	"definitions": verdicts,
	"terms": terms,
	"lineage": {"nodes": nodes, "edges": edges},
	"findings": findings,
	"rules": evaluated,
	"off": off,
	"failed": failed,
}

# METADATA
# scope: document
# description: >-
#   Findings of all rules that are on, each with its rule's id and, where it sets
#   none of its own, the level, references and path that its rule gives. One that
#   an exception covers says so in `waived`, and counts for nothing.
findings contains object.union(finding, lib.waiver(finding)) if some finding in _settled

findings contains lib.settled(finding) if {
	not _off["config/unused-exception"]
	some found in unused_exception.among(_used)
	finding := _filled("config/unused-exception", found)
}

_settled contains lib.settled(_filled(rule, found)) if {
	some rule, findings_ in _said
	not _off[rule]
	some found in findings_
}

# A user's own rules.
_settled contains lib.settled(_filled(rule, found)) if {
	some [rule, found] in lib.own_findings
	not _off[rule]
}

# The numbers of the exceptions that waive something.
_used contains i if {
	some i, exception in input.config.exceptions
	some finding in _settled
	lib.covers(exception, finding)
}

_filled(rule, found) := object.union_n([_of_rule(rule), _of_subject, found])

_of_rule(rule) := {
	"rule": rule,
	"level": object.get(about, "level", lib.levels.findings),
	"at": [],
	"refs": object.get(about, "refs", []),
} if {
	about := object.get(data.catalog.rules, rule, {})
}

_of_subject := {"subject": input.subject, "path": [input.subject]}

# What our rules find, by id.
_said := {_rule_id(category, name): found | found := data.entail.rules[category][name].findings}

# METADATA
# scope: document
# description: >-
#   The ids of all rules that were evaluated, whether or not they found anything.
#   None where all that are left on are about the configuration: they say nothing
#   of the release.
evaluated contains rule if {
	_of_the_release
	some rule in _on
}

_of_the_release if {
	some rule in _on
	not startswith(rule, "config/")
}

_on contains rule if {
	some rule in _asked
	not _off[rule]
}

# All rules that gave an answer, those that are switched off included.
_asked := (object.keys(_said) | {"config/unused-exception"}) | lib.own_rules

_off := lib.rules_off(_asked)

# METADATA
# description: The rules that the configuration switches off, by id.
off := [object.union({"rule": rule}, how) | some rule in sort(object.keys(_off)); how := _off[rule]]

# METADATA
# description: >-
#   fail where a finding that counts is an error; incomplete where nothing fails and some
#   fact is missing that could change that; else pass.
verdict := "fail" if {
	some finding in findings
	finding.level == "error"
	not finding.waived
} else := "incomplete" if {
	count(incomplete) > 0
} else := "pass"

# METADATA
# scope: document
# description: What is missing for a pass to mean what it says.
incomplete contains sprintf("%s could not be read (%s)", [id, node.state]) if some id, node in lib.unread

incomplete contains reason if {
	some id, node in input.nodes
	node.kind == "model"
	node.state == "resolved"
	not id in lib.known
	reason := sprintf("the terms of %s (%s) are not known", [id, lib.label[id]])
}

incomplete contains sprintf("%s could not be read (%s)", [unread.file, unread.state]) if {
	some unread in lib.subject.license.unread
	lib.own_file(object.union(unread, {"covers": ""}))
}

incomplete contains sprintf("whether %s has base models is not known", [id]) if {
	some id, node in input.nodes
	node.kind == "model"
	node.state == "resolved"
	not node.bases_known
}

# What a rule finds missing.
incomplete contains reason if {
	some category, name
	some reason in data.entail.rules[category][name].incomplete
	not _off[_rule_id(category, name)]
}

incomplete contains reason if {
	some rule, said in data.entail.own.said
	rule in lib.own_rules
	not _off[rule]
	some reason in said.incomplete
}

incomplete contains sprintf("%s, which is to stand in for %s, was not evaluated", [setting.replaced_by, rule]) if {
	some rule, setting in input.config.rules
	setting.replaced_by
	not _off[rule]
}

incomplete contains sprintf("%s failed: %s", [one.rule, one.why]) if some one in failed

# A definition that was asked for is never met in silence.
incomplete contains sprintf("the definition %s was asked for and gave no verdict", [name]) if {
	some name in input.config.definitions
	not verdicts[name]
}

incomplete contains sprintf("the walk stopped at its %s limit", [input.truncated.limit]) if input.truncated

# METADATA
# description: The user's own rules that failed, each with the reason, by id; one that is switched off is not asked.
failed := [{"rule": rule, "why": lib.own_failures[rule]} |
	some rule in sort(object.keys(lib.own_failures))
	not _off[rule]
]

# METADATA
# description: The subject's licence as declared, as identified from its text, and as the rules take it.
license := {
	"declared": lib.written[input.subject],
	"identified": concat(" AND ", sort(lib.texts[input.subject])),
	"effective": lib.label[input.subject],
}

# METADATA
# scope: document
# description: Every definition of openness with its verdict, a user's own included.
verdicts[name] := object.remove(judged, ["name"]) if {
	some judged in lib.judgements
	name := judged.name
}

verdicts[name] := object.remove(judged, ["name"]) if some name, judged in lib.own_judgements

# METADATA
# description: The terms that ancestors bind the subject with, and what became of each.
terms contains object.union(_of_term(item.term), place) if {
	some item in lib.inherited
	place := {"license": item.license, "from": item.from, "path": item.path, "state": item.state}
}

_of_term(term) := {
	"term": term.kind,
	"effect": lib.effect(term),
	"clause": term.clause,
	"summary": term.summary,
	"parameters": object.remove(term, ["kind", "clause", "summary", "flows"]),
}

# METADATA
# description: The nodes of the lineage, nearest first.
nodes := [node |
	some entry in sort([[depth, id] | some id, _ in input.nodes; depth := object.get(lib.depth, id, 0)])
	[depth, id] := entry
	said := object.filter(input.nodes[id], {"state", "source", "as_of", "gated", "detail"})
	node := object.union_n([_silent, said, {"id": id, "license": lib.label[id], "depth": depth}])
]

_silent := {"as_of": "", "gated": "", "detail": ""}

# METADATA
# description: The edges of the lineage in the order of the walk.
edges := [object.filter(edge, {"child", "parent", "relation"}) | some edge in input.edges]

_rule_id(category, name) := sprintf("%s/%s", [category, replace(name, "_", "-")])
