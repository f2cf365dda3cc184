# METADATA
# title: The catalogue's own entry is replaced
# description: >-
#   An entry of the user's own policies stands in the place of one of entail's,
#   and this verdict rests on what it says. That is the user's right, and is
#   told so that nobody takes it for what entail knows.
# related_resources:
#   - https://github.com/entail-dev/entail/blob/main/docs/policies/data.md
# custom:
#   level: note
package entail.rules.license.replaced_entry

import data.entail.lib

findings contains finding if {
	some key, entry in _licenses
	some alternatives in lib.effective
	some keys in alternatives
	key in keys
	finding := {
		"message": sprintf("the terms of %s are those that %s states, in place of entail's own", [key, entry.file]),
		"license": key,
		"fix": sprintf("Make sure that %s says what the licence does; remove it to have entail's own back.", [entry.file]),
	}
}

findings contains finding if {
	some name, family in _families
	finding := {
		"message": sprintf("the names of the %s family are those that %s states, in place of entail's own", [
			name,
			family.file,
		]),
		"fix": sprintf("Remove it from %s to have entail's own back.", [family.file]),
	}
}

# What the catalogue has of a user's is looked for once, whatever the lineage.
_licenses := {key: entry | some key, entry in data.catalog.licenses; entry.replaces}

_families := {name: family | some name, family in data.catalog.families; family.replaces}
