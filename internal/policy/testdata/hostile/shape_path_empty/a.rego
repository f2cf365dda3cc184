# want: failed custom/hostile/shape-path-empty: whose path is empty
package custom.hostile.shape_path_empty

findings contains odd

odd := {"message": "so", "path": []}
