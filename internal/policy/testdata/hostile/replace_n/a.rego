# want: failed custom/hostile/replace-n: strings.replace_n: a text of more than
package custom.hostile.replace_n

long := sprintf("%0900000d", [0])

findings contains {"message": strings.replace_n({"0": long}, long)}
