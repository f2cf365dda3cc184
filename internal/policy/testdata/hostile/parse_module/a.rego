# want: refused a.rego:4:40: there is no function rego.parse_module; no rule on licences needs it
package custom.hostile.parse_module

findings contains {"message": "so"} if rego.parse_module("a.rego", "package a")
