# want: failed custom/hostile/delimiter: concat: a text of more than
package custom.hostile.delimiter

long := sprintf("%0900000d", [0])

findings contains {"message": concat(long, ["a", "b", "c", "d", "e", "f", "g", "h"])}
