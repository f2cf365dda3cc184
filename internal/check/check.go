// Package check is the main use case: from releases that have been opened to
// a result. It puts the walk, the input document and the rules together, and
// has no I/O of its own.
package check

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/source"
)

// Subject is one release to check, with what was configured for it.
type Subject struct {
	Snapshot *source.Snapshot
	Use      input.Use
	Config   input.Config
	// Sources are asked for its ancestors in place of the walker's own, where
	// there are any.
	Sources []source.Source
	// Lock is among the sources; nil for none.
	Lock *lock.Source
}

// Checker checks releases.
type Checker struct {
	Walker *lineage.Walker
	Engine *policy.Engine
	Now    time.Time
	Tool   model.Tool
	// Judged is called by Run with each document that was judged; nil for nobody.
	Judged func(*input.Document) error
}

// Input makes the input document of one subject.
func (c *Checker) Input(ctx context.Context, subject Subject) (*input.Document, error) {
	walker := *c.Walker
	if subject.Sources != nil {
		walker.Sources = subject.Sources
	}
	found, err := walker.Walk(ctx, subject.Snapshot)
	if err != nil {
		return nil, fmt.Errorf("walk the lineage of %s: %w", subject.Snapshot.ID, err)
	}
	if subject.Lock != nil {
		found.Lock = subject.Lock.Use(found, walker.Datasets)
	}
	return input.New(found, subject.Use, subject.Config, c.Now), nil
}

// Run checks all subjects, in their order.
func (c *Checker) Run(ctx context.Context, subjects []Subject) (*model.Result, error) {
	result := &model.Result{
		Schema:  model.ResultSchema,
		Tool:    c.Tool,
		Policy:  model.PolicyInfo{Digest: c.Engine.Digest()},
		Results: []model.SubjectResult{},
	}
	for _, subject := range subjects {
		document, err := c.Input(ctx, subject)
		if err != nil {
			return nil, err
		}
		found, err := c.Engine.Eval(ctx, document)
		if err != nil {
			return nil, err
		}
		result.Results = append(result.Results, *found)
		if c.Judged == nil {
			continue
		}
		if err := c.Judged(document); err != nil {
			return nil, err
		}
	}
	result.Summary = summarize(result.Results)
	return result, nil
}

// Judge judges documents that were saved, read one by one by next, which is
// called from several goroutines: at i, below n. The results are in the order of
// the documents; what could not be read or judged is in errs, by its place.
func (c *Checker) Judge(ctx context.Context, n int, next func(i int) (*input.Saved, error)) (result *model.Result, errs map[int]error) {
	results, failed := make([]*model.SubjectResult, n), make([]error, n)
	var place atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(place.Add(1)) - 1; i < n; i = int(place.Add(1)) - 1 {
				document, err := next(i)
				if err == nil {
					results[i], err = c.Engine.EvalSaved(ctx, document)
				}
				failed[i] = err
			}
		})
	}
	workers.Wait()
	result = &model.Result{
		Schema: model.ResultSchema, Tool: c.Tool, Policy: model.PolicyInfo{Digest: c.Engine.Digest()}, Results: []model.SubjectResult{},
	}
	errs = map[int]error{}
	for i, one := range results {
		if failed[i] != nil {
			errs[i] = failed[i]
			continue
		}
		result.Results = append(result.Results, *one)
	}
	result.Summary = summarize(result.Results)
	return result, errs
}

// Definitions lists the names of the definitions of openness that the rules
// have, sorted. It asks them about a release of which nothing is known.
func (c *Checker) Definitions(ctx context.Context) ([]string, error) {
	const nobody = "none"
	document, err := c.Input(ctx, Subject{Snapshot: &source.Snapshot{
		ID: nobody, Kind: model.Model, State: model.Offline, Read: source.NoFiles(nobody, model.Offline),
	}})
	if err != nil {
		return nil, err
	}
	judged, err := c.Engine.Eval(ctx, document)
	if err != nil {
		return nil, err
	}
	names := slices.Collect(maps.Keys(judged.Definitions))
	// One that fails is still there, and its failure is what has to be told.
	for _, one := range judged.Failed {
		if name, ok := strings.CutPrefix(one.Rule, "custom/definitions/"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func summarize(results []model.SubjectResult) model.Summary {
	summary := model.Summary{Subjects: len(results)}
	for _, r := range results {
		if r.Verdict == model.Incomplete {
			summary.Incomplete++
		}
		counted := model.Counted(r.Findings)
		summary.Waived += len(r.Findings) - len(counted)
		for _, f := range counted {
			switch f.Level {
			case model.LevelError:
				summary.Errors++
			case model.LevelWarning:
				summary.Warnings++
			case model.LevelNote:
				summary.Notes++
			}
		}
	}
	return summary
}
