# want: failed custom/hostile/shape-field: with a field licence
package custom.hostile.shape_field

findings contains odd

odd := {"message": "so", "licence": "mit"}
