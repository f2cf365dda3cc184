package entail.lib_test

import data.entail.lib
import data.entail.testing

_effective_cases := {
	"declared only": {"over": testing.under([["free"]]), "want": [["free"]]},
	"neither": {"over": {}, "want": []},
	"a text fills in what is missing": {
		"over": {"license": {"texts": [testing.text("limited", {})]}},
		"want": [["limited"]],
	},
	"a text fills in what is unknown": {
		"over": _both([["mystery"]], [testing.text("limited", {})]),
		"want": [["limited"]],
	},
	"a text fills in an id that is in no catalogue": {
		"over": _both([["nonsense"]], [testing.text("limited", {})]),
		"want": [["limited"]],
	},
	"a text says which of a family": {
		"over": _both([["clan"]], [testing.text("limited", {})]),
		"want": [["limited"]],
	},
	"a text that agrees": {
		"over": _both([["free"]], [testing.text("free", {})]),
		"want": [["free"]],
	},
	"where they disagree both bind": {
		"over": _both([["free"]], [testing.text("limited", {})]),
		"want": [["free", "limited"]],
	},
	"a choice stays one when its text is one of the choices": {
		"over": _both([["free"], ["limited"]], [testing.text("free", {})]),
		"want": [["free"], ["limited"]],
	},
	"a further text binds whatever is chosen": {
		"over": _both([["free"], ["easy"]], [testing.text("limited", {})]),
		"want": [["free", "limited"], ["easy", "limited"]],
	},
	"several declarations hold together": {
		"over": {"license": {"declared": [testing.declared([["free"]]), testing.declared([["limited"]])]}},
		"want": [["free", "limited"]],
	},
	"a text for code is not the release's": {
		"over": _both([["free"]], [testing.text("limited", {"covers": "code"})]),
		"want": [["free"]],
	},
	"a text that is named after something else is not the release's": {
		"over": _both([["free"]], [testing.text("limited", {"file": "THIRD_PARTY.txt"})]),
		"want": [["free"]],
	},
	"a text that is not recognised says nothing": {
		"over": _both([["free"]], [testing.text("", {})]),
		"want": [["free"]],
	},
	"what is unknown stays so": {"over": testing.under([["mystery"]]), "want": [["mystery"]]},
}

_both(alternatives, texts) := {"license": {"declared": [testing.declared(alternatives)], "texts": texts}}

test_effective[note] if {
	some note, case in _effective_cases
	got := lib.effective[testing.own_id] with input as testing.alone(case.over) with data.catalog as testing.usual
	got == case.want
}

test_texts if {
	over := {"license": {"texts": [
		testing.text("limited", {"covers": "model", "file": "MODEL_LICENSE"}),
		testing.text("free", {"covers": "data"}),
	]}}
	lib.texts[testing.own_id] == {"limited"} with input as testing.alone(over)
}

test_own_file[name] if {
	some name in [
		"LICENSE", "LICENSE.md", "license.txt", "LICENCE", "Licence.rst", "LICENSE.HTML", "COPYING",
		"MODEL_LICENSE", "model-license.md", "Weights License.pdf", "LICENSE-MODEL.txt", "license_weights",
	]
	lib.own_file({"file": name, "covers": ""})
}

test_not_own_file[name] if {
	some name in ["NOTICE", "LICENSE-CODE", "LICENSE-VENDOR.txt", "third_party/LICENSE", "LICENSE.py", "README.md"]
	not lib.own_file({"file": name, "covers": ""})
}

test_known_license if {
	lib.known_license("free") with data.catalog as testing.usual
	not lib.known_license("clan") with data.catalog as testing.usual
	not lib.known_license("mystery") with data.catalog as testing.usual
	not lib.known_license("nonsense") with data.catalog as testing.usual
}

test_vendor_license if {
	lib.vendor_license("limited") with data.catalog as testing.usual
	not lib.vendor_license("free") with data.catalog as testing.usual
	not lib.vendor_license("mystery") with data.catalog as testing.usual
	not lib.vendor_license("nonsense") with data.catalog as testing.usual
}

_known_cases := {
	"known": {"alternatives": [["free"]], "want": {testing.own_id}},
	"unknown": {"alternatives": [["mystery"]], "want": set()},
	"one of a choice unknown": {"alternatives": [["free"], ["mystery"]], "want": set()},
	"one of several unknown": {"alternatives": [["free", "clan"]], "want": set()},
	"in no catalogue": {"alternatives": [["nonsense"]], "want": set()},
	"none": {"alternatives": [], "want": set()},
}

test_known[note] if {
	some note, case in _known_cases
	document := testing.alone(testing.under(case.alternatives))
	lib.known == case.want with input as document with data.catalog as testing.usual
}

_label_cases := {
	"one": {"over": testing.under([["free"]]), "want": "free"},
	"a choice of several": {"over": testing.under([["easy", "free"], ["limited"]]), "want": "easy AND free OR limited"},
	"none": {"over": {}, "want": "no license"},
	"unknown, as written": {"over": testing.under([["mystery"]]), "want": "mystery"},
	"unknown, with a name": {
		"over": {"license": {"declared": [object.union(testing.declared([["mystery"]]), {"name": "Ours"})]}},
		"want": "mystery (Ours)",
	},
	"a text with a family's name": {
		"over": {"license": {"texts": [testing.text("clan", {})]}},
		"want": "clan",
	},
}

test_label[note] if {
	some note, case in _label_cases
	got := lib.label[testing.own_id] with input as testing.alone(case.over) with data.catalog as testing.usual
	got == case.want
}

test_written if {
	over := {"license": {"declared": [
		testing.declared([["free"]]),
		object.union(testing.declared([["mystery"]]), {"name": "Ours"}),
	]}}
	lib.written[testing.own_id] == "free, mystery (Ours)" with input as testing.alone(over)
	lib.written[testing.own_id] == "" with input as testing.alone({})
}

_governing_cases := {
	"the only one": {"alternatives": [["limited"]], "want": ["limited"]},
	"of a choice the least restrictive": {"alternatives": [["limited"], ["free"]], "want": ["free"]},
	"what is known before what is not": {"alternatives": [["mystery"], ["limited"]], "want": ["limited"]},
	"of two alike the first": {"alternatives": [["free"], ["easy"]], "want": ["free"]},
	"what holds together stays together": {"alternatives": [["free", "limited"]], "want": ["free", "limited"]},
}

test_governing[note] if {
	some note, case in _governing_cases
	document := testing.alone(testing.under(case.alternatives))
	got := lib.governing[testing.own_id] with input as document with data.catalog as testing.usual
	got == case.want
}

test_governing_nothing if {
	document := testing.alone({})
	not lib.governing[testing.own_id] with input as document with data.catalog as testing.usual
}

test_declaration if {
	lib.declaration("free") == "license: free" with data.catalog as testing.usual
	nameless := testing.catalog([testing.license("odd", [], {"identifiers": {"huggingface": []}})])
	written := lib.declaration("odd") with data.catalog as nameless
	written == "license: other, license_name: odd, license_link: LICENSE"
}

test_section if {
	lib.section("2.b") == "section 2.b"
	lib.section("Attachment A") == "Attachment A"
}

test_declared_at if {
	lib.declared_at(testing.declared([["free"]])) == [testing.license_at]
	lib.declared_at({"id": "free", "from": "hub", "alternatives": [["free"]]}) == []
}

test_unreadable_problems if {
	"invalid-yaml" in lib.unreadable_problems
	not "misspelled-key" in lib.unreadable_problems
}

# Where one file is named as the model's, a plain LICENSE beside it is not.
test_own_texts if {
	model := testing.text("limited", {"covers": "model", "file": "MODEL_LICENSE"})
	plain := testing.text("free", {})
	both := testing.alone({"license": {"texts": [plain, model]}})
	lib.own_texts[testing.own_id] == [model] with input as both
	lib.texts[testing.own_id] == {"limited"} with input as both
	lib.own_texts[testing.own_id] == [plain] with input as testing.alone({"license": {"texts": [plain]}})
}

# What a licence asks for is no restriction.
test_governing_counts_restrictions_alone if {
	known := testing.catalog([
		testing.license("banning", [testing.term("ban", "1", {})], {}),
		testing.license("asking", [testing.term("keep", "1", {}), testing.term("license-copy", "2", {})], {}),
	])
	document := testing.alone(testing.under([["banning"], ["asking"]]))
	lib.governing[testing.own_id] == ["asking"] with input as document with data.catalog as known
}

test_label_of if {
	plain := _both([["free"]], []).license
	lib.label_of(plain) == "free" with data.catalog as testing.usual
	told := _both([["free"]], [testing.text("limited", {})]).license
	lib.label_of(told) == "free AND limited" with data.catalog as testing.usual
}
