# want: failed custom/hostile/shape-level-null: whose level is of type null
package custom.hostile.shape_level_null

findings contains odd

odd := {"message": "so", "level": null}
