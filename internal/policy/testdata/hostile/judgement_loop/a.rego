# want: failed custom/definitions/judgement-loop: it ran for more than
package custom.definitions.judgement_loop

judgement := {"verdict": "meets"} if {
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
	x * y < 0
}
