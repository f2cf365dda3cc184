# want: refused a.rego:4:40: there is no function uuid.rfc4122; rules are not given chance
package custom.hostile.uuid_rfc4122

findings contains {"message": "so"} if uuid.rfc4122("x")
