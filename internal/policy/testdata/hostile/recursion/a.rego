# want: refused a.rego:4: rego_recursion_error
package custom.hostile.recursion

findings contains finding if some finding in findings
