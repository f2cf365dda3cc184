# want: failed custom/hostile/shape-path-text: whose path is of type string
package custom.hostile.shape_path_text

findings contains odd

odd := {"message": "so", "path": "a"}
