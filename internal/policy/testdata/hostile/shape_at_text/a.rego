# want: failed custom/hostile/shape-at-text: whose at has a place of type string
package custom.hostile.shape_at_text

findings contains odd

odd := {"message": "so", "at": ["README.md:1"]}
