package lineage

import (
	"context"
	"sync"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// workers bounds what one walk reads at once. The Hub's clients open as many
// connections, and its budgets per five minutes are spent either way.
const workers = 8

// reader reads the repositories of one walk ahead of the pass that puts them
// in order: as soon as it is known what a repository was made from, its base
// models are asked for, before its own licence files are read. So a walk takes
// as long as its longest chain, and nothing of its result depends on what
// arrives first.
type reader struct {
	*Walker
	ctx   context.Context
	slots queue
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
	return &reader{Walker: w, ctx: ctx, slots: queue{free: workers}, futures: map[string]*future{}}
}

// queue admits a few at a time, in the order in which they came, so that what
// a card names first is asked for first.
type queue struct {
	mu      sync.Mutex
	free    int
	waiting []chan struct{}
}

// enter takes a place; the channel is closed when its turn comes. Whoever
// enters has to leave.
func (q *queue) enter() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	turn := make(chan struct{})
	if q.free > 0 {
		q.free--
		close(turn)
	} else {
		q.waiting = append(q.waiting, turn)
	}
	return turn
}

func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.free++
		return
	}
	close(q.waiting[0])
	q.waiting = q.waiting[1:]
}

// slot runs what waits for somebody else, when its turn comes.
func (r *reader) slot(wait func()) {
	turn := r.slots.enter()
	<-turn
	defer r.slots.leave()
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
	turn := r.slots.enter()
	r.group.Go(func() {
		defer close(f.done)
		f.found, f.err = r.readOne(b, depth, turn)
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

func (r *reader) readOne(b base, depth int, turn <-chan struct{}) (found, error) {
	<-turn
	if b.problem != "" {
		r.slots.leave()
		return found{node: absent(b.ref, model.NotFound, b.problem, r.Catalog)}, nil
	}
	snapshot, err := r.fetch(r.ctx, b)
	r.slots.leave()
	if err != nil {
		return found{}, err
	}
	one, err := r.describe(snapshot, false, depth)
	if err != nil {
		return found{}, err
	}
	if one.node.Kind == model.Dataset {
		one.node.ID = datasetPrefix + one.node.ID
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
