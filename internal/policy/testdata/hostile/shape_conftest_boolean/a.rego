# want: failed custom/hostile/shape-conftest-boolean/deny: its findings are of type boolean
package custom.hostile.shape_conftest_boolean

deny := true
