# want: failed custom/hostile/indexof: indexof_n: texts too long
package custom.hostile.indexof

long := sprintf("%0900000d", [0])

findings contains {"message": "so"} if count(indexof_n(long, substring(long, 0, 450000))) > 0
