# want: failed custom/hostile/walk: it ran for more than|it took more than
package custom.hostile.walk

findings contains {"message": "so"} if {
	walk(input, [_, a])
	walk(input, [_, b])
	walk(input, [_, c])
	walk(input, [_, d])
	[a, b, c, d] == [0, 0, 0, 0]
}
