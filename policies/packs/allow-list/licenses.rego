# METADATA
# title: Only licences and models that were cleared
# description: >-
#   Every licence that governs a model of the lineage is on the list in
#   data.yaml, or the model itself is. What has no licence is on no list.
# related_resources:
#   - https://spdx.org/licenses/
# custom:
#   level: error
package custom.allow_list.licenses

import data.entail.lib

findings contains finding if {
	some id in lib.models
	not _cleared(id)
	some key in lib.governing[id]
	not key in data.allow_list.licenses
	finding := lib.about(id, {
		"message": sprintf("%s is under %s, which is not on the list of cleared licences", [id, key]),
		"license": key,
		"fix": "Have it cleared and add it to data.yaml, or use another model.",
		"refs": lib.sources([key]),
	})
}

findings contains finding if {
	some id in lib.models
	not _cleared(id)
	count(object.get(lib.governing, id, [])) == 0
	finding := lib.about(id, {
		"message": sprintf("%s has no licence that could be cleared", [id]),
		"fix": "Have the model cleared and add it to data.yaml, or use another.",
	})
}

_cleared(id) if {
	some pattern in data.allow_list.models
	glob.match(pattern, ["/"], id)
}
