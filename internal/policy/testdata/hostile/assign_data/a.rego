# want: refused assign_data/a.rego:4: rego_compile_error
package custom.hostile.assign_data

data.entail.verdict := "pass"
