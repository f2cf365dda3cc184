# want: refused a.rego:4:40: there is no function strings.render_template; a single call of it can take more time
package custom.hostile.render_template

findings contains {"message": "so"} if strings.render_template("x", {})
