package hub_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

func TestRead(t *testing.T) {
	files := map[string]string{
		"README.md": card, "LICENSE": "terms", "dir/a b?#%41.txt": "odd name", "big.txt": strings.Repeat("x", source.MaxFileBytes),
		"bigger.txt": strings.Repeat("x", source.MaxFileBytes+1), "lfs/NOTICE": "from elsewhere", "empty": "", "lfs.bin": strings.Repeat("y", source.MaxFileBytes+1),
	}
	lfs := []string{"lfs/NOTICE", "lfs.bin"}
	sha := strings.Repeat("c0ffee00", 5)
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/open", SHA: sha, Files: files, LFS: lfs},
		testkit.HubRepo{ID: "org/gated", Gated: "manual", SHA: sha, Files: files},
		testkit.HubRepo{ID: "org/let-in", Gated: "manual", Admitted: true, SHA: sha, Files: files, LFS: lfs},
		testkit.HubRepo{ID: "org/off", Disabled: true, SHA: sha, Files: files},
		testkit.HubRepo{ID: "org/data", Kind: model.Dataset, SHA: sha, Files: files, LFS: lfs},
		testkit.HubRepo{ID: "org/old", RenamedTo: "org/open"},
	)
	tests := []struct {
		name, token string
		ref         model.Ref
		path        string
		state       model.State // of the error; empty for none
		is          error
	}{
		{"small", "", model.Ref{ID: "org/open"}, "README.md", "", nil},
		{"by its old name", "", model.Ref{ID: "org/old"}, "README.md", "", nil},
		{"with a token", testkit.HubToken, model.Ref{ID: "org/open"}, "LICENSE", "", nil},
		{"with a bad token", "wrong", model.Ref{ID: "org/open"}, "LICENSE", "", nil},
		{"with a narrow token", testkit.HubNarrowToken, model.Ref{ID: "org/open"}, "LICENSE", "", nil},
		{"odd name", "", model.Ref{ID: "org/open"}, "dir/a b?#%41.txt", "", nil},
		{"empty", "", model.Ref{ID: "org/open"}, "empty", "", nil},
		{"from the second host", testkit.HubToken, model.Ref{ID: "org/open"}, "lfs/NOTICE", "", nil},
		{"at the bound", "", model.Ref{ID: "org/open"}, "big.txt", "", nil},
		{"over the bound", "", model.Ref{ID: "org/open"}, "bigger.txt", model.Failed, source.ErrTooLarge},
		{"over the bound elsewhere", "", model.Ref{ID: "org/open"}, "lfs.bin", model.Failed, source.ErrTooLarge},
		{"missing", "", model.Ref{ID: "org/open"}, "NOTICE", model.NotFound, source.ErrNotExist},
		{"outside", "", model.Ref{ID: "org/open"}, "../open2/README.md", model.NotFound, source.ErrNotExist},
		{"absolute", "", model.Ref{ID: "org/open"}, "/README.md", model.NotFound, source.ErrNotExist},
		{"gated, anonymous", "", model.Ref{ID: "org/gated"}, "LICENSE", model.Gated, nil},
		{"gated, not admitted", testkit.HubToken, model.Ref{ID: "org/gated"}, "LICENSE", model.Gated, nil},
		{"gated, bad token", "wrong", model.Ref{ID: "org/gated"}, "LICENSE", model.Gated, nil},
		{"gated, admitted", testkit.HubToken, model.Ref{ID: "org/let-in"}, "LICENSE", "", nil},
		{"gated, admitted, second host", testkit.HubToken, model.Ref{ID: "org/let-in"}, "lfs/NOTICE", "", nil},
		{"disabled", testkit.HubToken, model.Ref{ID: "org/off"}, "LICENSE", model.Disabled, nil},
		{"dataset", "", model.Ref{Kind: model.Dataset, ID: "org/data"}, "README.md", "", nil},
		{"dataset, second host", testkit.HubToken, model.Ref{Kind: model.Dataset, ID: "org/data"}, "lfs/NOTICE", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap := fetch(t, open(t, hub.Config{Endpoint: h.URL(), Token: tt.token}), tt.ref)
			text, err := snap.Read(t.Context(), tt.path)
			if tt.state == "" {
				if err != nil || string(text) != files[tt.path] {
					t.Fatalf("read %d bytes, %v; want the %d of the file", len(text), err, len(files[tt.path]))
				}
				return
			}
			var failed *source.ReadError
			if !errors.As(err, &failed) || failed.State != tt.state || failed.Path != tt.path || failed.ID != snap.ID {
				t.Fatalf("got %#v, want a ReadError with state %s", err, tt.state)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
			if tt.token != "" && strings.Contains(err.Error(), tt.token) {
				t.Errorf("the token is in %q", err)
			}
		})
	}
	sawToken := false
	for _, r := range h.Requests() {
		sawToken = sawToken || r.Authorized
		if r.Storage && r.Authorized {
			t.Errorf("the second host saw the token: %s", r.Path)
		}
	}
	if !sawToken {
		t.Error("the Hub itself never saw a token, so that nothing was tested")
	}
}

// What is too large is known before the second host is asked.
func TestReadTooLargeAsksNobodyElse(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{
		ID: "org/name", LFS: []string{"weights"}, Files: map[string]string{"weights": strings.Repeat("x", source.MaxFileBytes+1)},
	})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name"})
	if _, err := snap.Read(t.Context(), "weights"); !errors.Is(err, source.ErrTooLarge) {
		t.Error(err)
	}
	if n := h.Count(""); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestReadIsOfTheCommitFetched(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": "before"}})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name"})
	h.Add(testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": "after"}})
	if text, err := snap.Read(t.Context(), "README.md"); err == nil {
		t.Errorf("read %q of another commit", text)
	}
}

func TestReadFaults(t *testing.T) {
	tests := []struct {
		fault testkit.HubFault
		state model.State // empty for a file that is read
	}{
		{testkit.HubFault{Kind: testkit.HubStatus, Status: 503, First: 2}, ""},
		{testkit.HubFault{Kind: testkit.HubStatus, Status: 503}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubStatus, Status: 404}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubLimited, Seconds: 3, First: 1}, ""},
		{testkit.HubFault{Kind: testkit.HubLimited, Seconds: 300}, model.RateLimited},
		{testkit.HubFault{Kind: testkit.HubTruncated, First: 1}, ""},
		{testkit.HubFault{Kind: testkit.HubTruncated}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubDrop, First: 1}, ""},
		{testkit.HubFault{Kind: testkit.HubHTML}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubPortal}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubHuge}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubLoop}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubStall}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubTampered}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubOtherCommit}, model.Failed},
		{testkit.HubFault{Kind: testkit.HubExpired}, model.Failed},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			tt.fault.On = "file"
			repo := testkit.HubRepo{ID: "org/name", Files: map[string]string{"README.md": card}, Fault: &tt.fault}
			if tt.fault.Kind == testkit.HubExpired {
				repo.LFS = []string{"README.md"}
			}
			h := testkit.NewHub(t, repo)
			cfg := hub.Config{Endpoint: h.URL(), Token: testkit.HubToken}
			if tt.fault.Kind == testkit.HubStall {
				cfg.Attempt, cfg.MaxRetries = 50*time.Millisecond, -1
			}
			snap := fetch(t, open(t, cfg), model.Ref{ID: "org/name"})
			text, err := snap.Read(t.Context(), "README.md")
			if tt.state == "" && (err != nil || string(text) != card) {
				t.Fatalf("read %q, %v", text, err)
			}
			var failed *source.ReadError
			if tt.state != "" && (!errors.As(err, &failed) || failed.State != tt.state) {
				t.Fatalf("got %q, %v; want state %s", text, err, tt.state)
			}
			for _, r := range h.Requests() {
				if tt.fault.Kind == testkit.HubPortal && r.Storage {
					t.Error("followed a login page to another host")
				}
			}
		})
	}
}

// Where the Hub named no commit, the mark of a Hub is all there is to go by.
func TestReadOfNoCommit(t *testing.T) {
	repo := testkit.HubRepo{ID: "org/name", SHA: "none", Files: map[string]string{"README.md": card}}
	h := testkit.NewHub(t, repo)
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name"})
	if text, err := snap.Read(t.Context(), "README.md"); err != nil || string(text) != card {
		t.Errorf("read %q, %v", text, err)
	}
	repo.Fault = &testkit.HubFault{Kind: testkit.HubHTML}
	h.Add(repo)
	if text, err := snap.Read(t.Context(), "README.md"); err == nil {
		t.Errorf("took a login page for the file: %q", text)
	}
}

// A gate refuses a caller without a token as well, so that asking again without
// ours would only cost quota.
func TestGatedFileIsAskedForOnce(t *testing.T) {
	h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Gated: "auto", Files: map[string]string{"LICENSE": ""}})
	snap := fetch(t, open(t, hub.Config{Endpoint: h.URL(), Token: testkit.HubToken}), model.Ref{ID: "org/name"})
	if _, err := snap.Read(t.Context(), "LICENSE"); err == nil {
		t.Error("read a gated file")
	}
	if n := h.Count(""); n != 2 {
		t.Errorf("%d requests, want one for the facts and one for the file", n)
	}
}

// endless is a body without an end, which counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.read += len(p)
	if e.read > 64<<20 {
		return 0, errors.New("somebody read on and on")
	}
	return len(p), nil
}

func (e *endless) Close() error { return nil }

func TestEndlessAnswers(t *testing.T) {
	for _, length := range []int64{-1, 5, 1 << 40} {
		var bodies []*endless
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			body := &endless{}
			bodies = append(bodies, body)
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, ContentLength: length, Request: r}, nil
		})}
		snap := fetch(t, open(t, hub.Config{Endpoint: "https://hub.example", Client: client}), model.Ref{ID: "org/name"})
		if snap.State != model.Failed || len(bodies) != 2 {
			t.Errorf("length %d: %s (%s) after %d answers", length, snap.State, snap.Detail, len(bodies))
		}
		for _, body := range bodies {
			most := 17 << 20 // the bound, and as much again for the reader's own buffer
			if length == 1<<40 {
				most = 0
			}
			if body.read > most {
				t.Errorf("length %d: read %d bytes, want at most %d", length, body.read, most)
			}
		}
	}
}
