package policy

import (
	"maps"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/policies"
)

// Definitions are asked about a document that lib/judgements.rego makes. A fact
// that one reads and that is not in there would be as if it were not known.
func TestDefinitionsReadWhatTheyAreGiven(t *testing.T) {
	compiled, err := Compile(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	r := &factReader{compiler: compiled.compiler, seen: map[*ast.Rule]bool{}, facts: map[string]string{}}
	for _, rule := range compiled.compiler.GetRulesDynamic(ast.MustParseRef("data.entail.definitions[name].judgement")) {
		r.rule(rule)
	}
	given := []string{
		"config.reading", "nodes", "subject",
		"node.card.at", "node.card.present", "node.evidence", "node.files", "node.files_known", "node.license", "node.mof",
	}
	for _, fact := range slices.Sorted(maps.Keys(r.facts)) {
		if !slices.Contains(given, fact) {
			t.Errorf("%s reads %s, which judgements.rego does not give", r.facts[fact], fact)
		}
	}
	for _, fact := range given {
		if r.facts[fact] == "" {
			t.Errorf("no definition reads %s", fact)
		}
	}
}

// factReader follows rules to the facts of the input that they read.
type factReader struct {
	compiler *ast.Compiler
	seen     map[*ast.Rule]bool
	// facts are the fields, those of a node as node.x, each with a rule that
	// reads it.
	facts map[string]string
}

func (r *factReader) rule(rule *ast.Rule) {
	if r.seen[rule] || slices.Contains(replacedRules, rule.Ref().GroundPrefix().String()) {
		return
	}
	r.seen[rule] = true
	nodes := map[ast.Var]bool{}
	for part := rule; part != nil; part = part.Else {
		ast.WalkExprs(part, func(expr *ast.Expr) bool {
			if expr.IsEquality() {
				for _, pair := range [][2]*ast.Term{{expr.Operand(0), expr.Operand(1)}, {expr.Operand(1), expr.Operand(0)}} {
					if name, ok := pair[0].Value.(ast.Var); ok && isNode(pair[1]) {
						nodes[name] = true
					}
				}
			}
			return false
		})
	}
	for part := rule; part != nil; part = part.Else {
		ast.WalkRefs(part, func(ref ast.Ref) bool {
			head, _ := ref[0].Value.(ast.Var)
			switch {
			case nodes[head]:
				r.fact(rule, "node", ref[1:])
			case ref.HasPrefix(subjectRef):
				r.fact(rule, "node", ref[len(subjectRef):])
			case ref.HasPrefix(nodesRef) && len(ref) > len(nodesRef)+1:
				r.fact(rule, "node", ref[len(nodesRef)+1:])
			case ref.HasPrefix(nodesRef):
				r.fact(rule, "", ref[1:len(nodesRef)])
			case ref.HasPrefix(ast.InputRootRef):
				r.fact(rule, "", ref[1:])
			case ref.HasPrefix(ast.DefaultRootRef):
				for _, next := range r.compiler.GetRulesDynamic(ref) {
					r.rule(next)
				}
			}
			return false
		})
	}
}

// replacedRules are those that judgements.rego gives the value of.
var replacedRules = []string{"data.entail.lib.bearing", "data.entail.lib.untold", "data.entail.lib.own_answers"}

var (
	nodesRef   = ast.MustParseRef("input.nodes")
	subjectRef = ast.MustParseRef("data.entail.lib.subject")
)

// isNode is true for a reference to a node as a whole.
func isNode(term *ast.Term) bool {
	ref, ok := term.Value.(ast.Ref)
	return ok && (ref.HasPrefix(nodesRef) && len(ref) == len(nodesRef)+1 || ref.Equal(subjectRef))
}

// fact takes note of a field: the first one, and of the card and the
// configuration, which have many, the second.
func (r *factReader) fact(rule *ast.Rule, of string, path ast.Ref) {
	name := of
	for i, term := range path {
		field, ok := term.Value.(ast.String)
		if !ok || i > 0 && path[0].Value.Compare(ast.String("card")) != 0 && path[0].Value.Compare(ast.String("config")) != 0 || i > 1 {
			break
		}
		if name != "" {
			name += "."
		}
		name += string(field)
	}
	if name != of {
		r.facts[name] = rule.Ref().String()
	}
}
