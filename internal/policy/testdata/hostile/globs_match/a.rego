# want: refused a.rego:4:40: there is no function regex.globs_match; a single call of it can take more time
package custom.hostile.globs_match

findings contains {"message": "so"} if regex.globs_match("a.*", "b.*")
