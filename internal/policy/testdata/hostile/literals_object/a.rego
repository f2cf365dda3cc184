# want: refused a.rego:23:2: what is written here has more than 1000000 values
package custom.hostile.literals_object

findings contains {"message": json.marshal(x20)} if {
	x0 := [input.subject, input.now]
	x1 := {"a": x0, "b": [x0]}
	x2 := {"a": x1, "b": [x1]}
	x3 := {"a": x2, "b": [x2]}
	x4 := {"a": x3, "b": [x3]}
	x5 := {"a": x4, "b": [x4]}
	x6 := {"a": x5, "b": [x5]}
	x7 := {"a": x6, "b": [x6]}
	x8 := {"a": x7, "b": [x7]}
	x9 := {"a": x8, "b": [x8]}
	x10 := {"a": x9, "b": [x9]}
	x11 := {"a": x10, "b": [x10]}
	x12 := {"a": x11, "b": [x11]}
	x13 := {"a": x12, "b": [x12]}
	x14 := {"a": x13, "b": [x13]}
	x15 := {"a": x14, "b": [x14]}
	x16 := {"a": x15, "b": [x15]}
	x17 := {"a": x16, "b": [x16]}
	x18 := {"a": x17, "b": [x17]}
	x19 := {"a": x18, "b": [x18]}
	x20 := {"a": x19, "b": [x19]}
}
