# want: refused assign_data/a.rego:4:1: rule
package custom.hostile.assign_data

data.entail.verdict := "pass"
