# want: failed custom/hostile/shape-path-set: whose path is of type set
package custom.hostile.shape_path_set

findings contains odd

odd := {"message": "so", "path": {"a"}}
