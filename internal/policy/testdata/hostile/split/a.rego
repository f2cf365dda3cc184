# want: failed custom/hostile/split: split: a text of more than
package custom.hostile.split

long := sprintf("%0900000d", [0])

longer := replace(long, "00", "0000000")

hexed := hex.encode(longer)

findings contains {"message": "so"} if count(split(hexed, "")) > 0
