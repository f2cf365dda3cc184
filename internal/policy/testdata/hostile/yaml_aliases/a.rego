# want: failed custom/hostile/yaml-aliases: yaml.unmarshal:
package custom.hostile.yaml_aliases

text := concat("\n", array.concat(
	["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"],
	[sprintf("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]", [n, n, m, m, m, m, m, m, m, m, m, m]) |
		some n in numbers.range(1, 12)
		m := n - 1
	],
))

findings contains {"message": "so"} if count(yaml.unmarshal(text)) > 0
