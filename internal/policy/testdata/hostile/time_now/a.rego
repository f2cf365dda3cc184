# want: refused a.rego:4:40: there is no function time.now_ns; the time is input.now
package custom.hostile.time_now

findings contains {"message": "so"} if time.now_ns()
