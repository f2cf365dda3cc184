# want: failed custom/hostile/comprehension: it ran for more than|it took more than
package custom.hostile.comprehension

findings contains {"message": "so"} if {
	some x in numbers.range(1, 1000)
	count([1 | some _ in numbers.range(1, 1000); some _ in numbers.range(1, 1000)]) < x
}
