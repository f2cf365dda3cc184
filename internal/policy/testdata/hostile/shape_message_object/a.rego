# want: failed custom/hostile/shape-message-object: whose message is of type object
package custom.hostile.shape_message_object

findings contains odd

odd := {"message": {"a": 1}}
