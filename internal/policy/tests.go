package policy

import (
	"cmp"
	"context"
	"errors"
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

// What tests are made of beside the user's own files: our helpers to build input
// documents. Bounds of what is told of tests.
const (
	testingFile   = "testing/fixture_test.rego"
	maxTraced     = 20
	maxTestOutput = 4_000
)

// TestOptions say which tests to run, and how.
type TestOptions struct {
	// Run is matched against the full name of each test; nil for all.
	Run *regexp.Regexp
	// Coverage asks which lines the tests reach. It makes them slower.
	Coverage bool
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
	// refs are all tests by their names, once they are compiled.
	refs map[string]ast.Ref
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
	own, err := parseFolders(modules, withRules)
	if err != nil {
		return nil, err
	}
	maps.Copy(t.modules, own.modules)
	data := (&Compiled{rules: append(rules, own.rules...), data: own.data}).Data(catalogue)
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
		case isRule(name) || isData(name) || inCatalog(name):
			rules = true
		case path.Ext(name) == ".rego":
			return t.readTest(folder, name)
		case path.Ext(name) == ".json":
			return readExample(folder, name, examples)
		}
		return nil
	})
	return rules, err
}

func (t *Tests) readTest(folder Folder, name string) error {
	text, err := readBounded(folder.FS, name, maxUserFile)
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

// Run runs the tests. A test that fails is a result, not an error; rules that do
// not compile are an error with file and line, and no test that is to be run is
// a NoTestError.
func (t *Tests) Run(ctx context.Context, options TestOptions) (*model.TestRun, error) {
	limit := userLimits()
	if options.Coverage {
		limit.time *= 6 // what is watched takes that much longer
	}
	runner := tester.NewRunner().
		SetCompiler(t.compiler).SetStore(t.store).SetModules(maps.Clone(t.modules)).
		AddCustomBuiltins([]*tester.Builtin{{Func: boundFunctions}}).
		RaiseBuiltinErrors(true).SetTimeout(limit.time)
	coverage := cover.New()
	if options.Coverage {
		runner.SetCoverageQueryTracer(&ownLines{coverage, t.modules})
	}
	// The runner compiles what it is given once, so that nothing need be run for
	// it: no test has this name.
	_, err := t.tests(ctx, runner.Filter("^$"), limits{time: compileTimeout, memory: compileMemory, grace: limit.grace}, limit)
	if t.compiler.Failed() {
		err = compileProblems(t.compiler)
	} else if unknown := unknownNames(t.compiler); err == nil && len(unknown) > 0 {
		err = unknown
	}
	if err != nil {
		return nil, fmt.Errorf("compile policies: %w", err)
	}
	runner.SetModules(nil)
	t.refs = t.names()
	known := slices.Sorted(maps.Keys(t.refs))
	names := slices.DeleteFunc(slices.Clone(known), func(name string) bool { return options.Run != nil && !options.Run.MatchString(name) })
	if len(names) == 0 {
		return nil, &NoTestError{Known: known}
	}
	run := &model.TestRun{Tests: []model.Test{}}
	if run.Tests, err = t.runAll(ctx, runner, names, limit); err != nil {
		return nil, err
	}
	slices.SortFunc(run.Tests, func(a, b model.Test) int { return strings.Compare(a.Name, b.Name) })
	if err := t.trace(ctx, run, limit); err != nil {
		return nil, err
	}
	if options.Coverage {
		run.Coverage = t.coverage(coverage)
	}
	return run, nil
}

// runAll runs tests side by side, and where they take too much together, one
// by one, so that the one which does is named.
func (t *Tests) runAll(ctx context.Context, runner *tester.Runner, names []string, limit limits) ([]model.Test, error) {
	refs := make([]ast.Ref, len(names))
	for i, name := range names {
		refs[i] = t.refs[name]
	}
	all := limit
	all.time *= time.Duration(len(names))
	runner.Filter("")
	found, err := t.tests(ctx, runner.SetPrefixMatchers(refs...), all, limit)
	if _, ok := errors.AsType[*stopped](err); !ok || ctx.Err() != nil {
		return found, err
	}
	found = nil
	for i, ref := range refs {
		one, err := t.tests(ctx, runner.SetPrefixMatchers(ref), limit, limit)
		end, ended := errors.AsType[*stopped](err)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case ended && end.left && end.memory:
			return nil, fmt.Errorf("%w: %s: %w", ErrRunaway, names[i], end)
		case ended:
			found = append(found, model.Test{Name: names[i], State: model.TestError, Why: end.Error()})
		case err != nil:
			return nil, err
		}
		found = append(found, one...)
	}
	return found, nil
}

// tests runs those that a runner is set to, all within one limit and each within
// another, which the runner has been told of.
func (t *Tests) tests(ctx context.Context, runner *tester.Runner, all, each limits) ([]model.Test, error) {
	return watched(ctx, all, func(ctx context.Context) ([]model.Test, error) {
		var found []model.Test
		err := storage.Txn(ctx, t.store, storage.TransactionParams{}, func(txn storage.Transaction) error {
			results, err := runner.RunTests(ctx, txn)
			if err != nil {
				return err
			}
			for one := range results {
				found = append(found, testOf(one, each))
			}
			return ctx.Err()
		})
		return found, err
	})
}

// names are all tests of the user's with where they are, as they are called once
// they are compiled: the second of one name is told from the first.
func (t *Tests) names() map[string]ast.Ref {
	names := map[string]ast.Ref{}
	for _, module := range t.compiler.Modules {
		if !isOwn(module.Package) {
			continue
		}
		for _, rule := range module.Rules {
			if name, ref, ok := testName(rule); ok {
				names[name] = ref
			}
		}
	}
	return names
}

// testName is the full name of the test that a rule is part of, and where its
// value is; false for a rule that is none.
func testName(rule *ast.Rule) (name string, ref ast.Ref, ok bool) {
	pkg := rule.Module.Package.Path
	name, ref = pkg.String(), pkg.Copy()
	for _, term := range rule.Head.Ref().GroundPrefix() {
		part, ok := term.Value.(ast.String)
		if head, isVar := term.Value.(ast.Var); isVar {
			part, ok = ast.String(head), true
		}
		if !ok {
			break
		}
		name, ref = name+"."+string(part), ref.Append(ast.NewTerm(part))
		if strings.HasPrefix(string(part), tester.TestPrefix) || strings.HasPrefix(string(part), tester.SkipTestPrefix) {
			return name, ref, true
		}
	}
	return "", nil, false
}

// boundFunctions gives an evaluation what compiled rules call.
func boundFunctions(r *rego.Rego) {
	for _, add := range functions() {
		add(r)
	}
}

func testOf(one *tester.Result, limit limits) model.Test {
	test := model.Test{
		Name: one.Package + "." + one.Name, File: one.Location.File, Line: one.Location.Row, State: model.TestPassed,
		Output: clipped(strings.TrimSpace(string(one.Output)), maxTestOutput),
	}
	switch {
	case one.Skip:
		test.State = model.TestSkipped
	case one.Error != nil:
		test.State, test.Why = model.TestError, plainError(one.Error)
		if topdown.IsCancel(one.Error) {
			test.Why = fmt.Sprintf("it ran for more than %s", limit.time)
		}
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
func (t *Tests) trace(ctx context.Context, run *model.TestRun, limit limits) error {
	traced := 0
	for i := range run.Tests {
		test := &run.Tests[i]
		if test.State != model.TestFailed {
			continue
		}
		if len(test.Cases) == 0 && traced < maxTraced {
			traced++
			test.Trace = t.traceOne(ctx, test, nil, limit)
		}
		for k := range test.Cases {
			if one := &test.Cases[k]; !one.Passed && traced < maxTraced {
				traced++
				one.Trace = t.traceOne(ctx, test, &one.Name, limit)
			}
		}
	}
	return ctx.Err()
}

func (t *Tests) traceOne(ctx context.Context, test *model.Test, table *string, limit limits) *model.RuleTrace {
	told := &model.RuleTrace{Rule: test.Name, Clauses: []model.TraceClause{}}
	ref := t.refs[test.Name]
	w := watch(t.compiler, func(rule *ast.Rule) bool {
		if name, _, _ := testName(rule); isTestFile(rule.Location.File) {
			return rule.Location.File == test.File && (name == "" || name == test.Name)
		}
		return isOwn(rule.Module.Package)
	}, "")
	w.table = table
	limit.time = limit.all
	_, err := watched(ctx, limit, func(ctx context.Context) (rego.ResultSet, error) {
		query, err := rego.New(rego.ParsedQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(ref)))),
			rego.Compiler(t.compiler), rego.Store(t.store), boundFunctions).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		return query.Eval(ctx, rego.EvalQueryTracer(w), rego.EvalRuleIndexing(false), rego.EvalEarlyExit(false))
	})
	if err != nil {
		told.Failed = plainError(err)
		if end, ok := errors.AsType[*stopped](err); ok && end.left {
			return told // it still goes on, and writes what would be read here
		}
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
