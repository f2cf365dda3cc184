package policy

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
)

// ownFile is the name of the module that tells our rules of a user's.
const ownFile = "entail/own.rego"

// unitKind is what a user's package gives: findings, or the judgement of a
// definition, or answers to what our definitions leave to a person.
type unitKind string

const (
	saysFindings  unitKind = "said"
	saysJudgement unitKind = "judgements"
	saysAnswers   unitKind = "answers"
)

// unit is the smallest part of a user's policies that is evaluated, and that
// fails, alone.
type unit struct {
	kind unitKind
	// key is the rule's id, or the last part of a definition's package; empty
	// for answers.
	key string
	// rule is the rule in the user's package, such as data.main.deny.
	rule ast.Ref
	// shape is the rule's name without what follows an underscore: findings,
	// or one of conftest's.
	shape string
	// excepted is true where the package makes exceptions from its rules, as
	// conftest has them.
	excepted bool
	at       *ast.Location
}

// id is what messages and results call a unit.
func (u unit) id() string {
	switch u.kind {
	case saysJudgement:
		return "custom/definitions/" + strings.ReplaceAll(u.key, "_", "-")
	case saysAnswers:
		return "custom/answers"
	}
	return u.key
}

// ref is where the generated module has what a unit says.
func (u unit) ref() ast.Ref {
	ref := ast.MustParseRef("data.entail.own").Append(ast.StringTerm(string(u.kind)))
	if u.kind == saysAnswers {
		return ref
	}
	return ref.Append(ast.StringTerm(u.key))
}

// conftestName is what exceptions of its package call a conftest rule: what
// follows the underscore, and nothing for a rule without one (conftest.dev,
// "Exceptions").
func (u unit) conftestName() string {
	name, _ := u.rule[len(u.rule)-1].Value.(ast.String)
	_, after, _ := strings.Cut(string(name), "_")
	return after
}

// conftestRules are the rules that conftest asks a package for (conftest.dev,
// "Writing policies").
func conftestRules() []string { return []string{"deny", "warn", "violation"} }

// levelFile has the level of what a user's rule says that gives none, by the
// rule's shape. It is asked by itself, since the answer is part of the data that
// the others are compiled with.
const levelFile = "lib/own_level.rego"

func usualLevels(ours map[string]*ast.Module) (map[string]model.Level, error) {
	compiler := NewCompiler()
	if module := ours[levelFile]; module != nil {
		compiler.Compile(map[string]*ast.Module{levelFile: module})
	}
	if compiler.Failed() {
		return nil, fmt.Errorf("compile policies: %w", compiler.Errors)
	}
	e := Engine{compiler: compiler, store: NewStore(map[string]any{})}
	var levels map[string]model.Level
	if err := e.Ask(context.Background(), &levels, "entail", "lib", "levels"); err != nil {
		return nil, err
	}
	for _, name := range append(conftestRules(), "findings") {
		if !slices.Contains(model.Levels(), levels[name]) {
			return nil, fmt.Errorf("%s: the level of %s is %q", levelFile, name, levels[name])
		}
	}
	return levels, nil
}

// segment is what the names of a rule's package are made of.
var segment = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// units finds what a user's modules give, sorted by id. Two rules of one id are
// refused, as one would hide the other.
func units(modules map[string]*ast.Module) ([]unit, error) {
	found, exceptions := map[string]unit{}, map[string]bool{}
	for _, module := range modules {
		for _, rule := range module.Rules {
			if head, _ := rule.Head.Ref()[0].Value.(ast.Var); head == "exception" {
				exceptions[module.Package.Path.String()] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[name].Rules {
			one, ok, err := unitOf(modules[name].Package, rule)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			if other, twice := found[one.id()]; twice && !other.rule.Equal(one.rule) {
				return nil, problemAt(one.at, "%s and %s would both be the rule %s; rename one of the packages", other.rule, one.rule, one.id())
			}
			if _, twice := found[one.id()]; !twice {
				one.excepted = exceptions[modules[name].Package.Path.String()]
				found[one.id()] = one
			}
		}
	}
	var list []unit
	for _, id := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[id])
	}
	return list, nil
}

// unitOf says what a rule of a user's package gives, if anything.
func unitOf(pkg *ast.Package, rule *ast.Rule) (one unit, ok bool, err error) {
	path := pkg.Path[1:]
	head, _ := rule.Head.Ref()[0].Value.(ast.Var)
	name := string(head)
	custom := path[0].Equal(ast.StringTerm("custom"))
	if custom && len(path) > 1 {
		switch {
		case path[1].Equal(ast.StringTerm("answers")):
			answers := ast.MustParseRef("data.custom.answers")
			return unit{kind: saysAnswers, rule: answers, at: pkg.Location}, true, nil
		case path[1].Equal(ast.StringTerm("definitions")) && len(path) == 3 && name == "judgement":
			key, _ := path[2].Value.(ast.String)
			return unit{kind: saysJudgement, key: string(key), rule: pkg.Path.Append(ast.StringTerm(name)), at: rule.Location}, true, nil
		}
	}
	shape, _, _ := strings.Cut(name, "_")
	if !slices.Contains(conftestRules(), shape) {
		if shape = name; name != "findings" {
			return unit{}, false, nil
		}
	}
	parts := []string{"custom"}
	for i, term := range path {
		part, _ := term.Value.(ast.String)
		if !segment.MatchString(string(part)) {
			return unit{}, false, onLine(pkg.Location, "a package with rules has a name of letters, digits, - and _; got %s", pkg.Path)
		}
		if i > 0 || !custom {
			parts = append(parts, string(part))
		}
	}
	if name != "findings" {
		parts = append(parts, name)
	}
	return unit{
		kind: saysFindings, key: strings.ReplaceAll(strings.Join(parts, "/"), "_", "-"), shape: shape,
		rule: pkg.Path.Append(ast.StringTerm(name)), at: rule.Location,
	}, true, nil
}

// ownModule writes the module by which our rules read a user's, so that one
// query asks them all, whatever their packages are called, and any OPA gives
// the same answer. What is none of the shapes below is told by `shape`:
// object.get hides from the compiler what type it has.
func ownModule(list []unit) string {
	var text strings.Builder
	text.WriteString("# What the user's own packages say; written by entail for main.rego.\npackage entail.own\n")
	for _, one := range list {
		switch one.kind {
		case saysAnswers:
			fmt.Fprintf(&text, "\nanswers := %s\n", one.rule)
		case saysJudgement:
			fmt.Fprintf(&text, "\njudgements[%q] := %s\n\ndefinitions contains %q\n", one.key, one.rule, one.key)
		default:
			fmt.Fprintf(&text, "\nsaid[%q].shape := type_name(%s)\n", one.key, one.rule)
			if one.shape != "findings" {
				fmt.Fprintf(&text, "\nsaid[%q].findings contains data.entail.lib.conftest(said, %q) if some said in object.get({\"all\": %s}, \"all\", [])\n", one.key, one.shape, one.rule)
				if one.excepted {
					pkg := one.rule[:len(one.rule)-1]
					fmt.Fprintf(&text, "\nsaid[%q].waived := %q if data.entail.lib.excepts(%s.exception, %q)\n",
						one.key, strings.TrimPrefix(pkg.String(), "data."), pkg, one.conftestName())
				}
			} else {
				fmt.Fprintf(&text, "\nsaid[%q].findings contains finding if some finding in object.get({\"all\": %s}, \"all\", [])\n", one.key, one.rule)
				pkg := one.rule[:len(one.rule)-1]
				fmt.Fprintf(&text, "\nsaid[%q].incomplete contains reason if some reason in object.get({\"all\": %s.incomplete}, \"all\", [])\n", one.key, pkg)
				fmt.Fprintf(&text, "\nsaid[%q].incomplete_shape := type_name(%s.incomplete)\n", one.key, pkg)
			}
		}
	}
	return text.String()
}
