# want: failed custom/hostile/shape-level: whose level is Error, want
package custom.hostile.shape_level

findings contains odd

odd := {"message": "so", "level": "Error"}
