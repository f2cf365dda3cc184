# want: refused is recursive
package custom.hostile.recursion_function

findings contains {"message": again(1)}

again(x) := again(x + 1)
