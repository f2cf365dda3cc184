package lineage

import (
	"context"
	"strings"
	"sync"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// workers bounds what one walk reads at once. The Hub's clients open as many
// connections, and its budgets per five minutes are spent either way.
const workers = 16

// reader reads the repositories of one walk ahead of the pass that puts them
// in order: as soon as it is known what a repository was made from, its base
// models are asked for, before its own licence files are read. So a walk takes
// as long as its longest chain, and nothing of its result depends on what
// arrives first.
type reader struct {
	*Walker
	ctx   context.Context
	slots chan struct{}
	group sync.WaitGroup

	mu      sync.Mutex
	futures map[string]*future
	early   int // futures that the pass had not asked for when they began
	read    int // repositories read, the subject included
}

// future is one repository, read or being read.
type future struct {
	done  chan struct{}
	found found
	err   error
}

// found is one repository as read.
type found struct {
	node  *model.Node
	bases []base
}

func newReader(ctx context.Context, w *Walker) *reader {
	return &reader{Walker: w, ctx: ctx, slots: make(chan struct{}, workers), futures: map[string]*future{}}
}

// slot runs what waits for somebody else, with at most workers of its kind.
func (r *reader) slot(wait func()) {
	r.slots <- struct{}{}
	defer func() { <-r.slots }()
	wait()
}

// all runs n functions at once and returns when the last has ended. Each is to
// take a slot for what it waits for.
func (r *reader) all(n int, run func(i int)) {
	if n == 1 {
		run(0)
		return
	}
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { run(i) })
	}
	group.Wait()
}

// begin is the future of a base, which begins now if it has not yet. depth is
// how many generations the base lies back by the way it was come upon.
func (r *reader) begin(b base, depth int) *future {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.beginLocked(b, depth)
}

func (r *reader) beginLocked(b base, depth int) *future {
	key := b.key()
	if f, ok := r.futures[key]; ok {
		return f
	}
	f := &future{done: make(chan struct{})}
	r.futures[key] = f
	r.group.Go(func() {
		defer close(f.done)
		f.found, f.err = r.readOne(b, depth)
		r.tell()
	})
	return f
}

// ahead begins what the pass is going to want, within the limits of the walk.
// Where the limits leave something out the pass, which knows the shortest ways,
// decides what, and begins it itself.
func (r *reader) ahead(bases []base, depth int) {
	if depth > orDefault(r.MaxDepth, DefaultMaxDepth) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range bases {
		if _, begun := r.futures[b.key()]; begun {
			continue
		}
		if r.early >= orDefault(r.MaxNodes, DefaultMaxNodes)-1 {
			return
		}
		r.early++
		r.beginLocked(b, depth)
	}
}

// tell reports that one more repository was read.
func (r *reader) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read++
	if r.Progress != nil {
		r.Progress(r.read, len(r.futures)+1)
	}
}

// wait returns what was read of a base that has begun.
func (r *reader) wait(f *future) (found, error) {
	<-f.done
	return f.found, f.err
}

func (r *reader) readOne(b base, depth int) (found, error) {
	if b.problem != "" {
		return found{node: absent(b.ref, model.NotFound, b.problem, r.Catalog)}, nil
	}
	var snapshot *source.Snapshot
	var err error
	r.slot(func() { snapshot, err = r.Fetch(r.ctx, b.ref) })
	if err != nil {
		return found{}, err
	}
	one, err := r.describe(snapshot, false, depth)
	if err != nil {
		return found{}, err
	}
	if one.node.Kind == model.Dataset {
		one.node.ID = datasetPrefix + one.node.ID
	} else if host := string(b.ref.Host); host != "" && !strings.HasPrefix(one.node.ID, host+":") {
		// What no source has is known by the name under which it was sought.
		one.node.ID = model.Ref{Host: b.ref.Host, ID: one.node.ID}.Key()
	}
	return one, nil
}

// describe turns a snapshot into a node with what it was made from. Of the
// subject everything is read; of an ancestor what its licence is.
func (r *reader) describe(s *source.Snapshot, subject bool, depth int) (found, error) {
	d := newDescriber(r, s, subject)
	d.facts()
	one := found{node: d.node}
	if s.Kind != model.Dataset {
		one.bases = d.basesOf()
		r.ahead(one.bases, depth+1)
	}
	d.terms()
	return one, r.ctx.Err()
}
