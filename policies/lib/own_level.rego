package entail.lib

# METADATA
# description: >-
#   The level of what a user's rule says, where neither it nor its METADATA gives
#   one, by what the rule is called: `findings`, or what conftest asks a package
#   for (conftest.dev, "Writing policies"). Asked before the other files are
#   compiled, it needs none of them.
levels := {"findings": "error", "deny": "error", "violation": "error", "warn": "warning"}
