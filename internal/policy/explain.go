package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// Explain tells why the rule of an id found what it did in a document, or
// found nothing: each clause of its package with what its conditions stood for.
// about is the id of a model, whose ways through the rule go before others;
// empty for any. The rule is one of Rules.
func (e *Engine) Explain(ctx context.Context, document *input.Document, rule, about string) (*model.RuleTrace, error) {
	value, err := document.Value()
	if err != nil {
		return nil, err
	}
	ref, ok := e.refOf(rule)
	if !ok {
		return nil, fmt.Errorf("explain %s: no such rule", rule)
	}
	pkg := ref[:len(ref)-1]
	w := watch(e.compiler, func(r *ast.Rule) bool { return r.Module.Package.Path.Equal(pkg) }, about)
	told := &model.RuleTrace{Rule: rule, Subject: document.Subject, About: about}
	// A trace takes more time than what it traces.
	limit := e.limits
	limit.time = limit.all
	found, err := watched(ctx, limit, func(ctx context.Context) (rego.ResultSet, error) {
		query, err := e.ask(ast.Equality.Expr(ast.VarTerm("found"), ast.NewTerm(ref)), rego.GenerateJSON(keepTerm)).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		// Clauses that an index or an answer already found would skip are
		// evaluated as well, to tell why they do not hold.
		return query.Eval(ctx, rego.EvalParsedInput(value), rego.EvalQueryTracer(w),
			rego.EvalRuleIndexing(false), rego.EvalEarlyExit(false))
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		told.Failed = plainError(err)
		if end, ok := errors.AsType[*stopped](err); ok && end.left {
			told.Clauses = []model.TraceClause{}
			return told, nil // it still goes on, and writes what would be read here
		}
	case len(found) == 1:
		told.Findings = size(found[0].Bindings["found"])
	}
	told.Clauses = w.clauses()
	own := slices.ContainsFunc(e.units, func(one unit) bool { return one.key == rule })
	for i := range told.Clauses {
		told.Clauses[i].File = shownFile(told.Clauses[i].File, own)
	}
	return told, nil
}

// size is how many findings a rule's value is.
func size(value any) int {
	term, _ := value.(*ast.Term)
	if term == nil {
		return 0
	}
	switch of := term.Value.(type) {
	case ast.Set:
		return of.Len()
	case *ast.Array:
		return of.Len()
	}
	return 0
}

// refOf is where the findings of a rule are.
func (e *Engine) refOf(id string) (ast.Ref, bool) {
	for _, one := range e.units {
		if one.kind == saysFindings && one.key == id {
			return one.rule, true
		}
	}
	for _, module := range e.compiler.Modules {
		if found, ok := ruleID(module.Package.Path.String()); ok && found == id {
			return module.Package.Path.Append(ast.StringTerm("findings")), true
		}
	}
	return nil, false
}
