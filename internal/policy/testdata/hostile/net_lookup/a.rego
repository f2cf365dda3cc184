# want: refused a.rego:4:40: there is no function net.lookup_ip_addr; rules reach no network
package custom.hostile.net_lookup

findings contains {"message": "so"} if net.lookup_ip_addr("example.org")
