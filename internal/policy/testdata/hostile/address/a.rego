# want: failed custom/hostile/address: sprintf: a verb %p
package custom.hostile.address

findings contains {"message": sprintf("%p", [123456789012345678901234567890])}
