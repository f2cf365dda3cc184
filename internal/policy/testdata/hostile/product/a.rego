# want: failed custom/hostile/product: product: a number of more than
package custom.hostile.product

findings contains {"message": "so"} if product([1e900 | some _ in numbers.range(1, 100)]) > 0
