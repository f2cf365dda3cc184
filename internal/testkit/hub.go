package testkit

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
)

// Tokens that the fake Hub tells apart. Every other one is invalid.
const (
	// HubToken belongs to a user.
	HubToken = "hub-token-of-a-user"
	// HubNarrowToken is one of few rights: every repository refuses it, public
	// ones too, which show themselves to a caller without a token.
	HubNarrowToken = "hub-token-of-few-rights"
)

// HubRepo is one repository of a fake Hub.
type HubRepo struct {
	// ID is the id in its right letter case.
	ID string
	// Kind is model.Model where empty.
	Kind model.Kind
	// Files are contents by path.
	Files map[string]string
	// LFS lists the paths that lie on the second host.
	LFS []string
	// Gated is "auto" or "manual"; empty for false.
	Gated string
	// Ungated lists the paths that a gate leaves open to everybody.
	Ungated []string
	// NoSiblings leaves the file list out of the facts; the tree has it.
	NoSiblings bool
	// Latency is added to each answer about this repository.
	Latency time.Duration
	// Admitted lets HubToken into a gated or private repository.
	Admitted bool
	Private  bool
	// Disabled answers 200 with the flag set, and refuses the files. With
	// Refused its facts are refused as well.
	Disabled, Refused bool
	// RenamedTo makes the repository nothing but a redirect to that id.
	RenamedTo string
	// CardData is the JSON of cardData; empty to derive it from the front
	// matter of README.md.
	CardData string
	// BaseModels is the JSON of baseModels, "absent" for none; empty to work
	// it out from the card and this Hub's repositories.
	BaseModels string
	// Relation overrides the relation worked out.
	Relation string
	// Tags are further tags, before those worked out.
	Tags []string
	// SHA is the commit of main; derived from the contents where empty.
	SHA       string
	CreatedAt string
	Downloads int64
	// Fault makes this repository's answers bad.
	Fault *HubFault
}

// HubRequest is one request that a fake Hub saw.
type HubRequest struct {
	Method, Path, Query string
	// Authorized is true where an Authorization header came along.
	Authorized bool
	UserAgent  string
	// Range and IfNoneMatch are the headers of those names.
	Range, IfNoneMatch string
	// Storage is true for a request to the second host.
	Storage bool
}

// Hub is a fake of the Hugging Face Hub on loopback: a server for its API and
// its files, and a second host for large files, which fails the test if a token
// ever reaches it. It is safe for concurrent use.
type Hub struct {
	t       testing.TB
	main    *httptest.Server
	storage *httptest.Server
	done    chan struct{}

	mu       sync.Mutex
	repos    map[string]*HubRepo
	folded   map[string]*HubRepo // by id in lower case
	stored   map[string]stored   // large files by SHA-256
	limits   map[string]*HubLimit
	latency  time.Duration
	fault    *HubFault
	replayed []HubRecording
	log      []HubRequest
	asked    map[string]int
	until    map[string]time.Time
}

// stored is one file of the second host.
type stored struct {
	repo *HubRepo
	body string
}

// NewHub starts a fake Hub with these repositories and stops it with the test.
func NewHub(t testing.TB, repos ...HubRepo) *Hub {
	t.Helper()
	h := &Hub{
		t: t, done: make(chan struct{}), repos: map[string]*HubRepo{}, folded: map[string]*HubRepo{},
		stored: map[string]stored{}, limits: map[string]*HubLimit{}, asked: map[string]int{}, until: map[string]time.Time{},
	}
	h.Add(repos...)
	h.main = httptest.NewServer(http.HandlerFunc(h.serve))
	h.storage = httptest.NewServer(http.HandlerFunc(h.serveStorage))
	t.Cleanup(func() {
		close(h.done)
		h.Close()
	})
	return h
}

// Add puts more repositories on the Hub, in place of those of the same id.
func (h *Hub) Add(repos ...HubRepo) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range repos {
		if r.Kind == "" {
			r.Kind = model.Model
		}
		if r.Fault != nil {
			own := *r.Fault
			r.Fault = &own
		}
		h.repos[key(r.Kind, r.ID)] = &r
		h.folded[key(r.Kind, strings.ToLower(r.ID))] = &r
		for _, path := range r.LFS {
			h.stored[sha256Hex(r.Files[path])] = stored{&r, r.Files[path]}
		}
	}
}

// URL is the Hub's endpoint.
func (h *Hub) URL() string { return h.main.URL }

// Close takes the Hub off the network; connections are refused from then on.
func (h *Hub) Close() {
	for _, s := range []*httptest.Server{h.main, h.storage} {
		s.CloseClientConnections()
		s.Close()
	}
}

// Requests returns what was asked so far, in order.
func (h *Hub) Requests() []HubRequest {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.log)
}

// Count is how often path was asked for; all requests for an empty one.
func (h *Hub) Count(path string) int {
	n := 0
	for _, r := range h.Requests() {
		if path == "" || r.Path == path {
			n++
		}
	}
	return n
}

func key(kind model.Kind, id string) string { return string(kind) + " " + id }

// find returns the repository of that id, or the right spelling of an id that
// is asked for in another letter case.
func (h *Hub) find(kind model.Kind, id string) (repo *HubRepo, right string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.repos[key(kind, id)]; r != nil {
		return r, r.RenamedTo
	}
	if r := h.folded[key(kind, strings.ToLower(id))]; r != nil {
		return nil, r.ID
	}
	return nil, ""
}

func (h *Hub) record(r *http.Request, storage bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.log = append(h.log, HubRequest{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Authorized: r.Header.Get("Authorization") != "", UserAgent: r.UserAgent(), Storage: storage,
		Range: r.Header.Get("Range"), IfNoneMatch: r.Header.Get("If-None-Match"),
	})
}

// serve is the Hub itself.
func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	h.record(r, false)
	path := r.URL.EscapedPath()
	bucket := "pages"
	switch {
	case strings.Contains(path, "/resolve/"), strings.HasPrefix(path, "/api/resolve-cache/"):
		bucket = "resolvers"
	case strings.HasPrefix(path, "/api/"):
		bucket = "api"
	}
	limited := h.quota(w, r, bucket)
	h.wait(nil)
	if h.replay(w, r) {
		return
	}
	if limited {
		refuse(w, http.StatusTooManyRequests, "", "We had to rate limit you.")
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuse(w, http.StatusMethodNotAllowed, "", "Method not allowed")
		return
	}
	h.mu.Lock()
	fault := h.fault
	h.mu.Unlock()
	if h.broken(w, r, fault, bucket, nil) {
		return
	}
	for _, route := range []struct {
		prefix string
		kind   model.Kind
		serve  func(http.ResponseWriter, *http.Request, model.Kind, string)
	}{
		{"/api/resolve-cache/models/", model.Model, h.serveCache},
		{"/api/resolve-cache/datasets/", model.Dataset, h.serveCache},
		{"/api/models/", model.Model, h.serveInfo},
		{"/api/datasets/", model.Dataset, h.serveInfo},
		{"/datasets/", model.Dataset, h.serveResolve},
		{"/", model.Model, h.serveResolve},
	} {
		if rest, ok := strings.CutPrefix(path, route.prefix); ok {
			route.serve(w, r, route.kind, rest)
			return
		}
	}
}

// serveStorage is the second host. Its addresses are signed, so that it has no
// use for a token, and must never see one.
func (h *Hub) serveStorage(w http.ResponseWriter, r *http.Request) {
	h.record(r, true)
	for _, header := range []string{"Authorization", "Cookie"} {
		if r.Header.Get(header) != "" {
			h.t.Errorf("the second host was sent the header %s with %s", header, r.URL.Path)
		}
	}
	h.wait(nil)
	want := strings.TrimPrefix(r.URL.Path, "/")
	if r.URL.Query().Get("X-Signature") != "short-lived" {
		want = ""
	}
	h.mu.Lock()
	file, ok := h.stored[want]
	h.mu.Unlock()
	if !ok {
		http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
		return
	}
	w.Header().Set("ETag", `"storage-`+want[:8]+`"`)
	h.sendPart(w, r, file.repo, file.body)
}

// moved answers as for a renamed repository, or one in another letter case: a
// relative address with the query kept, and a page for people.
func moved(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	redirect(w, http.StatusTemporaryRedirect, path)
}

func redirect(w http.ResponseWriter, status int, location string) {
	w.Header().Set("Location", location)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<p>Redirecting to <a href=%q>%s</a></p>", location, location)
}

// refuse answers with an error in the Hub's usual shape.
func refuse(w http.ResponseWriter, status int, code, message string) {
	if code != "" {
		w.Header().Set("X-Error-Code", code)
	}
	w.Header().Set("X-Error-Message", message)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": message})
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// blobID is Git's name for a file's contents.
func blobID(s string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(s), s))
	return hex.EncodeToString(sum[:])
}
