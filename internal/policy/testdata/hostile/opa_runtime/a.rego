# want: refused opa.runtime; rules see nothing of the machine
package custom.hostile.opa_runtime

findings contains {"message": "so"} if opa.runtime()
