# METADATA
# title: The text of a custom licence is not in the release
# description: >-
#   A licence that is the vendor's own is known by its text alone. The card
#   names one, and the release holds no copy.
# related_resources:
#   - https://huggingface.co/docs/hub/repositories-licenses
# custom:
#   level: warning
package entail.rules.license.text_missing

import data.entail.lib

findings contains finding if {
	some key, one in _without_text
	finding := {
		"message": sprintf("%s is under %s and holds no copy of its text", [input.subject, key]),
		"license": key,
		"at": lib.declared_at(one),
		"why": "The terms are the vendor's own: without the text a recipient cannot know what binds them.",
		"fix": sprintf("Add the text as LICENSE. It is at %s", [data.catalog.licenses[key].source]),
		"refs": [data.catalog.licenses[key].source],
	}
}

findings contains finding if {
	lib.subject.files_known
	count(_without_text) == 0
	some one in lib.subject.license.declared
	one.link
	not contains(one.link, ":")
	not startswith(one.link, "/")
	path := trim_prefix(one.link, "./")
	not path in {file.path | some file in lib.subject.files}
	finding := {
		"message": sprintf("license_link names %q, and the release has no such file", [one.link]),
		"at": lib.card_at("license_link"),
		"why": "Whoever follows the link finds no terms.",
		"fix": sprintf("Add %s, or point license_link at the file that holds the licence.", [path]),
	}
}

# Vendors' licences of which no text is there, with the statement that names
# each. A link that leads to no file is the same lack, and told once.
_without_text[key] := statements[0] if {
	lib.subject.files_known
	not _unread_license
	some one in lib.subject.license.declared
	some keys in one.alternatives
	some key in keys
	lib.vendor_license(key)
	not _held(key)
	not _owed(key)
	statements := [other |
		some other in lib.subject.license.declared
		some held in other.alternatives
		key in held
	]
}

# Whatever text is there and not recognised may be it: that is not missing.
_held(key) if {
	some text in lib.subject.license.texts
	text.id in {key, ""}
}

_unread_license if count(lib.subject.license.unread) > 0

# Owed to an ancestor as well: the obligation's own finding says it.
_owed(key) if {
	some item in lib.inherited
	item.license == key
	item.term.kind == "license-copy"
}
