# want: failed custom/hostile/divide: testdata/hostile/divide/a.rego:4: div: divide by zero
package custom.hostile.divide

findings contains {"message": "so"} if 1 / (count(input.edges) - count(input.edges)) > 0
