# want: failed custom/hostile/shape-message-blank: whose message is empty
package custom.hostile.shape_message_blank

findings contains odd

odd := {"message": "\t\n "}
