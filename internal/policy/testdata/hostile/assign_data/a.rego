# want: refused assign_data/a.rego:4
package custom.hostile.assign_data

data.entail.verdict := "pass"
