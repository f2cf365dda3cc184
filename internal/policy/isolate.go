package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// together asks for the result of one input with all of a user's rules. Where
// that fails they are asked one by one, so that the one that fails is named and
// takes none of the others with it. Once they took too long or too much
// together they are asked one by one from then on.
func (e *Engine) together(ctx context.Context, input ast.Value) (rego.ResultSet, error) {
	if e.apart.Load() {
		return e.isolate(ctx, input)
	}
	e.alone.RLock()
	found, err := watched(ctx, e.limits, func(ctx context.Context) (rego.ResultSet, error) {
		return e.judge(ctx, input)
	})
	e.alone.RUnlock()
	if err == nil || ctx.Err() != nil {
		return found, err
	}
	if end, ok := errors.AsType[*stopped](err); ok {
		if end.left && end.memory {
			return nil, fmt.Errorf("%w: %w", ErrRunaway, end)
		}
		e.apart.Store(true)
	}
	return e.isolate(ctx, input)
}

// isolate evaluates each of a user's units alone, then the result from what
// those that did not fail say.
func (e *Engine) isolate(ctx context.Context, input ast.Value) (rego.ResultSet, error) {
	said := map[unitKind]ast.Object{saysFindings: ast.NewObject(), saysJudgement: ast.NewObject()}
	answers := ast.NewTerm(ast.NewObject())
	failed := ast.NewObject()
	// Nothing else of a user's runs meanwhile, so that what takes memory is known.
	e.alone.Lock()
	within, cancel := context.WithTimeoutCause(ctx, e.limits.all, errAll)
	for _, one := range e.units {
		value, err := e.askUnit(within, one, input)
		switch {
		case ctx.Err() != nil || errors.Is(err, ErrRunaway):
			cancel()
			e.alone.Unlock()
			return nil, cmp.Or(ctx.Err(), err)
		case err != nil:
			failed.Insert(ast.StringTerm(one.id()), ast.StringTerm(plainError(err)))
		case value == nil:
		case one.kind == saysAnswers:
			answers = value
		default:
			said[one.kind].Insert(ast.StringTerm(one.key), value)
		}
	}
	cancel()
	e.alone.Unlock()
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
		query, err := e.ask(expr, readResult()).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		return query.Eval(ctx, rego.EvalParsedInput(input))
	})
}

// errAll says that a user's rules took all the time that there is for them.
var errAll = fmt.Errorf("all rules of the user's together ran for more than %s", userLimits().all)

// askUnit gives what one unit says. One that took too long or too much memory
// is not asked again: each further release would wait for it, or worse. That
// its answer then hangs on what was judged before is the price, and in one
// direction alone, as a rule that was not asked is never a pass.
func (e *Engine) askUnit(ctx context.Context, one unit, input ast.Value) (*ast.Term, error) {
	if why, ok := e.spent[one.id()]; ok {
		return nil, fmt.Errorf("%w for a release before, and was not asked again", why)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	value, err := watched(ctx, e.limits, func(ctx context.Context) (*ast.Term, error) {
		value, err := e.evalUnit(ctx, one, input)
		if err == nil && value != nil {
			err = leaves([]*ast.Term{value})
		}
		return value, err
	})
	end, ok := errors.AsType[*stopped](err)
	switch {
	case ok && end.left && end.memory:
		return nil, fmt.Errorf("%w: %s: %w", ErrRunaway, one.id(), end)
	case ok && (ctx.Err() == nil || end.left):
		e.spent[one.id()] = end
	case ok:
		return nil, context.Cause(ctx)
	}
	return value, err
}

// evalUnit gives what one unit says; nil where it says nothing.
func (e *Engine) evalUnit(ctx context.Context, one unit, input ast.Value) (*ast.Term, error) {
	expr := ast.Equality.Expr(ast.VarTerm("said"), ast.NewTerm(one.ref()))
	query, err := e.ask(expr, rego.GenerateJSON(keepTerm)).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	found, err := query.Eval(ctx, rego.EvalParsedInput(input))
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
	return rego.New(append(append(functions(),
		rego.ParsedQuery(ast.NewBody(expr)),
		rego.Compiler(e.compiler),
		rego.Store(e.store),
		rego.Capabilities(Capabilities()),
		rego.StrictBuiltinErrors(true),
	), more...)...)
}

// maxWhy is how long the reason is that is given for a failure, in bytes. It may
// quote what a rule made up.
const maxWhy = 500

// plainError is why a unit failed, with the place in the user's file, where
// OPA knows it.
func plainError(err error) string {
	var at *topdown.Error
	for e, ok := errors.AsType[*topdown.Error](err); ok; e, ok = errors.AsType[*topdown.Error](e.Unwrap()) {
		at = e
	}
	why := err.Error()
	if at != nil && at.Location != nil {
		why = fmt.Sprintf("%s:%d: %s", at.Location.File, at.Location.Row, strings.TrimPrefix(at.Message, boundedRoot+"."))
	}
	if len(why) > maxWhy {
		why = strings.ToValidUTF8(why[:maxWhy], "") + " …"
	}
	return why
}
