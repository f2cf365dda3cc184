package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// limits bound what a user's rules take. Those of the release are
// userLimits; tests have tighter ones.
type limits struct {
	// time is for one evaluation, all for a subject whose rules are asked one
	// by one.
	time, all time.Duration
	// memory is by how much the heap may grow, in bytes that are in use.
	memory uint64
	// grace is how long an evaluation has to stop once it is told to.
	grace time.Duration
}

// userLimits are a thousand times what a rule on licences takes: rules judge a
// release in milliseconds and a few megabytes.
func userLimits() limits {
	return limits{time: 5 * time.Second, all: DefaultTimeout, memory: 256 << 20, grace: time.Second}
}

// Bounds of compiling a user's rules, which takes some hundred milliseconds and
// megabytes. A program can be written whose types grow with each line to twice
// their size.
const (
	compileTimeout = 20 * time.Second
	compileMemory  = 1 << 30
)

// heapSample is how often the heap is looked at while a user's rules run.
const heapSample = 5 * time.Millisecond

// ErrRunaway says that a user's rules took more memory than they may, and could
// not be stopped. The process should end.
var ErrRunaway = errors.New("a user's rule takes ever more memory and cannot be stopped")

// stopped is why an evaluation was ended before it was done.
type stopped struct {
	why error
	// memory is true where that was the reason; left where the evaluation did
	// not stop, and still goes on by itself.
	memory, left bool
}

// Error is the reason.
func (s *stopped) Error() string { return s.why.Error() }

// Unwrap gives what ended the run, where that was it.
func (s *stopped) Unwrap() error { return s.why }

// watched runs a user's rules by themselves: it ends them where they take too
// long or too much memory, leaves them alone where they do not end then, and
// turns a panic into an error.
func watched[T any](ctx context.Context, limit limits, run func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan outcome, 1)
	heap := newHeap()
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil {
				out.err = fmt.Errorf("the evaluation broke down: %.200v", r)
			}
			done <- out
		}()
		out.value, out.err = run(within)
	}()
	var none T
	var end *stopped
	over, tick := time.NewTimer(limit.time), time.NewTicker(heapSample)
	defer over.Stop()
	defer tick.Stop()
	stop := func(why *stopped) {
		end = why
		cancel()
		over.Reset(limit.grace)
	}
	cancelled := ctx.Done()
	for {
		select {
		case out := <-done:
			if end != nil && out.err != nil {
				return none, end
			}
			return out.value, out.err
		case <-over.C:
			if end != nil {
				end.left = true
				return none, end
			}
			stop(&stopped{why: fmt.Errorf("it ran for more than %s", limit.time)})
		case <-cancelled:
			cancelled = nil
			stop(&stopped{why: ctx.Err()})
		case <-tick.C:
			if end == nil && heap.grew(limit.memory) {
				stop(&stopped{why: fmt.Errorf("it took more than %d MiB of memory", limit.memory>>20), memory: true})
			}
		}
	}
}

// heap tells by how much the memory in use grew. It is that of the process:
// where several evaluations run at once none of them is to blame yet, all are
// stopped, and each is asked again alone.
type heap struct {
	sample []metrics.Sample
	least  uint64
}

func newHeap() *heap {
	h := &heap{sample: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}}
	h.least = h.read()
	return h
}

func (h *heap) read() uint64 {
	metrics.Read(h.sample)
	return h.sample[0].Value.Uint64()
}

// grew holds where more than so many bytes more are in use than there were.
// What is no longer in use counts for nothing, but is known only after a
// collection, so that one is made where there would else be too much.
func (h *heap) grew(by uint64) bool {
	now := h.read()
	h.least = min(h.least, now)
	if now-h.least <= by {
		return false
	}
	runtime.GC()
	now = h.read()
	h.least = min(h.least, now)
	return now-h.least > by
}
