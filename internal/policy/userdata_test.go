package policy_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// bare is a policies folder without rules, which is read at once.
func bare(t testing.TB) fs.FS {
	t.Helper()
	schema, err := policies.FS.ReadFile("schema/input.json")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"schema/input.json": {Data: schema}}
}

// dataOf compiles folders beside some rules of ours and gives their data.
func dataOf(t testing.TB, ours fs.FS, folders ...policy.Folder) (map[string]any, error) {
	t.Helper()
	compiled, err := policy.Compile(ours, folders...)
	if err != nil {
		return nil, err
	}
	data := compiled.Data(map[string]any{})
	delete(data, "catalog")
	return data, nil
}

// TestUserData: data files stand at the path of their folder.
func TestUserData(t *testing.T) {
	files := map[string]string{
		"data.json":           `{"acme": {"team": "models", "n": [1, 2.5, 1e3, true, null]}, "top": "x"}`,
		"acme/data.yaml":      "since: 2026-11-01\nallowed: &a [mit, apache-2.0]\nagain: *a\nsize: 0x10\nratio: 0.5\n",
		"acme/deep/data.yml":  "a: {b: {c: yes}}\n",
		"acme/list/data.json": `["x", "y"]`,
		"other.json":          `{"not": "read"}`,
		"rule.rego": `package acme.rule

findings contains {"message": sprintf("%v %v", [data.acme.team, data.acme.list]), "level": "note"} if data.acme.again == data.acme.allowed
`,
	}
	data, err := dataOf(t, policies.FS, folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"acme":{"again":["mit","apache-2.0"],"allowed":["mit","apache-2.0"],"deep":{"a":{"b":{"c":"yes"}}},"list":["x","y"],` +
		`"n":[1,2.5,1e3,true,null],"ratio":0.5,"since":"2026-11-01","size":16,"team":"models"},"top":"x"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	engine := engineWith(t, files)
	result := eval(t, engine, plainDocument("apache-2.0", ""))
	found := ""
	for _, f := range result.Findings {
		if f.Rule == "custom/acme/rule" {
			found = f.Message
		}
	}
	if found != `models ["x", "y"]` {
		t.Errorf("the rule says %q, failed %v", found, result.Failed)
	}
	files["acme/list/data.json"] = `["x", "z"]`
	if engineWith(t, files).Digest() == engine.Digest() {
		t.Error("data do not change the digest")
	}
}

// TestCatalogInDigest: what a user adds to the catalogue changes the digest, and
// a folder of nothing else is one of policies.
func TestCatalogInDigest(t *testing.T) {
	one := engineWith(t, map[string]string{"catalog/acme.yaml": "key: acme\n"})
	two := engineWith(t, map[string]string{"catalog/acme.yaml": "key: acne\n"})
	if one.Digest() == two.Digest() || one.Digest() == realEngine(t).Digest() {
		t.Error("the digest stays")
	}
}

// TestUserDataRefused: data that would stand where ours are, where others' are,
// or where a rule is, and files that are not what they seem.
func TestUserDataRefused(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70)
	bomb := "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
	for i := range 8 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	tooMuch := map[string]string{}
	for i := range 20 {
		tooMuch[fmt.Sprintf("d%d/data.json", i)] = `"` + strings.Repeat("x", 1<<20-2) + `"`
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		says  string
	}{
		{"our root", map[string]string{"data.json": "{\"x\": 1,\n \"entail\": {}}"}, "mine/data.json:2: data.entail is not yours to write"},
		{"our catalogue", map[string]string{"data.yaml": "catalog: {}"}, "mine/data.yaml:1: data.catalog is not yours to write"},
		{"a folder of ours", map[string]string{"entail/lib/data.json": "{}"}, "mine/entail/lib/data.json:1: data.entail is not yours to write"},
		{"the catalogue's folder", map[string]string{"catalog/data.json": "{}"}, "mine/catalog/data.json:1: data.catalog is not yours to write"},
		{"OPA's own", map[string]string{"system/data.json": "{}"}, "data.system is not yours to write"},
		{"no object at the root", map[string]string{"data.json": "[1]"}, "mine/data.json:1: want names with values"},
		{"one path twice", map[string]string{"a/data.json": `{"x": 1}`, "data.json": "{\"a\":\n{\"x\": 2}}"}, "mine/data.json:2: data.a.x is in mine/a/data.json:1 too"},
		{"both endings", map[string]string{"a/data.json": `{"x": 1}`, "a/data.yaml": "x: 1"}, "mine/a/data.yaml:1: data.a.x is in mine/a/data.json:1 too"},
		{"a value and an object", map[string]string{"a/data.json": `3`, "a/b/data.json": `{}`}, "data.a"},
		{"a list and an object", map[string]string{"data.json": `{"a": []}`, "a/b/data.json": `{}`}, "mine/data.json:1: data.a is in mine/a/b/data.json:1 too"},
		{"a key twice", map[string]string{"data.json": "{\"a\": 1,\n\"a\": 2}"}, `mine/data.json:2: "a" is there twice`},
		{"a key twice in YAML", map[string]string{"data.yaml": "a: 1\na: 2"}, `mine/data.yaml:2: `},
		{"no JSON", map[string]string{"data.json": "{\"a\": 1,\n}"}, "mine/data.json:2: not valid JSON"},
		{"half of a JSON", map[string]string{"data.json": "{\"a\": ["}, "mine/data.json:1: not valid JSON: unexpected EOF"},
		{"nothing", map[string]string{"data.json": ""}, "mine/data.json:1: not valid JSON"},
		{"more than one", map[string]string{"data.json": "{}\n{}"}, "mine/data.json:2: more than one JSON document"},
		{"no YAML", map[string]string{"data.yaml": "a: [1\nb: 2"}, "mine/data.yaml:2: not valid YAML"},
		{"empty YAML", map[string]string{"data.yaml": "# x"}, "mine/data.yaml:1: the file is empty"},
		{"more than one in YAML", map[string]string{"data.yaml": "a: 1\n---\nb: 1"}, "mine/data.yaml:1: more than one YAML document"},
		{"too deep", map[string]string{"data.json": deep}, "mine/data.json:1: deeper than 64 values in one another"},
		{"aliases of aliases", map[string]string{"data.yaml": bomb}, "more than 500000 values in all data"},
		{"an alias of itself", map[string]string{"data.yaml": "a: &a [*a]"}, "mine/data.yaml:1: deeper than 64"},
		{"merged keys", map[string]string{"data.yaml": "a: &a {x: 1}\nb:\n  <<: *a"}, "mine/data.yaml:3: a key is not a plain word; write merged keys out"},
		{"no number", map[string]string{"data.yaml": "a:\n  b: .nan"}, `mine/data.yaml:2: ".nan" is no number that JSON has`},
		{"a kind of its own", map[string]string{"data.yaml": "a: !!binary aGk="}, "mine/data.yaml:1: \"aGk=\" is a value of a kind"},
		{"too large", map[string]string{"data.json": `"` + strings.Repeat("x", 1<<20) + `"`}, "data.json: larger than 1024 KiB"},
		{"too much", tooMuch, "files of more than 16 MiB together"},
		{"where a rule is", map[string]string{
			"a.rego": "package acme.rule\n\ndeny contains \"x\"\n", "acme/rule/data.json": "{\n\"deny\": []}",
		}, "mine/a.rego:3: deny is in the data of mine/acme/rule/data.json:2 too"},
		{"below a rule", map[string]string{
			"a.rego": "package acme.rule\n\nby.name := 1\n\ndeny contains \"x\"\n", "acme/rule/by/name/data.json": "{}",
		}, "mine/a.rego:3: by.name is in the data of mine/acme/rule/by/name/data.json:1 too"},
		{"instead of a package", map[string]string{
			"a.rego": "package acme.rule\n\ndeny contains \"x\"\n", "data.json": `{"acme": 1}`,
		}, "mine/a.rego:1: acme.rule is in the data of mine/data.json:1 too"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := dataOf(t, bare(t), folderOf(tt.files)); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

// TestFoldersOfData: two folders may each have data; neither may add to an
// object, or to a package, of the other's.
func TestFoldersOfData(t *testing.T) {
	for _, tt := range []struct {
		name         string
		mine, theirs map[string]string
		says         string
	}{
		{"apart", map[string]string{"data.json": `{"x": 1}`, "packs/a/data.json": "{}"}, map[string]string{"data.json": `{"y": 1}`, "packs/b/data.json": "{}"}, ""},
		{"within an object", map[string]string{"data.json": `{"allowed": {"mit": true}}`}, map[string]string{"allowed/data.json": `{"all": true}`},
			"theirs/allowed/data.json:1: data.allowed is in mine/data.json:1 too"},
		{"within an object, by the root", map[string]string{"allowed/data.json": `{"mit": true}`}, map[string]string{"data.json": `{"allowed": {"all": true}}`},
			"theirs/data.json:1: data.allowed is in mine/allowed/data.json:1 too"},
		{"below an object", map[string]string{"a/data.json": `{"mit": true}`}, map[string]string{"a/b/data.json": `{}`},
			"theirs/a/b/data.json:1: data.a is in mine/a/data.json:1 too"},
		{"within a package", map[string]string{"a.rego": "package acme.rule\n\ndeny contains data.acme.rule.text\n"}, map[string]string{"acme/rule/data.json": `{"text": "x"}`},
			"mine/a.rego:1: acme.rule is in the data of theirs/acme/rule/data.json:1 too"},
		{"below a package", map[string]string{"a.rego": "package acme.rule\n\ndeny contains data.acme.rule.text.x\n"}, map[string]string{"acme/rule/text/data.json": `{"x": "x"}`},
			"mine/a.rego:1: acme.rule is in the data of theirs/acme/rule/text/data.json:1 too"},
		{"around a package", map[string]string{"a.rego": "package acme.rule\n\ndeny contains \"x\"\n"}, map[string]string{"acme/data.json": `{"text": "x"}`},
			"mine/a.rego:1: acme.rule is in the data of theirs/acme/data.json:1 too"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mine, theirs := folderOf(tt.mine), folderOf(tt.theirs)
			theirs.Name = "theirs"
			_, err := dataOf(t, bare(t), mine, theirs)
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}
