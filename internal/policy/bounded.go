package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"
)

// boundedRoot is where compiled rules find what stands in for a builtin of
// OPA's: bounded.concat for concat.
const boundedRoot = "bounded"

// bound has compiled rules call what is bounded where they name a builtin that
// is not. The answers are the same, so that the rules run in any OPA. Where no
// user's rules take part the guards have nothing to do, and what our own rules
// ask for is left as it is but for graph.reachable.
func bound(c *ast.Compiler, users bool) *ast.Compiler {
	renamed := map[string]ast.Ref{}
	for name, keep := range allowed() {
		if name == ast.ReachableBuiltin.Name || users && keep != nil {
			ref := ast.Ref{ast.VarTerm(boundedRoot)}
			for part := range strings.SplitSeq(name, ".") {
				ref = ref.Append(ast.StringTerm(part))
			}
			renamed[name] = ref
		}
	}
	// It comes last, as no stage of OPA's knows the names.
	return c.WithStageAfterID(ast.StageBuildComprehensionIndices, ast.CompilerStageDefinition{
		Name: "Bound", MetricName: "compile_stage_bound",
		Stage: func(c *ast.Compiler) *ast.Error {
			for _, module := range c.Modules {
				ast.WalkExprs(module, func(expr *ast.Expr) bool {
					rename(expr, renamed)
					return false
				})
			}
			return nil
		},
	})
}

// rename changes what an expression calls, and what it replaces by `with`. The
// terms themselves may be shared, and are not changed.
func rename(expr *ast.Expr, renamed map[string]ast.Ref) {
	change := func(term *ast.Term) *ast.Term {
		ref, ok := term.Value.(ast.Ref)
		if !ok || len(ref) > 3 || ref.HasPrefix(ast.DefaultRootRef) || ref.HasPrefix(ast.InputRootRef) {
			return term
		}
		if to, ok := renamed[ref.String()]; ok {
			return &ast.Term{Value: to, Location: term.Location}
		}
		return term
	}
	if call, ok := expr.Terms.([]*ast.Term); ok && len(call) > 0 {
		call[0] = change(call[0])
	}
	for _, with := range expr.With {
		with.Target, with.Value = change(with.Target), change(with.Value)
	}
}

// functions gives an evaluation the functions that compiled rules call.
func functions() []func(*rego.Rego) {
	var all []func(*rego.Rego)
	guards := allowed()
	for _, builtin := range ast.CapabilitiesForThisVersion().Builtins {
		keep := guards[builtin.Name]
		call := topdown.GetBuiltin(builtin.Name)
		if builtin.Name == ast.ReachableBuiltin.Name {
			call, keep = reachable, func([]*ast.Term) error { return nil }
		}
		if keep == nil || call == nil {
			continue
		}
		declared := &rego.Function{Name: boundedRoot + "." + builtin.Name, Decl: builtin.Decl}
		arity := builtin.Decl.Arity()
		all = append(all, rego.FunctionDyn(declared, func(bctx rego.BuiltinContext, args []*ast.Term) (answer *ast.Term, err error) {
			// What follows the arguments is where the answer goes.
			args = args[:min(arity, len(args))]
			if err := keep(args); err != nil {
				return nil, err
			}
			err = call(bctx, args, func(term *ast.Term) error {
				answer = term
				return nil
			})
			return answer, err
		}))
	}
	return slices.Clip(all)
}

// reachable is graph.reachable. OPA's own takes up a vertex once for each of
// the shortest ways that lead to it, and does not stop where an evaluation is
// cancelled: fifty models, each merged from three others, would never end.
func reachable(bctx rego.BuiltinContext, args []*ast.Term, give func(*ast.Term) error) error {
	edges, err := builtins.ObjectOperand(args[0].Value, 1)
	if err != nil {
		return err
	}
	found, queue := ast.NewSet(), []*ast.Term{}
	// What is no key of the graph is no vertex.
	visit := func(one *ast.Term) {
		if !found.Contains(one) && edges.Get(one) != nil {
			found.Add(one)
			queue = append(queue, one)
		}
	}
	each(args[1], visit)
	for i := 0; i < len(queue); i++ {
		if bctx.Cancel != nil && bctx.Cancel.Cancelled() {
			return topdown.Halt{Err: &topdown.Error{Code: topdown.CancelErr, Message: "caller cancelled query execution"}}
		}
		each(edges.Get(queue[i]), visit)
	}
	return give(ast.NewTerm(found))
}

// each calls visit for what is in a set or an array.
func each(collection *ast.Term, visit func(*ast.Term)) {
	switch of := collection.Value.(type) {
	case ast.Set:
		of.Foreach(visit)
	case *ast.Array:
		of.Foreach(visit)
	}
}
