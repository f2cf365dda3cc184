# want: refused a.rego:4:40: there is no function parse_config_file; it is conftest's own and reads files
package custom.hostile.parse_config_file

findings contains {"message": "so"} if parse_config_file("/etc/passwd")
