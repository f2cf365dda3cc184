# want: failed custom/hostile/shape-at-fileless: whose at has a place without a file
package custom.hostile.shape_at_fileless

findings contains odd

odd := {"message": "so", "at": [{"line": 1}]}
