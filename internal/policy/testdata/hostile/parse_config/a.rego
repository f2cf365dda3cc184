# want: refused parse_config; it is conftest's own and reads files
package custom.hostile.parse_config

findings contains {"message": "so"} if parse_config("yaml", "a: 1")
