package cli

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/testkit"
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

// runOwnTests runs the tests of a folder as policy test does, and gives how many
// there were. The JSON files of the folder are examples.
func runOwnTests(t *testing.T, folder string) int {
	t.Helper()
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := policy.Schemas(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]any{}
	if text, err := os.ReadFile(filepath.Join(folder, "examples", "input.json")); err == nil {
		examples["examples/input.json"] = decode(t, string(text))
	}
	data := policy.Data(licenses.Data(), nil)
	data["entail"] = map[string]any{"testing": map[string]any{"examples": examples}}
	store := policy.NewStore(data)
	runner := tester.NewRunner().SetCompiler(policy.CheckFields(policy.NewCompiler().WithSchemas(schemas), schemas)).
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
				t.Errorf("%s fails: %v", one.Name, one.Error)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return ran
}

// TestPolicyInitDefinition: what is written compiles as rules do, is formatted,
// and its tests pass, whatever the definition is called.
func TestPolicyInitDefinition(t *testing.T) {
	for _, name := range []string{"my-lab", "x", "a-1.0", "default", "not", "input", "data", "some", "true"} {
		folder := filepath.Join(t.TempDir(), "policies")
		if got := entail(t, nil, "policy", "init", "--definition", name, folder); got.code != ExitOK {
			t.Errorf("%s: exit code %d, %s", name, got.code, got.stderr)
			continue
		}
		if ran := runOwnTests(t, folder); ran != 3 {
			t.Errorf("%s: %d tests ran, want 3", name, ran)
		}
		if got := entail(t, nil, "policy", "check", "--strict", folder); got.code != ExitOK {
			t.Errorf("%s: policy check says %s%s", name, got.stdout, got.stderr)
		}
	}
}

// TestPolicyInit: the rule to start from holds to what the other commands ask
// for, judges, and its example is an input.
func TestPolicyInit(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "policies")
	if got := entail(t, nil, "policy", "init", folder); got.code != ExitOK {
		t.Fatalf("exit code %d, %s", got.code, got.stderr)
	}
	if ran := runOwnTests(t, folder); ran != 3 {
		t.Errorf("%d tests ran, want 3", ran)
	}
	for _, command := range []string{"check --strict", "fmt --check"} {
		args := append([]string{"policy"}, append(strings.Fields(command), folder)...)
		if got := entail(t, nil, args...); got.code != ExitOK {
			t.Errorf("policy %s: exit code %d, %s%s", command, got.code, got.stdout, got.stderr)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "examples", "input.json"))
	if err != nil {
		t.Fatal(err)
	}
	if faults := validator(t, "input.json")(decode(t, string(text))); len(faults) > 0 {
		t.Errorf("the example is no input: %v", faults)
	}
	for release, code := range map[string]int{"scratch-open": ExitOK, "openrail-finetune": ExitFindings} {
		got := entail(t, nil, "check", "--offline", "--format", "json", "--policy", folder, filepath.Join(repos, release))
		fired := strings.Contains(got.stdout, "which nobody has cleared")
		if got.code != code || fired != (code == ExitFindings) {
			t.Errorf("%s: exit code %d, the rule fires: %t; %s", release, got.code, fired, got.stderr)
		}
	}
}

// TestPolicyInput: what is printed is what check evaluates: any OPA, given our
// rules as they lie in the repository, finds the same in it.
func TestPolicyInput(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := policy.Compile(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), licenses.Data())
	if err != nil {
		t.Fatal(err)
	}
	options := []func(*rego.Rego){
		rego.Query("data.entail.findings"), rego.Store(policy.NewStore(policy.Data(licenses.Data(), engine.Rules()))),
	}
	for _, module := range ownModules(t, t.TempDir()) {
		options = append(options, rego.ParsedModule(module))
	}
	plain, err := rego.New(options...).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	matches := validator(t, "input.json")
	for _, args := range [][]string{
		{"apache-on-llama"},
		{"three-generations", "--definition", "osaid-1.0", "--reading", "practice"},
		{"qwen-distill-mit", "--use", "commercial,hosted", "--users", "900000000", "--region", "EU", "--field", "military"},
		{"declared-use", "--config", filepath.Join(repos, "declared-use", "entail.yaml"), "--datasets"},
	} {
		args = append([]string{filepath.Join(repos, args[0]), "--offline"}, args[1:]...)
		printed := entail(t, nil, append([]string{"policy", "input"}, args...)...)
		if printed.code != ExitOK {
			t.Fatalf("%s: exit code %d, %s", args, printed.code, printed.stderr)
		}
		document := decode(t, printed.stdout)
		if faults := matches(document); len(faults) > 0 {
			t.Errorf("%s: %v", args, faults)
		}
		found, err := plain.Eval(t.Context(), rego.EvalInput(document))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", args, found, err)
		}
		checked := entail(t, nil, append([]string{"check", "--format", "json"}, args...)...)
		var result struct{ Results []struct{ Findings []any } }
		if err := json.Unmarshal([]byte(checked.stdout), &result); err != nil {
			t.Fatalf("%s: %v, %s", args, err, checked.stderr)
		}
		want, got := texts(t, result.Results[0].Findings), texts(t, found[0].Expressions[0].Value.([]any))
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: a plain evaluation finds\n%s\nand check\n%s", args, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// texts are documents as sorted JSON.
func texts(t *testing.T, documents []any) []string {
	t.Helper()
	var all []string
	for _, one := range documents {
		text, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	slices.Sort(all)
	return all
}

// TestPolicyDocs: docs/rules.md is what the command writes of our rules.
func TestPolicyDocs(t *testing.T) {
	got := entail(t, nil, "policy", "docs")
	if got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	testkit.Golden(t, "../../docs/rules.md", []byte(got.stdout))
}

// TestPolicyFmt: files are replaced in one step with the permissions they have,
// all or none, and no link is followed.
func TestPolicyFmt(t *testing.T) {
	const loose, tight = "package custom.a\nfindings contains   {\"message\": \"x\"}\n", "package custom.a\n\nfindings contains {\"message\": \"x\"}\n"
	folder := t.TempDir()
	write(t, folder, map[string]string{"a.rego": loose, "b/b_test.rego": loose, "c.rego": tight, "d.txt": loose})
	if err := os.Chmod(filepath.Join(folder, "a.rego"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, flag := range []string{"--check", "--diff"} {
		if got := entail(t, nil, "policy", "fmt", flag, folder); got.code != ExitFindings || read("a.rego") != loose {
			t.Errorf("%s: exit code %d, %s", flag, got.code, got.stderr)
		}
	}
	write(t, folder, map[string]string{"z.rego": "package\n"})
	if got := entail(t, nil, "policy", "fmt", folder); got.code != ExitUsage || read("a.rego") != loose {
		t.Errorf("beside a file that is no Rego: exit code %d, %s", got.code, got.stderr)
	}
	if err := os.Remove(filepath.Join(folder, "z.rego")); err != nil {
		t.Fatal(err)
	}
	got := entail(t, nil, "policy", "fmt", folder)
	if want := folder + "/a.rego\n" + folder + "/b/b_test.rego\n"; got.code != ExitOK || got.stdout != want {
		t.Errorf("exit code %d, %q, want %q; %s", got.code, got.stdout, want, got.stderr)
	}
	if read("a.rego") != tight || read("b/b_test.rego") != tight || read("d.txt") != loose {
		t.Errorf("a.rego is %q", read("a.rego"))
	}
	if info, err := os.Stat(filepath.Join(folder, "a.rego")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 4 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	outside := filepath.Join(t.TempDir(), "a.rego")
	if err := os.WriteFile(outside, []byte(loose), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{outside, "a.rego"} {
		if err := os.Symlink(target, filepath.Join(folder, "link.rego")); err != nil {
			t.Fatal(err)
		}
		if got := entail(t, nil, "policy", "fmt", folder); got.code != ExitUsage || !strings.Contains(got.stderr, "link.rego: not a regular file") {
			t.Errorf("a link to %s: exit code %d, %s", target, got.code, got.stderr)
		}
		if err := os.Remove(filepath.Join(folder, "link.rego")); err != nil {
			t.Fatal(err)
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
