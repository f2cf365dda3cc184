# want: refused rego_recursion_error
package custom.hostile.recursion_function

findings contains {"message": again(1)}

again(x) := again(x + 1)
