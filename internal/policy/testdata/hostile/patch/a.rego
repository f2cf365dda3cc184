# want: failed custom/hostile/patch: json.patch: a patch with more than 8 copies
package custom.hostile.patch

patches := [{"op": "copy", "from": "/a", "path": sprintf("/a/x%d", [n])} | some n in numbers.range(1, 40)]

findings contains {"message": "so"} if count(json.patch({"a": {"b": 1}}, patches)) > 0
