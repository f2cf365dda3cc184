package policy

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// SetLimits tightens what a user's rules may take, so that a test of one that
// takes too much is soon over.
func (e *Engine) SetLimits(one time.Duration, memory uint64) {
	e.limits.time, e.limits.memory = one, memory
	e.limits.all = 100 * one
}

// Apart holds once a user's rules are asked one by one.
func (e *Engine) Apart() bool { return e.apart.Load() }

// EvalAlone judges a document as if it were the first: with nothing kept.
func (e *Engine) EvalAlone(ctx context.Context, document *input.Document) (*model.SubjectResult, error) {
	value, err := document.Value()
	if err != nil {
		return nil, err
	}
	found, err := e.query.Eval(ctx, rego.EvalParsedInput(value))
	if err != nil {
		return nil, err
	}
	result, err := decode(found[0].Bindings["result"])
	if err == nil {
		sortFindings(result.Findings)
	}
	return result, err
}
