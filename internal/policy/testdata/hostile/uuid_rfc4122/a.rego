# want: refused uuid.rfc4122; rules are not given chance
package custom.hostile.uuid_rfc4122

findings contains {"message": "so"} if uuid.rfc4122("x")
