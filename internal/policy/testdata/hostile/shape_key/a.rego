# want: failed custom/hostile/shape-key: with a field 1
package custom.hostile.shape_key

findings contains odd

odd := {"message": "so", 1: 2}
