package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entail-dev/entail/internal/model"
)

// A user's folder that is right, for tests to spoil.
const (
	ownLicense = `key: acme-1.0
name: Acme License
identifiers:
  license_name: [acme]
class: custom
osi_approved: false
source: https://example.com/acme
relicensing:
  derivatives: must-carry
  clause: "2"
  because: It says so.
terms:
  - kind: limit
    clause: "1"
    users: 3
    daily_users: 2
    flows: [derivatives]
    summary: Up to three users.
  - kind: review
    clause: "3"
    fields: [racing]
    flows: [derivatives]
    summary: Asked for first.
`
	ownTerms = `terms:
  review:
    title: Review
    effect: restriction
    freedoms: [use]
    carried_by: [{ kind: limit, because: It is stricter. }]
    parameters:
      fields: { type: strings, compare: superset, description: "Uses." }
parameters:
  limit:
    daily_users: { type: integer, compare: lower, description: "Users in a day." }
fields:
  racing: Driving in races.
`
	ownFamilies = "families:\n  cat: { title: Cat, names: [cat, ape cat], except: [cat.cpp, ape 2], owners: [Acme] }\n"
	ownModels   = `models:
  acme/base:
    license: ACME
    base_models: []
    as_of: 2026-11-01
    source: registry
  acme/tuned:
    license: one OR acme-1.0
    base_models:
      - { model: acme/base, relation: finetune }
      - model: github:acme/tools/model
    as_of: 2026-11-02
    source: registry
  acme/bare:
    license: one
    as_of: 2026-11-02
    source: registry
`
)

// OwnFiles are the same files by the name of their schemas, for tests from
// outside.
func OwnFiles() (license, terms, families, models, definitions string) {
	return ownLicense, ownTerms, ownFamilies, ownModels, ownDefinitions
}

const ownDefinitions = `definitions:
  tidy-1.0:
    title: Tidy
    source: https://example.com/tidy
    note: A note.
    requirements:
      - { id: W, title: weights, section: "1", component: parameters.final, accept: [released, gated] }
      - { id: C, title: code, component: code.training, optional: true }
      - { id: T, title: terms, licenses: [one, acme-1.0] }
      - { id: O, title: open terms, licenses: open, optional: true }
`

func ownFolder(name string, changes map[string]string) Folder {
	files := fstest.MapFS{}
	for file, text := range map[string]string{
		"acme-1.0.yaml": ownLicense, "terms.yaml": ownTerms, "families.yaml": ownFamilies, "models.yaml": ownModels,
		"definitions.yaml": ownDefinitions,
	} {
		files["catalog/"+file] = &fstest.MapFile{Data: []byte(text)}
	}
	for file, text := range changes {
		if text == "" {
			delete(files, "catalog/"+file)
			continue
		}
		files["catalog/"+file] = &fstest.MapFile{Data: []byte(text)}
	}
	return Folder{Name: name, FS: files}
}

// TestUserCatalog: what a user adds is there as ours is, and ours stays.
func TestUserCatalog(t *testing.T) {
	alone, err := Load(smallCatalog())
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(smallCatalog(), Folder{Name: "empty", FS: fstest.MapFS{}}, ownFolder("mine", nil))
	if err != nil {
		t.Fatal(err)
	}
	entry, ok := c.License("acme-1.0")
	if !ok || entry.File != "mine/catalog/acme-1.0.yaml" || entry.Replaces || entry.Terms[0].Parameters["daily_users"] != int64(2) {
		t.Errorf("the entry is %+v", entry)
	}
	for _, name := range []string{"acme", "ACME", "acme-1.0", "LicenseRef-acme"} {
		if got := c.Resolve(name, ""); fmt.Sprint(got) != "[[acme-1.0]]" {
			t.Errorf("%q is %v", name, got)
		}
	}
	data := c.Data()
	at := func(path ...string) any {
		var value any = data
		for _, key := range path {
			value = value.(map[string]any)[key]
		}
		return value
	}
	for _, path := range [][]string{
		{"licenses", "acme-1.0", "file"}, {"terms", "review", "file"}, {"terms", "limit", "parameters", "daily_users", "file"}, {"families", "cat", "file"},
	} {
		if file, _ := at(path...).(string); !strings.HasPrefix(file, "mine/catalog/") {
			t.Errorf("%v is %v", path, at(path...))
		}
	}
	if at("licenses", "one", "file") != nil || at("terms", "limit", "file") != nil {
		t.Error("what is ours is said to be in a user's file")
	}
	plainValues(t, "catalog", data)
	tidy := at("definitions", "tidy-1.0").(map[string]any)
	if got, want := fmt.Sprint(tidy["requirements"]), "[map[accept:[released gated] component:parameters.final id:W section:1 title:weights] "+
		"map[accept:[released full substantial not-used] component:code.training id:C optional:true title:code] "+
		"map[id:T licenses:[one acme-1.0] title:terms] map[id:O licenses:open optional:true title:open terms]]"; got != want {
		t.Errorf("the requirements are %s\nwant %s", got, want)
	}
	// Names are looked up apart from ours, which therefore say what they did.
	for id, want := range map[string]string{
		"x/ape-7b": "[ape]", "x/ape-2": "[ape]", "x/ape-cat": "[ape cat]", "x/cat-1": "[cat]", "x/cat.cpp": "[]", "x/ape.cpp-cat": "[cat]",
	} {
		got := c.NameFacts(id, true).Families
		if fmt.Sprint(got) != want {
			t.Errorf("%s holds %v, want %s", id, got, want)
		}
		for _, family := range alone.NameFacts(id, true).Families {
			if !slices.Contains(got, family) {
				t.Errorf("%s does not hold %s any more", id, family)
			}
		}
	}
	text := []byte("This model was fine-tuned from Ape 2 and is a fine-tuned version of cat.")
	var families []string
	for _, mention := range c.Mentions("README.md", text, 1) {
		families = append(families, mention.Family)
	}
	if fmt.Sprint(families) != "[ape cat]" {
		t.Errorf("the card mentions %v", families)
	}
}

// TestUserModels: what is stated of models is read with its places.
func TestUserModels(t *testing.T) {
	c, err := Load(smallCatalog(), ownFolder("mine", nil))
	if err != nil {
		t.Fatal(err)
	}
	facts := c.Models()
	if len(facts) != 3 {
		t.Fatalf("%d facts", len(facts))
	}
	base, tuned, bare := facts[0], facts[1], facts[2]
	if base.ID != "acme/base" || base.At != (model.Position{File: "mine/catalog/models.yaml", Line: 2}) || !base.BasesStated || base.AsOf != "2026-11-01" {
		t.Errorf("base is %+v", base)
	}
	if len(tuned.Bases) != 2 || tuned.Bases[0].Relation != model.Finetune || tuned.Bases[0].From != model.FromPolicy ||
		tuned.Bases[1].Ref.Key() != "github:acme/tools/model" || tuned.Bases[1].Relation != model.Unknown {
		t.Errorf("tuned is %+v", tuned)
	}
	if bare.BasesStated {
		t.Error("nothing is stated of what bare was made from")
	}
}

// TestUserCatalogReplaces: an entry or a family of ours is replaced where that
// is asked for, as a whole and by file.
func TestUserCatalogReplaces(t *testing.T) {
	one := strings.NewReplacer("key: acme-1.0", "key: one\nreplaces: true", "[acme]", "[uno]", "example.com/acme", "example.org/one").Replace(ownLicense)
	c, err := Load(smallCatalog(), ownFolder("mine", map[string]string{
		"acme-1.0.yaml": "", "one.yaml": one, "models.yaml": "", "definitions.yaml": "",
		"families.yaml": "families:\n  ape: { title: Monkey, names: [monkey], replaces: true }\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	entry, _ := c.License("one")
	if !entry.Replaces || entry.Terms[0].Parameters["users"] != int64(3) {
		t.Errorf("the entry is %+v", entry)
	}
	if data := c.Data()["licenses"].(map[string]any)["one"].(map[string]any); data["replaces"] != true || data["file"] != "mine/catalog/one.yaml" {
		t.Errorf("rules see %v", data)
	}
	// What the old one was called leads to the new one.
	for _, name := range []string{"one", "license-one", "uno"} {
		if got := c.Resolve(name, ""); fmt.Sprint(got) != "[[one]]" {
			t.Errorf("%q is %v", name, got)
		}
	}
	note := model.LicenseText{Reference: true}
	if c.Refer([]byte("See https://example.org/one"), &note); note.ID != "one" {
		t.Errorf("the address leads to %q", note.ID)
	}
	if got := c.NameFacts("x/ape-monkey", true).Families; fmt.Sprint(got) != "[ape]" || len(c.NameFacts("x/ape", true).Families) != 0 {
		t.Errorf("the families are %v", got)
	}
}

// TestUserCatalogRefuses: what would take the place of ours, of another
// folder's, or of nothing, is refused by file and line.
func TestUserCatalogRefuses(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(ownLicense, old, new, 1) }
	many := "families:\n"
	for i := range maxAdded + 1 {
		many += fmt.Sprintf("  f%d: { title: F, names: [ape %d] }\n", i, i)
	}
	kinds := "fields:\n"
	for i := range maxAdded + 1 {
		kinds += fmt.Sprintf("  f%d: F\n", i)
	}
	tests := []struct {
		name, file, text, want string
	}{
		{"a key of ours", "one.yaml", with("acme-1.0", "one"), `mine/catalog/one.yaml:1: licence "one" is entail's own (policies/catalog/one.yaml); give yours another key, or say replaces: true`},
		{"a key of ours in capitals", "ONE.yaml", with("acme-1.0", "ONE"), `mine/catalog/ONE.yaml:1: identifier "ONE" is already one of one's (policies/catalog/one.yaml)`},
		{"nothing to replace", "acme-1.0.yaml", with("class:", "replaces: true\nclass:"), `mine/catalog/acme-1.0.yaml:5: entail has no licence "acme-1.0" that could be replaced`},
		{"replaces what nobody knows", "dark.yaml", with("key: acme-1.0", "key: dark\nreplaces: true"), `mine/catalog/dark.yaml:2: "dark" stands for licences that nobody knows`},
		{"an identifier of ours", "acme-1.0.yaml", with("[acme]", "[License_One]"), `mine/catalog/acme-1.0.yaml:4: identifier "License_One" is already one of one's (policies/catalog/one.yaml)`},
		{"an identifier read as ours", "acme-1.0.yaml", with("[acme]", "[LicenseRef-one]"), `identifier "LicenseRef-one" is already one of one's`},
		{"an identifier with a plus", "acme-1.0.yaml", with("[acme]", "[one+]"), `identifier "one+" is already one of one's`},
		{"an expression", "acme-1.0.yaml", with("[acme]", "[one or nothing]"), `identifier "one or nothing" is already one of one's`},
		{"an expression with hyphens", "acme-1.0.yaml", with("[acme]", "[nothing-and-one]"), `identifier "nothing-and-one" is already one of one's`},
		{"an exception to ours", "acme-1.0.yaml", with("[acme]", "[one WITH favour]"), `identifier "one WITH favour" is already one of one's`},
		{"an identifier of another of the user's", "other.yaml", with("acme-1.0", "other"), `mine/catalog/other.yaml:4: identifier "acme" is already one of acme-1.0's (mine/catalog/acme-1.0.yaml)`},
		{"replaces is no switch", "acme-1.0.yaml", with("class:", "replaces: mit\nclass:"), "acme-1.0.yaml:5: replaces is neither true nor false"},
		{"unknown field", "acme-1.0.yaml", with("class:", "clas:"), `acme-1.0.yaml:5: a licence has no field "clas"; did you mean class?`},
		{"odd key", "a b.yaml", with("acme-1.0", "a b"), `key "a b" is not made of letters`},
		{"escape sequence", "acme-1.0.yaml", with("Acme License", `"\e[2JAcme"`), "acme-1.0.yaml:2: "},
		{"a line end", "acme-1.0.yaml", with("Acme License", `"Acme\nPASS"`), `acme-1.0.yaml:2: "Acme\nPASS" has a line end`},
		{"two documents", "acme-1.0.yaml", ownLicense + "---\n" + ownLicense, "acme-1.0.yaml: more than one YAML document"},
		{"too large", "acme-1.0.yaml", ownLicense + "#" + strings.Repeat("x", maxCatalogFile), "acme-1.0.yaml: larger than 1024 KiB"},
		{"nothing in it", "acme-1.0.yaml", "# x\n", "acme-1.0.yaml:1: the file is empty"},
		{"another ending", "acme.yml", ownLicense, "mine/catalog/acme.yml: not read here; name it KEY.yaml"},
		{"clauses", "clauses.yaml", "clauses: []\n", "mine/catalog/clauses.yaml: how licences word their terms is entail's own"},
		{"a folder", "more/acme.yaml", ownLicense, "mine/catalog/more: a folder in catalog is not read"},
		{"a text of nothing", "acme-2.0.txt", "words", "mine/catalog/acme-2.0.txt: there is no licence acme-2.0.yaml beside it"},
		{"a text for ours", "one.txt", "words", "mine/catalog/one.txt: there is no licence one.yaml beside it"},
		{"a short text", "acme-1.0.txt", "two words", "fingerprint mine/catalog/acme-1.0.txt of acme-1.0: only 2 words"},

		{"a kind of ours", "terms.yaml", strings.Replace(ownTerms, "review:", "limit:", 1), `mine/catalog/terms.yaml:2: the kind of term "limit" is entail's own (policies/catalog/terms.yaml); give yours another name, or put what it lacks under parameters`},
		{"a field of ours", "terms.yaml", ownTerms + "  war: Peace.\n", `mine/catalog/terms.yaml:14: the field "war" is there already`},
		{"the beginning of a field", "terms.yaml", strings.Replace(ownTerms, "racing:", "sea:", 1), `mine/catalog/terms.yaml:13: the field "sea" stands for sea-war and what else begins so`},
		{"a parameter of ours", "terms.yaml", strings.Replace(ownTerms, "    daily_users:", "    users:", 1), `mine/catalog/terms.yaml:11: limit has a parameter "users" already`},
		{"a required parameter", "terms.yaml", strings.Replace(ownTerms, "type: integer,", "type: integer, required: true,", 1), `mine/catalog/terms.yaml:11: the parameter "daily_users" cannot be required`},
		{"a parameter of no kind", "terms.yaml", strings.Replace(ownTerms, "  limit:", "  limt:", 1), `mine/catalog/terms.yaml:10: "limt" is no kind of term; did you mean limit?`},
		{"a parameter named as a field", "terms.yaml", strings.Replace(ownTerms, "    daily_users:", "    clause:", 1), `terms.yaml:11: parameter "clause" has the name of a field that every term has`},
		{"channels", "terms.yaml", ownTerms + "channels:\n  x: X\n", `mine/catalog/terms.yaml:14: what a user adds to the vocabulary has no field "channels"`},
		{"an odd kind", "terms.yaml", strings.Replace(ownTerms, "  review:", "  Re view:", 1), `terms.yaml:2: the kind of term "Re view" is not made of small letters`},
		{"an odd field", "terms.yaml", strings.Replace(ownTerms, "racing:", "Racing:", 1), `terms.yaml:13: the field "Racing" is not made of small letters`},
		{"too many fields", "terms.yaml", kinds, "more than 1000 fields"},

		{"a family of ours", "families.yaml", "families:\n  ape: { title: A, names: [b] }\n", `mine/catalog/families.yaml:2: family "ape" is entail's own (policies/catalog/families.yaml:2); give yours another name, or say replaces: true`},
		{"no family to replace", "families.yaml", "families:\n  cow: { title: A, names: [b], replaces: true }\n", `mine/catalog/families.yaml:2: entail has no family "cow" that could be replaced`},
		{"no families", "families.yaml", "family: {}\n", `mine/catalog/families.yaml:1: the file has no field "family"; it may be families`},
		{"too many families", "families.yaml", many, "more than 1000 families with their names"},

		{"no models", "models.yaml", "model: {}\n", `mine/catalog/models.yaml:1: models is missing`},
		{"a licence of nobody", "models.yaml", strings.Replace(ownModels, "license: ACME", "license: acmee", 1), `mine/catalog/models.yaml:3: "acmee" is no licence of the catalogue; did you mean acme-1.0?`},
		{"a licence that says nothing", "models.yaml", strings.Replace(ownModels, "license: ACME", "license: dark", 1), `mine/catalog/models.yaml:3: "dark" names no licence; state which it is`},
		{"a part of an expression", "models.yaml", strings.Replace(ownModels, "one OR acme-1.0", "one AND nothing", 1), `models.yaml:8: "nothing" is no licence of the catalogue`},
		{"no licence", "models.yaml", strings.Replace(ownModels, "    license: ACME\n", "", 1), `models.yaml:2: license is missing`},
		{"no day", "models.yaml", strings.Replace(ownModels, "2026-11-01", "yesterday", 1), `models.yaml:5: as_of "yesterday" is not a day YYYY-MM-DD`},
		{"no source", "models.yaml", strings.Replace(ownModels, "    source: registry\n", "", 1), `models.yaml:2: source is missing`},
		{"no id", "models.yaml", strings.Replace(ownModels, "acme/base:", "acme base:", 1), `models.yaml:2: "acme base" is no id of a model on the Hub`},
		{"a way up", "models.yaml", strings.Replace(ownModels, "acme/base:", "acme/../base:", 1), `models.yaml:2: "acme/../base" is no id`},
		{"twice", "models.yaml", strings.Replace(ownModels, "acme/bare:", "Acme/Base:", 1), `mine/catalog/models.yaml:14: model "Acme/Base" is in mine/catalog/models.yaml:2 too`},
		{"unknown relation", "models.yaml", strings.Replace(ownModels, "finetune", "finetuned", 1), `models.yaml:10: relation "finetuned" is unknown; did you mean finetune?`},
		{"an odd base", "models.yaml", strings.Replace(ownModels, "github:acme/tools/model", "./base", 1), `models.yaml:11: "./base" is no id of a model on the Hub`},
		{"a base twice", "models.yaml", strings.Replace(ownModels, "github:acme/tools/model", "ACME/base", 1), `models.yaml:11: "ACME/base" is there twice`},
		{"bases are no list", "models.yaml", strings.Replace(ownModels, "base_models: []", "base_models: acme/x", 1), `models.yaml:4: base_models is not a list`},
		{"no definitions", "definitions.yaml", "definition: {}\n", "mine/catalog/definitions.yaml:1: definitions is missing"},
		{"an odd name", "definitions.yaml", strings.Replace(ownDefinitions, "tidy-1.0", "Tidy", 1), `definitions.yaml:2: definition "Tidy": want a name of small letters`},
		{"no requirements", "definitions.yaml", "definitions:\n  a: { title: A, source: b }\n", "definitions.yaml:2: definition a wants a list of requirements"},
		{"always met", "definitions.yaml", "definitions:\n  a: { title: A, source: b, requirements: [{ id: A, title: a, licenses: open, optional: true }] }\n", "definitions.yaml:2: definition a has no requirement that counts"},
		{"nothing required", "definitions.yaml", "definitions:\n  a: { title: A, source: b, requirements: [] }\n", "definitions.yaml:2: definition a has no requirement that counts"},
		{"both", "definitions.yaml", strings.Replace(ownDefinitions, "licenses: open", "licenses: open, component: code.training", 1), "definitions.yaml:10: a requirement is of a component or of licenses, of one of them"},
		{"neither", "definitions.yaml", strings.Replace(ownDefinitions, ", licenses: open", "", 1), "definitions.yaml:10: a requirement is of a component or of licenses, of one of them"},
		{"no component", "definitions.yaml", strings.Replace(ownDefinitions, "code.training", "code.trainning", 1), `definitions.yaml:8: component "code.trainning" is unknown; did you mean code.training?`},
		{"no word for having", "definitions.yaml", strings.Replace(ownDefinitions, "gated]", "gatd]", 1), `definitions.yaml:7: "gatd" is not one of accept; did you mean gated`},
		{"accept of licences", "definitions.yaml", strings.Replace(ownDefinitions, "licenses: open", "accept: [released], licenses: open", 1), "definitions.yaml:10: accept is of a component"},
		{"no such licence", "definitions.yaml", strings.Replace(ownDefinitions, "acme-1.0]", "acme-2.0]", 1), `definitions.yaml:9: "acme-2.0" is not a key of the catalogue; did you mean acme-1.0?`},
		{"no licences", "definitions.yaml", strings.Replace(ownDefinitions, "[one, acme-1.0]", "[]", 1), "definitions.yaml:9: licenses is empty"},
		{"another word", "definitions.yaml", strings.Replace(ownDefinitions, "licenses: open", "licenses: opne", 1), `definitions.yaml:10: licenses "opne" is unknown; did you mean open?`},
		{"a requirement twice", "definitions.yaml", strings.Replace(ownDefinitions, "id: O", "id: T", 1), `definitions.yaml:10: requirement "T" is there twice`},
		{"a list of everything", "models.yaml", strings.Replace(ownModels, "base_models: []", "base_models: ["+strings.Repeat("{model: a/b}, ", 65)+"]", 1), `models.yaml:4: more than 64 base models`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := smallCatalog()
			files["catalog/terms.yaml"].Data = append(files["catalog/terms.yaml"].Data, "  sea-war: Making war at sea.\n"...)
			files["catalog/dark.yaml"] = &fstest.MapFile{Data: []byte("key: dark\nname: Dark\nidentifiers: {}\nclass: unknown\nosi_approved: false\n")}
			_, err := Load(files, ownFolder("mine", map[string]string{test.file: test.text}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestUserFoldersDoNotMix: of two folders neither can take the place of what is
// in the other, whatever it says.
func TestUserFoldersDoNotMix(t *testing.T) {
	theirs := ownFolder("theirs", map[string]string{"terms.yaml": ""})
	_, err := Load(smallCatalog(), ownFolder("mine", nil), theirs)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`theirs/catalog/acme-1.0.yaml:1: licence "acme-1.0" is in mine/catalog/acme-1.0.yaml too; leave one of them out`,
		`theirs/catalog/families.yaml:2: family "cat" is in mine/catalog/families.yaml:2 too; leave one of them out`,
		`theirs/catalog/definitions.yaml:2: definition "tidy-1.0" is in mine/catalog/definitions.yaml too; leave one of them out`,
		`theirs/catalog/models.yaml:2: model "acme/base" is in mine/catalog/models.yaml:2 too; leave one of them out`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	terms := ownFolder("theirs", map[string]string{"acme-1.0.yaml": "", "families.yaml": "", "models.yaml": "", "definitions.yaml": ""})
	if _, err := Load(smallCatalog(), ownFolder("mine", nil), terms); err == nil ||
		!strings.Contains(err.Error(), `theirs/catalog/terms.yaml:2: the kind of term "review" is in mine/catalog/terms.yaml too`) {
		t.Errorf("got %v", err)
	}
}

// TestUserCatalogOnDisk: links and pipes are not read.
func TestUserCatalogOnDisk(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "catalog"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "elsewhere"), []byte(ownLicense), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../elsewhere", filepath.Join(folder, "catalog", "acme-1.0.yaml")); err != nil {
		t.Fatal(err)
	}
	_, err := Load(smallCatalog(), Folder{Name: "mine", FS: os.DirFS(folder)})
	if err == nil || !strings.Contains(err.Error(), "read mine/catalog/acme-1.0.yaml: not a regular file") {
		t.Errorf("got %v", err)
	}
}

// TestUserCatalogIsBounded: a folder of very many or very large files is not
// read.
func TestUserCatalogIsBounded(t *testing.T) {
	many, large := fstest.MapFS{}, fstest.MapFS{}
	for i := range maxFolderFiles + 1 {
		many[fmt.Sprintf("catalog/n%d.yaml", i)] = &fstest.MapFile{Data: []byte("key: x\n")}
	}
	for i := range 17 {
		large[fmt.Sprintf("catalog/n%d.txt", i)] = &fstest.MapFile{Data: make([]byte, 1<<20)}
	}
	for want, files := range map[string]fstest.MapFS{
		"list mine/catalog: more than 2000 files": many, "list mine/catalog: more than 16 MiB": large,
	} {
		if _, err := Load(smallCatalog(), Folder{Name: "mine", FS: files}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestUserErrorsAreBounded: a file that is wrong throughout is not told line by
// line.
func TestUserErrorsAreBounded(t *testing.T) {
	text := "models:\n"
	for i := range 4000 {
		text += fmt.Sprintf("  a/m%d: { license: acme-%d.0, as_of: x, source: s }\n", i, i)
	}
	_, err := Load(smallCatalog(), ownFolder("mine", map[string]string{"models.yaml": text}))
	if err == nil || strings.Count(err.Error(), "\n") > maxProblems {
		t.Errorf("%d lines of errors", strings.Count(fmt.Sprint(err), "\n"))
	}
}

// FuzzUserCatalog: whatever a user's file holds, reading it ends, and what is
// ours says what it did.
func FuzzUserCatalog(f *testing.F) {
	for i, text := range []string{ownLicense, ownTerms, ownFamilies, ownModels, ownDefinitions} {
		f.Add(i, []byte(text))
	}
	f.Add(0, []byte(strings.Replace(ownLicense, "key: acme-1.0", "key: acme-1.0\nreplaces: true", 1)))
	f.Add(2, []byte("families:\n  ape: &a { title: *a, names: [x], replaces: true }\n"))
	f.Add(3, []byte("models:\n  <<: { a/b: { license: one } }\n"))
	alone, err := Load(smallCatalog())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which int, text []byte) {
		names := []string{"acme-1.0.yaml", "terms.yaml", "families.yaml", "models.yaml", "definitions.yaml"}
		folder := ownFolder("mine", map[string]string{names[uint(which)%5]: string(text) + "\n"})
		c, err := Load(smallCatalog(), folder)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "mine/catalog/") && !strings.HasPrefix(line, "read ") {
					t.Errorf("an error names no file: %q", line)
				}
			}
			return
		}
		for _, name := range []string{"one", "license-one", "one OR license-one", "one+"} {
			if got, want := c.Resolve(name, ""), alone.Resolve(name, ""); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q is %v, and was %v", name, got, want)
			}
		}
		family, _ := c.Data()["families"].(map[string]any)["ape"].(map[string]any)
		if got := c.NameFacts("x/ape-2", true).Families; family["replaces"] != true && !slices.Contains(got, "ape") {
			t.Errorf("a name of ours is lost: %v", got)
		}
	})
}
