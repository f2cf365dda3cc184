package policy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"golang.org/x/sync/errgroup"

	"github.com/entail-dev/entail/internal/model"
)

// root of the rules: data.entail.rules.<category>.<name>.
const rulesRoot = "data.entail.rules."

// parse reads every rule file below fsys, side by side; tests are left out.
func parse(fsys fs.FS) (map[string]*ast.Module, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && isRule(name) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	parsed, options := make([]*ast.Module, len(names)), ParserOptions()
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			parsed[i], err = ast.ParseModuleWithOpts(name, string(text), options)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	modules := make(map[string]*ast.Module, len(names))
	for i, name := range names {
		modules[name] = parsed[i]
	}
	return modules, nil
}

// isRule holds for a file with rules that are not tests.
func isRule(name string) bool {
	return strings.HasSuffix(name, ".rego") && !strings.HasSuffix(name, "_test.rego")
}

// ParserOptions are those that every module of ours is read with.
func ParserOptions() ast.ParserOptions {
	return ast.ParserOptions{
		ProcessAnnotation: true,
		RegoVersion:       ast.RegoV1,
		Capabilities:      Capabilities(),
	}
}

// NewCompiler is a compiler with the limits that every rule runs under.
func NewCompiler() *ast.Compiler {
	return ast.NewCompiler().
		WithCapabilities(Capabilities()).
		WithDefaultRegoVersion(ast.RegoV1).
		WithStrict(true).
		WithUseTypeCheckAnnotations(true)
}

// Schemas reads the schema of the input document, against which every
// reference to `input` is checked when rules are compiled.
func Schemas(fsys fs.FS) (*ast.SchemaSet, error) {
	text, err := fs.ReadFile(fsys, "schema/input.json")
	if err != nil {
		return nil, fmt.Errorf("read the input schema: %w", err)
	}
	var schema any
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, fmt.Errorf("read the input schema: %w", err)
	}
	set := ast.NewSchemaSet()
	set.Put(ast.SchemaRootRef, schema)
	return set, nil
}

// describe reads the METADATA of every rule package. A rule without a title, a
// description, a level or a source is refused: reports and users rely on them.
func describe(modules map[string]*ast.Module) ([]Rule, error) {
	var rules []Rule
	for name, module := range modules {
		id, ok := ruleID(module.Package.Path.String())
		if !ok {
			continue
		}
		rule := Rule{ID: id, File: name}
		if err := rule.annotate(module.Annotations); err != nil {
			return nil, err
		}
		if rule.Title == "" || rule.Description == "" || len(rule.Refs) == 0 || !slices.Contains(model.Levels(), rule.Level) {
			return nil, fmt.Errorf("%s: METADATA of the package wants title, description, related_resources and custom.level (error, warning or note)", name)
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

// annotate takes over what the annotations of a rule's package say. A date that
// is none is refused with file and line: the rule would never, or at once, count.
func (r *Rule) annotate(annotations []*ast.Annotations) error {
	for _, a := range annotations {
		if a.Scope != "package" {
			continue
		}
		r.Title, r.Description = a.Title, a.Description
		r.Requirement, _ = a.Custom["requirement"].(string)
		if level, ok := a.Custom["level"].(string); ok {
			r.Level = model.Level(level)
		}
		for _, one := range a.RelatedResources {
			r.Refs = append(r.Refs, one.Ref.String())
		}
		if written, there := a.Custom["effective_on"]; there {
			date, _ := written.(string)
			if day, ok := written.(time.Time); ok { // as YAML takes one without quotes
				date = day.Format(time.DateOnly)
			}
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				return fmt.Errorf("%s:%d: custom.effective_on is %v, want a date such as \"2027-01-31\"", a.Location.File, a.Location.Row, written)
			}
			r.EffectiveOn = date
		}
	}
	return nil
}

// ruleID is "category/name" for a package data.entail.rules.category.name.
func ruleID(pkg string) (string, bool) {
	rest, ok := strings.CutPrefix(pkg, rulesRoot)
	category, name, two := strings.Cut(rest, ".")
	if !ok || !two {
		return "", false
	}
	return category + "/" + strings.ReplaceAll(name, "_", "-"), true
}
