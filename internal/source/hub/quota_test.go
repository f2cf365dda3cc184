package hub_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// paced is a hub on a still clock, with what it announced.
type paced struct {
	*hub.Source
	clock *still
	mu    sync.Mutex
	told  []time.Duration
}

func openPaced(t *testing.T, cfg hub.Config) *paced {
	t.Helper()
	p := &paced{clock: new(still)}
	cfg.Sleep, cfg.Now = p.clock.sleep, p.clock.now
	cfg.Waiting = func(d time.Duration) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told = append(p.told, d)
	}
	p.Source = open(t, cfg)
	return p
}

// A spent window is waited for before the next request, not after a refusal.
func TestSpentWindowIsWaitedFor(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/a"}, testkit.HubRepo{ID: "org/b"}, testkit.HubRepo{ID: "org/c"})
	h.Limit("api", testkit.HubLimit{Quota: 2, Window: 20 * time.Second})
	p := openPaced(t, hub.Config{Endpoint: h.URL()})
	for _, id := range []string{"org/a", "org/b"} {
		fetch(t, p.Source, model.Ref{ID: id})
	}
	if len(p.clock.waits) != 0 {
		t.Fatalf("waited %v with requests left", p.clock.waits)
	}
	h.NextWindow()
	if snap := fetch(t, p.Source, model.Ref{ID: "org/c"}); snap.State != model.Resolved || snap.Detail != "" {
		t.Errorf("%s (%s)", snap.State, snap.Detail)
	}
	// 20 s were named, and a window ends within the second after.
	if want := []time.Duration{21 * time.Second}; !slices.Equal(p.clock.waits, want) || !slices.Equal(p.told, want) {
		t.Errorf("waited %v and said %v, want %v", p.clock.waits, p.told, want)
	}
	if n := h.Count(""); n != 3 {
		t.Errorf("%d requests, want 3: none was to be refused", n)
	}
}

// Where there is no time to wait, a request that would be refused is not sent.
func TestSpentWindowCostsNoRequest(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/a"}, testkit.HubRepo{ID: "org/b"})
	for _, bucket := range []string{"api", "resolvers"} {
		h.Limit(bucket, testkit.HubLimit{Quota: 1, Window: 290 * time.Second})
	}
	p := openPaced(t, hub.Config{Endpoint: h.URL()})
	first := fetch(t, p.Source, model.Ref{ID: "org/a"})
	if _, err := first.Read(t.Context(), "none"); err == nil {
		t.Fatal("read a file that is not there")
	}
	asked := h.Count("")
	snap := fetch(t, p.Source, model.Ref{ID: "org/b"})
	if snap.State != model.RateLimited || h.Count("") != asked {
		t.Errorf("%s (%s) after %d more requests", snap.State, snap.Detail, h.Count("")-asked)
	}
	if len(p.clock.waits)+len(p.told) != 0 {
		t.Errorf("waited %v, said %v", p.clock.waits, p.told)
	}
}

// Requests at the same time share a window: not one too many is sent.
func TestWindowIsShared(t *testing.T) {
	const quota, callers = 10, 40
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name"})
	h.Limit("api", testkit.HubLimit{Quota: quota, Window: 290 * time.Second})
	h.Limit("resolvers", testkit.HubLimit{Quota: 1, Window: 290 * time.Second})
	p := openPaced(t, hub.Config{Endpoint: h.URL()})
	// The first answer says how much is left.
	fetch(t, p.Source, model.Ref{ID: "org/name"})
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			if _, err := p.Fetch(t.Context(), model.Ref{ID: "org/name"}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := h.Count("/api/models/org/name"); n != quota {
		t.Errorf("%d requests in a window of %d", n, quota)
	}
}

// A token has windows of its own.
func TestWindowsOfATokenAreItsOwn(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name"})
	h.Limit("api", testkit.HubLimit{Quota: 1, Window: 30 * time.Second})
	p := openPaced(t, hub.Config{Endpoint: h.URL(), Token: testkit.HubNarrowToken})
	// Refused with the token, answered without: one request of each window.
	if snap := fetch(t, p.Source, model.Ref{ID: "org/name"}); snap.State != model.Resolved || len(p.clock.waits) != 0 {
		t.Errorf("%s (%s) after waiting %v", snap.State, snap.Detail, p.clock.waits)
	}
}

// With the quota of the API spent, a model is read by its files.
func TestReadByFilesAlone(t *testing.T) {
	text := "---\nlicense: other\nlicense_link: TERMS.txt\nbase_model: org/base\n---\n# A model\n"
	repos := []testkit.HubRepo{
		{ID: "org/spender"},
		{ID: "org/name", Files: map[string]string{"README.md": text, "LICENSE": "terms", "TERMS.txt": "more", "weights.safetensors": ""}},
		{ID: "org/old", RenamedTo: "org/name"},
		{ID: "org/bare", Files: map[string]string{"LICENSE.md": "terms"}},
		{ID: "org/gated", Gated: "manual", Files: map[string]string{"README.md": text}},
		{ID: "org/shut", Gated: "manual", Ungated: []string{"README.md"}, Files: map[string]string{"README.md": text, "LICENSE": "x"}},
		{ID: "org/ill", Files: map[string]string{"README.md": text}, Fault: &testkit.HubFault{Kind: testkit.HubStatus, Status: 503, On: "file"}},
		{ID: "org/data", Kind: model.Dataset, Files: map[string]string{"README.md": text}},
	}
	tests := []struct {
		ref   model.Ref
		state model.State
		id    string
		files []string
	}{
		{model.Ref{ID: "org/name"}, model.Resolved, "org/name", []string{"README.md", "LICENSE", "TERMS.txt"}},
		{model.Ref{ID: "ORG/Name"}, model.Resolved, "org/name", []string{"README.md", "LICENSE", "TERMS.txt"}},
		{model.Ref{ID: "org/old"}, model.Resolved, "org/name", []string{"README.md", "LICENSE", "TERMS.txt"}},
		{model.Ref{ID: "org/bare"}, model.Resolved, "org/bare", []string{"LICENSE.md"}},
		{model.Ref{ID: "org/gated"}, model.Gated, "org/gated", nil},
		{model.Ref{ID: "org/absent"}, model.PrivateOrAbsent, "org/absent", nil},
		{model.Ref{ID: "org/name", Revision: "no-such"}, model.NotFound, "org/name", nil},
		{model.Ref{ID: "org/ill"}, model.Failed, "org/ill", nil},
		{model.Ref{Kind: model.Dataset, ID: "org/data"}, model.Resolved, "org/data", []string{"README.md"}},
	}
	for _, tt := range tests {
		t.Run(tt.ref.String(), func(t *testing.T) {
			h := testkit.NewHub(t, repos...)
			h.Limit("api", testkit.HubLimit{Quota: 1, Window: 290 * time.Second})
			p := openPaced(t, hub.Config{Endpoint: h.URL()})
			fetch(t, p.Source, model.Ref{ID: "org/spender"})
			snap := fetch(t, p.Source, tt.ref)
			var files []string
			for _, f := range snap.Files {
				files = append(files, f.Path)
			}
			if snap.State != tt.state || snap.ID != tt.id || !slices.Equal(files, tt.files) {
				t.Fatalf("%s, %s with files %v (%s); want %s, %s with %v", snap.State, snap.ID, files, snap.Detail, tt.state, tt.id, tt.files)
			}
			if n := h.Count("/api/models/" + tt.id); n != 0 {
				t.Errorf("the API was asked all the same, %d times", n)
			}
			if snap.State != model.Resolved {
				return
			}
			if snap.FilesKnown || snap.Gated != "" || len(snap.Tags) != 0 || snap.Detail == "" || len(snap.Revision) != 40 {
				t.Errorf("claims more than was read: %+v", snap)
			}
			if slices.Contains(files, "README.md") && snap.Metadata["base_model"] != "org/base" {
				t.Errorf("the card says %v", snap.Metadata)
			}
			before := h.Count("")
			for _, file := range files {
				if text, err := snap.Read(t.Context(), file); err != nil || len(text) == 0 {
					t.Errorf("read %q, %v", text, err)
				}
			}
			if h.Count("") != before {
				t.Error("a file that was just read is asked for again")
			}
		})
	}
	// A licence that its gate closes is listed, and said to be unread.
	h := testkit.NewHub(t, repos...)
	h.Limit("api", testkit.HubLimit{Quota: 0, Window: 290 * time.Second})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/shut"})
	if snap.State != model.Resolved || !slices.Contains(snap.Files, model.File{Path: "LICENSE", Size: -1}) {
		t.Errorf("%s with %v", snap.State, snap.Files)
	}
}
