# want: failed custom/hostile/exponent: round: a number of more than
package custom.hostile.exponent

findings contains {"message": "so"} if round(1e30000) > 0
