# want: failed custom/hostile/shape-null: its findings are of type null
package custom.hostile.shape_null

findings := null
