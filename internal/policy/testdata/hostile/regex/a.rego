# want: failed custom/hostile/regex: regex.match: an expression too large
package custom.hostile.regex

long := sprintf("%0900000d", [0])

findings contains {"message": "so"} if regex.match("(0?){500}(0?){500}1", long)
