package policy

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// RulesMatching lists the ids of the rules that a glob stands for, as the rules
// themselves match it: by OPA's glob.match, with / between the parts of an id.
// The error says that the glob is none.
func (e *Engine) RulesMatching(pattern string) ([]string, error) {
	match := topdown.GetBuiltin(ast.GlobMatch.Name)
	var found []string
	for _, rule := range e.rules {
		operands := []*ast.Term{ast.StringTerm(pattern), ast.ArrayTerm(ast.StringTerm("/")), ast.StringTerm(rule.ID)}
		err := match(topdown.BuiltinContext{}, operands, func(answer *ast.Term) error {
			if answer.Equal(ast.BooleanTerm(true)) {
				found = append(found, rule.ID)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("match %q with the ids of rules: %w", pattern, err)
		}
	}
	return found, nil
}
