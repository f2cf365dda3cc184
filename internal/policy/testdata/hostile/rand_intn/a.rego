# want: refused a.rego:4:40: there is no function rand.intn; rules are not given chance
package custom.hostile.rand_intn

findings contains {"message": "so"} if rand.intn("x", 5)
