# want: failed custom/hostile/two-values: testdata/hostile/two_values/a.rego:8: rule data.custom.hostile.two_values.two produced conflicting values
package custom.hostile.two_values

findings contains {"message": "so"} if two == 1

two := 1 if count(input.nodes) > 0

two := 2 if count(input.nodes) > 0
