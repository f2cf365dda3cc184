package policy

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"
)

// What takes ever more memory and does not hear that it is to stop is told
// apart from what stops, so that the process ends before memory does.
func TestWhatDoesNotStopIsLeft(t *testing.T) {
	limit := limits{time: time.Minute, memory: 32 << 20, grace: 50 * time.Millisecond}
	runtime.GC() // What others left in the heap is not in use.
	release := make(chan struct{})
	defer close(release)
	for name, test := range map[string]struct {
		step func(context.Context)
		left bool
	}{
		"deaf":      {func(context.Context) { <-release }, true},
		"listening": {func(ctx context.Context) { <-ctx.Done() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := watched(t.Context(), limit, func(ctx context.Context) ([]byte, error) {
				taken := make([]byte, 64<<20)
				test.step(ctx)
				return taken, ctx.Err()
			})
			end, ok := errors.AsType[*stopped](err)
			if !ok || !end.memory || end.left != test.left {
				t.Errorf("got %v, %+v, want one for memory that is left: %t", err, end, test.left)
			}
		})
	}
}

// A rule that is left, and takes ever more memory, is an error of the run: no
// other rule is asked after it.
func TestARunawayEndsTheRun(t *testing.T) {
	runtime.GC()
	release := make(chan struct{})
	defer close(release)
	var taken []byte
	deaf := rego.Function1(&rego.Function{Name: "deaf", Decl: types.NewFunction(types.Args(types.A), types.N)},
		func(_ rego.BuiltinContext, x *ast.Term) (*ast.Term, error) {
			taken = make([]byte, 192<<20)
			<-release
			return ast.InternedTerm(len(taken)), nil
		})
	query, err := rego.New(rego.Query("result = deaf(input)"), deaf).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	engine := &Engine{query: query, limits: limits{time: time.Minute, all: time.Minute, memory: 32 << 20, grace: 50 * time.Millisecond}}
	if _, err := engine.together(t.Context(), ast.NewObject()); !errors.Is(err, ErrRunaway) {
		t.Errorf("got %v, want ErrRunaway", err)
	}
}
