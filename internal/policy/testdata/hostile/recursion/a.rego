# want: refused a.rego:4:1: rule data.custom.hostile.recursion.findings is recursive
package custom.hostile.recursion

findings contains finding if some finding in findings
