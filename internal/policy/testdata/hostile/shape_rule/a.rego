# want: failed custom/hostile/shape-rule: with a field rule
package custom.hostile.shape_rule

findings contains odd

odd := {"message": "so", "rule": "lineage/cycle"}
