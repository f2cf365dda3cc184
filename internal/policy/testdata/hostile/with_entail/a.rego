# want: refused with_entail/a.rego:6:1: rule data.custom.hostile.with_entail.findings is recursive
package custom.hostile.with_entail

import data.entail

findings contains {"message": sprintf("%s", [verdict]), "level": "note"} if {
	verdict := entail.verdict with data.entail.findings as set() with data.entail.incomplete as set()
}
