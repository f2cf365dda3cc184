# want: refused a.rego:4:40: there is no function io.jwt.decode_verify; no rule on licences needs it
package custom.hostile.jwt

findings contains {"message": "so"} if io.jwt.decode_verify("x", {})
