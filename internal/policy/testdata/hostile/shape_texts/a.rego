# want: failed custom/hostile/shape-texts: it gives a finding of type string, want an object
package custom.hostile.shape_texts

findings contains "so"
