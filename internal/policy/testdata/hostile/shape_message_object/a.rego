# want: failed custom/hostile/shape-message-object: whose message is of type object
package custom.hostile.shape_message_object

findings contains {"message": {"a": 1}}
