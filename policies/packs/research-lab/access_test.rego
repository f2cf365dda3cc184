package custom.research_lab.access_test

import data.custom.research_lab.access
import data.entail.testing

_found(gated) := {one.message | some one in found} if {
	document := testing.document(
		[testing.release(testing.under([["free"]])), testing.node("base/model", {"gated": gated})],
		[testing.edge(testing.own_id, "base/model", "finetune")],
	)
	found := access.findings with input as document
}

test_an_open_model_is_quiet if _found("false") == set()

test_a_gated_model if _found("manual") == {"base/model is gated (manual): each who repeats the work has to ask for it"}
