# want: failed custom/hostile/shape-message-null: whose message is of type null
package custom.hostile.shape_message_null

findings contains odd

odd := {"message": null}
