# want: refused a.rego:4:40: there is no function json.match_schema; a schema may name others on the network
package custom.hostile.match_schema

findings contains {"message": "so"} if json.match_schema({}, {})
