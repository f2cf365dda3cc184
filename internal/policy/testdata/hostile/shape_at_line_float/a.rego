# want: failed custom/hostile/shape-at-line-float: whose at has a place whose line is no whole number
package custom.hostile.shape_at_line_float

findings contains {"message": "so", "at": [{"file": "a", "line": 1.0}]}
