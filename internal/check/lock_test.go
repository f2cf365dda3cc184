package check_test

import (
	"testing"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
)

// TestLockedFacts: the facts that rules see through a lock are those that were
// read, but for what a lock leaves out.
func TestLockedFacts(t *testing.T) {
	gated := repo("org/gated", "MIT", "license: mit")
	gated.Gated = "manual"
	s := open(t, testkit.NewHub(t,
		repo("org/middle", "Apache-2.0", "license: other", "license_name: ours", "base_model: [org/Root, org/once, gone/away, not an id]"),
		repo("org/root", "MIT", "license: mit", "base_model: []", "pipeline_tag: text-generation"),
		testkit.HubRepo{ID: "org/once", RenamedTo: "org/now"},
		repo("org/now", "MIT", "license: [mit, apache-2.0]", "base_model: org/root", "base_model_relation: quantized"),
		gated,
	))
	subject := release(t, "license: mit", "base_model: [org/middle, org/gated, "+indexed+"]")
	live, err := s.Input(t.Context(), check.Subject{Snapshot: subject})
	if err != nil {
		t.Fatal(err)
	}
	recorder := lock.NewRecorder(s.Walker.Fetch)
	walker := *s.Walker
	walker.Sources = []source.Source{recorder}
	found, err := walker.Walk(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	file := lock.Build(found, recorder, &lock.File{}, s.Now)
	s.hub.Close()
	pinned := lock.Open("entail.lock", file, s.Walker.Fetch)
	locked, err := s.Input(t.Context(), check.Subject{Snapshot: subject, Sources: []source.Source{pinned}, Lock: pinned})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "lock", locked.Lock, &model.LockUse{File: "entail.lock", Missing: []string{}, Unused: []string{}})
	locked.Lock = nil
	for _, document := range []*input.Document{live, locked} {
		for id, node := range document.Nodes {
			if id != document.Subject {
				node.Source, node.AsOf, node.Files, node.FilesKnown, node.Downloads = "", "", nil, false, 0
				if none, ok := node.Card.Metadata["base_model"].([]any); !ok || len(none) > 0 {
					node.Card.Metadata = nil
				} else {
					node.Card.Metadata = map[string]any{"base_model": none}
				}
			}
		}
	}
	for id := range live.Nodes {
		wantEqual(t, id, locked.Nodes[id], live.Nodes[id])
	}
	wantEqual(t, "edges", locked.Edges, live.Edges)
	wantEqual(t, "paths", locked.Paths, live.Paths)
	if len(live.Nodes) < 7 {
		t.Errorf("only %d nodes", len(live.Nodes))
	}
}
