# want: failed custom/hostile/shape-nested: it gives a finding of type array
package custom.hostile.shape_nested

findings contains [{"message": "so"}]
