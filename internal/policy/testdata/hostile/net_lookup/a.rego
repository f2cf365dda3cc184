# want: refused net.lookup_ip_addr; rules reach no network
package custom.hostile.net_lookup

findings contains {"message": "so"} if net.lookup_ip_addr("example.org")
