# want: failed custom/hostile/regex-replace: regex.replace: a text of more than
package custom.hostile.regex_replace

long := sprintf("%0900000d", [0])

findings contains {"message": regex.replace(long, "0", long)}
