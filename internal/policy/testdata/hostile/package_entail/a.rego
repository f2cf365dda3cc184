# want: refused a.rego:2: package entail is not yours
package entail

verdict := "pass"
