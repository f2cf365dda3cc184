# want: refused a.rego:4:40: there is no function opa.runtime; rules see nothing of the machine
package custom.hostile.opa_runtime

findings contains {"message": "so"} if opa.runtime()
