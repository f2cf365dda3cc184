package policy

import (
	"maps"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxLiteral is how many values a literal of a rule may have, those of the
// variables in it included. Rules write down a few hundred at most.
const maxLiteral = 1_000_000

// tooLarge lists what a user's rules write down that has more than maxLiteral
// values, since it has others of the same rule in it many times over: forty
// lines that each have the line before twice are a trillion values. OPA writes
// such a value out in one step, which nothing can stop, so that it is refused
// before anything runs.
func tooLarge(c *ast.Compiler) Problems {
	var all Problems
	for name, module := range c.Modules {
		if !strings.HasPrefix(name, userPrefix) {
			continue
		}
		for _, rule := range module.Rules {
			for part := rule; part != nil; part = part.Else {
				w := writtenOut{sizes: map[ast.Var]int{}}
				w.body(part.Body)
				w.terms(part.Head)
				if w.found != nil {
					all = append(all, problemAt(w.found, "what is written here has more than %d values, as it has the same ones many times over", maxLiteral))
				}
			}
		}
	}
	return all.sorted()
}

// writtenOut follows what the variables of a rule stand for.
type writtenOut struct {
	// sizes are how many values each has; one that is not here has an unknown
	// value, which was made in a step of its own.
	sizes map[ast.Var]int
	// known are the sizes of terms in what is being looked at, so that a literal
	// is not gone over again for each of those that are within it.
	known map[*ast.Term]int
	// found is where the first one stands that is too large.
	found *ast.Location
}

func (w *writtenOut) body(body ast.Body) {
	for _, expr := range body {
		if terms, ok := expr.Terms.([]*ast.Term); ok && expr.IsEquality() {
			w.unify(terms[1], terms[2])
			w.unify(terms[2], terms[1])
		}
		w.terms(expr)
	}
}

// unify takes note of what a variable, or one within a pattern, is made equal to.
func (w *writtenOut) unify(to, from *ast.Term) {
	switch pattern := to.Value.(type) {
	case ast.Var:
		w.sizes[pattern] = max(w.sizes[pattern], w.size(from))
	case *ast.Array:
		other, ok := from.Value.(*ast.Array)
		for i := 0; ok && i < min(pattern.Len(), other.Len()); i++ {
			w.unify(pattern.Elem(i), other.Elem(i))
		}
	case ast.Object:
		other, ok := from.Value.(ast.Object)
		pattern.Foreach(func(key, value *ast.Term) {
			if ok && other.Get(key) != nil {
				w.unify(value, other.Get(key))
			}
		})
	}
}

// size is how many values a term has; beyond the bound, one more than that.
func (w *writtenOut) size(term *ast.Term) int {
	if size, ok := w.known[term]; ok {
		return size
	}
	size := 1
	add := func(one *ast.Term) { size = min(size+w.size(one), maxLiteral+1) }
	switch value := term.Value.(type) {
	case ast.Var:
		return max(1, w.sizes[value])
	case ast.Ref:
		if head, ok := value[0].Value.(ast.Var); ok { // a part of what a variable stands for
			return max(1, w.sizes[head])
		}
	case *ast.Array:
		value.Foreach(add)
	case ast.Set:
		value.Foreach(add)
	case ast.Object:
		value.Foreach(func(key, one *ast.Term) {
			add(key)
			add(one)
		})
	}
	if w.known != nil {
		w.known[term] = size
	}
	return size
}

// terms looks at all that stands in a part of a rule. What a comprehension
// gathers has a step for each; only what it writes down for one is looked at.
func (w *writtenOut) terms(part any) {
	inner := func(body ast.Body, terms ...*ast.Term) {
		within := writtenOut{sizes: maps.Clone(w.sizes), found: w.found}
		within.body(body)
		for _, term := range terms {
			within.terms(term)
		}
		w.found = within.found
	}
	w.known = map[*ast.Term]int{}
	defer func() { w.known = nil }()
	ast.NewGenericVisitor(func(node any) bool {
		switch node := node.(type) {
		case *ast.ArrayComprehension:
			inner(node.Body, node.Term)
			return true
		case *ast.SetComprehension:
			inner(node.Body, node.Term)
			return true
		case *ast.ObjectComprehension:
			inner(node.Body, node.Key, node.Value)
			return true
		case *ast.Every:
			inner(node.Body, node.Domain)
			return true
		case *ast.Term:
			if w.found == nil && w.size(node) > maxLiteral {
				w.found = node.Location
			}
		}
		return w.found != nil
	}).Walk(part)
}
