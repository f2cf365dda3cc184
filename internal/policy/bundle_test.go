package policy_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	opabundle "github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/archive"
	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// house are folders of rules as users have them: ours and conftest's shapes, a
// definition, answers, and two folders of one name.
func house() []policy.Folder {
	at := func(name string, files map[string]string) policy.Folder {
		folder := folderOf(files)
		folder.Name = name
		return folder
	}
	return policy.Placed([]policy.Folder{
		at("../acme/policies", map[string]string{
			"known/known.rego": `# METADATA
# title: A base model is not of the house
# custom:
#   level: warning
package custom.house.known

import data.entail.lib

findings contains {"message": sprintf("%s is an ancestor", [id]), "path": input.paths[id], "term": "known"} if some id in lib.ancestors
`,
			"known/known_test.rego": "package custom.house.known_test\n\nimport data.custom.house.known\n\n" +
				"test_none if count(known.findings) == 0 with data.entail.lib.ancestors as set()\n",
			"limits/data.json": `{"few": 7}`,
			"young.rego": "package custom.young\n\nfindings contains {\"message\": sprintf(\"%d is few\", [data.limits.few])} if " +
				"data.catalog.licenses.acme.class == \"custom\"\n",
			"catalog/apache-2.0.yaml": `key: apache-2.0
replaces: true
name: Apache License 2.0, as the house reads it
identifiers: { huggingface: [apache-2.0], spdx: [Apache-2.0] }
class: permissive
osi_approved: true
source: https://acme.example/apache
relicensing: { derivatives: keep-notice }
terms:
  - { kind: license-copy, clause: 4(a), flows: [derivatives, redistribution], summary: Its text goes along. }
`,
			"catalog/acme.yaml": `key: acme
name: Acme
identifiers: { license_name: [acme-1.0] }
class: custom
osi_approved: false
source: https://acme.example/license
relicensing: { derivatives: free }
`,
			"tidy.rego":    ownDefinition,
			"answers.rego": "package custom.answers[\"eu-ai-act\"][\"EUAIA-7\"]\n\nstate := \"met\"\n\nwhy := \"a report\"\n",
		}),
		at("policies", map[string]string{"main.rego": "# METADATA\n# custom:\n#   effective_on: 2099-01-01\npackage main\n\n" +
			"exception contains [\"young\"] if count(input.nodes) > 1\n\ndeny contains {\"msg\": sprintf(\"%s is denied\", [input.subject]), \"details\": {\"a\": 1}}\n\n" +
			"warn_young contains \"young\" if input.now > \"2000\"\n"}),
	})
}

func engineOf(t testing.TB, folders ...policy.Folder) *policy.Engine {
	t.Helper()
	compiled, err := policy.Compile(policies.FS, folders...)
	if err != nil {
		t.Fatal(err)
	}
	var added []catalog.Folder
	for _, one := range folders {
		added = append(added, catalog.Folder(one))
	}
	licenses, err := catalog.Load(policies.FS, added...)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), licenses.Data())
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func bundleOf(t testing.TB, o policy.BundleOptions, folders ...policy.Folder) []byte {
	t.Helper()
	packed, err := engineOf(t, folders...).Bundle(t.Context(), policies.FS, folders, o)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// plainFindings asks plain OPA for the findings of a bundle, with none of our
// limits.
func plainFindings(t *testing.T, packed []byte) func(any) []any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.tar.gz")
	if err := os.WriteFile(file, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	query, err := rego.New(rego.Query("data.entail.findings"), rego.LoadBundle(file)).PrepareForEval(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return func(document any) []any {
		var facts map[string]any
		remake(t, document, &facts)
		results, err := query.Eval(t.Context(), rego.EvalInput(facts))
		if err != nil {
			t.Fatal(err)
		}
		if len(results) != 1 {
			t.Fatalf("%d results", len(results))
		}
		plain, ok := results[0].Expressions[0].Value.([]any)
		if !ok {
			t.Fatalf("findings are %T", results[0].Expressions[0].Value)
		}
		return plain
	}
}

// configured is a configuration that uses whatever rules go by.
var configured = input.Config{
	Definitions: []string{"osaid-1.0", "eu-ai-act"}, Reading: "text",
	Rules: map[string]input.RuleSetting{
		"lineage/owed-obligation": {Level: "error"}, "license/text-missing": {Level: "off"},
		"license/missing": {ReplacedBy: "license/modified"},
	},
	Exceptions: []input.Exception{
		{Rule: "lineage/dropped-*", Model: "**", Reason: "so", Approver: "legal", Expires: "2099-12-31"},
		{Rule: "license/*", Model: "**", Reason: "so", Approver: "legal", Expires: "2020-12-31"},
		{Rule: "use/*", Model: "no/*", Term: "attribution", Reason: "so", Approver: "legal", Expires: "2099-12-31"},
	},
}

// TestPlainOPA evaluates the findings of each fixture as `opa eval` does: over
// a bundle, with and without a user's folders, they are those of the engine,
// and of an engine that was given the bundle.
func TestPlainOPA(t *testing.T) {
	for name, folders := range map[string][]policy.Folder{"ours": nil, "with a user's": house()} {
		engine := engineOf(t, folders...)
		packed := bundleOf(t, policy.BundleOptions{}, folders...)
		plain := plainFindings(t, packed)
		again := engine
		if folders != nil {
			opened, err := policy.OpenBundle("b.tar.gz", bytes.NewReader(packed), policies.FS, nil)
			if err != nil || len(opened.Notes) > 0 {
				t.Fatal(err, opened.Notes)
			}
			again = engineOf(t, opened.Folders...)
		}
		if again.Digest() != engine.Digest() {
			t.Errorf("%s: the digest differs after a bundle", name)
		}
		found := map[string]int{}
		for fixture, document := range fixtures(t) {
			document.Config = configured
			var own, reread []any
			remake(t, eval(t, engine, document).Findings, &own)
			remake(t, eval(t, again, document).Findings, &reread)
			if d := difference(asSet(t, plain(document)), asSet(t, own)); d != "" {
				t.Errorf("%s, %s: the engine's findings are not those of a plain evaluation:%s", name, fixture, d)
			}
			reread = strip(t, reread, "b.tar.gz/")
			if d := difference(asSet(t, reread), asSet(t, own)); d != "" {
				t.Errorf("%s, %s: findings differ after a bundle:%s", name, fixture, d)
			}
			for _, one := range own {
				finding := one.(map[string]any)
				rule, _, _ := strings.Cut(finding["rule"].(string), "/")
				found[rule]++
				if waived, there := finding["waived"].(map[string]any); there {
					found[fmt.Sprintf("waived %v", waived["reason"])]++
				}
				if message, _ := finding["message"].(string); strings.HasSuffix(message, "(counts as an error from 2099-01-01)") {
					found["later"]++
				}
			}
		}
		if folders != nil && engine.Digest() == engineOf(t).Digest() {
			t.Error("a user's folders do not change the digest")
		}
		if found["lineage"] == 0 || found["config"] == 0 || found["waived so"] == 0 {
			t.Errorf("%s: rules that found something: %v", name, found)
		}
		own := folders != nil
		if (found["custom"] > 0) != own || (found["later"] > 0) != own || (found["waived package main makes an exception of it"] > 0) != own {
			t.Errorf("%s: rules that found something: %v", name, found)
		}
	}
}

// strip takes the name of a bundle out of findings that name its files.
func strip(t *testing.T, findings []any, name string) (stripped []any) {
	t.Helper()
	text, err := json.Marshal(findings)
	if err == nil {
		err = json.Unmarshal(bytes.ReplaceAll(text, []byte(name), nil), &stripped)
	}
	if err != nil {
		t.Fatal(err)
	}
	return stripped
}

// TestBundleManifest: a bundle says what it holds, in the same bytes each time.
func TestBundleManifest(t *testing.T) {
	engine := engineOf(t, house()...)
	packed := bundleOf(t, policy.BundleOptions{Version: "1.2.3"}, house()...)
	if again := bundleOf(t, policy.BundleOptions{Version: "1.2.3"}, house()...); !bytes.Equal(again, packed) {
		t.Error("the same rules gave other bytes")
	}
	read, err := opabundle.NewReader(bytes.NewReader(packed)).Read()
	if err != nil {
		t.Fatal(err)
	}
	m := read.Manifest
	if m.Revision != engine.Digest() || m.RegoVersion == nil || *m.RegoVersion != 1 || !slices.Equal(*m.Roots, []string{"catalog", "custom", "entail", "limits", "main"}) {
		t.Errorf("manifest %s", m)
	}
	if made, _ := m.Metadata["entail"].(map[string]any); made["version"] != "1.2.3" {
		t.Errorf("metadata %v", m.Metadata)
	}
	files, err := archive.UnpackGzip(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"user/policies/known/known.rego", "user/policies/catalog/acme.yaml", "user/policies-2/main.rego", "entail/own.rego", "main.rego", "data.json", "lib/own.rego"} {
		if files[want] == nil {
			t.Errorf("%s is not in it: %v", want, slices.Sorted(maps.Keys(files)))
		}
	}
	for name := range files {
		if strings.Contains(name, "..") || strings.HasSuffix(name, "_test.rego") {
			t.Errorf("%s is in it", name)
		}
	}
	for _, tt := range []struct {
		folders    []policy.Folder
		with, lack string
	}{{house(), "user/policies/known/known_test.rego", "main_test.rego"}, {nil, "main_test.rego", "user/policies/known/known_test.rego"}} {
		tested, err := archive.UnpackGzip(bytes.NewReader(bundleOf(t, policy.BundleOptions{Tests: true}, tt.folders...)))
		if err != nil {
			t.Fatal(err)
		}
		if tested[tt.with] == nil || tested[tt.lack] != nil {
			t.Errorf("want %s among the tests, and not %s", tt.with, tt.lack)
		}
	}
}

// keyPair writes keys in PEM.
func keyPair(t *testing.T, private any, public any) (key, verification string) {
	t.Helper()
	dir := t.TempDir()
	for name, one := range map[string]func() ([]byte, error){
		"PRIVATE KEY": func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(private) },
		"PUBLIC KEY":  func() ([]byte, error) { return x509.MarshalPKIXPublicKey(public) },
	} {
		der, err := one()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: name, Bytes: der}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "PRIVATE KEY"), filepath.Join(dir, "PUBLIC KEY")
}

// TestBundleSignature: what we sign OPA verifies, and what was not signed by
// the key, or changed since, is refused with the file's name.
func TestBundleSignature(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("a secret of some length, for everybody"), 0o600); err != nil {
		t.Fatal(err)
	}
	rsaPrivate, rsaPublic := keyPair(t, rsaKey, &rsaKey.PublicKey)
	ecPrivate, ecPublic := keyPair(t, ecKey, &ecKey.PublicKey)
	open := func(packed []byte, key, algorithm string) error {
		_, err := policy.OpenBundle("b.tar.gz", bytes.NewReader(packed), policies.FS, &policy.Verification{Key: key, Algorithm: algorithm})
		return err
	}
	for _, tt := range []struct{ private, public, algorithm string }{
		{rsaPrivate, rsaPublic, ""}, {rsaPrivate, rsaPublic, "RS512"}, {ecPrivate, ecPublic, "ES256"}, {secret, secret, "HS256"},
	} {
		packed := bundleOf(t, policy.BundleOptions{SigningKey: tt.private, Algorithm: tt.algorithm}, house()...)
		if err := open(packed, tt.public, tt.algorithm); err != nil {
			t.Errorf("%s: %v", tt.algorithm, err)
		}
		algorithm := tt.algorithm
		if algorithm == "" {
			algorithm = "RS256"
		}
		text, err := os.ReadFile(tt.public)
		if err != nil {
			t.Fatal(err)
		}
		keys := map[string]*opabundle.KeyConfig{"default": {Key: string(text), Algorithm: algorithm}}
		config := opabundle.NewVerificationConfig(keys, "default", "", nil)
		if _, err := opabundle.NewReader(bytes.NewReader(packed)).WithBundleVerificationConfig(config).Read(); err != nil {
			t.Errorf("%s: OPA: %v", tt.algorithm, err)
		}
	}
	signed := bundleOf(t, policy.BundleOptions{SigningKey: rsaPrivate}, house()...)
	files, err := archive.UnpackGzip(bytes.NewReader(signed))
	if err != nil {
		t.Fatal(err)
	}
	changed := func(name string, text []byte) []byte {
		all := maps.Clone(files)
		if all[name] = text; text == nil {
			delete(all, name)
		}
		packed, err := archive.PackGzip(all)
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	for want, err := range map[string]error{
		"it has no .signatures.json":                             open(bundleOf(t, policy.BundleOptions{}, house()...), rsaPublic, ""),
		"verify JWT signature":                                   open(signed, ecPublic, "ES256"),
		"main.rego: digest mismatch":                             open(changed("user/policies-2/main.rego", []byte("package main")), rsaPublic, ""),
		"file user/more.rego not included":                       open(changed("user/more.rego", []byte("package more")), rsaPublic, ""),
		"user/policies-2/main.rego is signed and is not":         open(changed("user/policies-2/main.rego", nil), rsaPublic, ""),
		".signatures.json: EOF":                                  open(changed(".signatures.json", []byte("")), rsaPublic, ""),
		"missing JWT":                                            open(changed(".signatures.json", []byte("{}")), rsaPublic, ""),
		"signed by a plugin":                                     open(changed(".signatures.json", []byte(`{"plugin":"x"}`)), rsaPublic, ""),
		"read the bundle b.tar.gz: check its signature: failed ": open(changed(".signatures.json", []byte(`{"signatures":["x"]}`)), rsaPublic, ""),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

// TestOpenBundle: of a bundle, packed or not, what is a user's is read; what
// would not be evaluated as its author meant is refused by name.
func TestOpenBundle(t *testing.T) {
	ours, err := archive.UnpackGzip(bytes.NewReader(bundleOf(t, policy.BundleOptions{}, house()...)))
	if err != nil {
		t.Fatal(err)
	}
	main, err := policies.FS.ReadFile("main.rego")
	if err != nil {
		t.Fatal(err)
	}
	manifest := func(text string) map[string]string { return map[string]string{".manifest": text} }
	for name, tt := range map[string]struct {
		base map[string][]byte
		more map[string]string
		// want is in the error; note in the note.
		want, note string
		files      []string
	}{
		"ours":         {base: ours, files: []string{"b/user/policies-2/main.rego", "b/user/policies/answers.rego", "b/user/policies/known/known.rego", "b/user/policies/tidy.rego", "b/user/policies/young.rego"}},
		"ours changed": {base: ours, more: map[string]string{"main.rego": string(main) + "\n# changed\n"}, note: "not those of this version (main.rego, 1 in all)", files: []string{"b/user/policies-2/main.rego", "b/user/policies/answers.rego", "b/user/policies/known/known.rego", "b/user/policies/tidy.rego", "b/user/policies/young.rego"}},
		"ours and more": {base: ours, more: map[string]string{"more.rego": "package custom.more"},
			want: "more.rego: package custom lies among entail's own rules"},
		"a root too few":  {base: ours, more: manifest(`{"roots": ["entail", "catalog", "custom", "limits"], "metadata": {"entail": {}}}`), want: "main.rego: package main lies outside of the roots that .manifest names: entail, catalog, custom, limits"},
		"opa's":           {more: map[string]string{"a/b.rego": "package a.b", ".manifest": `{"roots": ["a"]}`}, files: []string{"b/a/b.rego"}},
		"without roots":   {more: map[string]string{"a/b.rego": "package a.b"}, files: []string{"b/a/b.rego"}},
		"foreign root":    {more: map[string]string{"a/b.rego": "package a.b", ".manifest": `{"roots": ["c"]}`}, want: "a/b.rego: package a.b lies outside of the roots that .manifest names: c"},
		"broken manifest": {more: manifest(`{"roots": 1}`), want: ".manifest: json"},
		"broken rule":     {more: map[string]string{"x.rego": "package"}, want: "x.rego:1"},
		"wasm":            {more: map[string]string{"policy.wasm": "x"}, want: "policy.wasm: rules compiled to WebAssembly"},
		"plan":            {more: map[string]string{"plan.json": "{}"}, want: "plan.json: rules compiled to a plan"},
		"delta":           {more: map[string]string{"patch.json": "{}"}, want: "patch.json: a change to another bundle"},
	} {
		files := map[string][]byte{}
		maps.Copy(files, tt.base)
		held := fstest.MapFS{}
		for file, text := range tt.more {
			files[file] = []byte(text)
		}
		for file, text := range files {
			held[file] = &fstest.MapFile{Data: text}
		}
		opened, err := policy.OpenFiles("b", files, policies.FS, nil)
		check := func(how string, opened policy.Opened, err error) {
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s, %s: got %v, want %q in it", name, how, err, tt.want)
				}
				return
			}
			if err != nil {
				t.Errorf("%s, %s: %v", name, how, err)
				return
			}
			if notes := strings.Join(opened.Notes, "\n"); (notes == "") != (tt.note == "") || !strings.Contains(notes, tt.note) {
				t.Errorf("%s, %s: notes %q, want %q in it", name, how, notes, tt.note)
			}
			if got := rulesIn(t, opened); !slices.Equal(got, tt.files) {
				t.Errorf("%s, %s: rules %q, want %q", name, how, got, tt.files)
			}
		}
		check("packed", opened, err)
		if tt.base != nil {
			opened, err = policy.OpenFolder("b", held, policies.FS)
			check("unpacked", opened, err)
		}
	}
	alone, err := archive.UnpackGzip(bytes.NewReader(bundleOf(t, policy.BundleOptions{})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.OpenFiles("b", alone, policies.FS, nil); err == nil || !strings.Contains(err.Error(), "it holds entail's own rules alone") {
		t.Errorf("a bundle of ours alone: %v", err)
	}
}

func rulesIn(t *testing.T, opened policy.Opened) []string {
	t.Helper()
	var names []string
	for _, folder := range opened.Folders {
		err := fs.WalkDir(folder.FS, ".", func(name string, entry fs.DirEntry, err error) error {
			if strings.HasSuffix(name, ".rego") {
				names = append(names, folder.Name+"/"+name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	return names
}

// TestBundleData: data that are not the catalogue's come back with a user's
// rules.
func TestBundleData(t *testing.T) {
	text, err := json.Marshal(map[string]any{"catalog": 1, "custom": map[string]any{"limits": []int{1}}})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := policy.OpenFiles("b", map[string][]byte{
		".manifest":     []byte(`{"roots": ["custom", "catalog"], "metadata": {"entail": {}}}`),
		"data.json":     text,
		"user/x/x.rego": []byte("package custom.x"),
	}, policies.FS, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fs.ReadFile(opened.Folders[0].FS, "data.json")
	if err != nil || string(got) != `{"custom":{"limits":[1]}}` {
		t.Errorf("%s, %v", got, err)
	}
}
