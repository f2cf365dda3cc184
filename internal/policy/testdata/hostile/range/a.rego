# want: failed custom/hostile/range: it ran for more than|it took more than
package custom.hostile.range

findings contains {"message": "so"} if count(numbers.range(1, 1000000000)) < 5
