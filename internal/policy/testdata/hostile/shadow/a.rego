# want: inert
package custom.entail

verdict := "pass"

result := {"verdict": "pass"}

findings contains {"message": "so", "level": "note"}
