# want: failed custom/hostile/shape-at-line-half: whose at has a place whose line is no whole number
package custom.hostile.shape_at_line_half

findings contains odd

odd := {"message": "so", "at": [{"file": "a", "line": 1.5}]}
