package hub_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

const card = "---\nlicense: mit\nbase_model: org/base\n---\n# A model\n"

// still is a clock that notes how long it was asked to wait and does not: it
// only moves on by that.
type still struct {
	mu    sync.Mutex
	waits []time.Duration
	moved time.Duration
}

func (s *still) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(s.moved)
}

func (s *still) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = append(s.waits, d)
	s.moved += d
	return ctx.Err()
}

func open(t *testing.T, cfg hub.Config) *hub.Source {
	t.Helper()
	if cfg.Sleep == nil {
		cfg.Sleep = new(still).sleep
	}
	s, err := hub.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fetch(t *testing.T, s *hub.Source, ref model.Ref) *source.Snapshot {
	t.Helper()
	snap, err := s.Fetch(t.Context(), ref)
	if err != nil {
		t.Fatalf("Fetch(%s): %v", ref, err)
	}
	if snap == nil || snap.Read == nil || snap.Source != "hub" || !snap.Published {
		t.Fatalf("Fetch(%s) = %+v: want a published snapshot of the hub with a Read", ref, snap)
	}
	if snap.State != model.Resolved && snap.Detail == "" {
		t.Errorf("Fetch(%s): state %s without a word of why", ref, snap.State)
	}
	return snap
}

func TestFetchFacts(t *testing.T) {
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/base", Files: map[string]string{"README.md": "---\nlicense: llama2\n---\n"}},
		testkit.HubRepo{
			ID: "org/child", Gated: "manual", CreatedAt: "2024-05-06T07:08:09.000Z", Downloads: 12,
			SHA: strings.Repeat("ab", 20), Files: map[string]string{"README.md": card, "LICENSE": "text", "a/b.txt": ""},
		},
	)
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL() + "/"}), model.Ref{ID: "org/child"})
	if snap.State != model.Resolved || snap.ID != "org/child" || snap.Kind != model.Model || snap.Detail != "" {
		t.Errorf("got %s %s %s (%s)", snap.Kind, snap.ID, snap.State, snap.Detail)
	}
	if snap.Revision != strings.Repeat("ab", 20) || snap.Gated != "manual" || snap.Downloads != 12 || snap.CreatedAt != "2024-05-06T07:08:09.000Z" {
		t.Errorf("got revision %s, gated %s, %d downloads, created %s", snap.Revision, snap.Gated, snap.Downloads, snap.CreatedAt)
	}
	want := []model.File{{Path: "LICENSE", Size: -1}, {Path: "README.md", Size: -1}, {Path: "a/b.txt", Size: -1}}
	if !snap.FilesKnown || !slices.Equal(snap.Files, want) {
		t.Errorf("files %v (known %v), want %v", snap.Files, snap.FilesKnown, want)
	}
	if snap.Metadata["license"] != "mit" || !slices.Contains(snap.Tags, "license:mit") {
		t.Errorf("metadata %v, tags %v: want the licence in both", snap.Metadata, snap.Tags)
	}
	if !reflect.DeepEqual(snap.Bases, bases(model.Finetune, "org/base")) {
		t.Errorf("bases %v", snap.Bases)
	}
	if n := h.Count(""); n != 1 {
		t.Errorf("took %d requests, want 1", n)
	}
}

// bases are base models as the Hub names them.
func bases(relation model.Relation, ids ...string) []source.Base {
	var all []source.Base
	for _, id := range ids {
		all = append(all, source.Base{Ref: model.Ref{Kind: model.Model, ID: id}, Relation: relation, From: model.FromHub})
	}
	return all
}

func TestFetchLineageAsTheHubSeesIt(t *testing.T) {
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/Base"}, testkit.HubRepo{ID: "org/Other"}, testkit.HubRepo{ID: "org/hidden", Private: true},
		testkit.HubRepo{ID: "old/base", RenamedTo: "org/Base"},
	)
	tests := []struct {
		name, bases string
		want        []string
		relation    model.Relation
	}{
		{"renamed", "old/base", []string{"org/Base"}, model.Finetune},
		{"wrong case vanishes", "org/base", nil, ""},
		{"private vanishes", "[org/hidden, org/Base]", []string{"org/Base"}, model.Finetune},
		{"two are a merge", "[org/Base, org/Other, org/Base]", []string{"org/Base", "org/Other"}, model.Merge},
		{"a path vanishes", "./out/checkpoint", nil, ""},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := fmt.Sprintf("org/child-%d", i)
			h.Add(testkit.HubRepo{ID: id, Files: map[string]string{"README.md": "---\nbase_model: " + tt.bases + "\n---\n"}})
			snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: id})
			if want := bases(tt.relation, tt.want...); !reflect.DeepEqual(snap.Bases, want) {
				t.Errorf("bases %v, want %v", snap.Bases, want)
			}
			if snap.Metadata["base_model"] == nil {
				t.Error("the card's own words are lost")
			}
		})
	}
}

func TestFetchOddValues(t *testing.T) {
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/null", CardData: "null"},
		testkit.HubRepo{ID: "org/none"},
		testkit.HubRepo{ID: "org/empty", CardData: "{}"},
		testkit.HubRepo{ID: "org/list", CardData: `{"license": ["mit", "apache-2.0"], "base_model": ["x"]}`},
		testkit.HubRepo{ID: "org/odd", CardData: `"text"`, BaseModels: `{"relation": "sibling", "models": [{"id": "org/list"}, {"id": 7}, {"id": "../../x"}]}`},
		testkit.HubRepo{ID: "org/deep", CardData: `{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`},
		testkit.HubRepo{ID: "org/badsha", SHA: "../../etc", Files: map[string]string{"../up": "", "/abs": "", "ok": "", "a//b": ""}, CreatedAt: "yesterday", Downloads: -4},
	)
	s := open(t, hub.Config{Endpoint: h.URL()})
	for _, id := range []string{"org/null", "org/none", "org/odd", "org/deep"} {
		if snap := fetch(t, s, model.Ref{ID: id}); snap.State != model.Resolved || snap.Metadata != nil {
			t.Errorf("%s: %s with metadata %v, want resolved with nil", id, snap.State, snap.Metadata)
		}
	}
	if snap := fetch(t, s, model.Ref{ID: "org/empty"}); snap.Metadata == nil {
		t.Error("an empty card is no card")
	}
	if list, _ := fetch(t, s, model.Ref{ID: "org/list"}).Metadata["license"].([]any); len(list) != 2 {
		t.Errorf("licence list read as %v", list)
	}
	if snap := fetch(t, s, model.Ref{ID: "org/odd"}); !reflect.DeepEqual(snap.Bases, bases(model.Unknown, "org/list")) {
		t.Errorf("bases %v", snap.Bases)
	}
	snap := fetch(t, s, model.Ref{ID: "org/badsha"})
	if snap.Revision != "" || len(snap.Files) != 1 || snap.CreatedAt != "" || snap.Downloads != 0 {
		t.Errorf("hostile values got through: %+v", snap)
	}
}

func TestFetchStates(t *testing.T) {
	files := map[string]string{"README.md": card}
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/open", Files: files},
		testkit.HubRepo{ID: "org/gated", Gated: "auto", Files: files},
		testkit.HubRepo{ID: "org/private", Private: true, Files: files},
		testkit.HubRepo{ID: "org/mine", Private: true, Admitted: true, Files: files},
		testkit.HubRepo{ID: "org/off", Disabled: true, Files: files},
		testkit.HubRepo{ID: "org/shut", Refused: true, Files: files},
		testkit.HubRepo{ID: "org/Old-Name", RenamedTo: "org/newer"},
		testkit.HubRepo{ID: "org/newer", RenamedTo: "org/open"},
		testkit.HubRepo{ID: "org/round", RenamedTo: "org/about"},
		testkit.HubRepo{ID: "org/about", RenamedTo: "org/round"},
		testkit.HubRepo{ID: "org/data", Kind: model.Dataset, Files: files},
		testkit.HubRepo{ID: "bare", RenamedTo: "org/open"},
	)
	tests := []struct {
		name, token string
		ref         model.Ref
		state       model.State
		id          string
	}{
		{"open", "", model.Ref{ID: "org/open"}, model.Resolved, "org/open"},
		{"open at its revision", "", model.Ref{ID: "org/open", Revision: "main"}, model.Resolved, "org/open"},
		{"no such revision", "", model.Ref{ID: "org/open", Revision: "refs/pr/1"}, model.NotFound, "org/open"},
		{"no revision at all", "", model.Ref{ID: "org/open", Revision: "../x"}, model.NotFound, "org/open"},
		{"gated facts are open", "", model.Ref{ID: "org/gated"}, model.Resolved, "org/gated"},
		{"absent, anonymous", "", model.Ref{ID: "org/absent"}, model.PrivateOrAbsent, "org/absent"},
		{"absent, known", testkit.HubToken, model.Ref{ID: "org/absent"}, model.NotFound, "org/absent"},
		{"absent, bad token", "wrong", model.Ref{ID: "org/absent"}, model.Unauthorized, "org/absent"},
		{"open, bad token", "wrong", model.Ref{ID: "org/open"}, model.Resolved, "org/open"},
		{"open, narrow token", testkit.HubNarrowToken, model.Ref{ID: "org/open"}, model.Resolved, "org/open"},
		{"absent, narrow token", testkit.HubNarrowToken, model.Ref{ID: "org/absent"}, model.Unauthorized, "org/absent"},
		{"private, anonymous", "", model.Ref{ID: "org/private"}, model.PrivateOrAbsent, "org/private"},
		{"private, other's", testkit.HubToken, model.Ref{ID: "org/private"}, model.NotFound, "org/private"},
		{"private, own", testkit.HubToken, model.Ref{ID: "org/mine"}, model.Resolved, "org/mine"},
		{"disabled, flagged", "", model.Ref{ID: "org/off"}, model.Disabled, "org/off"},
		{"disabled, refused", testkit.HubToken, model.Ref{ID: "org/shut"}, model.Disabled, "org/shut"},
		{"renamed twice", "", model.Ref{ID: "org/Old-Name"}, model.Resolved, "org/open"},
		{"bare name", "", model.Ref{ID: "bare"}, model.Resolved, "org/open"},
		{"wrong case", testkit.HubToken, model.Ref{ID: "ORG/Open"}, model.Resolved, "org/open"},
		{"renamed in a circle", "", model.Ref{ID: "org/round"}, model.Failed, "org/round"},
		{"dataset", "", model.Ref{Kind: model.Dataset, ID: "org/data"}, model.Resolved, "org/data"},
		{"dataset as model", "", model.Ref{ID: "org/data"}, model.PrivateOrAbsent, "org/data"},
		{"dataset in wrong case", "", model.Ref{Kind: model.Dataset, ID: "org/DATA"}, model.Resolved, "org/data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap := fetch(t, open(t, hub.Config{Endpoint: h.URL(), Token: tt.token}), tt.ref)
			if snap.State != tt.state || snap.ID != tt.id {
				t.Errorf("got %s, %s (%s); want %s, %s", snap.State, snap.ID, snap.Detail, tt.state, tt.id)
			}
			if tt.token != "" && strings.Contains(snap.Detail, tt.token) {
				t.Errorf("the token is in %q", snap.Detail)
			}
		})
	}
}

func TestNoIDIsNeverSent(t *testing.T) {
	h := testkit.NewHub(t)
	s := open(t, hub.Config{Endpoint: h.URL()})
	for _, id := range []string{"", "/data/models/x", "./x", "a/b/c", "../x", "org/..", "a b", "org/name.git", "https://x/y", "a--b", "ä/b", "x\n"} {
		snap := fetch(t, s, model.Ref{ID: id})
		if snap.State != model.NotFound || snap.Detail != "not a Hub id" {
			t.Errorf("%q: %s (%s)", id, snap.State, snap.Detail)
		}
		if _, err := snap.Read(t.Context(), "README.md"); !errors.Is(err, source.ErrNoFiles) {
			t.Errorf("%q: read says %v", id, err)
		}
	}
	if snap := fetch(t, s, model.Ref{Host: model.OnGitHub, ID: "org/name"}); snap.State != model.Offline {
		t.Errorf("a repository of another host: %s (%s)", snap.State, snap.Detail)
	}
	if n := h.Count(""); n != 0 {
		t.Errorf("%d requests for ids that are none", n)
	}
}

func TestFetchFaults(t *testing.T) {
	tests := []struct {
		name    string
		fault   testkit.HubFault
		state   model.State
		asked   int
		patient bool // the waits of this case are the default budget's
	}{
		{"503 once", testkit.HubFault{Kind: testkit.HubStatus, Status: 503, First: 1}, model.Resolved, 2, true},
		{"500 for ever", testkit.HubFault{Kind: testkit.HubStatus, Status: 500}, model.Failed, 5, true},
		{"418", testkit.HubFault{Kind: testkit.HubStatus, Status: 418}, model.Failed, 1, true},
		{"404 without a code", testkit.HubFault{Kind: testkit.HubStatus, Status: 404}, model.Failed, 1, true},
		{"403 of a firewall", testkit.HubFault{Kind: testkit.HubStatus, Status: 403}, model.Failed, 1, true},
		{"limited for a moment", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 5, First: 2}, model.Resolved, 3, true},
		{"limited for long", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 290}, model.RateLimited, 2, true},
		{"limited by Retry-After", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 290, RetryAfter: "2", First: 1}, model.Resolved, 2, true},
		{"limited until a date", testkit.HubFault{Kind: testkit.HubLimited, RetryAfter: "Fri, 01 Jan 2100 00:00:00 GMT"}, model.RateLimited, 2, true},
		{"limited again and again", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 20}, model.RateLimited, 4, true},
		{"dropped once", testkit.HubFault{Kind: testkit.HubDrop, First: 1}, model.Resolved, 2, true},
		{"dropped for ever", testkit.HubFault{Kind: testkit.HubDrop}, model.Failed, 5, true},
		{"truncated once", testkit.HubFault{Kind: testkit.HubTruncated, First: 1}, model.Resolved, 2, true},
		{"truncated for ever", testkit.HubFault{Kind: testkit.HubTruncated}, model.Failed, 5, true},
		{"html", testkit.HubFault{Kind: testkit.HubHTML}, model.Failed, 1, true},
		{"portal", testkit.HubFault{Kind: testkit.HubPortal}, model.Failed, 1, true},
		{"huge", testkit.HubFault{Kind: testkit.HubHuge}, model.Failed, 2, true},
		{"huge list", testkit.HubFault{Kind: testkit.HubHugeList}, model.Resolved, 3, true},
		{"loop", testkit.HubFault{Kind: testkit.HubLoop}, model.Failed, 1, true},
		{"maze", testkit.HubFault{Kind: testkit.HubMaze}, model.Failed, 6, true},
		{"stall", testkit.HubFault{Kind: testkit.HubStall}, model.Failed, 1, false},
		{"stall in the body", testkit.HubFault{Kind: testkit.HubStallBody}, model.Failed, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card}, Fault: &tt.fault})
			cfg := hub.Config{Endpoint: h.URL()}
			if !tt.patient {
				cfg.Budget = 50 * time.Millisecond
			}
			snap := fetch(t, open(t, cfg), model.Ref{ID: "org/name"})
			if snap.State != tt.state {
				t.Errorf("state %s (%s), want %s", snap.State, snap.Detail, tt.state)
			}
			if n := h.Count(""); n != tt.asked {
				t.Errorf("%d requests, want %d", n, tt.asked)
			}
			for _, r := range h.Requests() {
				if r.Storage {
					t.Error("facts were asked of another host")
				}
			}
			if tt.name == "huge list" && (snap.FilesKnown || snap.Metadata == nil || len(snap.Files) != 1) {
				t.Errorf("files %v (known %v), metadata %v: want the facts and what is at the root", snap.Files, snap.FilesKnown, snap.Metadata)
			}
			if strings.ContainsAny(snap.Detail, "<\n") || strings.Contains(snap.Detail, "127.0.0.1") {
				t.Errorf("detail %q is not fit to print", snap.Detail)
			}
		})
	}
}

// A stall within one try leaves time for another.
func TestStallIsTriedAgain(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Fault: &testkit.HubFault{Kind: testkit.HubStallBody, First: 1}})
	s := open(t, hub.Config{Endpoint: h.URL(), Attempt: 200 * time.Millisecond})
	if snap := fetch(t, s, model.Ref{ID: "org/name"}); snap.State != model.Resolved {
		t.Errorf("%s (%s)", snap.State, snap.Detail)
	}
}

func TestWaits(t *testing.T) {
	tests := []struct {
		name  string
		fault testkit.HubFault
		want  []time.Duration
	}{
		{"window and a second", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 5, First: 1}, []time.Duration{6 * time.Second}},
		{"retry-after where requests are left", testkit.HubFault{Kind: testkit.HubLimited, Seconds: 9, RetryAfter: "3", First: 1}, []time.Duration{3 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := new(still)
			h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Fault: &tt.fault})
			fetch(t, open(t, hub.Config{Endpoint: h.URL(), Sleep: clock.sleep}), model.Ref{ID: "org/name"})
			if !slices.Equal(clock.waits, tt.want) {
				t.Errorf("waited %v, want %v", clock.waits, tt.want)
			}
		})
	}
	clock := new(still)
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Fault: &testkit.HubFault{Kind: testkit.HubStatus, Status: 502}})
	fetch(t, open(t, hub.Config{Endpoint: h.URL(), Sleep: clock.sleep}), model.Ref{ID: "org/name"})
	for i, most := range []time.Duration{1, 2, 4, 8} {
		if len(clock.waits) != 4 || clock.waits[i] > most*time.Second || clock.waits[i] <= most*time.Second/2-1 {
			t.Fatalf("backed off %v, want four waits of at most 1, 2, 4, 8 s and at least half that", clock.waits)
		}
	}
}

func TestRetriesCanBeSwitchedOff(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Fault: &testkit.HubFault{Kind: testkit.HubStatus, Status: 502}})
	fetch(t, open(t, hub.Config{Endpoint: h.URL(), MaxRetries: -1}), model.Ref{ID: "org/name"})
	if n := h.Count(""); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// A token that the Hub calls invalid is not sent again, and absent models are
// still told from those that no token would open.
func TestRefusedTokenIsRemembered(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name"})
	s := open(t, hub.Config{Endpoint: h.URL(), Token: "wrong"})
	fetch(t, s, model.Ref{ID: "org/name"})
	fetch(t, s, model.Ref{ID: "org/name"})
	if snap := fetch(t, s, model.Ref{ID: "org/absent"}); snap.State != model.Unauthorized {
		t.Errorf("%s (%s), want unauthorized", snap.State, snap.Detail)
	}
	if n := h.Count(""); n != 4 {
		t.Errorf("%d requests, want 2 for the first and 1 for each other", n)
	}
}

func TestConcurrentFetch(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card}},
		testkit.HubRepo{ID: "org/old", RenamedTo: "org/name"})
	s := open(t, hub.Config{Endpoint: h.URL(), Token: "wrong"})
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			id := []string{"org/name", "org/old", "ORG/name", "org/absent"}[i%4]
			want := []model.State{model.Resolved, model.Resolved, model.Resolved, model.Unauthorized}[i%4]
			snap, err := s.Fetch(t.Context(), model.Ref{ID: id})
			if err != nil || snap.State != want {
				t.Errorf("%s: %v, %v", id, snap, err)
				return
			}
			if want == model.Resolved {
				if text, err := snap.Read(t.Context(), "README.md"); string(text) != card {
					t.Errorf("read %q, %v", text, err)
				}
			}
		})
	}
	group.Wait()
}

func TestNewRefuses(t *testing.T) {
	tests := []struct{ name, endpoint, token, want string }{
		{"no address", "huggingface", "", "want an address"},
		{"scheme", "ftp://hub.example", "", "want an address"},
		{"unparsable", "http://%zz", "", "want an address"},
		{"userinfo", "https://user:pw-secret@hub.example", "", "user name or password"},
		{"query", "https://hub.example?x=1", "", "no query"},
		{"token", "", "pw-secret\nX: y", "no token has"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := hub.New(hub.Config{Endpoint: tt.endpoint, Token: tt.token})
			if s != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "pw-secret") {
				t.Errorf("New = %v, %v; want an error with %q", s, err, tt.want)
			}
		})
	}
	if s, err := hub.New(hub.Config{}); err != nil || s.Name() != "hub" {
		t.Errorf("the zero configuration: %v", err)
	}
}

func TestUserAgent(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name"})
	fetch(t, open(t, hub.Config{Endpoint: h.URL(), UserAgent: "entail/1.2"}), model.Ref{ID: "org/name"})
	fetch(t, open(t, hub.Config{Endpoint: h.URL(), UserAgent: "bad\r\nX: y"}), model.Ref{ID: "org/name"})
	if r := h.Requests(); r[0].UserAgent != "entail/1.2" || r[1].UserAgent != "entail" {
		t.Errorf("said %q and %q", r[0].UserAgent, r[1].UserAgent)
	}
}

// A server that repeats the request's header in its error must not get the
// token printed by us.
func TestTokenIsNotRepeated(t *testing.T) {
	echo := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{"X-Error-Message": {"you sent\x1b[31m " + r.Header.Get("Authorization")}},
			Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
	})}
	snap := fetch(t, open(t, hub.Config{Endpoint: "https://hub.example", Token: "pw-secret", Client: echo}), model.Ref{ID: "org/name"})
	if strings.Contains(snap.Detail, "pw-secret") || strings.Contains(snap.Detail, "\x1b") || !strings.Contains(snap.Detail, "you sent") {
		t.Errorf("detail %q", snap.Detail)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
