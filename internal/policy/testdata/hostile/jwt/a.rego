# want: refused io.jwt.decode_verify; no rule on licences needs it
package custom.hostile.jwt

findings contains {"message": "so"} if io.jwt.decode_verify("x", {})
