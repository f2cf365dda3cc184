# want: failed custom/hostile/shape-empty: it gives a finding without its message
package custom.hostile.shape_empty

findings contains odd

odd := {}
