# want: failed custom/hostile/replace: replace: a text of more than
package custom.hostile.replace

long := sprintf("%0900000d", [0])

findings contains {"message": replace(long, "0", long)}
