# METADATA
# title: Fit for a commercial product
# description: >-
#   No term that binds the release keeps it out of a product: not its own
#   licence's, and none that an ancestor passes on. Terms that want something
#   done first are warnings.
# related_resources:
#   - https://opensource.org/osd
# custom:
#   level: error
package custom.commercial_product.terms

import data.entail.lib

findings contains finding if {
	some bound in lib.bound_by
	bound.term.kind in data.commercial_product.forbidden
	finding := lib.about_term(bound, {"message": sprintf("%s keeps %s out of a product: %s (%s, %s)", [
		bound.from,
		input.subject,
		lib.title(bound.term.kind),
		bound.license,
		lib.section(bound.term.clause),
	])})
}

findings contains finding if {
	some bound in lib.bound_by
	some measure in ["monthly_active_users", "annual_revenue_usd"]
	data.commercial_product[measure] > bound.term[measure]
	finding := lib.about_term(bound, {"message": sprintf("the product may outgrow %s: %d of at most %d %s (%s)", [
		bound.from,
		data.commercial_product[measure],
		bound.term[measure],
		replace(measure, "_", " "),
		bound.license,
	])})
}

findings contains finding if {
	some bound in lib.bound_by
	bound.term.kind in {"commercial-authorization", "registration", "attribution-display"}
	finding := lib.about_term(bound, {
		"level": "warning",
		"message": sprintf("before a product ships, %s asks for this: %s (%s, %s)", [
			bound.from,
			bound.term.summary,
			bound.license,
			lib.section(bound.term.clause),
		]),
	})
}

findings contains finding if {
	some id in lib.models
	not id in lib.known
	finding := lib.about(id, {
		"message": sprintf("whether %s may be in a product is not known (%s)", [id, lib.label[id]]),
		"why": "What its licence permits is unknown, and unknown is not permitted.",
	})
}

# Without them nothing above would be found, and that would look like a pass.
incomplete contains sprintf("data.commercial_product.%s is missing: see data.yaml", [field]) if {
	some field in ["forbidden", "monthly_active_users", "annual_revenue_usd"]
	not data.commercial_product[field]
}
