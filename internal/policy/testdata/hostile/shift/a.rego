# want: failed custom/hostile/shift: bits.lsh: a shift by more than
package custom.hostile.shift

findings contains {"message": "so"} if bits.lsh(1, 1000000000000) > 0
