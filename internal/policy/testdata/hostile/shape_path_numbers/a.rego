# want: failed custom/hostile/shape-path-numbers: whose path has a part of type number
package custom.hostile.shape_path_numbers

findings contains odd

odd := {"message": "so", "path": [1, 2]}
