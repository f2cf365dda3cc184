package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/policy"
)

const described = `# METADATA
# title: A rule
# description: What it looks for.
# related_resources:
#   - https://example.org/rule
# custom:
#   level: warning
`

// TestCheckPolicies: each thing that is wrong with a folder is told at its
// place, and nothing else is.
func TestCheckPolicies(t *testing.T) {
	small, known := smallPolicies(t), realCatalog(t)
	test := "package custom.a_test\n\ntest_a if count(data.custom.a.findings) == 1\n"
	rule := described + "package custom.a\n\nfindings contains {\"message\": input.subject}\n"
	for name, tt := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nothing": {map[string]string{"a.rego": rule, "a_test.rego": test}, nil},
		"no metadata": {
			map[string]string{"a.rego": "package custom.a\n\nfindings contains {\"message\": input.subject}\n", "a_test.rego": test},
			[]string{"warning mine/a.rego:1: the METADATA of package custom.a lacks title, description, related_resources, custom.level; write a # METADATA block above the package"},
		},
		"conftest's rules have their level": {
			map[string]string{"a.rego": "# METADATA\n# title: A\npackage main\n\ndeny contains \"x\"\n", "a_test.rego": "package main_test\n\nimport data.main\n\ntest_a if count(main.deny) == 1\n"},
			[]string{"warning mine/a.rego:3: the METADATA of package main lacks description, related_resources; write a # METADATA block above the package"},
		},
		"no test": {
			map[string]string{"a.rego": rule},
			[]string{"warning mine/a.rego:8: no test asks package custom.a; write one into a_test.rego"},
		},
		"a test of something else": {
			map[string]string{"a.rego": rule, "a_test.rego": "package custom.b_test\n\ntest_a if input.subject\n"},
			[]string{"warning mine/a.rego:8: no test asks package custom.a; write one into a_test.rego"},
		},
		"a test in the rule's package": {
			map[string]string{"a.rego": rule, "a_test.rego": "package custom.a\n\ntest_a if count(findings) == 1\n"}, nil,
		},
		"a test of all packages": {
			map[string]string{"a.rego": rule, "a_test.rego": "package custom.a_test\n\ntest_a if count(data.custom[_].findings) == 1\n"}, nil,
		},
		"a file of tests with none": {
			map[string]string{"a.rego": rule, "a_test.rego": test, "b_test.rego": "package custom.b_test\n\ntset_a if data.custom.a.findings\n"},
			[]string{"warning mine/b_test.rego:1: no rule in this file is a test; the name of a test starts with test_"},
		},
		"misspelt findings": {
			map[string]string{"a.rego": rule, "a_test.rego": test, "b.rego": "package custom.b\n\nfinding contains {\"message\": \"x\"}\n"},
			[]string{"warning mine/b.rego:1: package custom.b gives no findings, and no other package asks it; did you mean findings by finding?"},
		},
		"a library": {
			map[string]string{
				"a.rego": described + "package custom.a\n\nimport data.custom.b\n\nfindings contains {\"message\": b.finding}\n", "a_test.rego": test,
				"b.rego": "package custom.b\n\nfinding := input.subject\n",
			}, nil,
		},
		"fields of findings": {
			map[string]string{"a_test.rego": test, "a.rego": described + `package custom.a

import data.entail.lib

findings contains {"mesage": "x", "message": "y"}

findings contains finding if {
	finding := {"message": "x", "level": "high"}
}

findings contains lib.about(input.subject, {"message": "x", "clauze": "1"})

findings contains object.union(base, {"whyy": "1"}) if base := {"message": "x"}

findings contains {"why": "x"}
`},
			[]string{
				"error mine/a.rego:12:20: a finding has no field mesage; did you mean message?",
				"error mine/a.rego:15:39: a finding's level is error, warning or note, not high",
				"error mine/a.rego:18:61: a finding has no field clauze; did you mean clause?",
				"error mine/a.rego:20:39: a finding has no field whyy; did you mean why?",
				"error mine/a.rego:22:19: a finding needs a message",
			},
		},
		"fields that show when it is evaluated": {
			map[string]string{"a_test.rego": test, "a.rego": described + `package custom.a

findings contains object.union({"why": "x"}, {"message": "y"})

findings contains {input.subject: "x"}

findings contains _made("x")

_made(text) := {"message": text}
`}, nil,
		},
		"strict": {
			map[string]string{"a_test.rego": test, "a.rego": described + "package custom.a\n\nimport data.entail.lib\n\nfindings contains {\"message\": \"x\"} if x := 1\n"},
			[]string{"error mine/a.rego:10:1: import data.entail.lib unused", "error mine/a.rego:12:39: assigned var x unused"},
		},
		"nested fields": {
			map[string]string{
				"a.rego":      described + "package custom.a\n\nfindings contains {\"message\": id} if { some id, n in input.nodes; n.licens }\n",
				"a_test.rego": test,
			},
			[]string{"error mine/a.rego:10:69: n has no field licens; did you mean license?"},
		},
		"tests are compiled": {
			map[string]string{
				"a.rego":      rule,
				"a_test.rego": "package custom.a_test\n\nimport data.entail.testing\n\ntest_a if count(data.custom.a.findings) == 1 with input as testing.tunedd(\"mit\", \"apache-2.0\")\n",
			},
			[]string{"error mine/a_test.rego:5:60: data.entail.testing has no rule tunedd; did you mean tuned?"},
		},
		"tests find their helpers and examples": {
			map[string]string{
				"a.rego": rule,
				"a_test.rego": "package custom.a_test\n\nimport data.entail.testing\n\ntest_a if count(data.custom.a.findings) == 1 with input as testing.tuned(\"mit\", \"apache-2.0\")\n" +
					"\ntest_b if count(data.custom.a.findings) == 1 with input as testing.examples[\"a.json\"]\n",
			}, nil,
		},
		"all that cannot be parsed, and all that are not ours": {
			map[string]string{"a.rego": "package custom.a\n\nx := \n", "b.rego": "package entail.b\n", "c_test.rego": "package system.c\n"},
			[]string{
				"error mine/a.rego:4: unexpected eof token: expected rule value term (e.g., x := <VALUE> { ... })",
				"error mine/b.rego:1: package entail.b is not yours to write; start its name with custom, such as custom.rules.name",
				"error mine/c_test.rego:1: package system.c is not yours to write; start its name with custom, such as custom.rules.name",
			},
		},
		"the catalogue": {
			map[string]string{"a_test.rego": test, "a.rego": described + `package custom.a

import data.catalog

findings contains {"message": key} if some key, _ in catalog.licences

findings contains {"message": "x"} if catalog.licenses["apache2.0"].class == "permissive"

findings contains {"message": key} if catalog.licenses[key].clas == "permissive"

findings contains {"message": key} if catalog.licenses[key].class == "permissive"

findings contains {"message": key} if catalog.licenses[input.subject][key] == "permissive"
`},
			[]string{
				"error mine/a.rego:12:62: data.catalog has no licences; did you mean licenses?",
				"error mine/a.rego:14:56: data.catalog.licenses has no apache2.0; did you mean apache-2.0?",
				"error mine/a.rego:16:61: data.catalog.licenses[key] has no clas; did you mean class?",
			},
		},
		"no level": {
			map[string]string{"a.rego": strings.Replace(rule, "level: warning", "level: high", 1), "a_test.rego": test},
			[]string{`error mine/a.rego:8: custom.level of package custom.a is "high", want error, warning or note`},
		},
		"two rules of one name": {
			map[string]string{"a.rego": rule, "a_test.rego": test, "b.rego": "package a\n\nfindings contains {\"message\": \"x\"}\n"},
			[]string{"error mine/b.rego:3:1: data.custom.a.findings and data.a.findings would both be the rule custom/a; rename one of the packages"},
		},
	} {
		found, err := policy.Check(small, known, folderOf(tt.files))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, p := range found.Problems {
			got = append(got, string(p.Level)+" "+p.Error())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", name, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
		}
	}
}

// TestCheckOfNothing: folders without a rule are told from those without fault.
func TestCheckOfNothing(t *testing.T) {
	small, known := smallPolicies(t), realCatalog(t)
	good := folderOf(map[string]string{"a.rego": described + "package custom.a\n\nfindings contains {\"message\": \"x\"}\n"})
	for name, tt := range map[string]struct {
		folders []policy.Folder
		want    error
		says    string
	}{
		"empty":                {[]policy.Folder{folderOf(nil)}, policy.ErrNoPolicy, "read the policies in mine"},
		"tests alone":          {[]policy.Folder{folderOf(map[string]string{"a_test.rego": "package custom.a_test\n\ntest_a if true\n"})}, policy.ErrNoPolicy, "read the policies in mine"},
		"one of two":           {[]policy.Folder{good, {Name: "other", FS: folderOf(nil).FS}}, policy.ErrNoPolicy, "read the policies in other"},
		"a misspelt rule":      {[]policy.Folder{folderOf(map[string]string{"a.rego": "package main\n\ndenny contains \"x\"\n"})}, policy.ErrNothingAsked, "mine/a.rego:1: no package gives findings, deny, warn, violation or a judgement; did you mean deny by denny?"},
		"a misspelt judgement": {[]policy.Folder{folderOf(map[string]string{"a.rego": "package custom.b\n\nx := 1\n"})}, policy.ErrNothingAsked, "mine/a.rego:1: no package"},
	} {
		_, err := policy.Check(small, known, tt.folders...)
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %q", name, err, tt.says)
		}
		if _, err := policy.Compile(small, tt.folders...); !errors.Is(err, tt.want) {
			t.Errorf("%s: Compile gives %v", name, err)
		}
	}
}
