package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of a folder of a user's own rules. One that is larger is not meant.
const (
	maxUserEntries = 10_000
	maxUserFile    = 1 << 20
	maxUserText    = 16 << 20 // of all rule files together
	maxUserUnits   = 1000
)

// reserved are the roots of data that no package of a user's may touch: ours,
// and OPA's own.
var reserved = []string{"entail", "catalog", "system"}

// Folder is a folder of a user's own rules. Name is what it is called in
// messages.
type Folder struct {
	Name string
	FS   fs.FS
}

// userPrefix is what keys of a user's modules start with, as those of ours never
// do.
const userPrefix = "user:"

// ErrNoPolicy says that a folder holds no rule, nor anything else that counts,
// which is never a pass.
var ErrNoPolicy = errors.New("no rule file (*.rego) in it")

// own is what a user's folders hold.
type own struct {
	// modules are keyed by names that no file of ours has, texts by where a
	// bundle has them.
	modules map[string]*ast.Module
	texts   map[string][]byte
	units   []unit
	rules   []Rule
	// data is what their data files hold, by the first part of its path.
	data map[string]any
}

// parseFolders reads the rules of a user's folders and writes the module by
// which ours know of them.
func parseFolders(ours map[string]*ast.Module, folders []Folder) (own, error) {
	all := own{modules: map[string]*ast.Module{}, texts: map[string][]byte{}}
	from := map[string]string{} // the folder of each package
	data := newDataTree()
	places := bundlePlaces(folders)
	for i, folder := range folders {
		modules, texts, err := parseUser(folder, data)
		if err != nil {
			return all, err
		}
		for name, text := range texts {
			below := strings.TrimSuffix(path.Join(folder.Name, "x"), "x")
			if !isData(name) {
				all.texts[path.Join(places[i], strings.TrimPrefix(name, below))] = text
			}
		}
		for _, name := range slices.Sorted(maps.Keys(modules)) {
			pkg := modules[name].Package
			if other, there := from[pkg.Path.String()]; there && other != folder.Name {
				return all, onLine(pkg.Location, "package %s is in %s too, and what it says there would be mixed with this; rename one",
					plainName(pkg.Path), other)
			}
			from[pkg.Path.String()] = folder.Name
			all.modules[userPrefix+name] = modules[name]
		}
	}
	if err := data.apart(all.modules, from); err != nil {
		return all, fmt.Errorf("read the policies' data: %w", err)
	}
	if all.data, _ = data.root.any().(map[string]any); len(all.data) > 0 {
		// However many files they come from.
		text, err := json.Marshal(all.data)
		if err != nil {
			return all, fmt.Errorf("read the policies' data: %w", err)
		}
		all.texts[path.Join(userRoot, dataFile)] = text
	}
	found, err := units(all.modules)
	if err != nil || len(found) == 0 {
		return all, err
	}
	if len(found) > maxUserUnits {
		return all, fmt.Errorf("read the policies: %d rules and definitions, want %d at most", len(found), maxUserUnits)
	}
	all.units = found
	levels, err := usualLevels(ours)
	if err != nil {
		return all, err
	}
	if all.rules, err = describeUnits(found, all.modules, levels); err != nil {
		return all, err
	}
	if err := knownLevels(all); err != nil {
		return all, err
	}
	all.modules[ownFile], err = ast.ParseModuleWithOpts(ownFile, ownModule(found), ParserOptions())
	if err != nil {
		return all, fmt.Errorf("write the module for the user's rules: %w", err)
	}
	return all, nil
}

// describeUnits reads the METADATA of a user's rules, of which nothing is asked:
// levels has the level of what each shape of rule says.
func describeUnits(list []unit, modules map[string]*ast.Module, levels map[string]model.Level) ([]Rule, error) {
	var rules []Rule
	for _, one := range list {
		if one.kind != saysFindings {
			continue
		}
		rule := Rule{ID: one.key, Level: levels[one.shape], File: one.at.File, Own: true}
		pkg := one.rule[:len(one.rule)-1]
		for _, name := range slices.Sorted(maps.Keys(modules)) {
			if modules[name].Package.Path.Equal(pkg) {
				if err := rule.annotate(modules[name].Annotations); err != nil {
					return nil, err
				}
			}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// knownLevels refuses a level in METADATA that is none.
func knownLevels(all own) error {
	for _, rule := range all.rules {
		i := slices.IndexFunc(all.units, func(u unit) bool { return u.kind == saysFindings && u.key == rule.ID })
		if !slices.Contains(model.Levels(), rule.Level) {
			pkg := all.modules[userPrefix+all.units[i].at.File].Package
			return onLine(pkg.Location, "custom.level of package %s is %q, want error, warning or note", plainName(pkg.Path), rule.Level)
		}
	}
	return nil
}

// parseUser reads every rule file and every data file of a user's folder, and
// refuses packages and data that are not a user's, and definitions that could
// not give a verdict. What adds to the catalogue is among the texts, as all that
// can change a finding. Every error names file and line.
func parseUser(folder Folder, data *dataTree) (modules map[string]*ast.Module, texts map[string][]byte, err error) {
	modules, texts = map[string]*ast.Module{}, map[string][]byte{}
	entries, size := 0, 0
	err = fs.WalkDir(folder.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxUserEntries {
			return fmt.Errorf("more than %d files and folders", maxUserEntries)
		}
		if err != nil || entry.IsDir() || !isRule(name) && !isData(name) && !inCatalog(name) {
			return err
		}
		text, err := readBounded(folder.FS, name, maxUserFile)
		if err != nil {
			return err
		}
		if size += len(text); size > maxUserText {
			return fmt.Errorf("files of more than %d MiB together", maxUserText>>20)
		}
		file := name
		name = path.Join(folder.Name, name)
		texts[name] = text
		switch {
		case isData(file):
			return data.add(folder.Name, file, name, text)
		case !isRule(file):
			return nil
		}
		if modules[name], err = ast.ParseModuleWithOpts(name, string(text), ParserOptions()); err != nil {
			return problemsOf(err)
		}
		return customPackage(modules[name])
	})
	if err == nil && len(texts) == 0 {
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

func customPackage(module *ast.Module) error {
	at := module.Package.Location
	root, _ := module.Package.Path[1].Value.(ast.String)
	if !slices.Contains(reserved, string(root)) {
		return nil
	}
	return onLine(at, "package %s is not yours to write; start its name with custom, such as custom.rules.name",
		plainName(module.Package.Path))
}

// givesJudgements wants a rule `judgement` in each package that is a
// definition: without it nobody would ask the others.
func givesJudgements(modules map[string]*ast.Module) error {
	wanting := map[string]*ast.Location{}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		pkg := module.Package.Path.String()
		if rest, ok := strings.CutPrefix(pkg, "data.custom.definitions."); ok && !strings.Contains(rest, ".") && wanting[pkg] == nil {
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
		return onLine(at, "%s is a definition and has no rule `judgement`", strings.TrimPrefix(pkg, "data."))
	}
	return nil
}
