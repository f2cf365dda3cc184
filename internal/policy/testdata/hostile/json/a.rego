# want: failed custom/hostile/json: json.unmarshal:
package custom.hostile.json

findings contains {"message": "so"} if json.unmarshal(sprintf("%s%s", [replace(sprintf("%0900000d", [0]), "0", "["), "1"])) == 1
