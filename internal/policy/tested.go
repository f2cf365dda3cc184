package policy

import (
	"fmt"
	"io/fs"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Tested is a policies folder whose rules have been read, and have passed every
// check of OPA's compiler before, as ours do by a test before they become part
// of a binary. To look for their mistakes again would be a third of the time
// that a start takes.
type Tested struct {
	fs.FS
	modules map[string]*ast.Module
}

// ReadTested reads the rules of a policies folder, with as many processors as
// there are: compiling them, which comes next, keeps one busy.
func ReadTested(fsys fs.FS) (*Tested, error) {
	modules, err := parse(fsys)
	if err != nil {
		return nil, err
	}
	return &Tested{fsys, modules}, nil
}

// read gives the rules of fsys, parsed.
func read(fsys fs.FS) (map[string]*ast.Module, error) {
	if tested, ok := fsys.(*Tested); ok {
		return maps.Clone(tested.modules), nil
	}
	return parse(fsys)
}

// checked is the compiler for the rules of fsys. Where rules of a user's take
// part, all of them are checked.
func checked(compiler *ast.Compiler, fsys fs.FS, users bool) *ast.Compiler {
	if _, tested := fsys.(*Tested); tested && !users {
		return compiler.WithSchemas(nil).WithSkipStages(checks()...)
	}
	return compiler
}

// checks are those stages of OPA's compiler that look for mistakes and leave
// the rules as they are, with the graph of rules that nothing else reads. What
// is to be done after one of these is left out, too. Safety is not among them,
// as that stage puts expressions in order.
func checks() []ast.StageID {
	return []ast.StageID{
		ast.StageCheckUnusedImports, ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports,
		ast.StageCheckVoidCalls, ast.StageSetGraph, ast.StageCheckRuleConflicts, ast.StageCheckUndefinedFuncs,
		ast.StageCheckSafetyRuleHeads, ast.StageCheckRecursion, ast.StageCheckTypes,
		ast.StageCheckUnsafeBuiltins, ast.StageCheckDeprecatedBuiltins, ast.StageBuildRequiredCapabilities,
	}
}

// Values gives the catalogue as the values that rules compare. Prepare takes
// either; the conversion needs no rules, so that it can be made beside Compile.
func Values(catalog map[string]any) (map[string]any, error) {
	values := make(map[string]any, len(catalog))
	for name, section := range catalog {
		value, err := ast.InterfaceToValue(section)
		if err != nil {
			return nil, fmt.Errorf("convert the catalogue's %s: %w", name, err)
		}
		values[name] = value
	}
	return values, nil
}
