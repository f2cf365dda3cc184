# want: failed custom/hostile/giant-set: it took more than|it ran for more than
package custom.hostile.giant_set

findings contains {"message": "so"} if {
	count({[x, y] | some x in numbers.range(1, 10000); some y in numbers.range(1, 10000)}) < 5
}
