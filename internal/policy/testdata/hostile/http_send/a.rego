# want: refused a.rego:4:40: there is no function http.send; rules reach no network
package custom.hostile.http_send

findings contains {"message": "so"} if http.send({"method": "get", "url": "http://127.0.0.1/"})
