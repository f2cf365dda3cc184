# want: failed custom/hostile/two-keys: testdata/hostile/two_keys/a.rego:4: object keys must be unique
package custom.hostile.two_keys

findings contains {"message": "so"} if count({x: y | some x in [1]; some y in numbers.range(1, count(input.nodes) + 1)}) > 0
