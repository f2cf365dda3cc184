package entail.lib

# METADATA
# description: The day of the run in UTC, as 2027-01-31. Days written so compare as texts.
today := substring(input.now, 0, 10)

# METADATA
# description: >-
#   The rules that the configuration switches off, by id, each with the rule that
#   stands in for it, or nothing. A rule is replaced only by one of `asked`, the
#   rules that gave an answer, which is not off itself: else nobody would look.
rules_off(asked) := object.union(
	{rule: {} | some rule, setting in input.config.rules; setting.level == "off"},
	{rule: {"replaced_by": by} |
		some rule, setting in input.config.rules
		by := setting.replaced_by
		by in asked
		_stays_on(object.get(input.config.rules, by, {}))
	},
)

_stays_on(setting) if {
	object.get(setting, "level", "") != "off"
	not setting.replaced_by
}

# METADATA
# description: >-
#   A finding with the level and message that it ends up with. What the
#   configuration says of its rule holds for all findings of the rule; else errors
#   of a rule that takes effect later are warnings until then, and say so.
settled(finding) := object.union(finding, {"level": level}) if {
	level := input.config.rules[finding.rule].level
} else := object.union(finding, {"level": "warning", "message": message}) if {
	finding.level == "error"
	from := data.catalog.rules[finding.rule].effective_on
	today < from
	message := sprintf("%s (counts as an error from %s)", [finding.message, from])
} else := finding

# METADATA
# description: True for an exception whose last day is over.
expired(exception) if today > exception.expires

# METADATA
# description: >-
#   Whether an exception of the configuration covers a finding: by its rule, by
#   the model that it is about or the subject, and by its term, if it names one.
#   The globs are the user's, who knows the ids that they are held against.
covers(exception, finding) if {
	today <= exception.expires
	glob.match(exception.rule, ["/"], finding.rule)
	_of_term(exception, finding)
	some id in _about(finding)
	_matches(exception.model, id)
}

_about(finding) := {input.subject} | {last |
	some last in array.slice(finding.path, count(finding.path) - 1, count(finding.path))
	is_string(last)
}

_of_term(exception, _) if not exception.term

_of_term(exception, finding) if exception.term == finding.term

# METADATA
# description: >-
#   Why a finding does not count, as its field `waived`; nothing for one that does.
#   Of several exceptions the first one is told.
waiver(finding) := {"waived": {"reason": sprintf("package %s makes an exception of it", [package_])}} if {
	package_ := own_exceptions[finding.rule]
} else := {"waived": {field: first[field] | some field in ["reason", "approver", "expires"]}} if {
	input.config.exceptions
	first := [exception | some exception in input.config.exceptions; covers(exception, finding)][0]
} else := {}

# METADATA
# scope: document
# description: >-
#   Whether an exception is the subject's to hear of: a configuration that several
#   releases share has exceptions that are about others.
concerns(_) if not input.config.shared

concerns(exception) if {
	some id, _ in input.nodes
	_matches(exception.model, id)
}

# The time that a match takes grows with a power of the length, and no id of a
# model has as many characters.
_matches(pattern, id) if {
	count(id) <= 300
	glob.match(pattern, ["/"], id)
}

# METADATA
# description: How an exception is called, and where it stands, if that is in the subject.
exception_name(exception) := sprintf("the exception from %s for %s", [exception.rule, exception.model])

# METADATA
# description: Where an exception stands in the subject's own configuration.
exception_at(exception) := [exception.at | not input.config.shared]
