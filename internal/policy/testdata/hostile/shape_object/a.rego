# want: failed custom/hostile/shape-object: its findings are of type object
package custom.hostile.shape_object

findings := {"a": {"message": "so"}}
