package hub

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
)

// recorded says what each recorded answer of the real Hub has to come to. Those
// with a ref are fetched, the others asked for as they are.
var recorded = map[string]struct {
	ref   model.Ref
	state model.State
	check func(*testing.T, *source.Snapshot)
}{
	"bad-revision-404":           {state: model.NotFound},
	"gated-commits-401":          {state: model.Gated},
	"list-by-base-200":           {state: model.Resolved},
	"tree-paged-200":             {state: model.Resolved},
	"resolve-cache-200":          {state: model.Resolved},
	"dataset-asked-as-model-401": {ref: model.Ref{ID: "rajpurkar/squad"}, state: model.PrivateOrAbsent},
	"model-not-found-401":        {ref: model.Ref{ID: "openai-community/no-such-model-repoing-x9"}, state: model.PrivateOrAbsent},
	"dataset-all-fields-200": {
		ref: model.Ref{Kind: model.Dataset, ID: "rajpurkar/squad"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			if s.Kind != model.Dataset || s.Metadata["license"] != "cc-by-sa-4.0" || !s.FilesKnown || s.Gated != "false" {
				t.Errorf("got %+v", s)
			}
		},
	},
	"model-default-200": {
		ref: model.Ref{ID: "Qwen/Qwen3-0.6B", Revision: "main"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			// Without expand there is no baseModels; the tags have the base.
			want := []source.Base{{Ref: model.Ref{Kind: model.Model, ID: "Qwen/Qwen3-0.6B-Base"}, Relation: model.Finetune, From: model.FromHub}}
			if !reflect.DeepEqual(s.Bases, want) || !slices.Contains(s.Tags, "base_model:finetune:Qwen/Qwen3-0.6B-Base") ||
				s.Revision != "c1899de289a04d12100db370d81485cdf75e47ca" || !s.FilesKnown {
				t.Errorf("got %+v", s)
			}
		},
	},
	"model-disabled-200": {
		ref: model.Ref{ID: "ykilcher/gpt-4chan"}, state: model.Disabled,
		check: func(t *testing.T, s *source.Snapshot) {
			if s.Gated != "auto" || !slices.Contains(s.Tags, "license:apache-2.0") || s.FilesKnown {
				t.Errorf("got %+v", s)
			}
		},
	},
	"model-finetune-all-fields-200": {
		ref: model.Ref{ID: "Jorgeutd/bert-base-uncased-finetuned-surveyclassification"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			// The card's bare name of old is answered with the present id.
			if s.Metadata["base_model"] != "bert-base-uncased" || len(s.Bases) != 1 || s.Bases[0].Ref.ID != "google-bert/bert-base-uncased" ||
				s.Bases[0].Relation != model.Finetune {
				t.Errorf("got %v", s.Bases)
			}
		},
	},
	"model-gated-200": {
		ref: model.Ref{ID: "meta-llama/Llama-3.1-8B"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			if s.Gated != "manual" || s.Downloads != 607450 || s.CreatedAt != "2024-07-14T22:20:15.000Z" || s.Metadata != nil {
				t.Errorf("got %+v", s)
			}
		},
	},
	"model-no-base-all-fields-200": {
		ref: model.Ref{ID: "Anant-083/isl-sign-language-detector"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			if len(s.Bases) != 0 || s.Metadata["license"] != "mit" || len(s.Files) != 2 {
				t.Errorf("got %+v", s)
			}
		},
	},
	"model-not-same-as-redirected-200": {
		ref: model.Ref{ID: "stable-diffusion-v1-5/stable-diffusion-v1-5"}, state: model.Resolved,
	},
	"model-quantized-200": {
		ref: model.Ref{ID: "TheBloke/Llama-2-7B-GGUF"}, state: model.Resolved,
		check: func(t *testing.T, s *source.Snapshot) {
			if len(s.Bases) != 1 || s.Bases[0].Ref.ID != "meta-llama/Llama-2-7b-hf" || s.Bases[0].Relation != model.Quantized {
				t.Errorf("got %v", s.Bases)
			}
		},
	},
	"redirect-case-307": {
		ref: model.Ref{ID: "OpenAI-Community/GPT2"}, state: model.Resolved, check: answers("openai-community/gpt2"),
	},
	"redirect-other-repo-307": {
		ref: model.Ref{ID: "runwayml/stable-diffusion-v1-5"}, state: model.Resolved,
		check: answers("stable-diffusion-v1-5/stable-diffusion-v1-5"),
	},
	"redirect-rename-307": {
		ref: model.Ref{ID: "meta-llama/Meta-Llama-3.1-8B"}, state: model.Resolved, check: answers("meta-llama/Llama-3.1-8B"),
	},
}

func answers(id string) func(*testing.T, *source.Snapshot) {
	return func(t *testing.T, s *source.Snapshot) {
		if s.ID != id {
			t.Errorf("answered as %s, want %s", s.ID, id)
		}
	}
}

func TestRecordedAnswers(t *testing.T) {
	folder := filepath.Join(testkit.Corpus(t), "hub-http")
	// The one redirect whose target was not recorded.
	h := testkit.NewHub(t, testkit.HubRepo{ID: "openai-community/gpt2"})
	all := h.Replay(folder)
	seen := map[string]bool{}
	for _, rec := range all {
		t.Run(rec.Name, func(t *testing.T) {
			seen[rec.Name] = true
			want, ok := recorded[rec.Name]
			if !ok {
				t.Fatal("no case says what this answer has to come to")
			}
			s, err := New(Config{Endpoint: h.URL(), Sleep: func(context.Context, time.Duration) error { return nil }})
			if err != nil {
				t.Fatal(err)
			}
			if want.ref.ID == "" {
				a, f := s.ask(t.Context(), request{path: rec.Path, query: rec.Query, limit: maxInfoBytes})
				switch {
				case f != nil && f.state != want.state, f == nil && want.state != model.Resolved:
					t.Errorf("got %+v, want %s", f, want.state)
				case f == nil && (a.status != http.StatusOK || string(a.body) != string(rec.Body)):
					t.Errorf("status %d with %d bytes, want 200 with %d", a.status, len(a.body), len(rec.Body))
				}
				return
			}
			snap, err := s.Fetch(t.Context(), want.ref)
			if err != nil || snap.State != want.state {
				t.Fatalf("got %+v, %v; want %s", snap, err, want.state)
			}
			if want.check != nil {
				want.check(t, snap)
			}
		})
	}
	for name := range recorded {
		if !seen[name] {
			t.Errorf("no recording %s in %s", name, filepath.Base(folder))
		}
	}
}

// What is replayed is what was recorded, to the header, and is read as such.
func TestRecordedHeaders(t *testing.T) {
	h := testkit.NewHub(t)
	s, err := New(Config{Endpoint: h.URL()})
	if err != nil {
		t.Fatal(err)
	}
	limits, links, trees := 0, 0, 0
	for _, rec := range h.Replay(filepath.Join(testkit.Corpus(t), "hub-http")) {
		resp, err := s.client.Get(h.URL() + rec.Path + "?" + rec.Query)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != rec.Status {
			t.Errorf("%s: status %d, want %d", rec.Name, resp.StatusCode, rec.Status)
		}
		for name, values := range rec.Header {
			if !slices.Equal(resp.Header.Values(name), values) {
				t.Errorf("%s: %s is %q, want %q", rec.Name, name, resp.Header.Values(name), values)
			}
		}
		if rec.Header.Get("Ratelimit") != "" {
			limits++
			if found := parseLimits(resp.Header); len(found) != 1 || found[0].name != "api" || found[0].left < 400 || found[0].seconds > 300 {
				t.Errorf("%s: limits %+v", rec.Name, found)
			}
		}
		if rec.Header.Get("Link") != "" {
			links++
			query, err := url.ParseQuery(nextPage(resp.Header))
			if err != nil || query.Get("cursor") == "" || query.Get("limit") == "" {
				t.Errorf("%s: next page %q", rec.Name, nextPage(resp.Header))
			}
		}
		if rec.Name == "tree-paged-200" {
			trees++
			if files := treeFiles(rec.Body); len(files) == 0 || files[0].Size <= 0 {
				t.Errorf("%s: files %v", rec.Name, files)
			}
		}
	}
	if limits < 8 || links != 2 || trees != 1 {
		t.Errorf("%d answers with limits, %d with links, %d trees: not all were looked at", limits, links, trees)
	}
}

// The test's own hub answers as the recorded one does, where both can.
func TestFakeHubAgreesWithRecordings(t *testing.T) {
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/name"}, testkit.HubRepo{ID: "org/old", RenamedTo: "org/name"},
		testkit.HubRepo{ID: "org/gated", Gated: "manual", Files: map[string]string{"x": ""}},
	)
	s, err := New(Config{Endpoint: h.URL()})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path   string
		status int
		header map[string]string
	}{
		{"/api/models/org/absent", 401, map[string]string{"X-Error-Message": "Invalid username or password.", "X-Error-Code": ""}},
		{"/api/models/ORG/name?a=b", 307, map[string]string{"Location": "/api/models/org/name?a=b"}},
		{"/api/models/org/old", 307, map[string]string{"Location": "/api/models/org/name"}},
		{"/org/old/resolve/main/x", 307, map[string]string{"Location": "/org/name/resolve/main/x"}},
		{"/api/models/org/name?expand=nonsense", 400, nil},
		{"/api/models/org/name/revision/nope", 404, map[string]string{"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id: nope"}},
		{"/org/gated/resolve/main/x", 401, map[string]string{"X-Error-Code": "GatedRepo"}},
		{"/api/models/org/gated", 200, nil},
		{"/org/name/resolve/main/x", 404, map[string]string{"X-Error-Code": "EntryNotFound"}},
	}
	for _, tt := range tests {
		resp, err := s.client.Get(h.URL() + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d", tt.path, resp.StatusCode, tt.status)
		}
		for k, v := range tt.header {
			if resp.Header.Get(k) != v {
				t.Errorf("%s: %s is %q, want %q", tt.path, k, resp.Header.Get(k), v)
			}
		}
		if resp.Header.Get("RateLimit") == "" || resp.Header.Get("RateLimit-Policy") == "" {
			t.Errorf("%s: no rate-limit headers", tt.path)
		}
	}
}

func TestWaitOfARefusal(t *testing.T) {
	tests := []struct {
		limit, after string
		want         time.Duration
	}{
		{`"api";r=0;t=10`, "", 11 * time.Second},
		{`"api";r=0;t=10`, "3", 11 * time.Second},
		{`"api";r=9;t=10`, "3", 3 * time.Second},
		{`"api";r=9;t=10`, "", 0},
		{`"api";r=9;t=10, "pages";r=0;t=4`, "", 5 * time.Second},
		{`"api"; r=0; t=1`, "", 2 * time.Second},
		{`nonsense;r=;t=x`, "-4", 0},
		{`"api";r=0;t=99999999999999`, "", 0},
		{"", "999999999", 24 * time.Hour},
		{"", "Mon, 02 Jan 2006 15:04:05 GMT", 0},
		{"", "soon", 0},
	}
	for _, tt := range tests {
		h := http.Header{"Ratelimit": {tt.limit}, "Retry-After": {tt.after}}
		q := quota{now: time.Now, windows: map[string]*window{}}
		q.note("api", false, http.StatusTooManyRequests, h)
		got, _, _ := q.take("api")
		if tt.limit == `"api";r=0;t=99999999999999` {
			if got < 0 || got > 25*time.Hour {
				t.Errorf("the wait of (%q) = %v: out of bounds", tt.limit, got)
			}
			continue
		}
		if got != tt.want {
			t.Errorf("the wait of (%q, %q) = %v, want %v", tt.limit, tt.after, got, tt.want)
		}
	}
}

func TestErrorMessage(t *testing.T) {
	tests := []struct{ header, kind, body, want string }{
		{"from the header", "application/json", `{"error": "other"}`, "from the header"},
		{"", "application/json", `{"error": "one"}`, "one"},
		{"", "application/json", `{"error": ["first", "second"]}`, "first"},
		{"", "application/json", `{"errors": [{"message": "deep"}]}`, "deep"},
		{"", "application/json", `{"error": 7}`, ""},
		{"", "text/plain; charset=utf-8", "Entry not found\n", "Entry not found"},
		{"", "text/html", "<h1>no</h1>", ""},
	}
	for _, tt := range tests {
		h := http.Header{"Content-Type": {tt.kind}}
		if tt.header != "" {
			h.Set("X-Error-Message", tt.header)
		}
		if got := errorMessage(&answer{header: h, body: []byte(tt.body)}); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.kind, tt.body, got, tt.want)
		}
	}
}

func TestWhereTheTokenGoes(t *testing.T) {
	tests := []struct {
		endpoint, to string
		own          bool
	}{
		{"https://hub.example", "https://hub.example/x", true},
		{"https://hub.example", "https://HUB.example/x", true},
		{"https://hub.example", "http://hub.example/x", false},
		{"https://hub.example", "https://hub.example:8443/x", false},
		{"https://hub.example", "https://cdn.hub.example/x", false},
		{"https://hub.example", "https://hub.example.evil.example/x", false},
		{"http://hub.example", "https://hub.example/x", true},
		{"http://hub.example:8080", "https://hub.example:8443/x", false},
	}
	for _, tt := range tests {
		s, err := New(Config{Endpoint: tt.endpoint})
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(tt.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.own(to); got != tt.own {
			t.Errorf("from %s to %s: own host %v, want %v", tt.endpoint, tt.to, got, tt.own)
		}
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	s, err := New(Config{Endpoint: "https://hub.example"})
	if err != nil {
		t.Fatal(err)
	}
	marked, unmarked := &answer{commit: "c"}, &answer{}
	file, facts := request{file: true}, request{}
	tests := []struct {
		q      request
		a      *answer
		to     string
		follow bool
	}{
		{facts, unmarked, "https://hub.example/y", true},
		{facts, marked, "https://cdn.example/y", false},
		{file, marked, "https://cdn.example/y", true},
		{file, unmarked, "https://cdn.example/y", false},
		{file, marked, "http://cdn.example/y", false},
		{file, marked, "http://hub.example/y", false},
		{file, marked, "file:///etc/passwd", false},
		{file, marked, "https://user:pw@cdn.example/y", false},
	}
	for _, tt := range tests {
		to, err := url.Parse(tt.to)
		if err != nil {
			t.Fatal(err)
		}
		f := s.mayFollow(tt.q, tt.a, s.endpoint, to)
		if (f == nil) != tt.follow {
			t.Errorf("to %s (file %v, commit %q): %+v, want followed %v", tt.to, tt.q.file, tt.a.commit, f, tt.follow)
		}
	}
}

func TestGatedValues(t *testing.T) {
	for raw, want := range map[string]string{
		`{"gated": false}`: "false", `{"gated": "auto"}`: "auto", `{"gated": "manual"}`: "manual", `{"gated": true}`: "manual",
		`{"gated": null}`: "", `{}`: "", `{"gated": 1}`: "", `{"gated": "new-kind"}`: "",
	} {
		snap, f := decodeInfo(&answer{body: []byte(`{"id": "org/name", ` + raw[1:])}, model.Model)
		if raw == "{}" {
			snap, f = decodeInfo(&answer{body: []byte(`{"id": "org/name"}`)}, model.Model)
		}
		if f != nil || snap.Gated != want {
			t.Errorf("%s: %q, %+v; want %q", raw, snap.Gated, f, want)
		}
	}
}

func FuzzDecodeInfo(f *testing.F) {
	f.Add([]byte(`{"id": "org/name", "gated": false, "cardData": {"license": ["mit"]}, "siblings": [{"rfilename": "a"}], "baseModels": {"relation": "merge", "models": [{"id": "a/b"}]}}`))
	f.Add([]byte(`{"id": "org/name", "gated": "auto", "cardData": null, "siblings": [1, {}], "baseModels": []}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		snap, failed := decodeInfo(&answer{body: body}, model.Model)
		if (snap == nil) == (failed == nil) {
			t.Fatalf("%q: %v and %v", body, snap, failed)
		}
		if snap == nil {
			return
		}
		for _, file := range snap.Files {
			if !validPath(file.Path) {
				t.Errorf("%q: file %q", body, file.Path)
			}
		}
		for _, base := range snap.Bases {
			if !ValidID(base.Ref.ID) {
				t.Errorf("%q: base %q", body, base.Ref.ID)
			}
		}
	})
}
