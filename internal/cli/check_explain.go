package cli

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
)

// question is a rule to be explained, and the model that is asked after; empty
// for any.
type question struct{ rule, about string }

// explainer tells why rules found what they did.
type explainer struct {
	ctx       context.Context
	engine    *policy.Engine
	questions []question
	traces    []model.RuleTrace
	// models are all that were seen, and met those of them that questions name.
	models map[string]bool
}

// newExplainer reads --explain and --trace. A rule that is not there is an
// error with the nearest names.
func newExplainer(ctx context.Context, r *run) (*explainer, error) {
	e := &explainer{ctx: ctx, engine: r.engine, models: map[string]bool{}}
	known := ruleIDs(r.engine)
	for _, asked := range r.flags.explain {
		rule, about, _ := strings.Cut(asked, "@")
		if !slices.Contains(known, rule) {
			return nil, undecided(nearest(rule, known), "--explain %q: no rule is called %q", asked, rule)
		}
		e.questions = append(e.questions, question{rule, about})
	}
	if r.flags.trace {
		e.questions = append(e.questions, traced(r.engine)...)
	}
	return e, nil
}

// traced asks for every rule of the user's, or where there is none for every
// rule.
func traced(engine *policy.Engine) []question {
	var own, all []question
	for _, rule := range engine.Rules() {
		all = append(all, question{rule: rule.ID})
		if rule.Own {
			own = append(own, question{rule: rule.ID})
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

// judged explains what was asked of a subject that was judged. Where a model is
// named, subjects that it has no part in are left out.
func (e *explainer) judged(document *input.Document) error {
	if len(e.questions) == 0 {
		return nil
	}
	for id := range document.Nodes {
		e.models[id] = true
	}
	for _, asked := range e.questions {
		if asked.about != "" && document.Nodes[asked.about] == nil {
			continue
		}
		told, err := e.engine.Explain(e.ctx, document, asked.rule, asked.about)
		if err != nil {
			return err
		}
		e.traces = append(e.traces, *told)
	}
	return nil
}

// write tells what was found, and says which model nobody knows.
func (e *explainer) write(w io.Writer, look report.Options) error {
	if len(e.traces) > 0 {
		if err := report.WriteTraces(w, "text", e.traces, look); err != nil {
			return undecided("check that the output can be written", "%w", err)
		}
	}
	for _, asked := range e.questions {
		if asked.about != "" && !e.models[asked.about] {
			return undecided(nearest(asked.about, slices.Sorted(maps.Keys(e.models))),
				"--explain %s@%s: the lineage has no such model", asked.rule, asked.about)
		}
	}
	return nil
}
