package custom.redistributor.terms_test

import data.custom.redistributor.terms
import data.entail.testing

_catalog := object.union(
	testing.catalog([
		testing.free_license("free", []),
		testing.license("mystery", [], {"class": "unknown"}),
		testing.license("closed", [testing.term("no-redistribution", "1", {})], {}),
		testing.license("as-is", [testing.term("no-derivatives", "2", {})], {}),
	]),
	{"terms": {
		"no-redistribution": testing.kind("restriction", {"title": "No copies to others"}),
		"no-derivatives": testing.kind("restriction", {"title": "No derivatives"}),
	}},
)

_messages(document) := {one.message | some one in found} if {
	found := terms.findings with input as document with data.catalog as _catalog
}

test_an_open_licence_is_quiet if _messages(testing.tuned("free", "free")) == set()

test_no_copies if {
	want := "own/release may not be passed on: no copies to others, of base/model (closed, section 1)"
	_messages(testing.tuned("free", "closed")) == {want}
}

test_no_derivatives if {
	want := "own/release may not be passed on: no derivatives, of base/model (as-is, section 2)"
	_messages(testing.tuned("free", "as-is")) == {want}
	_messages(testing.alone(testing.under([["as-is"]]))) == set()
}

test_not_known if {
	want := "whether own/release may be passed on is not known (mystery)"
	_messages(testing.alone(testing.under([["mystery"]]))) == {want}
}
