# want: failed custom/hostile/shape-at-more: whose at has a place with a field row
package custom.hostile.shape_at_more

findings contains odd

odd := {"message": "so", "at": [{"file": "a", "row": 1}]}
