# want: refused a.rego:23:14: what is written here has more than 1000000 values
package custom.hostile.literals_iterated

findings contains {"message": "so", "why": y20} if {
	y0 := [input.subject]
	some y1 in [[y0, y0]]
	some y2 in [[y1, y1]]
	some y3 in [[y2, y2]]
	some y4 in [[y3, y3]]
	some y5 in [[y4, y4]]
	some y6 in [[y5, y5]]
	some y7 in [[y6, y6]]
	some y8 in [[y7, y7]]
	some y9 in [[y8, y8]]
	some y10 in [[y9, y9]]
	some y11 in [[y10, y10]]
	some y12 in [[y11, y11]]
	some y13 in [[y12, y12]]
	some y14 in [[y13, y13]]
	some y15 in [[y14, y14]]
	some y16 in [[y15, y15]]
	some y17 in [[y16, y16]]
	some y18 in [[y17, y17]]
	some y19 in [[y18, y18]]
	some y20 in [[y19, y19]]
}
