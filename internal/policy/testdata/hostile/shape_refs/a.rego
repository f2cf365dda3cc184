# want: failed custom/hostile/shape-refs: whose refs has a part of type null
package custom.hostile.shape_refs

findings contains odd

odd := {"message": "so", "refs": [null]}
