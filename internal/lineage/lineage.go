// Package lineage walks from a release to its base models, theirs, and so on
// to the roots, and describes each repository it comes upon.
//
// It records what it could not read as a state of the node, and never stops
// for it. It does not say what any of it means.
package lineage

import (
	"context"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Limits of a walk. The longest chain measured on the Hub has 22 generations,
// and the largest family of a single merge 255 ancestors, so the defaults let
// every real family through.
const (
	DefaultMaxDepth = 64
	DefaultMaxNodes = 2_000
)

// Walker walks lineages. The zero values of the limits mean the defaults.
type Walker struct {
	// Sources are asked in turn for each ancestor; the first that has it
	// resolved wins.
	Sources  []source.Source
	Catalog  *catalog.Catalog
	MaxDepth int
	MaxNodes int
	// Datasets has the datasets that the cards name read too, one step from
	// each model.
	Datasets bool
	// Progress, where set, is told after each repository how many were read
	// and how many are known of, the subject included. Calls come one at a
	// time, from any goroutine.
	Progress func(read, known int)
}

// walk is the state of one walk.
type walk struct {
	*Walker
	reader   *reader
	lineage  model.Lineage
	resolved map[string]string // id as written → id that answered
	left     int
	limit    string
}

// Walk reads the lineage of a subject that has been read already. The error is
// only for a context that ended.
func (w *Walker) Walk(ctx context.Context, subject *source.Snapshot) (*model.Lineage, error) {
	ctx, cancel := context.WithCancel(ctx)
	reader := newReader(ctx, w)
	defer reader.group.Wait()
	defer cancel() // what was begun beyond the limits is of no use
	state := &walk{
		Walker: w, reader: reader,
		lineage: model.Lineage{
			Subject: subject.ID,
			Nodes:   map[string]*model.Node{},
			Edges:   []model.Edge{},
			Paths:   map[string][]string{subject.ID: {subject.ID}},
		},
		resolved: map[string]string{subject.ID: subject.ID},
	}
	own, err := reader.describe(subject, true, 0)
	if err != nil {
		return nil, err
	}
	reader.tell()
	state.lineage.Nodes[own.node.ID] = own.node
	generation, bases := []*model.Node{own.node}, [][]base{own.bases}
	for depth := 1; len(generation) > 0; depth++ {
		generation, bases, err = state.next(depth, generation, bases)
		if err != nil {
			return nil, err
		}
	}
	if state.left > 0 {
		state.lineage.Truncated = &model.Truncated{Limit: state.limit, Left: state.left}
	}
	return &state.lineage, nil
}

// next reads the base models of one generation and returns the new nodes among
// them, in the order in which the cards name them.
func (w *walk) next(depth int, children []*model.Node, bases [][]base) ([]*model.Node, [][]base, error) {
	wanted := w.unseen(bases)
	if depth > orDefault(w.MaxDepth, DefaultMaxDepth) {
		w.stop("depth", len(wanted))
		wanted = nil
	}
	if room := orDefault(w.MaxNodes, DefaultMaxNodes) - len(w.lineage.Nodes); len(wanted) > room {
		w.stop("node", len(wanted)-max(room, 0))
		wanted = wanted[:max(room, 0)]
	}
	found, err := w.read(wanted, depth)
	if err != nil {
		return nil, nil, err
	}
	var generation []*model.Node
	var next [][]base
	for i, one := range found {
		w.distinguish(wanted[i], one.node)
		w.resolved[wanted[i].key()] = one.node.ID
		if _, known := w.lineage.Nodes[one.node.ID]; known {
			continue
		}
		one.node.SameOwner = sameOwner(w.lineage.Subject, one.node.ID)
		w.lineage.Nodes[one.node.ID] = one.node
		generation = append(generation, one.node)
		next = append(next, one.bases)
	}
	w.connect(children, bases)
	return generation, next, nil
}

// unseen lists the base models of a generation that have not been read, each
// once.
func (w *walk) unseen(bases [][]base) []base {
	var wanted []base
	seen := map[string]bool{}
	for _, list := range bases {
		for _, b := range list {
			key := b.key()
			if _, known := w.resolved[key]; known || seen[key] {
				continue
			}
			seen[key] = true
			wanted = append(wanted, b)
		}
	}
	return wanted
}

// read waits for repositories in their order, having begun all of them.
func (w *walk) read(wanted []base, depth int) ([]found, error) {
	futures := make([]*future, len(wanted))
	for i, b := range wanted {
		futures[i] = w.reader.begin(b, depth)
	}
	results := make([]found, len(wanted))
	var err error
	for i, f := range futures {
		if results[i], err = w.reader.wait(f); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// Fetch asks the sources in turn. Where none has the repository resolved, the
// answer of the first that knows anything of it stands: a gate is worth more
// than "not in the index".
func (w *Walker) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	var first, stored *source.Snapshot
	for _, s := range w.Sources {
		if !source.Serves(s, ref.Host) {
			continue
		}
		snapshot, err := s.Fetch(ctx, ref)
		if err != nil {
			return nil, err
		}
		if snapshot.State == model.Resolved {
			stored = snapshot
			break
		}
		if first == nil || first.State == model.Offline && snapshot.State != model.Offline {
			first = snapshot
		}
	}
	switch {
	case stored == nil && first == nil:
		return unasked(ref), nil
	case stored == nil:
		return first, nil
	case first != nil && stored.Detail == "":
		stored.Detail = "could not be refreshed: " + first.Detail
	}
	return stored, nil
}

// connect adds the edges from a generation to its base models.
func (w *walk) connect(children []*model.Node, bases [][]base) {
	for i, child := range children {
		added := map[string]int{}
		for _, b := range bases[i] {
			parent, known := w.resolved[b.key()]
			if !known {
				continue
			}
			if at, twice := added[parent]; twice {
				w.lineage.Edges[at] = mergeEdge(w.lineage.Edges[at], b)
				continue
			}
			added[parent] = len(w.lineage.Edges)
			w.lineage.Edges = append(w.lineage.Edges, newEdge(child.ID, parent, b))
			if _, reached := w.lineage.Paths[parent]; !reached {
				path := w.lineage.Paths[child.ID]
				w.lineage.Paths[parent] = append(path[:len(path):len(path)], parent)
			}
		}
	}
}

func (w *walk) stop(limit string, left int) {
	if left > 0 {
		w.limit = limit
		w.left += left
	}
}

func orDefault(value, fallback int) int {
	if value > 0 {
		return value
	}
	return fallback
}
