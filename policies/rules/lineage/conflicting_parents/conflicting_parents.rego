# METADATA
# title: The terms of two ancestors cannot be met together
# description: >-
#   One ancestor's licence lets derivatives out under certain licences only, and
#   none of those carries what another ancestor's licence passes on; or two of
#   them ask for names that cannot both stand first.
# related_resources:
#   - https://www.gnu.org/licenses/license-list.html
# custom:
#   level: error
package entail.rules.lineage.conflicting_parents

import data.entail.lib

findings contains finding if {
	some clash in _clashes
	narrow := clash.narrow
	other := clash.others[0]
	kinds := {item.term.kind | some item in clash.others}
	finding := {
		"level": _level(narrow, other),
		"message": sprintf("%s may be passed on under %s only, which does not carry what %s passes on (%s): %s", [
			narrow.from,
			concat(" or ", narrow.term.licenses),
			other.from,
			other.license,
			concat("; ", [lib.title(kind) | some kind in kinds]),
		]),
		"path": narrow.path,
		"license": narrow.license,
		"term": narrow.term.kind,
		"clause": narrow.term.clause,
		"at": array.concat(lib.base_at(narrow.from), lib.base_at(other.from)),
		"why": sprintf("%s That is %s of %s; the other limits are in %s of %s.", [
			narrow.term.summary,
			lib.section(narrow.term.clause),
			narrow.license,
			concat(", ", [lib.section(item.term.clause) | some item in clash.others]),
			other.license,
		]),
		"fix": sprintf("Leave out %s or %s, or ask one of the licensors for other terms.", [narrow.from, other.from]),
		"refs": lib.sources([narrow.license, other.license]),
	}
}

findings contains finding if {
	some one in _prefixes
	some two in _prefixes
	one.term.prefix < two.term.prefix
	not startswith(lower(two.term.prefix), lower(one.term.prefix))
	finding := {
		"level": "warning",
		"message": sprintf("%s asks for a name that starts with %q, and %s for one that starts with %q", [
			one.from,
			one.term.prefix,
			two.from,
			two.term.prefix,
		]),
		"path": one.path,
		"license": one.license,
		"term": one.term.kind,
		"clause": one.term.clause,
		"at": array.concat(lib.base_at(one.from), lib.base_at(two.from)),
		"why": "A name has one beginning.",
		"fix": "Ask one of the licensors whether another place in the name will do.",
		"refs": lib.sources([one.license, two.license]),
	}
}

_prefixes contains item if {
	some item in lib.inherited
	item.term.kind == "name-prefix"
}

# One clash for each term that names licences and each licence that it shuts
# out, whatever the number of limits that are lost.
_clashes contains {"narrow": narrow, "others": others} if {
	some narrow in _narrow
	some license, limits in _limits
	license != narrow.license
	ranked := sort([[item.position, item] |
		some item in limits
		not _carried(narrow.term.licenses, license, item.term)
	])
	others := [entry[1] | some entry in ranked]
	count(others) > 0
	not _told_already(narrow, license)
}

# Two that name licences shut each other out, which is one clash: it is told of
# the one whose key comes first.
_told_already(narrow, license) if {
	license < narrow.license
	narrow in _limits[narrow.license]
	some other in _narrow
	other.license == license
	not _carried(other.term.licenses, narrow.license, narrow.term)
}

# The terms that name the licences under which derivatives may be let out.
_narrow contains item if {
	some item in lib.inherited
	count(item.term.licenses) > 0
}

# What each licence passes on and another may not carry.
_limits[item.license] contains item if {
	some item in lib.inherited
	item.state != "not-applicable"
	lib.effect(item.term) == "restriction"
	_weighable(item)
}

# Of a term found in a text, all that a comparison needs has to be known.
_weighable(item) if not item.digest

_weighable(item) if lib.comparable(item.term)

_carried(keys, license, term) if {
	some key in keys
	lib.carries(key, license, term)
}

_level(narrow, other) := "warning" if {
	some item in [narrow, other]
	[item.license, item.from] in lib.borrowed
} else := "error"
