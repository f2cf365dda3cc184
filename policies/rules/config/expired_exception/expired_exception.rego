# METADATA
# title: An exception has expired
# description: >-
#   The configuration makes an exception whose last day is over. It waives
#   nothing any more: what it was made for counts again.
# related_resources:
#   - https://github.com/entail-dev/entail/blob/main/docs/configuration.md#exceptions
# custom:
#   level: warning
package entail.rules.config.expired_exception

import data.entail.lib

findings contains finding if {
	some exception in input.config.exceptions
	lib.expired(exception)
	lib.concerns(exception)
	finding := {
		"message": sprintf("%s expired on %s", [lib.exception_name(exception), exception.expires]),
		"at": lib.exception_at(exception),
		"why": sprintf("It waives nothing any more. %s approved it: %s", [exception.approver, exception.reason]),
		"fix": "Have it approved again and write a later day in `expires`, or take it out.",
	}
}
