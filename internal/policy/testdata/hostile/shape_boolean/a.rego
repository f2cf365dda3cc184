# want: failed custom/hostile/shape-boolean: its findings are of type boolean
package custom.hostile.shape_boolean

findings := true
