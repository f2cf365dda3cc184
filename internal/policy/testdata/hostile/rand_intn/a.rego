# want: refused rand.intn; rules are not given chance
package custom.hostile.rand_intn

findings contains {"message": "so"} if rand.intn("x", 5)
