# want: failed custom/hostile/submatches: regex.find_all_string_submatch_n: an expression too large
package custom.hostile.submatches

long := sprintf("%0900000d", [0])

findings contains {"message": "so"} if count(regex.find_all_string_submatch_n("(((((0)))))", long, -1)) > 0
