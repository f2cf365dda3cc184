# METADATA
# title: Others can get at what the work builds on
# description: >-
#   A model behind a gate has to be asked for by everybody who repeats the work,
#   and its publisher may refuse.
# related_resources:
#   - https://huggingface.co/docs/hub/models-gated
# custom:
#   level: note
package custom.research_lab.access

import data.entail.lib

findings contains finding if {
	some id in lib.models
	input.nodes[id].gated in {"auto", "manual"}
	finding := lib.about(id, {"message": sprintf("%s is gated (%s): each who repeats the work has to ask for it", [
		id,
		input.nodes[id].gated,
	])})
}
