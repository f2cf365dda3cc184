# want: failed custom/hostile/shape-waived: with a field waived
package custom.hostile.shape_waived

findings contains odd

odd := {"message": "so", "waived": {"reason": "x"}}
