package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/policies"
)

const module = "github.com/entail-dev/entail/"

// Bounds of what is read at one go. The house's own aim is lower.
const (
	maxFunctionLines = 70
	maxFileLines     = 500
)

// layers are the packages from the top to the bottom. A package imports from
// layers below its own, never from its own or from above.
var layers = [][]string{
	{"cmd/entail", "internal/source/genindex", "internal/license/gen", "tools", "bench"},
	{"internal/cli"},
	{"internal/action", "internal/survey", "internal/check"},
	{"internal/report"},
	{"internal/lineage", "internal/policy"},
	{"internal/input"},
	{"internal/catalog"},
	{"internal/source/hub", "internal/source/github", "internal/source/hubcache", "internal/registry", "internal/lock", "internal/archive"},
	{"internal/source", "internal/card", "internal/license", "internal/evidence", "internal/cache", "internal/weights"},
	{"internal/model", "policies"},
}

// testOnly may be imported by tests alone.
const testOnly = "internal/testkit"

// onlyIn lists the packages that may import what has such a path.
var onlyIn = map[string][]string{
	"github.com/open-policy-agent/opa": {"internal/policy", "internal/input"},
	"net/http":                         {"internal/source/hub", "internal/source/github", "internal/registry", "internal/action"},
	"net":                              {"internal/source/hub", "internal/source/github", "internal/registry"},
	"oras.land/oras-go":                {"internal/registry"},
	"github.com/spf13/cobra":           {"internal/cli"},
	"github.com/google/go-github":      {"internal/source/github", "internal/action"},
	"github.com/parquet-go/parquet-go": {"internal/survey"},
}

// file is one Go file that is no test.
type file struct {
	name, pkg string
	*ast.File
	lines int
}

// files parses every Go file of the module that is no test.
func files(t *testing.T) (*token.FileSet, []file) {
	t.Helper()
	set := token.NewFileSet()
	var all []file
	root := ".."
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := e.Name(); e.IsDir() && (base == "testdata" || base == "dist" || strings.HasPrefix(base, ".") && base != "..") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		all = append(all, file{relative, path.Dir(relative), parsed, set.File(parsed.Pos()).LineCount()})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found %d files, which cannot be all", len(all))
	}
	return set, all
}

// layer is the place of a package in layers, or -1.
func layer(pkg string) int {
	for i, list := range layers {
		for _, p := range list {
			if p == pkg || i == 0 && strings.HasPrefix(pkg, p+"/") {
				return i
			}
		}
	}
	return -1
}

// TestImports holds that imports run one way, and that what reaches outside
// (the network, the policy engine) is used in one place.
func TestImports(t *testing.T) {
	_, all := files(t)
	for _, f := range all {
		if f.pkg == testOnly {
			continue
		}
		own := layer(f.pkg)
		if own < 0 {
			t.Errorf("%s: package %s has no layer; add it to this test with the reason that it needs one", f.name, f.pkg)
			continue
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(imported, module); ok {
				switch below := layer(ours); {
				case ours == testOnly:
					t.Errorf("%s imports %s, which is for tests alone", f.name, ours)
				case below <= own && below >= 0:
					t.Errorf("%s imports %s: imports run from the top to the bottom", f.name, ours)
				}
			}
			for prefix, allowed := range onlyIn {
				within := imported == prefix || strings.Contains(prefix, ".") && strings.HasPrefix(imported, prefix+"/")
				if within && own > 0 && !slices.Contains(allowed, f.pkg) {
					t.Errorf("%s imports %s, which only %s may", f.name, imported, strings.Join(allowed, " and "))
				}
			}
			if standard := !strings.Contains(strings.SplitN(imported, "/", 2)[0], "."); f.pkg == "internal/model" && !standard {
				t.Errorf("%s imports %s: model depends on the standard library alone", f.name, imported)
			}
		}
	}
}

// forbidden are functions that reach around what is handed in.
var forbidden = map[string][]string{
	"os.Getenv": {"cmd/entail"}, "os.LookupEnv": {"cmd/entail"}, "os.Environ": {"cmd/entail"},
	"os.Setenv": nil, "os.ExpandEnv": nil, "syscall.Getenv": nil,
	"os.Exit": {"cmd/entail"}, "log.Fatal": nil, "log.Fatalf": nil, "log.Panic": nil,
	"http.Get": nil, "http.Post": nil, "http.Head": nil, "http.DefaultClient": nil,
	"os.UserHomeDir": {"cmd/entail"}, "os.UserCacheDir": {"cmd/entail"},
}

// TestReach holds that the environment is read, and the program ended, in main
// alone.
func TestReach(t *testing.T) {
	set, all := files(t)
	for _, f := range all {
		if layer(f.pkg) == 0 && f.pkg != "cmd/entail" || f.pkg == testOnly {
			continue // generators are programs of their own
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := selector.X.(*ast.Ident)
			if !ok {
				return true
			}
			name := pkg.Name + "." + selector.Sel.Name
			if allowed, known := forbidden[name]; known && !slices.Contains(allowed, f.pkg) {
				t.Errorf("%s uses %s", set.Position(n.Pos()), name)
			}
			return true
		})
	}
}

// TestNoState holds that packages register nothing and run nothing by being
// imported.
func TestNoState(t *testing.T) {
	set, all := files(t)
	for _, f := range all {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: an init function", set.Position(fn.Pos()))
			}
		}
	}
}

// named are the places in Go that may name models and their publishers: where
// the Hub's own addresses and the index's sources are.
var named = []string{"internal/source/hub", "internal/source/genindex", testOnly}

// TestNoNames holds that Go knows no licence and no publisher of models by
// name: those are data. Keys of licences that are everybody's, such as mit, may
// be words of another meaning and are not looked for.
func TestNoNames(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, key := range licenses.Keys() {
		entry, _ := licenses.License(key)
		switch entry.Class {
		case "custom", "rail", "non-commercial", "proprietary":
			known[key] = "a licence"
		}
	}
	families, _ := licenses.Data()["families"].(map[string]any)
	for name, value := range families {
		known[name] = "a family"
		family, _ := value.(map[string]any)
		owners, _ := family["owners"].([]any)
		for _, owner := range owners {
			known[fmt.Sprint(owner)] = "a publisher"
		}
	}
	if len(known) < 50 {
		t.Fatalf("only %d names are known, which cannot be all", len(known))
	}
	set, all := files(t)
	for _, f := range all {
		if slices.Contains(named, f.pkg) || layer(f.pkg) == 0 {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				return true
			}
			for word := range strings.FieldsFuncSeq(withoutExamples(text), func(r rune) bool { return strings.ContainsRune(" \t\n\"'`()[]{},;:=@/", r) }) {
				if what, ok := known[word]; ok && !commonWord(word) {
					t.Errorf("%s: the text %q names %s: %s", set.Position(n.Pos()), text, what, word)
				}
			}
			return true
		})
	}
}

// withoutExamples drops the lines of a text that show how to call the program:
// an example needs a name to be one.
func withoutExamples(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "entail ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// commonWord tells names that are also words of a language.
func commonWord(word string) bool {
	return slices.Contains([]string{"other", "unknown", "open", "apple", "command", "granite", "ai", "google", "meta"}, strings.ToLower(word))
}

// exempt are offenders that are known and being mended: a function, a file or
// a package, as the tests report it.
var exempt = []string{"package internal/license"}

// TestSize holds functions and files to what can be read at one go.
func TestSize(t *testing.T) {
	set, all := files(t)
	report := func(name string, lines, most int) {
		if !slices.Contains(exempt, name) {
			t.Errorf("%s has %d lines, want at most %d", name, lines, most)
		}
	}
	for _, f := range all {
		if f.lines > maxFileLines {
			report(f.name, f.lines, maxFileLines)
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1
			if lines > maxFunctionLines {
				report(f.name+": "+fn.Name.Name, lines, maxFunctionLines)
			}
		}
	}
}

// TestComments holds that each package and each exported name says what it is.
func TestComments(t *testing.T) {
	set, all := files(t)
	described := map[string]bool{}
	for _, f := range all {
		described[f.pkg] = described[f.pkg] || f.Doc != nil
		for _, decl := range f.Decls {
			for _, name := range undescribed(decl) {
				t.Errorf("%s: %s has no comment", set.Position(decl.Pos()), name)
			}
		}
	}
	for pkg, ok := range described {
		if !ok && !slices.Contains(exempt, "package "+pkg) {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

// undescribed lists the exported names of a declaration without a comment. One
// comment does for a group of constants or variables; methods of types that
// are not exported need none.
func undescribed(decl ast.Decl) []string {
	var names []string
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d.Recv)) && !wellKnown(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && s.Doc == nil && d.Doc == nil && s.Comment == nil {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// wellKnown tells methods whose meaning the standard library fixes.
func wellKnown(fn *ast.FuncDecl) bool {
	return fn.Recv != nil && slices.Contains([]string{"Error", "Unwrap", "String"}, fn.Name.Name)
}

func exportedReceiver(list *ast.FieldList) bool {
	if len(list.List) == 0 {
		return false
	}
	kind := list.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}
