package entail.lib

# METADATA
# description: >-
#   The judgements of a user's own definitions by name, which is that of the
#   package where the judgement has none. What one leaves out is filled in,
#   since a rule that looks for it would else find nothing wrong.
own_judgements[name] := object.union(
	{"title": name, "source": "", "reading": "text"},
	object.union(judged, {"name": name, "requirements": filled}),
) if {
	some key
	judged := data.custom.definitions[key].judgement
	name := object.get(judged, "name", replace(key, "_", "-"))
	filled := [object.union({"title": object.get(requirement, "id", ""), "why": "", "at": []}, requirement) |
		some requirement in object.get(judged, "requirements", [])
	]
}
