package policy_test

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// realCatalog is the catalogue of the repository as rules see it.
func realCatalog(t testing.TB) map[string]any {
	t.Helper()
	loaded, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Data()
}

// regoFiles are all rule files with their tests, by path.
func regoFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(policies.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" {
			return err
		}
		files[name], err = fs.ReadFile(policies.FS, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no rule file in the policies")
	}
	return files
}

func regoModules(t testing.TB) map[string]*ast.Module {
	t.Helper()
	modules := map[string]*ast.Module{}
	for name, text := range regoFiles(t) {
		module, err := ast.ParseModuleWithOpts(name, string(text), policy.ParserOptions())
		if err != nil {
			t.Fatal(err)
		}
		modules[name] = module
	}
	return modules
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.rego") }

// TestRego runs the tests of the rules under the limits that rules run under,
// and asks that they reach every line.
func TestRego(t *testing.T) {
	modules := regoModules(t)
	packs, _ := packModules(t)
	maps.Copy(modules, packs)
	coverage := cover.New()
	results := runRego(t, modules, coverage)
	cases := 0
	for _, one := range results {
		cases += max(1, len(one.SubResults))
		t.Run(strings.TrimPrefix(one.Package, "data.")+"."+one.Name, func(t *testing.T) { report(t, one) })
	}
	if len(results) == 0 {
		t.Fatal("no test of a rule ran")
	}
	checkCoverage(t, coverage.Report(modules), modules)
	t.Logf("%d tests with %d cases", len(results), cases)
}

// runRego runs the tests among some modules, sorted; coverage may be nil.
func runRego(t *testing.T, modules map[string]*ast.Module, coverage *cover.Cover) []*tester.Result {
	t.Helper()
	schemas, err := policy.Schemas(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policy.New(t.Context(), policies.FS, realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	store := policy.NewStore(policy.Data(realCatalog(t), engine.Rules()))
	runner := tester.NewRunner().
		SetCompiler(policy.NewCompiler().WithSchemas(schemas)).
		SetStore(store).
		SetModules(maps.Clone(modules)).
		RaiseBuiltinErrors(true).
		SetTimeout(time.Minute) // Coverage makes a test many times slower, and so does a busy machine.
	if coverage != nil {
		runner.SetCoverageQueryTracer(coverage)
	}
	var results []*tester.Result
	err = storage.Txn(t.Context(), store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		found, err := runner.RunTests(t.Context(), txn)
		if err != nil {
			return err
		}
		for one := range found {
			results = append(results, one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(results, func(a, b *tester.Result) int {
		return strings.Compare(a.Package+"."+a.Name, b.Package+"."+b.Name)
	})
	return results
}

func report(t *testing.T, result *tester.Result) {
	t.Helper()
	var failed []string
	for name, one := range result.SubResults {
		if one.Fail {
			failed = append(failed, name)
		}
	}
	slices.Sort(failed)
	if result.Error != nil || result.Fail || result.Skip || len(failed) > 0 {
		t.Errorf("%s: fail %v, skip %v, error %v, cases %q", result.Location, result.Fail, result.Skip, result.Error, failed)
	}
}

// checkCoverage wants every line of every rule reached by a test, and every
// finding of every rule made in one.
func checkCoverage(t *testing.T, found cover.Report, modules map[string]*ast.Module) {
	t.Helper()
	lines := 0
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if isTest(name) {
			continue
		}
		file := found.Files[name]
		lines += file.CoveredLines
		for _, missed := range file.NotCovered {
			t.Errorf("%s:%d: no test reaches this line", name, missed.Start.Row)
		}
		for _, rule := range modules[name].Rules {
			if rule.Head.Ref().String() == "findings" && !file.IsCovered(rule.Head.Location.Row) {
				t.Errorf("%s:%d: no test makes this finding", name, rule.Head.Location.Row)
			}
		}
	}
	if lines == 0 {
		t.Error("no line was covered")
	}
	t.Logf("%d lines covered", lines)
}

func TestRegoIsFormatted(t *testing.T) {
	files := regoFiles(t)
	_, packs := packModules(t)
	maps.Copy(files, packs)
	for name, text := range files {
		formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Errorf("format %s: %v", name, err)
			continue
		}
		if !bytes.Equal(text, formatted) {
			t.Errorf("%s is not formatted: run opa fmt -w policies", name)
		}
	}
}

// TestRegoLayout wants each rule in a folder of its name with a test beside
// it, so that a rule's id tells where it is.
func TestRegoLayout(t *testing.T) {
	files := regoFiles(t)
	rules := 0
	for name, module := range regoModules(t) {
		pkg := strings.TrimPrefix(module.Package.Path.String(), "data.entail.")
		folder, nested := strings.CutPrefix(pkg, "rules.")
		if !nested || isTest(name) {
			continue
		}
		rules++
		folder = "rules/" + strings.ReplaceAll(folder, ".", "/")
		base := path.Base(folder)
		if want := path.Join(folder, base+".rego"); name != want {
			t.Errorf("%s holds package %s, which belongs in %s", name, module.Package.Path, want)
		}
		if test := path.Join(folder, base+"_test.rego"); files[test] == nil {
			t.Errorf("%s has no test %s", name, test)
		}
	}
	if rules == 0 {
		t.Error("no rule found")
	}
}
