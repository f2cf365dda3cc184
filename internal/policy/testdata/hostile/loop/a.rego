# want: failed custom/hostile/loop: it ran for more than
package custom.hostile.loop

findings contains {"message": "so"} if {
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
	x * y < 0
}
