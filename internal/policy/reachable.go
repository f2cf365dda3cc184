package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"
)

// reached is the name by which compiled rules call what stands in for OPA's
// graph.reachable.
const reached = "graph.reached"

// boundReachable has compiled rules call reached where they say
// graph.reachable. OPA's own takes up a vertex once for each of the shortest
// ways that lead to it, and does not stop where an evaluation is cancelled:
// fifty models, each merged from three others, would never end. The answer is
// the same, so that the rules run in any OPA. It comes last, as no stage of
// OPA knows the name.
func boundReachable(c *ast.Compiler) *ast.Compiler {
	name := ast.ReachableBuiltin.Ref()
	own := ast.Ref{ast.VarTerm("graph"), ast.StringTerm("reached")}
	return c.WithStageAfterID(ast.StageBuildComprehensionIndices, ast.CompilerStageDefinition{
		Name: "BoundReachable", MetricName: "compile_stage_bound_reachable",
		Stage: func(c *ast.Compiler) *ast.Error {
			for _, module := range c.Modules {
				ast.WalkTerms(module, func(term *ast.Term) bool {
					if ref, ok := term.Value.(ast.Ref); ok && ref.Equal(name) {
						term.Value = own
					}
					return false
				})
			}
			return nil
		},
	})
}

// functions gives an evaluation the functions that compiled rules call.
func functions() func(*rego.Rego) {
	declared := &rego.Function{Name: reached, Decl: ast.ReachableBuiltin.Decl}
	return rego.Function2(declared, func(_ rego.BuiltinContext, graph, initial *ast.Term) (*ast.Term, error) {
		edges, err := builtins.ObjectOperand(graph.Value, 1)
		if err != nil {
			return nil, err
		}
		found, queue := ast.NewSet(), []*ast.Term{}
		// What is no key of the graph is no vertex.
		visit := func(one *ast.Term) {
			if !found.Contains(one) && edges.Get(one) != nil {
				found.Add(one)
				queue = append(queue, one)
			}
		}
		each(initial, visit)
		for i := 0; i < len(queue); i++ {
			each(edges.Get(queue[i]), visit)
		}
		return ast.NewTerm(found), nil
	})
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
