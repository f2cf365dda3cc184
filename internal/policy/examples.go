package policy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Where tests find the JSON files of a folder, and bounds of what is read of
// them.
const (
	maxExampleFile = 16 << 20
	maxExamples    = 1_000
)

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
	full := examplesRef
	if head, ok := ref[0].Value.(ast.Var); ok && imported[string(head)] {
		ref = append(ast.MustParseRef("data.entail.testing"), ref[1:]...)
	}
	if !ref.HasPrefix(full) || len(ref) <= len(full) {
		return "", false
	}
	name, ok := ref[len(full)].Value.(ast.String)
	return string(name), ok
}
