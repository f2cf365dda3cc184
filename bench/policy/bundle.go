package main

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// adaptor has conftest find in our rules what it looks for: a package main that
// denies.
const adaptor = `package main

deny contains found.message if some found in data.entail.result.findings
`

// writeRules writes the rules and the catalogue below dir: for opa as a bundle,
// for conftest as folders with rules, with data and with the adaptor.
func writeRules(ctx context.Context, dir string) error {
	known, err := catalog.Load(policies.FS)
	if err != nil {
		return err
	}
	engine, err := policy.New(ctx, policies.FS, known.Data())
	if err != nil {
		return err
	}
	data, err := json.Marshal(policy.Data(known.Data(), engine.Rules()))
	if err != nil {
		return err
	}
	manifest, err := fs.ReadFile(policies.FS, ".manifest")
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"bundle/.manifest": manifest, "bundle/data.json": data, "data/data.json": data, "adaptor/main.rego": []byte(adaptor),
	}
	err = fs.WalkDir(policies.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego") {
			return err
		}
		text, err := fs.ReadFile(policies.FS, name)
		files["bundle/"+name], files["rules/"+name] = text, text
		return err
	})
	if err != nil {
		return err
	}
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(at, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
