package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tokens that the fake GitHub tells apart. Every other one is invalid.
const (
	// GitHubToken belongs to a user.
	GitHubToken = "github-token-of-a-user"
	// GitHubNarrowToken is one that every repository refuses for its
	// organisation's single sign-on, though a caller without one may read it.
	GitHubNarrowToken = "github-token-of-few-rights"
	// GitHubWorkflowToken is what a workflow gets: it belongs to an app, whose
	// comments are those of github-actions[bot].
	GitHubWorkflowToken = "github-token-of-a-workflow"
	// GitHubForkToken is what a workflow for a fork's pull request gets: it
	// may read and not write.
	GitHubForkToken = "github-token-of-a-fork"
)

// GitHubRepo is one repository of a fake GitHub.
type GitHubRepo struct {
	// ID is owner/name in the right letter case.
	ID string
	// Files are contents by path, at the tip of the default branch.
	Files map[string]string
	// Symlinks are targets by path, Submodules commits by path, on every
	// branch.
	Symlinks, Submodules map[string]string
	// Branch is the default branch, main where empty; Refs are further
	// branches, tags and commits, each with its files.
	Branch string
	Refs   map[string]map[string]string
	// SPDX is what GitHub takes the licence for, NOASSERTION where it knows
	// none of it; empty for no licence file. LicenseFile is the file that it
	// means; LICENSE where empty.
	SPDX, LicenseFile string
	// Private is hidden from all but GitHubToken, and from that too unless
	// Admitted.
	Private, Admitted bool
	// Empty has no commit. Blocked answers 451 and TOS 403, each with its
	// reason; Disabled answers with the flag set.
	Empty, Blocked, TOS, Disabled bool
	// RenamedTo makes the repository nothing but a redirect to that one.
	RenamedTo string
	// Cut is how many entries a recursive list of a tree holds at most, the
	// rest being left out; 0 for all.
	Cut int
	// Fault makes this repository's answers bad.
	Fault *GitHubFault
}

// GitHubRequest is one request that a fake GitHub saw.
type GitHubRequest struct {
	Method, Path, Query string
	// Token is that of the Authorization header; empty for none.
	Token     string
	UserAgent string
}

// GitHub is a fake of GitHub's API on loopback, at the root as github.com has
// it and below /api/v3 as an Enterprise server does. Each resource has a file
// of its own, whose routes are added in routes. It is safe for concurrent use.
type GitHub struct {
	t         testing.TB
	main      *httptest.Server
	elsewhere *httptest.Server
	done      chan struct{}

	mu       sync.Mutex
	repos    []*GitHubRepo
	fault    *GitHubFault
	log      []GitHubRequest
	comments []*GitHubComment
	sarif    []GitHubSARIF
	pulls    []GitHubPull
}

// NewGitHub starts a fake GitHub with these repositories and stops it with the
// test. A second host fails the test if anything is ever asked of it.
func NewGitHub(t testing.TB, repos ...GitHubRepo) *GitHub {
	t.Helper()
	g := &GitHub{t: t, done: make(chan struct{})}
	g.Add(repos...)
	mux := http.NewServeMux()
	for pattern, handler := range g.routes() {
		mux.HandleFunc(pattern, handler)
	}
	g.main = httptest.NewServer(g.front(mux))
	g.elsewhere = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked for %s", r.URL)
	}))
	t.Cleanup(func() {
		close(g.done)
		g.Close()
	})
	return g
}

// routes are the resources that the fake has.
func (g *GitHub) routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"/":                                 g.serveNothing,
		"GET /repos/{owner}/{repo}":         g.serveRepo,
		"GET /repositories/{number}":        g.serveRepo,
		"GET /repos/{owner}/{repo}/license": g.serveLicense,
		"GET /repos/{owner}/{repo}/commits/{ref...}":   g.serveCommit,
		"GET /repos/{owner}/{repo}/compare/{range...}": g.serveCompare,
		"GET /repos/{owner}/{repo}/git/trees/{sha}":    g.serveTree,
		"GET /repos/{owner}/{repo}/git/blobs/{sha}":    g.serveBlob,

		"GET /user":                       g.serveUser,
		"GET /repos/{owner}/{repo}/pulls": g.servePulls,
		"GET /repos/{owner}/{repo}/issues/{number}/comments":  g.serveComments,
		"POST /repos/{owner}/{repo}/issues/{number}/comments": g.serveNewComment,
		"PATCH /repos/{owner}/{repo}/issues/comments/{id}":    g.serveComment,
		"POST /repos/{owner}/{repo}/code-scanning/sarifs":     g.serveSARIF,
	}
}

// Add puts more repositories on GitHub.
func (g *GitHub) Add(repos ...GitHubRepo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range repos {
		if r.Branch == "" {
			r.Branch = "main"
		}
		if r.Fault != nil {
			own := *r.Fault
			r.Fault = &own
		}
		g.repos = append(g.repos, &r)
	}
}

// URL is the API's address.
func (g *GitHub) URL() string { return g.main.URL }

// Close takes GitHub off the network; connections are refused from then on.
func (g *GitHub) Close() {
	for _, s := range []*httptest.Server{g.main, g.elsewhere} {
		s.CloseClientConnections()
		s.Close()
	}
}

// Requests returns what was asked so far, in order.
func (g *GitHub) Requests() []GitHubRequest {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.log)
}

// Count is how often a path that contains part was asked for.
func (g *GitHub) Count(part string) int {
	n := 0
	for _, r := range g.Requests() {
		if strings.Contains(r.Path, part) {
			n++
		}
	}
	return n
}

// front is what every request passes: the log, the headers that each answer
// has, faults of the whole server, and the look at the token.
func (g *GitHub) front(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/api/v3/"); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+rest, strings.TrimPrefix(r.URL.RawPath, "/api/v3")
		}
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		g.mu.Lock()
		g.log = append(g.log, GitHubRequest{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Token: token, UserAgent: r.UserAgent(),
		})
		n, fault := len(g.log), g.fault
		g.mu.Unlock()
		most := 60
		if token != "" {
			most = 5000
		}
		h := w.Header()
		h.Set("X-GitHub-Request-Id", fmt.Sprintf("FACE:%d", n))
		h.Set("X-GitHub-Media-Type", "github.v3; format=json")
		h.Set("X-GitHub-Api-Version-Selected", "2022-11-28")
		h.Set("X-RateLimit-Limit", fmt.Sprint(most))
		h.Set("X-RateLimit-Remaining", fmt.Sprint(max(1, most-n)))
		h.Set("X-RateLimit-Used", fmt.Sprint(n))
		h.Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(time.Hour).Unix()))
		h.Set("X-RateLimit-Resource", "core")
		h.Set("Content-Type", "application/json; charset=utf-8")
		switch {
		case r.UserAgent() == "":
			g.refuse(w, http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header", "")
		case g.due(fault, r):
			g.misbehave(w, r, fault)
		case !slices.Contains([]string{"", GitHubToken, GitHubNarrowToken, GitHubWorkflowToken, GitHubForkToken}, token):
			g.refuse(w, http.StatusUnauthorized, "Bad credentials", "https://docs.github.com/rest")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// open finds the repository that a request is for, and answers in its place
// where it is not there for this caller. The result is then nil.
func (g *GitHub) open(w http.ResponseWriter, r *http.Request) *GitHubRepo {
	id := r.PathValue("owner") + "/" + r.PathValue("repo")
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	g.mu.Lock()
	var repo *GitHubRepo
	for _, one := range g.repos {
		if strings.EqualFold(one.ID, id) || r.PathValue("number") == one.number() {
			repo = one
		}
	}
	g.mu.Unlock()
	switch {
	case repo == nil || repo.Private && (token != GitHubToken || !repo.Admitted):
		g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/repos/repos#get-a-repository")
	case token == GitHubNarrowToken:
		w.Header().Set("X-GitHub-SSO", "required; url=https://github.com/orgs/org/sso?authorization_request=A")
		g.refuse(w, http.StatusForbidden, "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.", "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/")
	case repo.Blocked || repo.TOS:
		status, reason := http.StatusUnavailableForLegalReasons, "dmca"
		if repo.TOS {
			status, reason = http.StatusForbidden, "tos"
		}
		g.answer(w, status, map[string]any{
			"message": "Repository access blocked",
			"block":   map[string]string{"reason": reason, "created_at": "2024-01-02T03:04:05Z"},
		})
	case repo.RenamedTo != "":
		g.moved(w, r, repo.RenamedTo)
	case g.due(repo.Fault, r):
		g.misbehave(w, r, repo.Fault)
	default:
		return repo
	}
	return nil
}

// moved redirects to a renamed repository as GitHub does, by its number.
func (g *GitHub) moved(w http.ResponseWriter, r *http.Request, to string) {
	rest := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/repos/"), "/", 3)
	location := g.main.URL + "/repositories/" + (&GitHubRepo{ID: to}).number()
	if len(rest) == 3 {
		location += "/" + rest[2]
	}
	w.Header().Set("Location", location)
	g.answer(w, http.StatusMovedPermanently, map[string]string{
		"message": "Moved Permanently", "url": location, "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
	})
}

func (g *GitHub) serveNothing(w http.ResponseWriter, _ *http.Request) {
	g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest")
}

// answer sends JSON.
func (g *GitHub) answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// refuse answers with an error in GitHub's usual shape.
func (g *GitHub) refuse(w http.ResponseWriter, status int, message, documentation string) {
	body := map[string]string{"message": message, "status": fmt.Sprint(status)}
	if documentation != "" {
		body["documentation_url"] = documentation
	}
	g.answer(w, status, body)
}
