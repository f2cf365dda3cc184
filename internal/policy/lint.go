package policy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
)

// ErrNothingAsked says that policies compile and say nothing that is asked for,
// which is never a pass.
var ErrNothingAsked = errors.New("no package gives findings, deny, warn, violation or a judgement")

// Checked is what Check has to say of a user's policies.
type Checked struct {
	// Rules are ids of rules and definitions; Tests counts their tests.
	Rules []string
	Tests int
	// Problems are sorted by their place.
	Problems Problems
}

// Check says what is wrong with a user's folders: what keeps them from being
// used, their tests included, and what their readers or authors will miss. catalog
// is data.catalog. An error means that a folder cannot be read or holds no rule.
func Check(fsys fs.FS, catalog map[string]any, folders ...Folder) (*Checked, error) {
	limit := limits{time: compileTimeout, memory: compileMemory}
	return watched(context.Background(), limit, func(context.Context) (*Checked, error) { return lint(fsys, catalog, folders) })
}

func lint(fsys fs.FS, catalog map[string]any, folders []Folder) (*Checked, error) {
	found := &Checked{Rules: []string{}, Problems: Problems{}}
	read, err := readFolders(folders)
	if err != nil {
		return nil, err
	}
	if found.Problems = append(found.Problems, read.problems...); len(read.problems) == 0 {
		if err := found.compile(fsys, catalog, folders, read.tests); err != nil {
			return nil, err
		}
	}
	found.Problems = found.Problems.sorted()
	for _, p := range found.Problems {
		lines := strings.Split(string(read.texts[p.File]), "\n")
		if p.Line > 0 && p.Line <= len(lines) {
			p.quote(strings.TrimRight(lines[p.Line-1], "\r"))
		}
	}
	return found, nil
}

// readPolicies are files of a user's folders, by the names that messages use.
type readPolicies struct {
	texts map[string][]byte
	// tests are the modules of files that hold tests.
	tests    map[string]*ast.Module
	problems Problems
}

// readFolders reads all rules and tests, past those that cannot be parsed.
func readFolders(folders []Folder) (*readPolicies, error) {
	read := &readPolicies{texts: map[string][]byte{}, tests: map[string]*ast.Module{}}
	for _, folder := range folders {
		texts, err := Sources(folder)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(texts)), isRule) {
			return nil, fmt.Errorf("read the policies in %s: %w", folder.Name, ErrNoPolicy)
		}
		for name, text := range texts {
			read.add(path.Join(folder.Name, name), text)
		}
	}
	return read, nil
}

// Sources reads the rules and tests of a user's folder, by their paths in it,
// within the bounds of Compile. A folder with none is ErrNoPolicy.
func Sources(folder Folder) (map[string][]byte, error) {
	texts, entries := map[string][]byte{}, 0
	err := fs.WalkDir(folder.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxUserEntries {
			return fmt.Errorf("more than %d files and folders", maxUserEntries)
		}
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" {
			return err
		}
		texts[name], err = readBounded(folder.FS, name, maxUserFile)
		return err
	})
	if err == nil && len(texts) == 0 {
		err = ErrNoPolicy
	}
	if err != nil {
		return nil, fmt.Errorf("read the policies in %s: %w", folder.Name, err)
	}
	return texts, nil
}

// add parses one file.
func (r *readPolicies) add(name string, text []byte) {
	r.texts[name] = text
	module, err := ast.ParseModuleWithOpts(name, string(text), ParserOptions())
	if err == nil {
		err = customPackage(module)
	}
	if err != nil {
		r.problems = append(r.problems, problemsOf(err)...)
	}
	if !isRule(name) {
		r.tests[name] = module
	}
}

// compile compiles the rules with their tests, and looks at what they leave out.
func (c *Checked) compile(fsys fs.FS, catalog map[string]any, folders []Folder, tests map[string]*ast.Module) error {
	modules, err := parse(fsys)
	if err != nil {
		return err
	}
	own, err := parseFolders(modules, folders)
	if err != nil {
		c.Problems = append(c.Problems, problemsOf(err)...)
		return nil
	}
	for _, one := range own.units {
		c.Rules = append(c.Rules, one.id())
	}
	fields, err := findingFields(fsys)
	if err != nil {
		return err
	}
	c.Problems = append(c.Problems, own.findingFaults(fields)...)
	c.Problems = append(c.Problems, own.undescribed()...)
	if modules[testingFile], err = parseFixtures(fsys); err != nil {
		return err
	}
	maps.Copy(modules, own.modules)
	for name, module := range tests {
		modules[userPrefix+name] = module
	}
	compiler, err := compileModules(fsys, modules, true)
	if err != nil {
		c.Problems = append(c.Problems, problemsOf(err)...)
		return nil
	}
	if len(own.units) == 0 {
		return own.nothing()
	}
	c.Problems = append(c.Problems, unknownInCatalog(compiler, Data(catalog, own.rules))...)
	var tested []ast.Ref
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		module := compiler.Modules[userPrefix+name]
		n := countTests(module)
		if c.Tests += n; n == 0 {
			c.Problems = append(c.Problems, warning(module.Package.Location, "the name of a test starts with test_", "no rule in this file is a test"))
			continue
		}
		tested = append(tested, refsTo(module)...)
	}
	c.Problems = append(c.Problems, own.untested(tested)...)
	c.Problems = append(c.Problems, own.unasked(compiler)...)
	return nil
}

// warning is a problem with a line as a whole that keeps nobody from using it.
func warning(at *ast.Location, help, message string, args ...any) *Problem {
	p := onLine(at, message, args...)
	p.Level, p.Help = model.LevelWarning, help
	return p
}

// parseFixtures reads the helpers that tests build documents with.
func parseFixtures(fsys fs.FS) (*ast.Module, error) {
	text, err := fs.ReadFile(fsys, testingFile)
	if err != nil {
		return nil, fmt.Errorf("read what tests are made of: %w", err)
	}
	return ast.ParseModuleWithOpts(testingFile, string(text), ParserOptions())
}

func countTests(module *ast.Module) int {
	names := map[string]bool{}
	for _, rule := range module.Rules {
		if name := rule.Head.Ref()[0].Value.String(); strings.HasPrefix(name, "test_") {
			names[name] = true
		}
	}
	return len(names)
}

// refsTo are the references into data that a compiled module makes.
func refsTo(module *ast.Module) []ast.Ref {
	var refs []ast.Ref
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if ref.HasPrefix(ast.DefaultRootRef) {
			refs = append(refs, ref)
		}
		return false
	})
	return refs
}

// asks holds where a reference leads to a package, or to what is in it.
func asks(refs []ast.Ref, pkg ast.Ref) bool {
	return slices.ContainsFunc(refs, func(ref ast.Ref) bool {
		prefix := ref.GroundPrefix()
		return ref.HasPrefix(pkg) || len(prefix) < len(ref) && pkg.HasPrefix(prefix)
	})
}

// packages are the modules of each of a user's packages, sorted by name.
func (o *own) packages() [][]*ast.Module {
	byName := map[string][]*ast.Module{}
	for _, key := range slices.Sorted(maps.Keys(o.modules)) {
		if strings.HasPrefix(key, userPrefix) {
			pkg := o.modules[key].Package.Path.String()
			byName[pkg] = append(byName[pkg], o.modules[key])
		}
	}
	var all [][]*ast.Module
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, byName[name])
	}
	return all
}

// unitsIn are the units of a package.
func (o *own) unitsIn(pkg ast.Ref) []unit {
	var found []unit
	for _, one := range o.units {
		if one.rule.HasPrefix(pkg) && len(one.rule) == len(pkg)+1 || one.kind == saysAnswers && pkg.HasPrefix(one.rule) {
			found = append(found, one)
		}
	}
	return found
}

// undescribed lists the packages with rules whose METADATA lacks what reports
// show and reviewers ask for.
func (o *own) undescribed() Problems {
	var all Problems
	for _, modules := range o.packages() {
		pkg := modules[0].Package
		found := o.unitsIn(pkg.Path)
		if len(found) == 0 || found[0].kind == saysAnswers {
			continue
		}
		var about Rule
		for _, module := range modules {
			about.annotate(module.Annotations)
		}
		var missing []string
		for _, one := range []struct {
			name   string
			absent bool
		}{
			{"title", about.Title == ""},
			{"description", about.Description == ""},
			{"related_resources", len(about.Refs) == 0},
			{"custom.level", about.Level == "" && slices.ContainsFunc(found, func(u unit) bool { return u.shape == "findings" })},
		} {
			if one.absent {
				missing = append(missing, one.name)
			}
		}
		if len(missing) > 0 {
			all = append(all, warning(pkg.Location, "write a # METADATA block above the package",
				"the METADATA of package %s lacks %s", plainName(pkg.Path), strings.Join(missing, ", ")))
		}
	}
	return all
}

// untested lists the packages with rules that no test asks.
func (o *own) untested(tested []ast.Ref) Problems {
	var all Problems
	for _, modules := range o.packages() {
		pkg := modules[0].Package
		found := o.unitsIn(pkg.Path)
		if len(found) > 0 && found[0].kind != saysAnswers && !asks(tested, pkg.Path) {
			file := path.Base(strings.TrimSuffix(pkg.Location.File, ".rego"))
			all = append(all, warning(pkg.Location, fmt.Sprintf("write one into %s_test.rego", file),
				"no test asks package %s", plainName(pkg.Path)))
		}
	}
	return all
}

// unasked lists the packages that give nothing and that no other asks: a
// misspelt rule would find nothing for ever.
func (o *own) unasked(c *ast.Compiler) Problems {
	var all Problems
	for _, modules := range o.packages() {
		pkg := modules[0].Package
		if len(o.unitsIn(pkg.Path)) > 0 {
			continue
		}
		var elsewhere []ast.Ref
		for key := range o.modules {
			if module := c.Modules[key]; key != ownFile && !module.Package.Path.Equal(pkg.Path) {
				elsewhere = append(elsewhere, refsTo(module)...)
			}
		}
		if !asks(elsewhere, pkg.Path) {
			all = append(all, warning(pkg.Location, nearestUnit(modules),
				"package %s gives no findings, and no other package asks it", plainName(pkg.Path)))
		}
	}
	return all
}

// nearestUnit says which rule of a package may be a misspelt one that is asked
// for.
func nearestUnit(modules []*ast.Module) string {
	known := append([]string{"findings"}, conftestRules()...)
	if strings.HasPrefix(modules[0].Package.Path.String(), "data.custom.definitions.") {
		known = append(known, "judgement")
	}
	for _, module := range modules {
		for _, rule := range module.Rules {
			name := rule.Head.Ref()[0].Value.String()
			if near := catalog.NearestOf(name, known, 1); len(near) > 0 {
				return fmt.Sprintf("did you mean %s by %s?", near[0], name)
			}
		}
	}
	return ""
}

// nothing is the error of policies of which nothing is asked.
func (o *own) nothing() error {
	modules := o.packages()[0]
	at := modules[0].Package.Location
	err := fmt.Errorf("%s:%d: %w", at.File, at.Row, ErrNothingAsked)
	if help := nearestUnit(modules); help != "" {
		err = fmt.Errorf("%w; %s", err, help)
	}
	return err
}
