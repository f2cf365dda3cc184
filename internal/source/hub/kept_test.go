package hub_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// keeping opens a hub as a new run would, with the cache in dir.
func keeping(t *testing.T, h *testkit.Hub, dir, token string) *hub.Source {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 1, 2, 23, 59, 0, 0, time.UTC) }
	return open(t, hub.Config{
		Endpoint: h.URL(), Token: token, Now: now,
		Cache: cache.Open(cache.Config{Dir: dir, Warn: func(err error) { t.Error(err) }}),
	})
}

// visit fetches a repository and reads files of it.
func visit(t *testing.T, s source.Source, ref model.Ref, files ...string) *source.Snapshot {
	t.Helper()
	snap, err := s.Fetch(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, err := snap.Read(t.Context(), file); err != nil {
			t.Errorf("%s: %v", ref, err)
		}
	}
	return snap
}

func TestSecondRunAsksWhetherFactsHold(t *testing.T) {
	repo := testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card, "LICENSE": "terms", "big": "0123456789"}, LFS: []string{"big"}}
	h := testkit.NewHub(t, repo)
	dir := t.TempDir()
	first := visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name"}, "README.md", "LICENSE")
	if part, err := first.ReadAt(t.Context(), "big", 2, 3); err != nil || string(part) != "234" {
		t.Fatalf("read %q, %v", part, err)
	}
	before := len(h.Requests())
	again := visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name"}, "README.md", "LICENSE")
	part, err := again.ReadAt(t.Context(), "big", 2, 3)
	if err != nil || string(part) != "234" {
		t.Errorf("read %q, %v", part, err)
	}
	asked := h.Requests()[before:]
	if len(asked) != 1 || asked[0].IfNoneMatch == "" {
		t.Errorf("asked %+v, want whether the facts hold and nothing else", asked)
	}
	if again.Source != "hub" || again.AsOf != "" || again.Metadata["license"] != "mit" || again.Revision != first.Revision || !slices.Equal(again.Files, first.Files) {
		t.Errorf("got %+v", again)
	}
	repo.Files = map[string]string{"README.md": "---\nlicense: llama2\n---\n", "LICENSE": "other terms"}
	repo.Gated = "manual"
	repo.Ungated = []string{"LICENSE"}
	h.Add(repo)
	changed := visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name"}, "LICENSE")
	if text, _ := changed.Read(t.Context(), "LICENSE"); changed.Metadata["license"] != "llama2" || changed.Gated != "manual" || string(text) != "other terms" {
		t.Errorf("the change is not seen: %+v, %q", changed, text)
	}
	// Facts at a commit are asked for, too: a gate may have come since.
	before = len(h.Requests())
	visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name", Revision: changed.Revision}, "LICENSE")
	if n := len(h.Requests()) - before; n != 1 {
		t.Errorf("%d requests for what was read at a commit, want 1", n)
	}
}

func TestKeptIsReadWithoutTheNetwork(t *testing.T) {
	many := map[string]string{"LICENSE": "terms"}
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/name", Gated: "auto", Ungated: []string{"README.md"}, Files: map[string]string{"README.md": card, "LICENSE": "terms", "x": "y"}},
		testkit.HubRepo{ID: "org/old", RenamedTo: "org/name"},
		testkit.HubRepo{ID: "org/many", NoSiblings: true, Files: many},
		testkit.HubRepo{ID: "org/data", Kind: model.Dataset},
		testkit.HubRepo{ID: "org/ill", Fault: &testkit.HubFault{Kind: testkit.HubHTML}},
	)
	dir := t.TempDir()
	online := keeping(t, h, dir, "")
	live := visit(t, online, model.Ref{ID: "org/old"}, "README.md")
	visit(t, online, model.Ref{ID: "org/many"}, "LICENSE")
	visit(t, online, model.Ref{Kind: model.Dataset, ID: "org/data"})
	visit(t, online, model.Ref{ID: "org/ill"})
	h.Close()
	kept := keeping(t, h, dir, "").Kept()
	for _, ref := range []model.Ref{{ID: "org/old"}, {ID: "org/name"}, {ID: "org/name", Revision: live.Revision}} {
		snap := visit(t, kept, ref, "README.md")
		if snap.State != model.Resolved || snap.ID != "org/name" || snap.Source != "cache" || snap.AsOf != "2026-01-02" ||
			snap.Gated != "auto" || !slices.Equal(snap.Files, live.Files) || !snap.FilesKnown {
			t.Errorf("%s: %+v", ref, snap)
		}
		var failed *source.ReadError
		if _, err := snap.Read(t.Context(), "x"); !errors.As(err, &failed) || failed.State != model.Offline {
			t.Errorf("%s: a file that was never read: %v", ref, err)
		}
	}
	if snap := visit(t, kept, model.Ref{ID: "org/many"}, "LICENSE"); len(snap.Files) != 1 || snap.FilesKnown {
		t.Errorf("got %+v", snap)
	}
	if snap := visit(t, kept, model.Ref{Kind: model.Dataset, ID: "org/data"}); snap.State != model.Resolved || snap.Kind != model.Dataset {
		t.Errorf("got %+v", snap)
	}
	for _, ref := range []model.Ref{{ID: "org/data"}, {ID: "org/ill"}, {ID: "org/never"}, {ID: "org/name", Revision: "v1"}} {
		if snap := visit(t, kept, ref); snap.State != model.Offline || snap.Source != "cache" || snap.Detail == "" {
			t.Errorf("%s: %+v", ref, snap)
		}
	}
	if snap := visit(t, kept, model.Ref{ID: "../x"}); snap.State != model.NotFound {
		t.Errorf("got %+v", snap)
	}
}

// What a token was given is nobody else's, and the token is not kept.
func TestTokensAreKeptApart(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{
		ID: "org/mine", Private: true, Admitted: true, Files: map[string]string{"README.md": card, "LICENSE": "private terms"},
	}, testkit.HubRepo{ID: "org/open", Files: map[string]string{"LICENSE": "terms"}})
	dir := t.TempDir()
	visit(t, keeping(t, h, dir, testkit.HubToken), model.Ref{ID: "org/mine"}, "LICENSE")
	visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/open"}, "LICENSE")
	if snap := visit(t, keeping(t, h, dir, testkit.HubToken).Kept(), model.Ref{ID: "org/mine"}, "LICENSE"); snap.State != model.Resolved {
		t.Errorf("its owner: %s (%s)", snap.State, snap.Detail)
	}
	for _, token := range []string{"", "another-token"} {
		if snap := visit(t, keeping(t, h, dir, token).Kept(), model.Ref{ID: "org/mine"}); snap.State != model.Offline {
			t.Errorf("token %q: %s", token, snap.State)
		}
		if snap := visit(t, keeping(t, h, dir, token), model.Ref{ID: "org/mine"}); snap.State == model.Resolved {
			t.Errorf("token %q, online: %s", token, snap.State)
		}
		if snap := visit(t, keeping(t, h, dir, token).Kept(), model.Ref{ID: "org/open"}, "LICENSE"); snap.State != model.Resolved {
			t.Errorf("token %q does not see what is public: %s", token, snap.State)
		}
	}
	seen := 0
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		seen++
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte(testkit.HubToken)) || strings.Contains(name, testkit.HubToken) {
			t.Errorf("the token is in %s", name)
		}
		return err
	})
	if err != nil || seen < 4 {
		t.Errorf("%d files, %v", seen, err)
	}
}

// Contents that are not what they were are asked for again.
func TestCorruptContentsAreFetchedAgain(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"LICENSE": "terms"}})
	dir := t.TempDir()
	visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name"}, "LICENSE")
	blobs, err := filepath.Glob(filepath.Join(dir, "*", "blobs", "*", "*"))
	if err != nil || len(blobs) != 2 {
		t.Fatalf("%v, %v", blobs, err)
	}
	for _, blob := range blobs {
		if err := os.WriteFile(blob, []byte("TERMS"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	snap := visit(t, keeping(t, h, dir, ""), model.Ref{ID: "org/name"})
	if text, err := snap.Read(t.Context(), "LICENSE"); string(text) != "terms" || err != nil || snap.State != model.Resolved {
		t.Errorf("read %q, %v", text, err)
	}
	if snap := visit(t, keeping(t, h, dir, "").Kept(), model.Ref{ID: "org/name"}, "LICENSE"); snap.State != model.Resolved {
		t.Errorf("afterwards: %s", snap.State)
	}
}

// A server that answers 304 to who has nothing says nothing.
func TestNotModifiedByNobody(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Fault: &testkit.HubFault{Kind: testkit.HubStatus, Status: 304}})
	if snap := visit(t, keeping(t, h, t.TempDir(), ""), model.Ref{ID: "org/name"}); snap.State != model.Failed {
		t.Errorf("%s (%s)", snap.State, snap.Detail)
	}
}
