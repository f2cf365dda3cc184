// Package policy evaluates Rego over input documents with OPA. Rules are
// compiled once and may be evaluated from many goroutines.
//
// The package knows no rule and no licence. It makes sure that rules can reach
// nothing but their input and data, and that one which fails is an error.
package policy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// entrypoint is the one rule that is asked for; policies/main.rego has it.
const entrypoint = "data.entail.result"

// DefaultTimeout bounds the evaluation of one subject. Real subjects take
// milliseconds.
const DefaultTimeout = 20 * time.Second

// ErrNoRules says that an evaluation ran no rule, which is never a pass.
var ErrNoRules = errors.New("no rule was evaluated")

// Rule describes one rule from its METADATA.
type Rule struct {
	ID          string
	Title       string
	Description string
	Level       model.Level
	// EffectiveOn is the day, as 2027-01-31, from which on the rule's errors are
	// errors; they are warnings before. Empty where they are at once.
	EffectiveOn string
	// Refs are the addresses that the rule relies on.
	Refs []string
	// File is where the rule stands, relative to the policies' root.
	File string
	// Own is true for a rule of the user's.
	Own bool
	// Requirement is what the rule is there to see to, in its author's own
	// scheme of numbers or names; may be empty.
	Requirement string
}

// Engine holds compiled rules with their data.
type Engine struct {
	query    rego.PreparedEvalQuery
	compiler *ast.Compiler
	store    storage.Store
	rules    []Rule
	units    []unit
	// texts are the files of a user's that were read, by where a bundle has them.
	texts  map[string][]byte
	digest string
	memo   func() *memo
	again  atomic.Bool
	// What a user's rules may take, and what was seen of it so far. alone keeps
	// an evaluation that has to be by itself from the others; spent is written
	// under it, and apart holds once the rules took too much together.
	limits limits
	alone  sync.RWMutex
	apart  atomic.Bool
	spent  map[string]error
}

// Compiled holds rules that have been compiled and have no data yet. Compiling
// takes most of the time that a start takes, and does not need the catalogue,
// so the two can be made ready side by side.
type Compiled struct {
	compiler *ast.Compiler
	rules    []Rule
	units    []unit
	texts    map[string][]byte
	digest   string
	data     map[string]any
}

// Compile compiles the rules below fsys, which is rooted at the policies
// folder, together with a user's own. Every error names file and line; a folder
// without rules is ErrNoPolicy.
func Compile(fsys fs.FS, folders ...Folder) (*Compiled, error) {
	if len(folders) == 0 {
		return compileAll(fsys)
	}
	limit := limits{time: compileTimeout, memory: compileMemory}
	compiled, err := watched(context.Background(), limit, func(context.Context) (*Compiled, error) {
		return compileAll(fsys, folders...)
	})
	if end, ok := errors.AsType[*stopped](err); ok {
		return nil, fmt.Errorf("compile policies: of the user's rules: %w", end)
	}
	return compiled, err
}

func compileAll(fsys fs.FS, folders ...Folder) (*Compiled, error) {
	modules, err := read(fsys)
	if err != nil {
		return nil, err
	}
	rules, err := describe(modules)
	if err != nil {
		return nil, err
	}
	own, err := parseFolders(modules, folders)
	if err != nil {
		return nil, err
	}
	rules = append(rules, own.rules...)
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	maps.Copy(modules, own.modules)
	compiler, err := compileModules(fsys, modules, len(folders) > 0)
	if err != nil {
		return nil, fmt.Errorf("compile policies: %w", err)
	}
	if len(folders) > 0 && len(own.units) == 0 && len(own.modules) > 0 {
		return nil, own.nothing()
	}
	digest, err := digestOf(fsys, own.texts)
	if err != nil {
		return nil, err
	}
	return &Compiled{compiler: compiler, rules: rules, units: own.units, texts: own.texts, digest: digest, data: own.data}, nil
}

// compileModules compiles modules under the limits that rules run under, those
// of a user's where some take part, against the schema of the policies folder
// fsys. What is wrong with them are Problems.
func compileModules(fsys fs.FS, modules map[string]*ast.Module, users bool) (*ast.Compiler, error) {
	schemas, err := Schemas(fsys)
	if err != nil {
		return nil, err
	}
	compiler := bound(CheckFields(checked(NewCompiler().WithSchemas(schemas), fsys, users), schemas), users)
	if compiler.Compile(modules); compiler.Failed() {
		return nil, compileProblems(compiler)
	}
	if unknown := unknownNames(compiler); len(unknown) > 0 {
		return nil, unknown
	}
	if large := tooLarge(compiler); len(large) > 0 {
		return nil, large
	}
	return compiler, nil
}

// Prepare makes compiled rules ready with the catalogue as data.catalog, which
// must be that of the same policies folder. catalog is not changed.
func (c *Compiled) Prepare(ctx context.Context, catalog map[string]any) (*Engine, error) {
	data := c.Data(catalog)
	if unknown := unknownInCatalog(c.compiler, data); len(unknown) > 0 {
		return nil, fmt.Errorf("prepare policies: %w", unknown)
	}
	store := NewStore(data)
	e := &Engine{
		compiler: c.compiler, store: store, rules: c.rules, units: c.units, texts: c.texts, digest: c.digest,
		limits: userLimits(), spent: map[string]error{}, memo: sync.OnceValue(func() *memo { return newMemo(c.compiler) }),
	}
	var err error
	if e.query, err = e.ask(ast.MustParseExpr("result = "+entrypoint), readResult()).PrepareForEval(ctx); err != nil {
		return nil, fmt.Errorf("prepare policies: %w", err)
	}
	return e, nil
}

// New compiles the rules below fsys and prepares them.
func New(ctx context.Context, fsys fs.FS, catalog map[string]any) (*Engine, error) {
	compiled, err := Compile(fsys)
	if err != nil {
		return nil, err
	}
	return compiled.Prepare(ctx, catalog)
}

// Rules lists the rules, sorted by id.
func (e *Engine) Rules() []Rule { return slices.Clone(e.rules) }

// Digest identifies rules and data: the same digest gives the same findings. It
// is the same for a folder, wherever it lies, and for a bundle of it.
func (e *Engine) Digest() string { return e.digest }

// Eval judges one input document. The error names the subject; a rule that
// fails, or a result of the wrong shape, is an error and never a pass.
func (e *Engine) Eval(ctx context.Context, document *input.Document) (*model.SubjectResult, error) {
	value, err := document.Value()
	if err != nil {
		return nil, err
	}
	return e.EvalSaved(ctx, &input.Saved{Subject: document.Subject, Value: value})
}

// EvalSaved judges a document that was saved, as Eval does.
func (e *Engine) EvalSaved(ctx context.Context, document *input.Saved) (*model.SubjectResult, error) {
	answer, err := e.answer(ctx, document.Subject, document.Value)
	if err != nil {
		return nil, err
	}
	result, err := decode(answer)
	if err != nil {
		return nil, fmt.Errorf("read the policies' result for %s: %w", document.Subject, err)
	}
	if len(result.Rules) == 0 {
		return nil, fmt.Errorf("evaluate policies for %s: %w", document.Subject, ErrNoRules)
	}
	sortFindings(result.Findings)
	return result, nil
}

// answer asks for the result of one input.
func (e *Engine) answer(ctx context.Context, subject string, value ast.Value) (any, error) {
	ask := e.together
	if len(e.units) == 0 {
		ask = e.once
	}
	found, err := ask(ctx, value)
	if err != nil {
		return nil, fmt.Errorf("evaluate policies for %s: %w", subject, err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("evaluate policies for %s: %s is undefined", subject, entrypoint)
	}
	return found[0].Bindings["result"], nil
}

// once asks our own rules.
func (e *Engine) once(ctx context.Context, value ast.Value) (rego.ResultSet, error) {
	return limited(ctx, func(ctx context.Context) (rego.ResultSet, error) {
		return e.judge(ctx, value)
	})
}

// judge asks all rules. From the second time on it keeps what hangs on no input.
func (e *Engine) judge(ctx context.Context, value ast.Value) (rego.ResultSet, error) {
	if !e.again.Swap(true) {
		return e.query.Eval(ctx, rego.EvalParsedInput(value))
	}
	cache := e.memo().cache()
	found, err := e.query.Eval(ctx, rego.EvalParsedInput(value), rego.EvalVirtualCache(cache))
	if err == nil {
		cache.keep()
	}
	return found, err
}

// limited runs one evaluation within DefaultTimeout.
func limited(ctx context.Context, eval func(context.Context) (rego.ResultSet, error)) (rego.ResultSet, error) {
	within, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	found, err := eval(within)
	if err != nil && topdown.IsCancel(err) && ctx.Err() == nil {
		return nil, fmt.Errorf("stopped after %s: %w", DefaultTimeout, err)
	}
	return found, err
}

// Ask evaluates the rule at a path below data, without input, and decodes its
// value into out. A path that is undefined is an error.
func (e *Engine) Ask(ctx context.Context, out any, path ...string) error {
	ref := ast.Ref{ast.DefaultRootDocument}
	for _, key := range path {
		ref = ref.Append(ast.StringTerm(key))
	}
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	found, err := e.ask(ast.Equality.Expr(ast.VarTerm("value"), ast.NewTerm(ref))).Eval(ctx)
	if err != nil {
		return fmt.Errorf("evaluate %s: %w", ref, err)
	}
	if len(found) != 1 {
		return fmt.Errorf("evaluate %s: undefined", ref)
	}
	text, err := json.Marshal(found[0].Bindings["value"])
	if err != nil {
		return fmt.Errorf("read %s: %w", ref, err)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("read %s: %w", ref, err)
	}
	return nil
}

// verdicts are the words that a definition ends in.
func verdicts() []string { return []string{"meets", "meets-but-for-licenses", "fails", "not-shown"} }

// states are those of a requirement.
func states() []string { return []string{"met", "unmet", "license", "not-shown"} }

// sortFindings puts findings in the order of every report: level, rule, path,
// term, message.
func sortFindings(findings []model.Finding) {
	slices.SortFunc(findings, func(a, b model.Finding) int {
		return cmp.Or(
			cmp.Compare(a.Level.Rank(), b.Level.Rank()), strings.Compare(a.Rule, b.Rule), slices.Compare(a.Path, b.Path),
			strings.Compare(a.Term, b.Term), strings.Compare(a.License, b.License), strings.Compare(a.Message, b.Message),
		)
	})
}

// Data is what rules see as data: what the function of this name gives, and
// beside it the data of the user's own folders.
func (c *Compiled) Data(catalog map[string]any) map[string]any {
	data := Data(catalog, c.rules)
	for name, value := range c.data {
		data[name] = value
	}
	return data
}

// Data is what rules see as data: the catalogue, and under it what is known of
// each rule.
func Data(catalog map[string]any, rules []Rule) map[string]any {
	about := map[string]any{}
	for _, r := range rules {
		refs := make([]any, len(r.Refs))
		for i, ref := range r.Refs {
			refs[i] = ref
		}
		one := map[string]any{
			"title": r.Title, "description": r.Description, "level": string(r.Level), "refs": refs,
		}
		if r.EffectiveOn != "" {
			one["effective_on"] = r.EffectiveOn
		}
		about[r.ID] = one
	}
	merged := map[string]any{"rules": about}
	for name, value := range catalog {
		merged[name] = value
	}
	return map[string]any{"catalog": merged}
}

// NewStore holds data for evaluation; nothing writes to it.
func NewStore(data map[string]any) storage.Store {
	return inmem.NewFromObjectWithOpts(data,
		inmem.OptReturnASTValuesOnRead(true), inmem.OptRoundTripOnWrite(false))
}

// digestOf covers the text of every rule, a user's own included, and of the
// catalogue, in a fixed order: whatever can change a finding.
func digestOf(fsys fs.FS, own map[string][]byte) (string, error) {
	sum := sha256.New()
	add := func(name string, text []byte) {
		fmt.Fprintf(sum, "%s %d\n", name, len(text))
		sum.Write(text)
	}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isRule(name) && !strings.HasPrefix(name, "catalog/") {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		add(name, text)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("digest the policies: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		add(name, own[name])
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
