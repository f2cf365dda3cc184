# METADATA
# title: An ancestor changed since it was locked
# description: >-
#   What the live sources say of an ancestor is not what entail.lock holds: its
#   licence or a licence text is another one, it is gone, renamed or gated, or
#   its base models changed. What changes the terms that bind the release is an
#   error; what only tells of a change is a warning or a note.
# related_resources:
#   - https://github.com/entail-dev/entail/blob/main/docs/lock.md
# custom:
#   level: error
package entail.rules.lineage.drift

import data.entail.lib

findings contains finding if {
	some id, node in _compared
	before := lib.label_of(node.locked.license)
	before != lib.label[id]
	finding := object.union(_about(id), {
		"level": _license_level(node),
		"message": sprintf("the licence of %s is %s, and was %s when it was locked", [id, lib.label[id], before]),
		"why": "This verdict goes by the licence of now. What was taken under the former one may still be under it.",
	})
}

findings contains finding if {
	some id, node in _compared
	some file, now in _texts(node.license)
	before := _texts(node.locked.license)[file]
	now.sha256 != before.sha256
	finding := object.union(_about(id), {
		"level": _text_level(before, now),
		"message": sprintf("%s of %s was changed since it was locked%s", [file, id, _reading(before, now)]),
		"why": "The file of now is what its publisher offers; the lock has the digest of the former one.",
	})
}

findings contains finding if {
	some id, node in _compared
	some change in _comings(node)
	finding := object.union(_about(id), {
		"level": "warning",
		"message": sprintf(change.says, [id, change.file]),
		"why": "What a licence file says is part of the terms that the model passes on.",
	})
}

findings contains finding if {
	some id, node in _locked
	node.locked.state == "resolved"
	node.locked.live in {"not-found", "private-or-absent", "disabled"}
	finding := object.union(_about(id), {
		"level": "warning",
		"message": sprintf("%s has gone since it was locked: %s", [id, _reason(node)]),
		"why": "Its terms still bind what was made from it. This verdict goes by what the lock holds.",
		"fix": "Keep the lock and a copy of the licence; ask the publisher where the model went.",
	})
}

findings contains finding if {
	some id, node in _locked
	_gated(node)
	finding := object.union(_about(id), {
		"level": "warning",
		"message": sprintf("%s has been put behind a gate since it was locked", [id]),
		"why": "Whoever takes it now agrees to the terms of its gate first.",
	})
}

findings contains finding if {
	some id, node in _compared
	node.locked.id != id
	finding := object.union(_about(id), {
		"level": "note",
		"message": sprintf("%s was called %s when it was locked", [id, node.locked.id]),
		"why": "The former name leads to it for as long as nobody else takes that name.",
	})
}

findings contains finding if {
	some id, node in _compared
	some edge in _gained(id, node)
	finding := object.union(_about(edge.parent), {
		"level": _gained_level(edge.parent),
		"message": sprintf("%s names a base model that it did not have when it was locked: %s", [id, edge.parent]),
		"why": "The terms of that model may come down to this release.",
		"fix": sprintf("Read its terms, then run `entail lock --update %s`.", [id]),
	})
}

findings contains finding if {
	some id, node in _compared
	node.bases_known
	some base in node.locked.bases
	not base in _names(id)
	finding := object.union(_about(id), {
		"level": "warning",
		"message": sprintf("%s no longer names a base model that it had when it was locked: %s", [id, base]),
		"why": "A card that says less does not undo what the model was made from.",
	})
}

findings contains finding if {
	some id, node in _locked
	node.locked.live == "resolved"
	node.locked.state != "resolved"
	finding := object.union(_about(id), {
		"level": "note",
		"message": sprintf("%s can be read now, and could not when it was locked (%s)", [id, node.locked.state]),
		"why": "The lock has no facts of it, so checks that use the lock are incomplete.",
	})
}

# METADATA
# scope: document
# description: What could not be compared, which is neither drift nor none.
incomplete contains sprintf("whether %s changed since it was locked is not known (%s)", [id, node.locked.live]) if {
	some id, node in _locked
	node.locked.live in {"offline", "rate-limited", "failed", "unauthorized", "too-deep"}
}

incomplete contains sprintf("whether %s of %s changed since then is not known (%s)", [one.file, id, one.state]) if {
	some id, node in _compared
	some one in node.license.unread
	_texts(node.locked.license)[one.file]
}

_locked := {id: node | some id, node in input.nodes; node.locked}

# The repositories with facts of then and of now.
_compared := {id: node |
	some id, node in _locked
	node.locked.live == "resolved"
	node.locked.state == "resolved"
}

_about(id) := {
	"path": lib.path(id),
	"at": lib.base_at(id),
	"fix": sprintf("Read what is new, then run `entail lock --update %s`.", [_locked_id(id)]),
}

_reason(node) := node.locked.detail if {
	node.locked.detail
} else := node.locked.live

# Of a source without files, such as the index, the lock may lack a part.
_license_level(node) := "error" if {
	node.kind == "model"
	node.locked.files_known
} else := "warning"

_texts(license) := {text.file: text | some text in license.texts}

# The same reading of other bytes changes no term that is known of.
_text_level(before, now) := "warning" if {
	_read_as(before) == _read_as(now)
} else := "error"

_read_as(text) := [text.id, text.modified, {term.term | some span in text.added; some term in span.terms}]

_reading(before, now) := sprintf(", and is still read as %s", [now.id]) if {
	_text_level(before, now) == "warning"
	now.id != ""
} else := ""

# Licence files that came or went, where both times looked at files.
_comings(node) := came | went if {
	node.files_known
	node.locked.files_known
	unread := {one.file | some one in array.concat(node.license.unread, node.locked.license.unread)}
	now := object.keys(_texts(node.license))
	before := object.keys(_texts(node.locked.license))
	came := {{"file": file, "says": "%s has a licence file that it did not have when it was locked: %s"} |
		some file in ((now - before) - unread)
	}
	went := {{"file": file, "says": "%s no longer has a licence file that it had when it was locked: %s"} |
		some file in ((before - now) - unread)
	}
}

_gated(node) if {
	node.locked.live == "gated"
	node.locked.state == "resolved"
}

_gated(node) if {
	node.locked.live == "resolved"
	node.locked.gated == "false"
	node.gated in {"auto", "manual"}
}

# Every name that a base model of a model goes by.
_names(id) := {name |
	some edge in _edges[id]
	some name in _edge_names(edge)
}

# The edges by their child, those to datasets included.
_edges := {child: edges |
	some child in {edge.child | some edge in input.edges}
	edges := {edge | some edge in input.edges; edge.child == child}
}

_edge_names(edge) := {edge.parent, object.get(edge, "written", edge.parent), _locked_id(edge.parent)}

_locked_id(id) := object.get(input.nodes[id], ["locked", "id"], id)

_gained(id, node) := [edge |
	node.locked.bases_known
	some edge in lib.edges_by_child[id]
	count(_edge_names(edge) & {base | some base in node.locked.bases}) == 0
]

_gained_level(id) := "error" if {
	some item in lib.inherited
	id in item.path
} else := "warning"
