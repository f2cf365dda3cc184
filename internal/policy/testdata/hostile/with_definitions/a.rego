# want: inert
package custom.hostile.with_definitions

findings contains {"message": verdict, "level": "note"} if {
	verdict := data.entail.definitions.osaid.judgement.verdict with data.entail.definitions.osaid.judgement as {"verdict": "fails"}
}
