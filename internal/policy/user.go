package policy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Bounds of a folder of a user's own rules. One that is larger is not meant.
const (
	maxUserEntries = 10_000
	maxUserFile    = 1 << 20
)

// customRoot is where a user's own rules live. All other packages are ours, or
// would be evaluated by nobody.
const customRoot = "data.custom."

// Folder is a folder of a user's own rules. Name is what it is called in
// messages.
type Folder struct {
	Name string
	FS   fs.FS
}

// ErrNoPolicy says that a folder holds no rule, which is never a pass.
var ErrNoPolicy = errors.New("no rule file (*.rego) in it")

// parseUser reads every rule file of a user's folder and refuses packages that
// are not a user's, and definitions that could not give a verdict. Every error
// names file and line.
func parseUser(folder Folder) (modules map[string]*ast.Module, texts map[string][]byte, err error) {
	modules, texts = map[string]*ast.Module{}, map[string][]byte{}
	entries := 0
	err = fs.WalkDir(folder.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxUserEntries {
			return fmt.Errorf("more than %d files and folders", maxUserEntries)
		}
		if err != nil || entry.IsDir() || !isRule(name) {
			return err
		}
		text, err := readRule(folder.FS, name)
		if err != nil {
			return err
		}
		name = path.Join(folder.Name, name)
		texts[name] = text
		if modules[name], err = ast.ParseModuleWithOpts(name, string(text), ParserOptions()); err != nil {
			return err
		}
		return customPackage(modules[name])
	})
	if err == nil && len(modules) == 0 {
		err = ErrNoPolicy
	}
	if err == nil {
		err = givesJudgements(modules)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the policies in %s: %w", folder.Name, err)
	}
	return modules, texts, nil
}

// readRule reads one file of a bounded size. Of a link or a pipe nobody knows
// what it holds, nor whether it ends.
func readRule(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Lstat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxUserFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxUserFile {
		return nil, fmt.Errorf("%s: larger than %d KiB", name, maxUserFile>>10)
	}
	return text, nil
}

func customPackage(module *ast.Module) error {
	name := module.Package.Path.String()
	if strings.HasPrefix(name, customRoot) {
		return nil
	}
	at := module.Package.Location
	return fmt.Errorf("%s:%d: package %s is not yours to write; start its name with custom, such as custom.rules.name",
		at.File, at.Row, strings.TrimPrefix(name, "data."))
}

// givesJudgements wants a rule `judgement` in each package that is a
// definition: without it nobody would ask the others.
func givesJudgements(modules map[string]*ast.Module) error {
	wanting := map[string]*ast.Location{}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		pkg := module.Package.Path.String()
		if rest, ok := strings.CutPrefix(pkg, customRoot+"definitions."); ok && !strings.Contains(rest, ".") && wanting[pkg] == nil {
			wanting[pkg] = module.Package.Location
		}
	}
	for _, module := range modules {
		for _, rule := range module.Rules {
			if rule.Head.Ref().String() == "judgement" {
				delete(wanting, module.Package.Path.String())
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(wanting)) {
		at := wanting[pkg]
		return fmt.Errorf("%s:%d: %s is a definition and has no rule `judgement`", at.File, at.Row, strings.TrimPrefix(pkg, "data."))
	}
	return nil
}
