# want: refused a.rego:4:40: there is no function parse_config; it is conftest's own and reads files
package custom.hostile.parse_config

findings contains {"message": "so"} if parse_config("yaml", "a: 1")
