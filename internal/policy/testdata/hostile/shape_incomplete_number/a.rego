# want: failed custom/hostile/shape-incomplete-number: what it finds missing has a part of type number
package custom.hostile.shape_incomplete_number

findings := set()

incomplete contains 5
