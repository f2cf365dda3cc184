# want: failed custom/hostile/giant-findings: it took more than|it ran for more than
package custom.hostile.giant_findings

findings contains {"message": sprintf("%d %d", [x, y])} if {
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
}
