package policy

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// isolate evaluates each of a user's units alone, then the result from what
// those that did not fail say.
func (e *Engine) isolate(ctx context.Context, input ast.Value) (rego.ResultSet, error) {
	said := map[unitKind]ast.Object{saysFindings: ast.NewObject(), saysJudgement: ast.NewObject()}
	answers := ast.NewTerm(ast.NewObject())
	failed := ast.NewObject()
	for _, one := range e.units {
		value, err := e.evalUnit(ctx, one, input)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			failed.Insert(ast.StringTerm(one.id()), ast.StringTerm(plainError(err)))
		case value == nil:
		case one.kind == saysAnswers:
			answers = value
		default:
			said[one.kind].Insert(ast.StringTerm(one.key), value)
		}
	}
	expr := ast.Equality.Expr(ast.VarTerm("result"), ast.NewTerm(ast.MustParseRef(entrypoint)))
	for target, value := range map[string]*ast.Term{
		"said":       ast.NewTerm(said[saysFindings]),
		"judgements": ast.NewTerm(said[saysJudgement]),
		"answers":    answers,
		"failed":     ast.NewTerm(failed),
	} {
		expr = expr.IncludeWith(ast.NewTerm(ast.MustParseRef("data.entail.own."+target)), value)
	}
	return limited(ctx, func(ctx context.Context) (rego.ResultSet, error) {
		query, err := e.ask(expr).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		return query.Eval(ctx, rego.EvalParsedInput(input), rego.EvalSortSets(true))
	})
}

// evalUnit gives what one unit says; nil where it says nothing.
func (e *Engine) evalUnit(ctx context.Context, one unit, input ast.Value) (*ast.Term, error) {
	expr := ast.Equality.Expr(ast.VarTerm("said"), ast.NewTerm(one.ref()))
	found, err := limited(ctx, func(ctx context.Context) (rego.ResultSet, error) {
		query, err := e.ask(expr, rego.GenerateJSON(keepTerm)).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		return query.Eval(ctx, rego.EvalParsedInput(input))
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	term, ok := found[0].Bindings["said"].(*ast.Term)
	if !ok {
		return nil, fmt.Errorf("%s has no value", one.rule)
	}
	return term, nil
}

func keepTerm(term *ast.Term, _ *rego.EvalContext) (any, error) { return term, nil }

// ask prepares to evaluate one expression over the compiled rules.
func (e *Engine) ask(expr *ast.Expr, more ...func(*rego.Rego)) *rego.Rego {
	return rego.New(append([]func(*rego.Rego){
		rego.ParsedQuery(ast.NewBody(expr)),
		rego.Compiler(e.compiler),
		rego.Store(e.store),
		rego.Capabilities(Capabilities()),
		rego.StrictBuiltinErrors(true),
		functions(),
	}, more...)...)
}

// plainError is why a unit failed, with the place in the user's file, where
// OPA knows it.
func plainError(err error) string {
	if e, ok := errors.AsType[*topdown.Error](err); ok && e.Location != nil {
		return fmt.Sprintf("%s:%d: %s", e.Location.File, e.Location.Row, e.Message)
	}
	return err.Error()
}
