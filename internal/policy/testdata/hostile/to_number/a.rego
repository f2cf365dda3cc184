# want: failed custom/hostile/to-number: testdata/hostile/to_number/a.rego:4: to_number
package custom.hostile.to_number

findings contains {"message": "so"} if to_number(input.subject) > 0
