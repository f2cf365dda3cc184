package policy_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// packNames are the packs that ship.
func packNames(t testing.TB) []string {
	t.Helper()
	entries, err := fs.ReadDir(policies.Packs, "packs")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if len(names) < 6 {
		t.Fatalf("%d packs, which cannot be all", len(names))
	}
	return names
}

func packFolder(t testing.TB, name string) policy.Folder {
	t.Helper()
	folder, err := fs.Sub(policies.Packs, path.Join("packs", name))
	if err != nil {
		t.Fatal(err)
	}
	return policy.Folder{Name: name, FS: folder}
}

// TestPacksFire: each pack has something to say of one fixture and nothing of
// another, none of its rules fails, and what it says points into the card.
func TestPacksFire(t *testing.T) {
	documents := fixtures(t)
	for _, base := range []string{"apache-2.0", "cc-by-nc-nd-4.0", "llama3.2"} {
		documents[base] = plainDocument("apache-2.0", base)
	}
	gone := plainDocument("apache-2.0", "apache-2.0")
	gone.Nodes["base/model"].State = model.Gated
	documents["gone"] = gone
	for _, name := range packNames(t) {
		t.Run(name, func(t *testing.T) {
			compiled, err := policy.Compile(policies.FS, packFolder(t, name))
			if err != nil {
				t.Fatal(err)
			}
			engine, err := compiled.Prepare(t.Context(), realCatalog(t))
			if err != nil {
				t.Fatal(err)
			}
			fired, quiet := 0, 0
			for fixture, document := range documents {
				result := eval(t, engine, document)
				if len(result.Failed) > 0 {
					t.Errorf("%s: %+v", fixture, result.Failed)
				}
				// What entail finds missing is known without a pack.
				if slices.ContainsFunc(result.Incomplete, func(why string) bool { return strings.HasPrefix(why, "data.") }) {
					t.Errorf("%s: %q", fixture, result.Incomplete)
				}
				said := 0
				for _, f := range result.Findings {
					if strings.HasPrefix(f.Rule, "custom/"+name+"/") && f.Level != model.LevelNote {
						said++
					}
				}
				if said > 0 {
					fired++
				} else {
					quiet++
				}
			}
			if fired == 0 || quiet == 0 {
				t.Errorf("an error or a warning in %d fixtures, none in %d", fired, quiet)
			}
		})
	}
}

// packModules are the rules of all packs with their tests, by path.
func packModules(t testing.TB) (modules map[string]*ast.Module, texts map[string][]byte) {
	t.Helper()
	modules, texts = map[string]*ast.Module{}, map[string][]byte{}
	err := fs.WalkDir(policies.Packs, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" {
			return err
		}
		if texts[name], err = fs.ReadFile(policies.Packs, name); err != nil {
			return err
		}
		modules[name], err = ast.ParseModuleWithOpts(name, string(texts[name]), policy.ParserOptions())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return modules, texts
}
