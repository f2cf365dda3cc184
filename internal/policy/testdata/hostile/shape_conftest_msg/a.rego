# want: failed custom/hostile/shape-conftest-msg/deny: whose message is of type number
package custom.hostile.shape_conftest_msg

deny contains {"msg": 5}
