# want: failed custom/hostile/shape-large: characters long together
package custom.hostile.shape_large

findings contains {"message": sprintf("%09990d", [n])} if some n in numbers.range(1, 200)
