package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/profiler"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// maxProfiled is how many lines of a profile are told.
const maxProfiled = 10

// Bench times a user's rules, each by itself, over documents; where there are
// none of a user's, ours. The fastest of the rounds counts.
func (e *Engine) Bench(ctx context.Context, documents []*input.Saved, rounds int) (*model.RuleBench, error) {
	bench := &model.RuleBench{Inputs: len(documents), Rules: []model.RuleTime{}, Lines: []model.LineTime{}}
	profile := profiler.New()
	own := slices.ContainsFunc(e.rules, func(r Rule) bool { return r.Own })
	for _, rule := range e.rules {
		if rule.Own != own {
			continue
		}
		timed, err := e.benchRule(ctx, rule, documents, rounds, profile)
		if err != nil {
			return nil, err
		}
		bench.Rules = append(bench.Rules, *timed)
	}
	var all int64
	for _, one := range bench.Rules {
		all += one.Nanoseconds
	}
	for i := range bench.Rules {
		bench.Rules[i].Share = share(bench.Rules[i].Nanoseconds, all)
	}
	slices.SortFunc(bench.Rules, func(a, b model.RuleTime) int {
		return cmp.Or(cmp.Compare(b.Nanoseconds, a.Nanoseconds), strings.Compare(a.Rule, b.Rule))
	})
	bench.Lines = e.slowest(profile, own)
	return bench, nil
}

func share(part, all int64) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// benchRule times one rule. One that fails is told of, and is not an error.
func (e *Engine) benchRule(ctx context.Context, rule Rule, documents []*input.Saved, rounds int, profile *profiler.Profiler) (*model.RuleTime, error) {
	timed := &model.RuleTime{Rule: rule.ID, File: rule.File}
	ref, _ := e.refOf(rule.ID)
	for _, one := range e.compiler.GetRulesExact(ref) {
		if timed.Line == 0 || one.Location.File == timed.File && one.Location.Row < timed.Line {
			timed.Line = one.Location.Row
		}
	}
	timed.File = shownFile(timed.File, rule.Own)
	query, err := e.ask(ast.Equality.Expr(ast.VarTerm("found"), ast.NewTerm(ref)), rego.GenerateJSON(keepTerm)).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	round := func(more ...rego.EvalOption) (time.Duration, error) {
		var took time.Duration
		for _, document := range documents {
			limit := e.limits
			limit.time = limit.all
			start := time.Now()
			_, err := watched(ctx, limit, func(ctx context.Context) (rego.ResultSet, error) {
				return query.Eval(ctx, append(more, rego.EvalParsedInput(document.Value))...)
			})
			took += time.Since(start)
			if err != nil {
				return 0, err
			}
		}
		return took, nil
	}
	// The profile comes first, and warms up what the rounds then measure.
	_, err = round(rego.EvalQueryTracer(profile))
	for i := 0; i < rounds && err == nil; i++ {
		var took time.Duration
		took, err = round()
		if each := took.Nanoseconds() / int64(len(documents)); i == 0 || each < timed.Nanoseconds {
			timed.Nanoseconds = each
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		timed.Nanoseconds, timed.Failed = 0, plainError(err)
	}
	return timed, nil
}

// shownFile is a file as messages call it: ours are all in one folder.
func shownFile(name string, own bool) string {
	if own {
		return name
	}
	return "policies/" + name
}

// slowest are the lines that most time went to, of a user's files where there
// are any.
func (e *Engine) slowest(profile *profiler.Profiler, own bool) []model.LineTime {
	files := map[string]bool{}
	for _, module := range e.compiler.Modules {
		if isOwn(module.Package) == own {
			files[module.Package.Location.File] = true
		}
	}
	lines := []model.LineTime{}
	var all int64
	for _, one := range profile.ReportTopNResults(0, []string{"total_time_ns", "file", "line"}) {
		if all += one.ExprTimeNs; len(lines) < maxProfiled && files[one.Location.File] {
			lines = append(lines, model.LineTime{
				File: shownFile(one.Location.File, own), Line: one.Location.Row, Text: oneLine(one.Location.Text), Share: float64(one.ExprTimeNs),
				Evaluations: one.NumEval, Redos: one.NumRedo,
			})
		}
	}
	for i := range lines {
		lines[i].Share = share(int64(lines[i].Share), all)
	}
	return lines
}
