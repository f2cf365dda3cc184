# want: inert
package custom.hostile.with_input

import data.entail.lib

findings contains {"message": label, "level": "note"} if {
	some _, label in lib.label with input as {"subject": "x", "nodes": {}, "edges": []}
}
