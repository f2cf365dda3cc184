package policy

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/entail-dev/entail/internal/model"
)

// Where tests find what they are made of: our helpers to build input documents,
// and the JSON files of a folder.
const (
	testingFile    = "testing/fixture_test.rego"
	examplesRoot   = "data.entail.testing.examples"
	maxExampleFile = 16 << 20
	maxExamples    = 1_000
	maxTraced      = 20
	maxTestOutput  = 4_000
)

// TestOptions say which tests to run, and how.
type TestOptions struct {
	// Run is matched against the full name of each test; nil for all.
	Run *regexp.Regexp
	// Coverage asks which lines the tests reach. It makes them slower.
	Coverage bool
	// Timeout bounds each test; DefaultTimeout where zero.
	Timeout time.Duration
}

// NoTestError says that there was nothing to run, which is never a pass.
type NoTestError struct {
	// Known are the names of all tests there are, sorted.
	Known []string
}

// Error is what went wrong.
func (e *NoTestError) Error() string {
	if len(e.Known) == 0 {
		return "no test: a test is a rule whose name starts with test_, in a file that ends in _test.rego"
	}
	return "no test has such a name"
}

// Tests are a user's rules with their tests, compiled.
type Tests struct {
	folders  []Folder
	modules  map[string]*ast.Module
	compiler *ast.Compiler
	store    storage.Store
}

// LoadTests reads the rules of a user's folders with their tests. They are
// compiled as for Compile, beside our rules and what tests of ours are made of,
// data.entail.testing. The JSON files of a folder are at
// data.entail.testing.examples[path]; catalog is data.catalog.
func LoadTests(fsys fs.FS, catalogue map[string]any, folders ...Folder) (*Tests, error) {
	modules, err := parse(fsys)
	if err != nil {
		return nil, err
	}
	rules, err := describe(modules)
	if err != nil {
		return nil, err
	}
	if modules[testingFile], err = parseFixtures(fsys); err != nil {
		return nil, err
	}
	t := &Tests{folders: folders, modules: modules}
	examples := map[string]any{}
	var withRules []Folder
	for _, folder := range folders {
		found, err := t.readTests(folder, examples)
		if err != nil {
			return nil, fmt.Errorf("read the tests in %s: %w", folder.Name, err)
		}
		if found {
			withRules = append(withRules, folder)
		}
	}
	own, err := parseFolders(withRules)
	if err != nil {
		return nil, err
	}
	maps.Copy(t.modules, own.modules)
	data := Data(catalogue, append(rules, own.rules...))
	maps.Copy(data, own.data)
	data["entail"] = map[string]any{"testing": map[string]any{"examples": examples}}
	t.store = NewStore(data)
	schemas, err := Schemas(fsys)
	if err != nil {
		return nil, err
	}
	t.compiler = bound(CheckFields(NewCompiler().WithSchemas(schemas).WithEnablePrintStatements(true), schemas), true)
	return t, t.knownExamples(examples)
}

// readTests reads the tests and the examples of a folder, and says whether it
// has rules as well.
func (t *Tests) readTests(folder Folder, examples map[string]any) (rules bool, err error) {
	entries := 0
	err = fs.WalkDir(folder.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxUserEntries {
			return fmt.Errorf("more than %d files and folders", maxUserEntries)
		}
		switch {
		case err != nil || entry.IsDir():
			return err
		case isRule(name):
			rules = true
		case path.Ext(name) == ".rego":
			return t.readTest(folder, name)
		case path.Ext(name) == ".json" && path.Base(name) != "data.json":
			return readExample(folder, name, examples)
		}
		return nil
	})
	return rules, err
}

func (t *Tests) readTest(folder Folder, name string) error {
	text, err := readRule(folder.FS, name)
	if err != nil {
		return err
	}
	name = path.Join(folder.Name, name)
	module, err := ast.ParseModuleWithOpts(name, string(text), ParserOptions())
	if err != nil {
		return err
	}
	t.modules[userPrefix+name] = module
	return customPackage(module)
}

// readExample reads a JSON file for tests to use. One that is not JSON, as some
// tools' configuration is not, is left out.
func readExample(folder Folder, name string, examples map[string]any) error {
	if len(examples) >= maxExamples {
		return fmt.Errorf("more than %d JSON files", maxExamples)
	}
	info, err := fs.Lstat(folder.FS, name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxExampleFile {
		return nil
	}
	text, err := fs.ReadFile(folder.FS, name)
	if err != nil {
		return err
	}
	var value any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil || decoder.More() {
		return nil
	}
	if _, twice := examples[name]; twice {
		return fmt.Errorf("%s: another folder has an example of that name; rename one", name)
	}
	examples[name] = value
	return nil
}

// knownExamples refuses a test that names an example which is not there: what is
// undefined would let many a test pass.
func (t *Tests) knownExamples(examples map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(t.modules)) {
		if !strings.HasPrefix(key, userPrefix) {
			continue
		}
		module := t.modules[key]
		imported := map[string]bool{}
		for _, one := range module.Imports {
			if one.Path.String() == "data.entail.testing" {
				imported[string(one.Name())] = true
			}
		}
		var err error
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			name, ok := exampleName(ref, imported)
			if _, there := examples[name]; ok && !there && err == nil {
				err = &NoExampleError{At: ref[0].Location.String(), Name: name, Known: slices.Sorted(maps.Keys(examples))}
			}
			return false
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// faults are what is wrong with the tests' modules, where that is why they did
// not run.
func (t *Tests) faults(err error) error {
	if t.compiler.Failed() {
		return compileProblems(t.compiler)
	}
	return err
}

// NoExampleError says that a test names an example that its folder lacks.
type NoExampleError struct {
	// At is the file and line, Name what is named there, Known what there is.
	At, Name string
	Known    []string
}

// Error is what went wrong.
func (e *NoExampleError) Error() string {
	return fmt.Sprintf("%s: no example is called %q", e.At, e.Name)
}

// exampleName is the name of the example that a reference asks for.
func exampleName(ref ast.Ref, imported map[string]bool) (string, bool) {
	full := ast.MustParseRef(examplesRoot)
	if head, ok := ref[0].Value.(ast.Var); ok && imported[string(head)] {
		ref = append(ast.MustParseRef("data.entail.testing"), ref[1:]...)
	}
	if !ref.HasPrefix(full) || len(ref) <= len(full) {
		return "", false
	}
	name, ok := ref[len(full)].Value.(ast.String)
	return string(name), ok
}

// testFunctions gives a run of tests the functions that compiled rules call.
func testFunctions() []*tester.Builtin {
	var all []*tester.Builtin
	for _, function := range functions() {
		all = append(all, &tester.Builtin{Func: function})
	}
	return all
}

// Run runs the tests. A test that fails is a result, not an error; rules that do
// not compile are an error with file and line, and no test that is to be run is
// a NoTestError.
func (t *Tests) Run(ctx context.Context, options TestOptions) (*model.TestRun, error) {
	timeout := cmp.Or(options.Timeout, DefaultTimeout)
	runner := tester.NewRunner().
		SetCompiler(t.compiler).SetStore(t.store).SetModules(maps.Clone(t.modules)).
		AddCustomBuiltins(testFunctions()).
		RaiseBuiltinErrors(true).SetTimeout(timeout)
	if options.Run != nil {
		runner.Filter(options.Run.String())
	}
	coverage := cover.New()
	if options.Coverage {
		runner.SetCoverageQueryTracer(&ownLines{coverage, t.modules})
	}
	run := &model.TestRun{Tests: []model.Test{}}
	err := storage.Txn(ctx, t.store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		results, err := runner.RunTests(ctx, txn)
		if err != nil {
			return fmt.Errorf("compile policies: %w", t.faults(err))
		}
		for one := range results {
			run.Tests = append(run.Tests, testOf(one))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(run.Tests) == 0 {
		return nil, &NoTestError{Known: t.names()}
	}
	slices.SortFunc(run.Tests, func(a, b model.Test) int { return strings.Compare(a.Name, b.Name) })
	if err := t.trace(ctx, run, timeout); err != nil {
		return nil, err
	}
	if options.Coverage {
		run.Coverage = t.coverage(coverage)
	}
	return run, nil
}

// names lists all tests of the user's, sorted.
func (t *Tests) names() []string {
	var names []string
	for key, module := range t.modules {
		for _, rule := range module.Rules {
			name := strings.Trim(string(rule.Head.Name), `"`)
			if strings.HasPrefix(key, userPrefix) && (strings.HasPrefix(name, tester.TestPrefix) || strings.HasPrefix(name, tester.SkipTestPrefix)) {
				names = append(names, module.Package.Path.String()+"."+name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func testOf(one *tester.Result) model.Test {
	test := model.Test{
		Name: one.Package + "." + one.Name, File: one.Location.File, Line: one.Location.Row, State: model.TestPassed,
		Output: clipped(strings.TrimSpace(string(one.Output)), maxTestOutput),
	}
	switch {
	case one.Skip:
		test.State = model.TestSkipped
	case one.Error != nil:
		test.State, test.Why = model.TestError, plainError(one.Error)
	case one.Fail:
		test.State = model.TestFailed
	}
	for name, sub := range one.SubResults.Iter {
		if len(sub.SubResults) == 0 {
			test.Cases = append(test.Cases, model.TestCase{Name: strings.Join(name, "/"), Passed: !sub.Fail})
		}
	}
	return test
}

// trace asks each test that failed once more, to tell why; of one over a table,
// each case.
func (t *Tests) trace(ctx context.Context, run *model.TestRun, timeout time.Duration) error {
	traced := 0
	for i := range run.Tests {
		test := &run.Tests[i]
		if test.State != model.TestFailed {
			continue
		}
		if len(test.Cases) == 0 && traced < maxTraced {
			traced++
			test.Trace = t.traceOne(ctx, test, nil, timeout)
		}
		for k := range test.Cases {
			if one := &test.Cases[k]; !one.Passed && traced < maxTraced {
				traced++
				one.Trace = t.traceOne(ctx, test, &one.Name, timeout)
			}
		}
	}
	return ctx.Err()
}

func (t *Tests) traceOne(ctx context.Context, test *model.Test, table *string, timeout time.Duration) *model.RuleTrace {
	told := &model.RuleTrace{Rule: test.Name, Clauses: []model.TraceClause{}}
	ref, err := ast.ParseRef(test.Name)
	if err != nil {
		told.Failed = err.Error()
		return told
	}
	w := watch(t.compiler, func(rule *ast.Rule) bool {
		if isTestFile(rule.Location.File) {
			return rule.Location.File == test.File && (!isTestRule(rule) || rule.Ref().HasPrefix(ref))
		}
		return isOwn(rule.Module.Package)
	}, "")
	w.table = table
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	query, err := rego.New(append(functions(), rego.ParsedQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(ref)))),
		rego.Compiler(t.compiler), rego.Store(t.store))...).PrepareForEval(within)
	if err == nil {
		_, err = query.Eval(within, rego.EvalQueryTracer(w), rego.EvalRuleIndexing(false), rego.EvalEarlyExit(false))
	}
	if err != nil {
		told.Failed = plainError(err)
	}
	// The test itself comes first, then what it asked.
	told.Clauses = slices.DeleteFunc(w.clauses(), func(c model.TraceClause) bool { return c.Asked == 0 })
	slices.SortStableFunc(told.Clauses, func(a, b model.TraceClause) int {
		return cmp.Compare(later(a), later(b))
	})
	return told
}

func later(clause model.TraceClause) int {
	if isTestFile(clause.File) {
		return 0
	}
	return 1
}

func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.rego") }

// isOwn says whether a package is a user's.
func isOwn(pkg *ast.Package) bool {
	root, _ := pkg.Path[1].Value.(ast.String)
	return !slices.Contains(reserved, string(root))
}

func isTestRule(rule *ast.Rule) bool {
	return slices.ContainsFunc(rule.Head.Ref(), func(part *ast.Term) bool {
		name := strings.Trim(part.Value.String(), `"`)
		return strings.HasPrefix(name, tester.TestPrefix) || strings.HasPrefix(name, tester.SkipTestPrefix)
	})
}

// ownLines passes on what happens in a user's files. The rest is most of it.
type ownLines struct {
	*cover.Cover
	modules map[string]*ast.Module
}

// TraceEvent takes note of an event.
func (o *ownLines) TraceEvent(e topdown.Event) {
	if e.Location != nil && o.modules[userPrefix+e.Location.File] != nil {
		o.Cover.TraceEvent(e)
	}
}

// coverage tells of the user's rules, tests left out.
func (t *Tests) coverage(found *cover.Cover) *model.Coverage {
	modules := map[string]*ast.Module{}
	for key, module := range t.modules {
		if name, own := strings.CutPrefix(key, userPrefix); own && isRule(name) {
			modules[name] = module
		}
	}
	report := found.Report(modules)
	all := &model.Coverage{Percent: 100, Files: []model.FileCoverage{}}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		file := report.Files[name]
		one := model.FileCoverage{
			File: name, Percent: percent(file.CoveredLines, file.NotCoveredLines),
			Covered: file.CoveredLines, Missed: file.NotCoveredLines, NotCovered: [][2]int{},
		}
		for _, missed := range file.NotCovered {
			one.NotCovered = append(one.NotCovered, [2]int{missed.Start.Row, missed.End.Row})
		}
		all.Files = append(all.Files, one)
		all.Covered += one.Covered
		all.Missed += one.Missed
	}
	all.Percent = percent(all.Covered, all.Missed)
	return all
}

// percent is the share of lines that were covered, rounded down to a tenth: what
// is not whole never shows as whole.
func percent(covered, missed int) float64 {
	if covered+missed == 0 {
		return 100
	}
	return float64(1000*covered/(covered+missed)) / 10
}
