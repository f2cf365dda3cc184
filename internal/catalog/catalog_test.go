package catalog

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entail-dev/entail/policies"

	"github.com/entail-dev/entail/internal/testkit"
)

// catalog loads the shipped catalogue.
func catalog(tb testing.TB) *Catalog {
	tb.Helper()
	c, err := Load(policies.FS)
	if err != nil {
		tb.Fatalf("load the shipped catalogue:\n%v", err)
	}
	return c
}

// A small catalogue that is right, for tests to spoil.
const (
	smallTerms = `channels:
  derivatives: Models made from it.
relations:
  finetune: [derivatives]
terms:
  limit:
    title: Limit
    effect: restriction
    freedoms: [use]
    parameters:
      users: { type: integer, required: true, compare: lower, description: "Users." }
      counted: { type: string, enum: [daily, monthly], compare: any, description: "When." }
      fields: { type: strings, compare: superset, description: "Uses." }
      licenses: { type: keys, compare: member, description: "Keys." }
      strict: { type: boolean, compare: any, description: "Strict." }
  display:
    title: Display
    effect: obligation
    freedoms: []
    evidence: phrase-in-card
    parameters:
      text: { type: string, required: true, compare: any, description: "Words." }
      trigger: { type: string, compare: any, description: "When." }
fields:
  war: Making war.
`
	smallFamilies = "families:\n  ape: { title: Ape, names: [ape], except: [ape.cpp], owners: [Zoo] }\n"
	smallLicense  = `key: one
name: License One
identifiers:
  huggingface: [one]
  license_name: [license-one]
class: custom
osi_approved: false
source: https://example.org/one
relicensing:
  derivatives: must-carry
  clause: "2"
  because: It says so.
terms:
  - kind: limit
    clause: "1"
    users: 5
    counted: daily
    fields: [war]
    flows: [derivatives]
    summary: Up to five users.
`
)

func smallCatalog() fstest.MapFS {
	return fstest.MapFS{
		"catalog/terms.yaml":    {Data: []byte(smallTerms)},
		"catalog/families.yaml": {Data: []byte(smallFamilies)},
		"catalog/one.yaml":      {Data: []byte(smallLicense)},
	}
}

func TestLoadCatalogRefuses(t *testing.T) {
	second := strings.NewReplacer("key: one", "key: two", "huggingface: [one]", "huggingface: [two]",
		"license-one", "license-two").Replace(smallLicense)
	tests := []struct {
		name, file, old, new string
		want                 []string
	}{
		{"unknown field", "one", "class: custom", "klass: custom",
			[]string{`catalog/one.yaml:6: a licence has no field "klass"; did you mean class?`, "catalog/one.yaml:1: class is missing"}},
		{"unknown class", "one", "class: custom", "class: costum",
			[]string{`catalog/one.yaml:6: class "costum" is unknown; did you mean custom?`}},
		{"unknown kind", "one", "kind: limit", "kind: limti",
			[]string{`catalog/one.yaml:14: kind "limti" is unknown; did you mean limit?`}},
		{"unknown parameter", "one", "users: 5", "user: 5",
			[]string{`catalog/one.yaml:16: limit has no parameter "user"; did you mean users?`, "catalog/one.yaml:14: limit needs the parameter users"}},
		{"wrong type", "one", "users: 5", "users: five", []string{"catalog/one.yaml:16: users is not a whole number"}},
		{"a number as string", "one", `clause: "1"`, "clause: 1", []string{"catalog/one.yaml:15: clause is not a string; put it in quotes"}},
		{"wrong enum", "one", "counted: daily", "counted: yearly",
			[]string{`catalog/one.yaml:17: counted "yearly" is unknown; it may be daily, monthly`}},
		{"unknown use", "one", "[war]", "[wra]", []string{`catalog/one.yaml:18: "wra" is not one of the vocabulary's fields; did you mean war?`}},
		{"empty list", "one", "[war]", "[]", []string{"catalog/one.yaml:18: fields is empty"}},
		{"number in a list", "one", "[license-one]", "[2.0]", []string{"catalog/one.yaml:5: an item of license_name is not a string"}},
		{"terms are no list", "one", "terms:\n  - kind: limit", "terms:\n    kind: limit", []string{"catalog/one.yaml:14: terms is not a list"}},
		{"big number", "one", "users: 5", "users: 99999999999999999999", []string{"catalog/one.yaml:16: users is not a whole number"}},
		{"not a list", "one", "[war]", "war", []string{"catalog/one.yaml:18: fields is not a list"}},
		{"not a boolean", "one", "counted: daily", "strict: 1", []string{"catalog/one.yaml:17: strict is neither true nor false"}},
		{"unknown key in parameter", "one", "counted: daily", "licenses: [oen]",
			[]string{`catalog/one.yaml:17: "oen" is not a key of the catalogue; did you mean one?`}},
		{"unknown channel", "one", "flows: [derivatives]", "flows: [derivative]",
			[]string{`catalog/one.yaml:19: "derivative" is not one of flows; did you mean derivatives?`}},
		{"no flows", "one", "    flows: [derivatives]\n", "", []string{"catalog/one.yaml:14: flows is missing"}},
		{"no clause", "one", "    clause: \"1\"\n", "", []string{"catalog/one.yaml:14: clause is missing"}},
		{"no summary", "one", "    summary: Up to five users.\n", "", []string{"catalog/one.yaml:14: summary is missing"}},
		{"empty summary", "one", "summary: Up to five users.", `summary: " "`, []string{"catalog/one.yaml:20: summary is empty"}},
		{"no source", "one", "source: https://example.org/one\n", "", []string{"catalog/one.yaml:1: source is missing"}},
		{"source no address", "one", "https://example.org/one", "a book", []string{`catalog/one.yaml:8: source "a book" is not an address`}},
		{"key is not the file's", "one", "key: one", "key: uno", []string{`catalog/one.yaml:1: key "uno" is not the file's name, "one"`}},
		{"no reason for a restriction", "one", "  because: It says so.\n", "", []string{"catalog/one.yaml:10: because of relicensing is missing"}},
		{"members of no family", "one", "class: custom", "class: family", []string{"catalog/one.yaml:1: members belong to class family"}},
		{"twice", "one", "class: custom", "class: custom\nclass: rail", []string{`catalog/one.yaml:7: a licence has "class" twice`}},
		{"bad day", "one", "class: custom", "released: 2024-13-01\nclass: custom", []string{`catalog/one.yaml:6: released "2024-13-01" is not a day`}},
		{"alias nodes", "one", "huggingface: [one]\n  license_name: [license-one]", "huggingface: &a [one]\n  license_name: *a",
			[]string{"catalog/one.yaml:5: license_name is not a list"}},
		{"no YAML", "one", "class: custom", "class: [custom", []string{"catalog/one.yaml:7: not valid YAML"}},
		{"clash", "two", "license-two", "license_ONE", []string{`catalog/two.yaml:5: identifier "license_ONE" is already one of one's`}},
		{"clash with a key", "two", "license-two", "one", []string{`catalog/two.yaml:5: identifier "one" is already one of one's`}},
		{"effect", "terms", "effect: restriction", "effect: restrict", []string{`catalog/terms.yaml:8: effect "restrict" is unknown; did you mean restriction?`}},
		{"evidence", "terms", "    evidence: phrase-in-card\n", "", []string{"catalog/terms.yaml:16: evidence of obligation display is missing"}},
		{"comparison", "terms", "compare: lower", "compare: lesser", []string{`catalog/terms.yaml:11: compare "lesser" is unknown`}},
		{"parameter named as a field", "terms", "strict: {", "clause: {", []string{`catalog/terms.yaml:15: parameter "clause" has the name of a field`}},
		{"section missing", "terms", "fields:\n  war: Making war.\n", "", []string{"catalog/terms.yaml:1: fields is missing"}},
		{"no vocabulary", "terms", smallTerms, "terms: [", []string{"catalog/terms.yaml:", "not valid YAML", "no kind of term"}},
		{"family without names", "families", "names: [ape], ", "", []string{"catalog/families.yaml:2: family ape has no names"}},
		{"family name twice", "families", "[ape.cpp]", "[Ape]", []string{`catalog/families.yaml:2: name "Ape" is already one of family ape`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := smallCatalog()
			if test.file == "two" {
				files["catalog/two.yaml"] = &fstest.MapFile{Data: []byte(second)}
			}
			file := files["catalog/"+test.file+".yaml"]
			if !strings.Contains(string(file.Data), test.old) {
				t.Fatalf("the test does not fit its fixture: no %q", test.old)
			}
			file.Data = []byte(strings.Replace(string(file.Data), test.old, test.new, 1))
			_, err := Load(files)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestLoadCatalogJoinsAllProblems(t *testing.T) {
	files := smallCatalog()
	files["catalog/one.yaml"].Data = []byte(strings.NewReplacer("users: 5", "users: x", "counted: daily", "counted: x").Replace(smallLicense))
	files["catalog/two.yaml"] = &fstest.MapFile{Data: []byte("key: two\n")}
	_, err := Load(files)
	if err == nil {
		t.Fatal("no error")
	}
	var at []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		place, _, _ := strings.Cut(line, ": ")
		at = append(at, place)
	}
	if !slices.IsSorted(at[:3]) || at[0] != "catalog/one.yaml:16" || at[1] != "catalog/one.yaml:17" || at[2] != "catalog/two.yaml:1" {
		t.Errorf("errors are not in the order of files and lines:\n%v", err)
	}
}

func TestLoadCatalogWithoutFiles(t *testing.T) {
	for _, missing := range []string{"catalog/terms.yaml", "catalog/families.yaml", "catalog/one.yaml"} {
		files := smallCatalog()
		delete(files, missing)
		if _, err := Load(files); err == nil {
			t.Errorf("no error without %s", missing)
		}
	}
}

func TestCatalogData(t *testing.T) {
	c, err := Load(smallCatalog())
	if err != nil {
		t.Fatal(err)
	}
	data := c.Data()
	keys := slices.Sorted(maps.Keys(data))
	if want := []string{"aliases", "channels", "families", "fields", "licenses", "multimodal_tasks", "regions", "relations", "terms"}; !slices.Equal(keys, want) {
		t.Fatalf("sections %v, want %v", keys, want)
	}
	one := data["licenses"].(map[string]any)["one"].(map[string]any)
	term := one["terms"].([]any)[0].(map[string]any)
	for name, want := range map[string]string{
		"users": "int64 5", "counted": "string daily", "fields": "[]interface {} [war]", "flows": "[]interface {} [derivatives]",
	} {
		if got := fmt.Sprintf("%T %v", term[name], term[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if one["status"] != "verified" {
		t.Errorf("status is %v, want the default", one["status"])
	}
	if spdx, ok := one["identifiers"].(map[string]any)["spdx"].([]any); !ok || len(spdx) != 0 {
		t.Errorf("identifiers lack an empty list for spdx: %v", one["identifiers"])
	}
	if data["aliases"].(map[string]any)["license-one"] != "one" {
		t.Errorf("aliases are %v", data["aliases"])
	}
	plainValues(t, "catalog", data)
	plainValues(t, "catalog", catalog(t).Data())
}

// plainValues fails on a value that is not JSON-like.
func plainValues(t *testing.T, at string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, item := range value {
			plainValues(t, at+"."+name, item)
		}
	case []any:
		for _, item := range value {
			plainValues(t, at+"[]", item)
		}
	case string, bool, int64:
	default:
		t.Errorf("%s is a %T", at, value)
	}
}

func TestCatalogEntries(t *testing.T) {
	c := catalog(t)
	if !slices.IsSorted(c.Keys()) {
		t.Error("keys are not sorted")
	}
	for _, key := range c.Keys() {
		entry, ok := c.License(key)
		if !ok || entry.Key != key {
			t.Fatalf("License(%q) = %q, %v", key, entry.Key, ok)
		}
		for _, id := range slices.Concat([]string{key}, entry.HuggingFace, entry.SPDX, entry.LicenseNames) {
			if got := c.Resolve(id, ""); id != namedElsewhere && !same(got, [][]string{{key}}) {
				t.Errorf("identifier %q of %s resolves to %v", id, key, got)
			}
		}
		// What a licence leaves to the same terms, it says as a term too, so
		// that rules can tell which licences those are.
		if entry.Relicensing.Derivatives == "same-license" && entry.Class != "family" {
			if !slices.ContainsFunc(entry.Terms, func(term Term) bool { return slices.Contains(texts(term.Parameters["licenses"]), key) }) {
				t.Errorf("%s: derivatives under the same licence, and no term lists %s among the licences", key, key)
			}
		}
		if entry.Relicensing.Derivatives == "forbidden" && !slices.ContainsFunc(entry.Terms, func(term Term) bool {
			return term.Kind == "no-derivatives" || term.Kind == "no-redistribution"
		}) {
			t.Errorf("%s: derivatives are forbidden, and no term says so", key)
		}
		if entry.Status == "cited" && entry.Notes == "" {
			t.Errorf("%s is cited and its notes do not say from where", key)
		}
		if entry.OSIApproved && slices.Contains([]string{"non-commercial", "rail", "proprietary", "no-derivatives", "unknown"}, entry.Class) {
			t.Errorf("%s is of class %s and OSI-approved", key, entry.Class)
		}
	}
	if _, ok := c.License("no-such-license"); ok {
		t.Error("License knows no-such-license")
	}
}

// The ids that the Hub accepts in a card's license field.
const hubIDs = `apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
	bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0
	cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
	cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0
	cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl
	gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr
	mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr
	deepfloyd-if-license fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4
	grok2-community gemma unknown other`

func TestCatalogHasEveryHubID(t *testing.T) {
	c := catalog(t)
	ids := strings.Fields(hubIDs)
	if len(ids) != 83 {
		t.Fatalf("the test lists %d ids, want 83", len(ids))
	}
	for _, id := range ids {
		entry, ok := c.License(id)
		if !ok {
			t.Errorf("the catalogue has no %s", id)
		} else if !slices.Contains(entry.HuggingFace, id) {
			t.Errorf("%s does not list itself as a Hub id", id)
		}
	}
	// The other way round: nothing else claims to be a Hub id.
	for _, key := range c.Keys() {
		entry, _ := c.License(key)
		for _, id := range entry.HuggingFace {
			if !slices.Contains(ids, id) {
				t.Errorf("%s claims the Hub id %q, which the Hub does not have", key, id)
			}
		}
	}
}

func TestCatalogPhrases(t *testing.T) {
	c := catalog(t)
	phrases := c.Phrases()
	if !slices.IsSorted(phrases) || !slices.Contains(phrases, "Built with Llama") {
		t.Errorf("phrases are %q", phrases)
	}
	files := smallCatalog()
	files["catalog/one.yaml"].Data = []byte(smallLicense + "  - { kind: display, clause: \"3\", text: Made of One, trigger: often, flows: [], summary: Says so. }\n")
	small, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if got := small.Phrases(); !slices.Equal(got, []string{"Made of One"}) {
		t.Errorf("phrases are %q, want the required parameter alone", got)
	}
}

func TestHubLicensesOfTheReference(t *testing.T) {
	file := filepath.Join(testkit.Corpus(t), "..", "reference", "hub-licenses.tsv")
	body, err := os.ReadFile(file)
	if err != nil {
		t.Skip("no table of the Hub's licences here")
	}
	var ids []string
	for line := range strings.Lines(string(body)) {
		id, _, _ := strings.Cut(line, "\t")
		ids = append(ids, id)
	}
	if want := strings.Fields(hubIDs); !slices.Equal(slices.Sorted(slices.Values(ids[1:])), slices.Sorted(slices.Values(want))) {
		t.Error("the test's list of Hub ids is not that of the reference")
	}
}

func BenchmarkLoadCatalog(b *testing.B) {
	if names, err := fs.Glob(policies.FS, "catalog/*.yaml"); err == nil {
		b.Logf("%d files", len(names))
	}
	for b.Loop() {
		if _, err := Load(policies.FS); err != nil {
			b.Fatal(err)
		}
	}
}
