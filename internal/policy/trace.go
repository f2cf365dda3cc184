package policy

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of what a trace tells.
const (
	maxTraceText  = 160
	maxTraceValue = 120
)

// watcher follows an evaluation and keeps, of each clause that it watches, the
// one way that tells most: the first in which it held, else the one that got
// furthest. So what it keeps does not grow with the evaluation.
type watcher struct {
	// about is an id: ways in which a name stands for it go before others.
	about ast.Value
	// watched are the clauses in the order of their files.
	watched []*watchedClause
	rules   map[*ast.Rule]*watchedClause
	exprs   map[*ast.Expr]step
	// table is the case of a test over a table that is followed; nil for
	// all. other is true while another is evaluated.
	table *string
	other bool
}

// step is an expression's place in the body of a clause.
type step struct {
	clause *watchedClause
	index  int
}

type watchedClause struct {
	rule       *ast.Rule
	conditions []watchedCondition
	// of has the condition that each expression of the compiled body belongs to.
	// -1 for one of no place.
	of                  []int
	asked, held, missed int
	// rank orders the ways; shown is the best.
	rank  int
	shown []model.TraceCondition
}

// watchedCondition is an expression as it was written. The compiler makes
// several of one.
type watchedCondition struct {
	at    *ast.Location
	shows []show
	last  int
	// head is true for what stands in the head of the clause.
	head bool
	// print is true for a call of print, which is no condition.
	print bool
}

// show is a part of an expression whose value is told.
type show struct {
	name  string
	term  *ast.Term
	index int
}

// watch follows the clauses of modules that wanted holds for.
func watch(compiler *ast.Compiler, wanted func(*ast.Rule) bool, about string) *watcher {
	w := &watcher{rules: map[*ast.Rule]*watchedClause{}, exprs: map[*ast.Expr]step{}}
	if about != "" {
		w.about = ast.String(about)
	}
	for _, module := range compiler.Modules {
		for _, first := range module.Rules {
			for rule := first; rule != nil; rule = rule.Else {
				if wanted(rule) {
					w.add(compiler, rule)
				}
			}
		}
	}
	slices.SortFunc(w.watched, func(a, b *watchedClause) int {
		return cmp.Or(strings.Compare(a.rule.Location.File, b.rule.Location.File),
			cmp.Compare(a.rule.Location.Row, b.rule.Location.Row), cmp.Compare(a.rule.Location.Col, b.rule.Location.Col))
	})
	return w
}

func (w *watcher) add(compiler *ast.Compiler, rule *ast.Rule) {
	c := &watchedClause{rule: rule, rank: -1, of: make([]int, len(rule.Body))}
	for i, expr := range rule.Body {
		w.exprs[expr] = step{c, i}
		if at := sourceOf(expr); !expr.Generated && written(at) {
			c.of[i] = c.condition(at)
		} else {
			c.of[i] = -1
		}
	}
	// What the compiler added counts for what it was made of, else for what
	// needs it, which comes next.
	next := -1
	for i, expr := range slices.Backward(rule.Body) {
		if c.of[i] < 0 {
			at := sourceOf(expr)
			c.of[i] = slices.IndexFunc(c.conditions, func(other watchedCondition) bool { return written(at) && inside(at, other.at) })
			if c.of[i] < 0 && next < 0 && written(at) {
				c.of[i] = c.condition(at)
				c.conditions[c.of[i]].head = true
			} else if c.of[i] < 0 {
				c.of[i] = next
			}
		} else {
			next = c.of[i]
		}
	}
	labels := labelsOf(rule.Body)
	for i, expr := range rule.Body {
		if k := c.of[i]; k >= 0 {
			c.conditions[k].last = i
			c.conditions[k].print = c.conditions[k].print || expr.IsCall() && expr.Operator().Equal(ast.InternalPrint.Ref())
			c.conditions[k].shows = append(c.conditions[k].shows, shows(compiler, expr, i, labels)...)
		}
	}
	w.rules[rule] = c
	w.watched = append(w.watched, c)
}

// condition is the one at a place, which is added where it is new.
func (c *watchedClause) condition(at *ast.Location) int {
	k := slices.IndexFunc(c.conditions, func(other watchedCondition) bool { return inside(at, other.at) || inside(other.at, at) })
	if k < 0 {
		c.conditions = append(c.conditions, watchedCondition{at: at})
		return len(c.conditions) - 1
	}
	if inside(c.conditions[k].at, at) {
		c.conditions[k].at = at
	}
	return k
}

// sourceOf is where an expression stands as somebody wrote it.
func sourceOf(expr *ast.Expr) *ast.Location {
	return cmp.Or(expr.BaseCogeneratedExpr().Location, expr.Location, &ast.Location{})
}

// inside says whether a place is part of another.
func inside(inner, outer *ast.Location) bool {
	return inner.File == outer.File && inner.Offset >= outer.Offset &&
		inner.Offset+len(inner.Text) <= outer.Offset+len(outer.Text)
}

// labelsOf tells what the names that the compiler made up stand for: the other
// side of the equation, or the call, that first gives one a value.
func labelsOf(body ast.Body) map[ast.Var]string {
	labels := map[ast.Var]string{}
	add := func(term *ast.Term, at *ast.Location) {
		name, _ := term.Value.(ast.Var)
		if _, there := labels[name]; !there && name.IsGenerated() && written(at) {
			labels[name] = oneLine(at.Text)
		}
	}
	for _, expr := range body {
		switch {
		case !expr.IsCall() || len(expr.Operands()) == 0:
		case expr.IsEquality() || expr.IsAssignment():
			for i := range 2 {
				if other := expr.Operand(1 - i); !ast.IsConstant(other.Value) {
					add(expr.Operand(i), other.Location)
				}
			}
		default:
			add(expr.Operand(len(expr.Operands())-1), expr.Location)
		}
	}
	return labels
}

// written says whether the text of a place is known.
func written(at *ast.Location) bool { return at != nil && len(at.Text) > 0 }

// shows lists what of an expression has a value worth telling: the names in it,
// what made-up names stand for, and parts of the input and of names.
func shows(compiler *ast.Compiler, expr *ast.Expr, index int, labels map[ast.Var]string) []show {
	var all []show
	var terms func(term *ast.Term) bool
	terms = func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Var:
			if name, ok := compiler.RewrittenVars[value]; ok && !name.IsGenerated() && !name.IsWildcard() {
				all = append(all, show{string(name), term, index})
			} else if text, ok := labels[value]; ok {
				all = append(all, show{text, term, index})
			}
		case ast.Ref:
			if len(value) > 1 && !value[0].Equal(ast.DefaultRootDocument) && written(term.Location) {
				all = append(all, show{oneLine(term.Location.Text), term, index})
			}
			for _, part := range value[1:] {
				ast.WalkTerms(part, terms)
			}
			return true
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return true
		}
		return false
	}
	switch of := expr.Terms.(type) {
	case *ast.Every:
		ast.WalkTerms(of.Domain, terms)
	case []*ast.Term:
		for _, operand := range of[1:] { // the first is the function's name
			ast.WalkTerms(operand, terms)
		}
	default:
		ast.WalkTerms(expr, terms)
	}
	return all
}

// Enabled is true: a watcher is only there to watch.
func (w *watcher) Enabled() bool { return true }

// Config asks for no bindings: those of the few events that count are looked up.
func (w *watcher) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// TraceEvent takes note of an event of a watched clause.
func (w *watcher) TraceEvent(e topdown.Event) {
	if e.Op == topdown.TestCaseOp && w.table != nil {
		expr, _ := e.Node.(*ast.Expr)
		w.other = expr != nil && caseName(e.Plug(expr.Operand(0))) != *w.table
		return
	}
	if w.other {
		return
	}
	switch e.Op {
	case topdown.EnterOp, topdown.ExitOp:
		rule, ok := e.Node.(*ast.Rule)
		if !ok || w.rules[rule] == nil {
			return
		}
		clause := w.rules[rule]
		if e.Op == topdown.EnterOp {
			clause.asked++
			return
		}
		clause.held++
		w.keep(clause, len(rule.Body), &e)
	case topdown.FailOp:
		expr, _ := e.Node.(*ast.Expr)
		if at, ok := w.exprs[expr]; ok {
			at.clause.missed++
			w.keep(at.clause, at.index, &e)
		}
	}
}

// caseName is how a test's case is called, from the keys of its head.
func caseName(term *ast.Term) string {
	keys, ok := term.Value.(*ast.Array)
	if !ok {
		return ""
	}
	var names []string
	keys.Foreach(func(key *ast.Term) {
		name, ok := key.Value.(ast.String)
		if !ok {
			name = ast.String(key.String())
		}
		names = append(names, string(name))
	})
	return strings.Join(names, "/")
}

// keep remembers a way that got as far as the expression upto, where none that
// came before tells more.
func (w *watcher) keep(c *watchedClause, upto int, e *topdown.Event) {
	rank := upto
	if w.about != nil && w.mentioned(c, upto, e) {
		rank += len(c.of) + 1
	}
	if rank <= c.rank {
		return
	}
	c.rank, c.shown = rank, nil
	for k, condition := range c.conditions {
		one := model.TraceCondition{Line: condition.at.Row, Text: oneLine(condition.at.Text), State: model.ConditionNotReached}
		switch {
		case upto < len(c.of) && c.of[upto] == k:
			one.State = model.ConditionFailed
		case condition.last < upto:
			one.State = model.ConditionHeld
		}
		if (condition.head || condition.print) && one.State != model.ConditionFailed {
			continue
		}
		if one.State != model.ConditionNotReached {
			one.Values = condition.values(e)
		}
		if one.State == model.ConditionHeld { // what was told above stays so
			one.Values = slices.DeleteFunc(one.Values, func(value model.TraceValue) bool {
				return slices.ContainsFunc(c.shown, func(other model.TraceCondition) bool { return slices.Contains(other.Values, value) })
			})
		}
		c.shown = append(c.shown, one)
	}
}

// mentioned says whether some name in the way to an expression stands for the id
// that was asked after.
func (w *watcher) mentioned(c *watchedClause, upto int, e *topdown.Event) bool {
	for _, condition := range c.conditions {
		for _, one := range condition.shows {
			if one.index <= upto && ast.ValueEqual(e.Plug(one.term).Value, w.about) {
				return true
			}
		}
	}
	return false
}

// values are what the parts of an expression stand for. A part without a value
// yet is left out.
func (c *watchedCondition) values(e *topdown.Event) []model.TraceValue {
	var all []model.TraceValue
	for _, one := range c.shows {
		text, ok := valueOf(e.Plug(one.term), e.Input())
		if !ok || text == one.name || slices.ContainsFunc(all, func(other model.TraceValue) bool { return other.Name == one.name }) {
			continue
		}
		all = append(all, model.TraceValue{Name: one.name, Value: clipped(text, maxTraceValue)})
	}
	return all
}

// valueOf is a term as text, in which every name has been replaced by its value;
// false where one has none.
func valueOf(term, input *ast.Term) (string, bool) {
	ref, ok := term.Value.(ast.Ref)
	if !ok {
		return term.String(), term.IsGround()
	}
	root := ref[0]
	if root.Equal(ast.InputRootDocument) {
		root = input
	}
	if root == nil || !root.IsGround() || !ref[1:].IsGround() {
		return "", false
	}
	found, err := root.Value.Find(ref[1:])
	if err != nil {
		return "undefined", true
	}
	return found.String(), true
}

// clauses are what was seen, in the order of the files.
func (w *watcher) clauses() []model.TraceClause {
	all := []model.TraceClause{}
	for _, c := range w.watched {
		head, _, _ := strings.Cut(string(c.rule.Location.Text), "\n")
		all = append(all, model.TraceClause{
			File: c.rule.Location.File, Line: c.rule.Location.Row, Head: clipped(strings.TrimSpace(head), maxTraceText),
			Asked: c.asked, Held: c.held, Missed: c.missed, Conditions: c.shown,
		})
	}
	return all
}

// oneLine is a text without its line breaks, clipped.
func oneLine(text []byte) string {
	return clipped(strings.Join(strings.Fields(string(text)), " "), maxTraceText)
}

func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
