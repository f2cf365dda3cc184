# want: failed custom/hostile/shape-conftest-number/deny: it gives a finding of type number
package custom.hostile.shape_conftest_number

deny contains 5
