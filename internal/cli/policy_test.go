package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// ownModules are the rules of entail and those of a folder, tests of entail's
// left out.
func ownModules(t *testing.T, folder string) map[string]*ast.Module {
	t.Helper()
	modules := map[string]*ast.Module{}
	read := func(fsys fs.FS, tests bool) {
		err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(name) != ".rego" || !tests && strings.HasSuffix(name, "_test.rego") {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			if formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1}); err != nil || string(formatted) != string(text) {
				t.Errorf("%s is not formatted (%v)", name, err)
			}
			modules[name], err = ast.ParseModuleWithOpts(name, string(text), policy.ParserOptions())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	read(policies.FS, false)
	read(os.DirFS(folder), true)
	return modules
}

// TestPolicyInit: what is written compiles as rules do, is formatted, and its
// tests pass, whatever the definition is called.
func TestPolicyInit(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := policy.Schemas(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"my-lab", "x", "a-1.0", "default", "not", "input", "data", "some", "true"} {
		folder := filepath.Join(t.TempDir(), "policies")
		if got := entail(t, nil, "policy", "init", "--definition", name, folder); got.code != ExitOK {
			t.Errorf("%s: exit code %d, %s", name, got.code, got.stderr)
			continue
		}
		store := policy.NewStore(policy.Data(licenses.Data(), nil))
		runner := tester.NewRunner().SetCompiler(policy.NewCompiler().WithSchemas(schemas)).
			SetStore(store).SetModules(ownModules(t, folder)).RaiseBuiltinErrors(true)
		ran := 0
		err = storage.Txn(t.Context(), store, storage.TransactionParams{}, func(txn storage.Transaction) error {
			found, err := runner.RunTests(t.Context(), txn)
			if err != nil {
				return err
			}
			for one := range found {
				ran++
				if one.Fail || one.Error != nil || one.Skip {
					t.Errorf("%s: %s fails: %v", name, one.Name, one.Error)
				}
			}
			return nil
		})
		if err != nil || ran != 3 {
			t.Errorf("%s: %d tests ran (%v), want 3", name, ran, err)
		}
	}
}

// TestPolicyInitWritesNowhereElse: no name and no link leads out of the folder,
// and nothing is half written.
func TestPolicyInitWritesNowhereElse(t *testing.T) {
	for _, name := range []string{"../up", "a/b", "-a", "a-", "a..b", "A", "a_b", ".", strings.Repeat("a", 65)} {
		folder := filepath.Join(t.TempDir(), "policies")
		if got := entail(t, nil, "policy", "init", "--definition="+name, folder); got.code != ExitUsage {
			t.Errorf("%q: exit code %d, want %d", name, got.code, ExitUsage)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%q: the folder was made", name)
		}
	}
	folder, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "my-lab")); err != nil {
		t.Fatal(err)
	}
	if got := entail(t, nil, "policy", "init", "--definition", "my-lab", folder); got.code != ExitUsage {
		t.Errorf("a link out of the folder: exit code %d, want %d", got.code, ExitUsage)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Errorf("written outside: %v, %v", entries, err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := entail(t, nil, "policy", "init", "--definition", "my-lab", file); got.code != ExitUsage {
		t.Errorf("a file for a folder: exit code %d, want %d", got.code, ExitUsage)
	}
}

// TestDocumentedPolicies: the Rego of the documentation loads.
func TestDocumentedPolicies(t *testing.T) {
	pages, err := filepath.Glob("../../docs/definitions/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no page: %v", err)
	}
	blocks := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), "```rego\n")[1:] {
			block, _, _ := strings.Cut(part, "```")
			folder := t.TempDir()
			write(t, folder, map[string]string{"a.rego": block})
			release := filepath.Join(repos, "scratch-open")
			if got := entail(t, nil, "check", "--offline", "--policy", folder, release); got.code != ExitOK {
				t.Errorf("%s, block %d: exit code %d, %s", page, i+1, got.code, got.stderr)
			}
			blocks++
		}
	}
	if blocks < 2 {
		t.Errorf("only %d blocks", blocks)
	}
}
