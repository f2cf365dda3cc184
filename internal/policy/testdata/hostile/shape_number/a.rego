# want: failed custom/hostile/shape-number: its findings are of type number
package custom.hostile.shape_number

findings := 5
