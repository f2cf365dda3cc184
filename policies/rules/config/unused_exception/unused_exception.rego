# METADATA
# title: An exception waives nothing
# description: >-
#   The configuration makes an exception that no finding needs. It may be spelled
#   wrong, or what it was made for is mended; left in, it would waive what comes.
# related_resources:
#   - https://github.com/entail-dev/entail/blob/main/docs/configuration.md#exceptions
# custom:
#   level: note
package entail.rules.config.unused_exception

import data.entail.lib

# METADATA
# description: >-
#   The findings, given the numbers of the exceptions that cover a finding of
#   another rule. A function, as a rule can not ask what all rules find.
among(used) := {finding |
	some i, exception in input.config.exceptions
	not i in used
	not lib.expired(exception)
	lib.concerns(exception)
	finding := {
		"message": sprintf("%s waives nothing", [lib.exception_name(exception)]),
		"at": lib.exception_at(exception),
		"why": "No finding needs it, or it is spelled wrong. Left in, it would waive what comes later.",
		"fix": "Take it out, or correct `rule`, `model` and `term`.",
	}
}
