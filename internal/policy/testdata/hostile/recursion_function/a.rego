# want: refused a.rego:6:1: rule data.custom.hostile.recursion_function.again is recursive
package custom.hostile.recursion_function

findings contains {"message": again(1)}

again(x) := again(x + 1)
