package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// pathTree is a set of paths below data.
type pathTree struct {
	below map[string]*pathTree
	// rules are those that stand at this path, all of one name.
	rules *ruleGroup
}

// ruleGroup is all rules of one path, else branches included.
type ruleGroup struct {
	// kept is true for values that the memo may keep.
	kept bool
	// impure is true where something that differs from one evaluation to the
	// next has a part in the value.
	impure bool
	// readers are the groups that read this one.
	readers []*ruleGroup
}

// pureRules finds our own rules that read no input, neither themselves nor by
// what they call. Rules that set something by `with` count as ones that do.
func pureRules(compiler *ast.Compiler) *pathTree {
	tree := &pathTree{}
	groups := map[*ast.Module][]*ruleGroup{}
	for _, module := range compiler.Modules {
		for _, rule := range module.Rules {
			group := tree.add(rule.Ref().GroundPrefix())
			group.kept = !isOwn(module.Package) && !module.Package.Path.HasPrefix(ownPackage)
			groups[module] = append(groups[module], group)
		}
	}
	for _, module := range compiler.Modules {
		for i, rule := range module.Rules {
			for part := rule; part != nil; part = part.Else {
				tree.read(groups[module][i], part)
			}
		}
	}
	for _, list := range groups {
		for _, group := range list {
			if group.impure {
				group.spread()
			}
		}
	}
	return tree
}

var ownPackage = ast.MustParseRef("data.entail.own")

// add gives the group at a path below data.
func (t *pathTree) add(path ast.Ref) *ruleGroup {
	for _, term := range path[1:] {
		name, _ := term.Value.(ast.String)
		next := t.below[string(name)]
		if next == nil {
			next = &pathTree{}
			if t.below == nil {
				t.below = map[string]*pathTree{}
			}
			t.below[string(name)] = next
		}
		t = next
	}
	if t.rules == nil {
		t.rules = &ruleGroup{}
	}
	return t.rules
}

// read takes note of what a rule reads.
func (t *pathTree) read(group *ruleGroup, rule *ast.Rule) {
	var visitor *ast.GenericVisitor
	visitor = ast.NewGenericVisitor(func(node any) bool {
		switch node := node.(type) {
		case *ast.Rule:
			return node != rule // The else branch is looked at by itself.
		case *ast.Expr:
			if replaced(node) {
				for _, with := range node.With {
					visitor.Walk(with.Value)
				}
				return true
			}
		case *ast.With:
			group.impure = true
		case ast.Ref:
			switch {
			case node[0].Equal(ast.InputRootDocument):
				group.impure = true
			case node[0].Equal(ast.DefaultRootDocument):
				t.each(node[1:], func(other *ruleGroup) { other.readers = append(other.readers, group) })
			default:
				if builtin := ast.BuiltinMap[node.String()]; builtin != nil && builtin.Nondeterministic {
					group.impure = true
				}
			}
		case ast.Var:
			group.impure = group.impure || node.Equal(ast.InputRootDocument.Value)
		}
		return false
	})
	visitor.Walk(rule)
}

// replaced is true for an expression that is evaluated with another input, so
// that it hangs on what is given as that, and not on the input.
func replaced(expr *ast.Expr) bool {
	return slices.ContainsFunc(expr.With, func(with *ast.With) bool { return with.Target.Value.Compare(ast.InputRootRef) == 0 })
}

// each calls found for all groups that a reference may read: those on the way,
// and where it ends, or does not say which one, all that are below.
func (t *pathTree) each(path ast.Ref, found func(*ruleGroup)) {
	if t.rules != nil {
		found(t.rules)
	}
	if len(path) > 0 {
		if name, ok := path[0].Value.(ast.String); ok {
			if next := t.below[string(name)]; next != nil {
				next.each(path[1:], found)
			}
			return
		}
		path = path[1:]
	}
	for _, next := range t.below {
		next.each(path, found)
	}
}

// spread makes impure what reads an impure rule.
func (g *ruleGroup) spread() {
	for _, reader := range g.readers {
		if !reader.impure {
			reader.impure = true
			reader.spread()
		}
	}
}

// holds is true for the key of a value that may be kept: a rule's path, or a
// function's with its arguments.
func (t *pathTree) holds(key ast.Ref) bool {
	path := key
	if function, ok := key[0].Value.(ast.Ref); ok {
		path = function
	}
	for _, term := range path[1:] {
		name, ok := term.Value.(ast.String)
		if !ok {
			return false
		}
		if t = t.below[string(name)]; t == nil {
			return false
		}
		if t.rules != nil {
			return t.rules.kept && !t.rules.impure && t.below == nil && key.IsGround()
		}
	}
	return false
}
