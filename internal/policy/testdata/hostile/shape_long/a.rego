# want: failed custom/hostile/shape-long: whose message is longer than 10000 characters
package custom.hostile.shape_long

findings contains odd

odd := {"message": sprintf("%0900000d", [0])}
