# want: failed custom/hostile/shape-incomplete-text: what it finds missing is of type string
package custom.hostile.shape_incomplete_text

findings := set()

incomplete := "so"
