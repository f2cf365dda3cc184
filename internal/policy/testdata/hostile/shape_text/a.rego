# want: failed custom/hostile/shape-text: its findings are of type string
package custom.hostile.shape_text

findings := "so"
