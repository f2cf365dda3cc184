package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// slow is a source that takes its time over each repository and each file.
type slow struct {
	source.Source
	mu   sync.Mutex
	dice *rand.Rand
	most time.Duration
}

func (s *slow) wait(ctx context.Context) error {
	s.mu.Lock()
	d := time.Duration(s.dice.Int64N(int64(s.most)))
	s.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (s *slow) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if err := s.wait(ctx); err != nil {
		return nil, err
	}
	found, err := s.Source.Fetch(ctx, ref)
	if err != nil || found.State != model.Resolved {
		return found, err
	}
	read := found.Read
	found.Read = func(ctx context.Context, path string) ([]byte, error) {
		if err := s.wait(ctx); err != nil {
			return nil, &source.ReadError{ID: found.ID, Path: path, State: model.Failed, Err: err}
		}
		return read(ctx, path)
	}
	return found, nil
}

// tangle is a family of n models with merges, renamed models, circles, models
// that are missing, and licence files, made from a seed.
func tangle(n int, seed uint64) *shelf {
	dice := rand.New(rand.NewPCG(seed, 0))
	s := newShelf()
	for i := range n {
		id := fmt.Sprintf("org/m%d", i)
		var bases []string
		for range dice.IntN(4) {
			bases = append(bases, fmt.Sprintf("org/m%d", dice.IntN(n+n/10)))
		}
		one := known(id, bases...)
		one.Files = []model.File{{Path: "LICENSE"}, {Path: "LICENSE-2"}, {Path: "NOTICE"}}
		one.Read = func(_ context.Context, path string) ([]byte, error) {
			if dice := i % 7; dice == 3 {
				return nil, &source.ReadError{ID: id, Path: path, State: model.Gated, Err: errors.New("no")}
			}
			return []byte("SPDX-License-Identifier: MIT\n"), nil
		}
		s.snapshots[id] = one
		if i%9 == 0 {
			old := *one
			s.snapshots[fmt.Sprintf("org/m%d", n+i/9)] = &old // asked for by an old name
		}
	}
	return s
}

// TestStable: what arrives first changes nothing, with limits and without.
func TestStable(t *testing.T) {
	for _, limits := range [][2]int{{0, 0}, {3, 0}, {0, 20}, {2, 9}} {
		for _, family := range []uint64{1, 2} {
			shelf := tangle(60, family)
			var want string
			for run := range 6 {
				w := walker(t, &slow{Source: shelf, dice: rand.New(rand.NewPCG(uint64(run), 7)), most: 3 * time.Millisecond})
				w.MaxDepth, w.MaxNodes = limits[0], limits[1]
				found := walkFrom(t, w, known("acme/s", "org/m1", "org/m2", "org/m3"))
				text, err := json.Marshal(found)
				if err != nil {
					t.Fatal(err)
				}
				if want == "" {
					want = string(text)
				}
				if string(text) != want {
					t.Fatalf("limits %v, family %d: run %d differs from the first", limits, family, run)
				}
			}
		}
	}
}

// held is a source that answers for no repository before as many as it waits
// for have been asked for.
type held struct {
	source.Source
	want   int32
	asked  atomic.Int32
	opened chan struct{}
}

func (h *held) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	found, err := h.Source.Fetch(ctx, ref)
	if ref.ID == "org/slow" {
		select {
		case <-h.opened:
		case <-time.After(10 * time.Second):
			return nil, errors.New("the walk waits for a whole generation")
		}
	}
	if h.asked.Add(1) == h.want {
		close(h.opened)
	}
	return found, err
}

// TestNoBarrier: one slow model of a generation holds nobody up.
func TestNoBarrier(t *testing.T) {
	shelf := newShelf(known("org/slow"), known("org/a", "org/b"), known("org/b", "org/c"), known("org/c"))
	h := &held{Source: shelf, want: 3, opened: make(chan struct{})}
	found := walkFrom(t, walker(t, h), known("acme/s", "org/slow", "org/a"))
	if len(found.Nodes) != 5 {
		t.Errorf("%d nodes, want 5", len(found.Nodes))
	}
}

// TestBasesBeforeTerms: base models are asked for before licence files are
// read, of the subject too.
func TestBasesBeforeTerms(t *testing.T) {
	shelf := newShelf(known("org/a", "org/b"), known("org/b"))
	all := &held{Source: shelf, want: 2, opened: make(chan struct{})}
	wait := func(_ context.Context, _ string) ([]byte, error) {
		select {
		case <-all.opened:
			return []byte("SPDX-License-Identifier: MIT\n"), nil
		case <-time.After(10 * time.Second):
			return nil, errors.New("the walk waits for a licence file")
		}
	}
	subject := known("acme/s", "org/a")
	for _, one := range []*source.Snapshot{subject, shelf.snapshots["org/a"]} {
		one.Files, one.Read = []model.File{{Path: "LICENSE"}}, wait
	}
	found := walkFrom(t, walker(t, all), subject)
	for _, id := range []string{"acme/s", "org/a"} {
		if n := found.Nodes[id]; len(n.License.Unread) != 0 || len(n.License.Texts) != 1 {
			t.Errorf("%s: %+v", id, n.License)
		}
	}
}

// TestAheadLimits: reading ahead asks for no more than the limits let in, and
// a stored identification is not made again.
func TestAheadLimits(t *testing.T) {
	shelf := newShelf()
	var many []string
	for i := range 500 {
		id := fmt.Sprintf("org/m%d", i)
		shelf.snapshots[id] = known(id, fmt.Sprintf("org/m%d", i+1), fmt.Sprintf("org/m%d", i+2))
		many = append(many, id)
	}
	w := walker(t, shelf)
	w.MaxNodes = 50
	walkFrom(t, w, known("acme/s", many...))
	if n := len(shelf.asked); n != 49 {
		t.Errorf("asked for %d models with room for 49", n)
	}
	shelf.asked = nil
	w.MaxNodes, w.MaxDepth = 0, 4
	walkFrom(t, w, known("acme/s", "org/m0"))
	slices.Sort(shelf.asked)
	if n := len(slices.Compact(shelf.asked)); n != 7 {
		t.Errorf("asked for %q within four generations, want 7 models", shelf.asked)
	}
}

// TestStoredTexts: what a source identified before is taken as it is.
func TestStoredTexts(t *testing.T) {
	s := known("acme/s")
	s.Files = []model.File{{Path: "LICENSE"}}
	s.Texts = []model.LicenseText{{File: "LICENSE", ID: "mit", Added: []model.AddedSpan{}}}
	found := walkFrom(t, walker(t), s)
	if texts := found.Nodes["acme/s"].License.Texts; len(texts) != 1 || texts[0].ID != "mit" {
		t.Errorf("texts %+v", texts)
	}
}

// TestDatasetsOfAll: the datasets of every model are read where they are asked
// for, each once, and nothing is walked to from them.
func TestDatasetsOfAll(t *testing.T) {
	with := func(s *source.Snapshot, sets ...any) *source.Snapshot {
		s.Metadata["datasets"] = sets
		return s
	}
	set := func(id string) *source.Snapshot {
		s := with(known(id, "org/a"), "some/more")
		s.Kind = model.Dataset
		return s
	}
	shelf := newShelf(with(known("org/a", "org/b"), "some/one", "some/two"), with(known("org/b"), "some/two", "some/three"),
		set("some/one"), set("some/two"), set("some/three"))
	w := walker(t, shelf)
	w.Datasets = true
	found := walkFrom(t, w, with(known("acme/s", "org/a"), "some/one"))
	var got []string
	for _, e := range found.Edges {
		if found.Nodes[e.Parent].Kind == model.Dataset {
			got = append(got, fmt.Sprintf("%s %s %s", e.Child, e.Relation, e.Parent))
		}
	}
	want := []string{
		"acme/s trained-on datasets/some/one",
		"org/a trained-on datasets/some/one", "org/a trained-on datasets/some/two",
		"org/b trained-on datasets/some/two", "org/b trained-on datasets/some/three",
	}
	if !slices.Equal(got, want) || len(found.Nodes) != 6 || len(shelf.asked) != 5 {
		t.Errorf("%d nodes, asked for %q, edges:\n got %q\nwant %q", len(found.Nodes), shelf.asked, got, want)
	}
}
