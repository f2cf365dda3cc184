package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// writeBundle lays the policies out as any OPA reads them: the rules, the
// manifest, and the catalogue with what is known of each rule as data.json.
func writeBundle(t testing.TB, folder string, engine *policy.Engine) {
	t.Helper()
	files := map[string][]byte{}
	for name, text := range regoFiles(t) {
		if !isTest(name) {
			files[name] = text
		}
	}
	manifest, err := policies.FS.ReadFile(".manifest")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(policy.Data(realCatalog(t), engine.Rules()))
	if err != nil {
		t.Fatal(err)
	}
	files[".manifest"], files["data.json"] = manifest, data
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPlainOPA evaluates the findings of each fixture as `opa eval` does, with
// the policies as a bundle and none of our limits: they are those of the
// engine.
func TestPlainOPA(t *testing.T) {
	engine := realEngine(t)
	folder := t.TempDir()
	writeBundle(t, folder, engine)
	query, err := rego.New(rego.Query("data.entail.findings"), rego.LoadBundle(folder)).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, document := range fixtures(t) {
		var facts map[string]any
		remake(t, document, &facts)
		results, err := query.Eval(t.Context(), rego.EvalInput(facts))
		if err != nil {
			t.Fatal(err)
		}
		if len(results) != 1 {
			t.Fatalf("%s: %d results", name, len(results))
		}
		plain, ok := results[0].Expressions[0].Value.([]any)
		if !ok {
			t.Fatalf("%s: findings are %T", name, results[0].Expressions[0].Value)
		}
		var own []any
		remake(t, eval(t, engine, document).Findings, &own)
		if d := difference(asSet(t, own), asSet(t, plain)); d != "" {
			t.Errorf("%s: the engine's findings are not those of a plain evaluation:%s", name, d)
		}
		found += len(plain)
	}
	if found == 0 {
		t.Error("no fixture has a finding")
	}
}
