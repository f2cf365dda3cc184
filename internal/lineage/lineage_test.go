package lineage

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

// shelf is a source that has what it is given.
type shelf struct {
	name      string
	snapshots map[string]*source.Snapshot
	err       error

	mu    sync.Mutex
	asked []string
}

func (s *shelf) Name() string { return s.name }

func (s *shelf) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	s.mu.Lock()
	s.asked = append(s.asked, ref.ID)
	s.mu.Unlock()
	if err := errors.Join(ctx.Err(), s.err); err != nil {
		return nil, err
	}
	if found, ok := s.snapshots[ref.ID]; ok {
		copied := *found
		return &copied, nil
	}
	return unknown(s.name, ref.ID, model.Offline, s.name+" has none"), nil
}

func unknown(from, id string, state model.State, detail string) *source.Snapshot {
	return &source.Snapshot{
		ID: id, Published: true, Kind: model.Model, Source: from, State: state, Detail: detail,
		Read: source.NoFiles(id, state),
	}
}

// known is a repository whose card names these base models.
func known(id string, bases ...string) *source.Snapshot {
	named := make([]any, len(bases))
	for i, b := range bases {
		named[i] = b
	}
	return &source.Snapshot{
		ID: id, Published: true, Kind: model.Model, Source: "hub", State: model.Resolved,
		Metadata: map[string]any{"license": "mit", "base_model": named},
		Read:     source.NoFiles(id, model.Resolved),
	}
}

func newShelf(snapshots ...*source.Snapshot) *shelf {
	s := &shelf{name: "hub", snapshots: map[string]*source.Snapshot{}}
	for _, one := range snapshots {
		s.snapshots[one.ID] = one
	}
	return s
}

func walker(t testing.TB, sources ...source.Source) *Walker {
	t.Helper()
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &Walker{Sources: sources, Catalog: licenses}
}

func walkFrom(t *testing.T, w *Walker, subject *source.Snapshot) *model.Lineage {
	t.Helper()
	found, err := w.Walk(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRelation: who says how a model was made from its bases, and what is made
// of it where nobody does.
func TestRelation(t *testing.T) {
	files := func(names ...string) []model.File {
		var all []model.File
		for _, n := range names {
			all = append(all, model.File{Path: n})
		}
		return all
	}
	for _, tt := range []struct {
		name     string
		metadata map[string]any
		files    []model.File
		hub      model.Relation
		source   string
		want     model.Relation
		from     model.Origin
	}{
		{name: "declared", metadata: map[string]any{"base_model_relation": "quantized"}, hub: model.Finetune, want: model.Quantized, from: model.FromCard},
		{name: "declared in capitals", metadata: map[string]any{"base_model_relation": "Adapter"}, want: model.Adapter, from: model.FromCard},
		{name: "declared in other words", metadata: map[string]any{"base_model_relation": "grandchild"}, hub: model.Finetune, want: model.Finetune, from: model.FromHub},
		{name: "several are a merge", metadata: map[string]any{"base_model": []any{"org/a", "org/b"}}, hub: model.Finetune, want: model.Merge, from: model.FromInferred},
		{name: "several with a declaration", metadata: map[string]any{"base_model": []any{"org/a", "org/b"}, "base_model_relation": "finetune"}, want: model.Finetune, from: model.FromCard},
		{name: "the hub's", hub: model.Adapter, files: files("model.safetensors"), want: model.Adapter, from: model.FromHub},
		{name: "the index's", hub: model.Quantized, source: "index", want: model.Quantized, from: model.FromIndex},
		{name: "the hub does not know", hub: model.Unknown, files: files("model.safetensors"), want: model.Finetune, from: model.FromInferred},
		{name: "adapter by its config", files: files("adapter_config.json", "model.safetensors"), want: model.Adapter, from: model.FromInferred},
		{name: "adapter by its library", metadata: map[string]any{"library_name": "peft"}, files: files("weights.pt"), want: model.Adapter, from: model.FromInferred},
		{name: "converted", files: files("q4/model.gguf"), want: model.Quantized, from: model.FromInferred},
		{name: "weights", files: files("unet/diffusion.safetensors"), want: model.Finetune, from: model.FromInferred},
		{name: "old weights", files: files("pytorch_model-00001-of-00002.bin"), want: model.Finetune, from: model.FromInferred},
		{name: "nothing", files: files("README.md"), want: model.Unknown, from: model.FromInferred},
	} {
		t.Run(tt.name, func(t *testing.T) {
			subject := known("acme/subject", "org/a")
			subject.Source, subject.Files = "hub", tt.files
			says := model.FromHub
			if tt.source != "" {
				subject.Source, says = tt.source, model.FromIndex
			}
			if tt.hub != "" {
				ref := model.Ref{Kind: model.Model, ID: "org/a"}
				subject.Bases = []source.Base{{Ref: ref, Relation: tt.hub, From: says}}
			}
			for key, value := range tt.metadata {
				subject.Metadata[key] = value
			}
			found := walkFrom(t, walker(t, newShelf(known("org/a"), known("org/b"))), subject)
			if e := found.Edges[0]; e.Relation != tt.want || e.RelationFrom != tt.from {
				t.Errorf("relation %s from %s, want %s from %s", e.Relation, e.RelationFrom, tt.want, tt.from)
			}
		})
	}
}

// TestBases: the card's names and the source's own list become one edge for
// each base.
func TestBases(t *testing.T) {
	shelf := newShelf(known("org/a"), known("org/b"), known("org/new"))
	shelf.snapshots["org/old"] = shelf.snapshots["org/new"] // renamed
	for _, tt := range []struct {
		name  string
		named []string
		hub   []string
		want  []model.Edge
	}{
		{"none", nil, nil, []model.Edge{}},
		{"by the card", []string{"org/a"}, nil, []model.Edge{
			{Parent: "org/a", From: []model.Origin{model.FromCard}},
		}},
		{"by the hub", nil, []string{"org/a"}, []model.Edge{
			{Parent: "org/a", From: []model.Origin{model.FromHub}},
		}},
		{"by both", []string{"org/a"}, []string{"org/a"}, []model.Edge{
			{Parent: "org/a", From: []model.Origin{model.FromCard, model.FromHub}},
		}},
		{"renamed", []string{"org/old"}, []string{"org/new"}, []model.Edge{
			{Parent: "org/new", Written: "org/old", From: []model.Origin{model.FromCard, model.FromHub}},
		}},
		{"twice", []string{"org/a", "org/a"}, nil, []model.Edge{
			{Parent: "org/a", From: []model.Origin{model.FromCard}},
		}},
		{"the card's first", []string{"org/b"}, []string{"org/a", "org/b"}, []model.Edge{
			{Parent: "org/b", From: []model.Origin{model.FromCard, model.FromHub}},
			{Parent: "org/a", From: []model.Origin{model.FromHub}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			subject := known("acme/subject", tt.named...)
			for _, id := range tt.hub {
				subject.Bases = append(subject.Bases, source.Base{Ref: model.Ref{Kind: model.Model, ID: id}, From: model.FromHub})
			}
			found := walkFrom(t, walker(t, shelf), subject)
			for i := range found.Edges {
				found.Edges[i].Child, found.Edges[i].Relation, found.Edges[i].RelationFrom = "", "", ""
				found.Edges[i].Claims = nil
			}
			if !reflect.DeepEqual(found.Edges, tt.want) {
				t.Errorf("edges:\n got %+v\nwant %+v", found.Edges, tt.want)
			}
		})
	}
}

// TestNoID: what is no repository's name is not looked up.
func TestNoID(t *testing.T) {
	shelf := newShelf()
	found := walkFrom(t, walker(t, shelf), known("acme/subject", "./checkpoint", "https://example.org/a/b"))
	if len(shelf.asked) != 0 {
		t.Errorf("asked for %q, want nothing", shelf.asked)
	}
	for _, id := range []string{"./checkpoint", "https://example.org/a/b"} {
		if n := found.Nodes[id]; n == nil || n.State != model.NotFound || n.Detail == "" {
			t.Errorf("%s: %+v, want not-found with a reason", id, n)
		}
	}
}

// TestLimits: a walk that stops says at which limit, and how much it left.
func TestLimits(t *testing.T) {
	chain := func(n int) *shelf {
		s := newShelf()
		for i := range n {
			id := fmt.Sprintf("org/gen-%d", i+1)
			s.snapshots[id] = known(id, fmt.Sprintf("org/gen-%d", i+2))
		}
		return s
	}
	for _, tt := range []struct {
		name         string
		depth, nodes int
		subject      *source.Snapshot
		nodesFound   int
		want         *model.Truncated
	}{
		{"within both", 5, 9, known("acme/s", "org/gen-4"), 3, nil},
		{"exactly at the depth", 3, 9, known("acme/s", "org/gen-3"), 4, nil},
		{"over the depth", 2, 9, known("acme/s", "org/gen-1"), 3, &model.Truncated{Limit: "depth", Left: 1}},
		// Two of the subject's own, and one of each of the two that were read.
		{"over the nodes", 9, 3, known("acme/s", "org/gen-1", "org/gen-4", "org/x", "org/y"), 3, &model.Truncated{Limit: "node", Left: 4}},
		{"no room for one", 9, 1, known("acme/s", "org/gen-1"), 1, &model.Truncated{Limit: "node", Left: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shelf := chain(4)
			delete(shelf.snapshots, "org/gen-5")
			shelf.snapshots["org/gen-4"] = known("org/gen-4", "org/gen-5")
			if tt.want == nil {
				shelf.snapshots["org/gen-5"] = known("org/gen-5")
			}
			w := walker(t, shelf)
			w.MaxDepth, w.MaxNodes = tt.depth, tt.nodes
			found := walkFrom(t, w, tt.subject)
			if len(found.Nodes) != tt.nodesFound || !reflect.DeepEqual(found.Truncated, tt.want) {
				t.Errorf("%d nodes, truncated %+v; want %d and %+v", len(found.Nodes), found.Truncated, tt.nodesFound, tt.want)
			}
			for _, e := range found.Edges {
				if found.Nodes[e.Parent] == nil || found.Nodes[e.Child] == nil {
					t.Errorf("edge %s → %s leads to a node that is not there", e.Child, e.Parent)
				}
			}
		})
	}
}

// TestPaths: the shortest way, and of several the one that is named first.
func TestPaths(t *testing.T) {
	shelf := newShelf(
		known("org/a", "org/c"), known("org/b", "org/c", "org/d"), known("org/c", "org/d"), known("org/d", "org/e"), known("org/e"),
	)
	found := walkFrom(t, walker(t, shelf), known("acme/s", "org/a", "org/b"))
	want := map[string][]string{
		"acme/s": {"acme/s"}, "org/a": {"acme/s", "org/a"}, "org/b": {"acme/s", "org/b"},
		"org/c": {"acme/s", "org/a", "org/c"}, "org/d": {"acme/s", "org/b", "org/d"},
		"org/e": {"acme/s", "org/b", "org/d", "org/e"},
	}
	if !reflect.DeepEqual(found.Paths, want) {
		t.Errorf("paths:\n got %v\nwant %v", found.Paths, want)
	}
	slices.Sort(shelf.asked)
	if want := []string{"org/a", "org/b", "org/c", "org/d", "org/e"}; !slices.Equal(shelf.asked, want) {
		t.Errorf("asked for %q, want each once: %q", shelf.asked, want)
	}
}

// TestFetch: the first source that has a repository resolved wins; where none
// has, the answer that says most stands.
func TestFetch(t *testing.T) {
	at := func(name string, state model.State, detail string) *shelf {
		s := &shelf{name: name, snapshots: map[string]*source.Snapshot{}}
		s.snapshots["org/a"] = unknown(name, "org/a", state, detail)
		return s
	}
	for _, tt := range []struct {
		name           string
		sources        []source.Source
		state          model.State
		source, detail string
	}{
		{"none", nil, model.Offline, "", "no source was asked"},
		{"first", []source.Source{at("hub", model.Resolved, ""), at("index", model.Resolved, "")}, model.Resolved, "hub", ""},
		{"stored", []source.Source{at("hub", model.RateLimited, "come back"), at("index", model.Resolved, "")}, model.Resolved, "index", "could not be refreshed: come back"},
		{"stored, and why already said", []source.Source{at("hub", model.Failed, "500"), at("index", model.Resolved, "old")}, model.Resolved, "index", "old"},
		{"a gate before nothing", []source.Source{at("hub", model.Gated, "gate"), at("index", model.Offline, "not here")}, model.Gated, "hub", "gate"},
		{"nothing before a gate", []source.Source{at("index", model.Offline, "not here"), at("hub", model.Gated, "gate")}, model.Gated, "hub", "gate"},
		{"both offline", []source.Source{at("hub", model.Offline, "no connection"), at("index", model.Offline, "not here")}, model.Offline, "hub", "no connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := (&Walker{Sources: tt.sources}).Fetch(t.Context(), model.Ref{Kind: model.Model, ID: "org/a"})
			if err != nil {
				t.Fatal(err)
			}
			if got.State != tt.state || got.Source != tt.source || got.Detail != tt.detail || got.Read == nil {
				t.Errorf("state %s of %q, detail %q; want %s of %q, detail %q",
					got.State, got.Source, got.Detail, tt.state, tt.source, tt.detail)
			}
		})
	}
}

// TestWalkEnds: a source's error ends the walk; a context that has ended too.
func TestWalkEnds(t *testing.T) {
	shelf := newShelf(known("org/a"))
	shelf.err = errors.New("stop")
	if _, err := walker(t, shelf).Walk(t.Context(), known("acme/s", "org/a")); !errors.Is(err, shelf.err) {
		t.Errorf("error %v, want the source's", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := walker(t, newShelf(known("org/a"))).Walk(ctx, known("acme/s", "org/a")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// TestProgress is told of every repository, and never of more read than known.
func TestProgress(t *testing.T) {
	w := walker(t, newShelf(known("org/a", "org/b"), known("org/b")))
	var told [][2]int
	w.Progress = func(read, known int) { told = append(told, [2]int{read, known}) }
	walkFrom(t, w, known("acme/s", "org/a"))
	if len(told) != 3 || told[2] != [2]int{3, 3} {
		t.Errorf("told of %v, want three times and at last of 3 of 3", told)
	}
	for i, one := range told {
		if one[0] != i+1 || one[1] < one[0] {
			t.Errorf("told of %v, want one more read each time, and as many known", told)
		}
	}
}

// TestSameOwner compares namespaces without regard to letter case, and gives
// bare names none.
func TestSameOwner(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"org/a", "org/b", true}, {"Org/a", "oRG/b", true}, {"org/a", "other/a", false},
		{"a", "a", false}, {"org/a", "org", false}, {"", "", false},
		{"github:org/a", "github:Org/b", true}, {"github:org/a", "org/b", false}, {"dir:org/a", "dir:org/b", false},
		{"github:ghe.example/a/x", "github:ghe.example/b/x", false},
	} {
		if got := sameOwner(tt.a, tt.b); got != tt.want {
			t.Errorf("sameOwner(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}

// TestStatedModels: what policies state of a model is used where no other
// source has it, with the relation stated of each base, and under its name.
func TestStatedModels(t *testing.T) {
	stated := func(id string, bases ...source.Base) source.Fact {
		return source.Fact{
			ID: id, License: "mit", Bases: bases, BasesStated: true, AsOf: "2026-11-01", Source: "registry",
			At: model.Position{File: "models.yaml", Line: 7},
		}
	}
	base := func(id string, r model.Relation) source.Base {
		return source.Base{Ref: model.Ref{Kind: model.Model, ID: id}, Relation: r, From: model.FromPolicy}
	}
	policy, err := source.Stated([]source.Fact{
		stated("org/tuned", base("org/base", model.Adapter), base("org/teacher", model.Distilled)),
		stated("org/base"), stated("org/teacher"), stated("org/live"),
	}, source.Index())
	if err != nil {
		t.Fatal(err)
	}
	live := newShelf(known("org/live"))
	found := walkFrom(t, walker(t, live, policy), known("acme/subject", "org/tuned", "org/live"))
	tuned := found.Nodes["org/tuned"]
	if tuned == nil || tuned.Source != "policy" || tuned.AsOf != "2026-11-01" || tuned.Detail != "stated in models.yaml:7, from registry" ||
		len(tuned.License.Declared) != 1 || tuned.License.Declared[0].From != model.FromPolicy || tuned.License.Declared[0].Alternatives[0][0] != "mit" {
		t.Errorf("the model is %+v", tuned)
	}
	if one := found.Nodes["org/live"]; one == nil || one.Source != "hub" || len(one.License.Declared) > 0 && one.License.Declared[0].From == model.FromPolicy {
		t.Errorf("a card gives way to what is stated: %+v", one)
	}
	relations := map[string]model.Relation{}
	for _, edge := range found.Edges {
		if edge.Child == "org/tuned" {
			relations[edge.Parent] = edge.Relation
			if edge.RelationFrom != model.FromPolicy || len(edge.From) != 1 || edge.From[0] != model.FromPolicy {
				t.Errorf("%s is named by %v", edge.Parent, edge.From)
			}
		}
	}
	if relations["org/base"] != model.Adapter || relations["org/teacher"] != model.Distilled {
		t.Errorf("the relations are %v", relations)
	}
}
