# want: failed custom/hostile/shape-key: with a field 1
package custom.hostile.shape_key

findings contains {"message": "so", 1: 2}
