package github_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/github"
	"github.com/entail-dev/entail/internal/testkit"
)

const card = "---\nlicense: mit\n---\nA model.\n"

// still is a clock that stands still and notes how long it was to wait.
type still struct {
	mu    sync.Mutex
	waits []time.Duration
}

func (s *still) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = append(s.waits, d)
	return ctx.Err()
}

// open is a source that asks a fake in the place of github.com.
func open(t *testing.T, g *testkit.GitHub, token string, more ...func(*github.Config)) *github.Source {
	t.Helper()
	cfg := github.Config{Servers: []github.Server{{API: g.URL(), Token: token}}, Sleep: new(still).sleep}
	for _, one := range more {
		one(&cfg)
	}
	s, err := github.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fetch(t *testing.T, s *github.Source, target string) *source.Snapshot {
	t.Helper()
	ref, ok := model.ParseGitHub("github:" + target)
	if !ok {
		t.Fatalf("%s is no reference", target)
	}
	snap, err := s.Fetch(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if snap.Read == nil || snap.Source != "github" || !snap.Published {
		t.Fatalf("snapshot %+v", snap)
	}
	return snap
}

func paths(files []model.File) string {
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
	}
	return strings.Join(names, " ")
}

func TestFetch(t *testing.T) {
	g := testkit.NewGitHub(t, testkit.GitHubRepo{
		ID: "Org/Name", Branch: "trunk", SPDX: "MIT",
		Files: map[string]string{
			"README.md": card, "LICENSE": strings.Repeat("the text of a licence\n", 50), "models/a/README.md": card,
			"models/a/LICENSE": "other", "models/b/README.md": "---\n---\n",
		},
		Refs: map[string]map[string]string{"v1": {"README.md": "old"}, "feature/x": {"deep/er/README.md": card}},
	})
	s := open(t, g, "")
	snap := fetch(t, s, "org/name")
	if snap.State != model.Resolved || snap.ID != "github:Org/Name" || !snap.FilesKnown || len(snap.Revision) != 40 ||
		snap.CreatedAt != "2024-01-02T03:04:05Z" || snap.Kind != model.Model {
		t.Fatalf("snapshot %+v", snap)
	}
	if got := paths(snap.Files); got != "LICENSE README.md models/a/LICENSE models/a/README.md models/b/README.md" {
		t.Errorf("files %s", got)
	}
	if len(snap.Tags) != 1 || snap.Tags[0] != "license:MIT" {
		t.Errorf("tags %v, want what GitHub takes the licence for", snap.Tags)
	}
	before := len(g.Requests())
	if text, err := snap.Read(t.Context(), "LICENSE"); err != nil || len(text) != 50*22 {
		t.Errorf("licence: %d bytes, %v", len(text), err)
	}
	if len(g.Requests()) != before {
		t.Error("the licence was asked for twice; it had come along with what GitHub takes it for")
	}
	if text, err := snap.Read(t.Context(), "README.md"); err != nil || string(text) != card {
		t.Errorf("card %q, %v", text, err)
	}
	if _, err := snap.Read(t.Context(), "absent"); !errors.Is(err, source.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	if before != 4 || len(g.Requests()) != 5 {
		t.Errorf("%d requests to fetch and %d in all, want 4 and 5", before, len(g.Requests()))
	}
	for _, r := range g.Requests() {
		if r.Token != "" || r.UserAgent != "entail" {
			t.Errorf("%s: token %q, user agent %q", r.Path, r.Token, r.UserAgent)
		}
	}

	for target, want := range map[string]struct{ id, files, tags string }{
		"org/name@v1":                        {"github:Org/Name", "README.md", ""},
		"org/name@trunk":                     {"github:Org/Name", "LICENSE README.md models/a/LICENSE models/a/README.md models/b/README.md", "license:MIT"},
		"org/name@feature/x":                 {"github:Org/Name", "deep/er/README.md", ""},
		"org/name/deep/er@feature/x":         {"github:Org/Name/deep/er", "README.md", ""},
		"org/name@feature/x/deep/er":         {"github:Org/Name/deep/er", "README.md", ""}, // as an address has it
		"org/name@trunk/models/b":            {"github:Org/Name/models/b", "README.md", "license:MIT"},
		"org/name/models/a":                  {"github:Org/Name/models/a", "LICENSE README.md", ""}, // has a licence of its own
		"org/name/models/b@" + snap.Revision: {"github:Org/Name/models/b", "README.md", "license:MIT"},
	} {
		got := fetch(t, s, target)
		if got.State != model.Resolved || got.ID != want.id || paths(got.Files) != want.files || strings.Join(got.Tags, " ") != want.tags {
			t.Errorf("%s: %s (%s), id %s, files %s, tags %v; want %+v", target, got.State, got.Detail, got.ID, paths(got.Files), got.Tags, want)
		}
	}
}

func TestStates(t *testing.T) {
	fork := strings.Repeat("ab", 20)
	files := map[string]string{"README.md": card}
	g := testkit.NewGitHub(t,
		testkit.GitHubRepo{ID: "org/open", Files: files, Refs: map[string]map[string]string{fork: {"LICENSE": "MIT"}}},
		testkit.GitHubRepo{ID: "org/private", Private: true, Files: files},
		testkit.GitHubRepo{ID: "org/admitted", Private: true, Admitted: true, Files: files},
		testkit.GitHubRepo{ID: "org/old", RenamedTo: "org/open"},
		testkit.GitHubRepo{ID: "org/empty", Empty: true},
		testkit.GitHubRepo{ID: "org/blocked", Blocked: true},
		testkit.GitHubRepo{ID: "org/tos", TOS: true},
		testkit.GitHubRepo{ID: "org/off", Disabled: true, Files: files},
	)
	for _, tt := range []struct {
		target, token string
		state         model.State
		says          string
	}{
		{"org/open", "", model.Resolved, ""},
		{"org/open", "no token of GitHub's"[:2], model.Resolved, ""}, // refused, and read without
		{"org/open", testkit.GitHubNarrowToken, model.Resolved, ""},
		{"org/private", "", model.PrivateOrAbsent, "alike for a private and an absent repository"},
		{"org/private", testkit.GitHubToken, model.PrivateOrAbsent, "the token may not see"},
		{"org/absent", "", model.PrivateOrAbsent, "alike"},
		{"org/private", "bad", model.Unauthorized, "refused the token"},
		{"org/private", testkit.GitHubNarrowToken, model.PrivateOrAbsent, "the token may not see"},
		{"org/admitted", testkit.GitHubToken, model.Resolved, ""},
		{"org/old", "", model.Resolved, ""},
		{"org/empty", "", model.NotFound, "is empty"},
		{"org/empty@main", "", model.NotFound, "is empty"},
		{"org/empty/folder", "", model.NotFound, "is empty"},
		{"org/blocked", "", model.Disabled, "blocked access to it (dmca)"},
		{"org/tos", testkit.GitHubToken, model.Disabled, "blocked access to it (tos)"},
		{"org/off", "", model.Disabled, "disabled"},
		{"org/open@nowhere", "", model.NotFound, "no such revision"},
		{"org/open@no/where", "", model.NotFound, "no such revision"},
		{"org/open/folder", "", model.NotFound, "no such folder"},
		{"org/open/README.md", "", model.NotFound, "no such folder"},
		{"org/open@" + fork, "", model.Failed, "may be a fork's"},
		{"org/open@refs/pull/3/head", "", model.Failed, "pull request"},
		{"org/open@pull/3/merge", "", model.Failed, "pull request"},
		{"org/open@pull/x", "", model.NotFound, "no such revision"},
		{"org/open@" + strings.Repeat("cd", 20), "", model.NotFound, "no such revision"},
		{"evil.example/org/open", "", model.NotFound, "evil.example is no GitHub server that is configured"},
	} {
		t.Run(tt.target+" "+tt.token, func(t *testing.T) {
			snap := fetch(t, open(t, g, tt.token), tt.target)
			if snap.State != tt.state || !strings.Contains(snap.Detail, tt.says) {
				t.Errorf("%s (%s), want %s (%s)", snap.State, snap.Detail, tt.state, tt.says)
			}
			if tt.token != "" && len(tt.token) > 3 && strings.Contains(snap.Detail, tt.token) {
				t.Errorf("the token is in %q", snap.Detail)
			}
			_, err := snap.Read(t.Context(), "README.md")
			var failure *source.ReadError
			if err != nil && !errors.As(err, &failure) {
				t.Errorf("read: %v is no ReadError", err)
			}
		})
	}
	// Commits of the default branch vouch for themselves, whoever named them
	// before; a tag's own commit is known once the tag was asked for.
	g.Add(testkit.GitHubRepo{ID: "org/tagged", Files: files, Refs: map[string]map[string]string{"v1": {"README.md": "old"}}})
	for _, name := range []string{"org/tagged", "org/tagged@v1"} {
		commit := fetch(t, open(t, g, ""), name).Revision
		before := g.Count("/compare/")
		if snap := fetch(t, open(t, g, ""), "org/tagged@"+commit); snap.State != model.Resolved || g.Count("/compare/") != before+1 {
			t.Errorf("the commit of %s: %s (%s)", name, snap.State, snap.Detail)
		}
	}
	if snap := fetch(t, open(t, g, ""), "org/old"); snap.ID != "github:org/open" {
		t.Errorf("the renamed repository answers to %s", snap.ID)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault testkit.GitHubFault
		state model.State
		says  string
		asked int // requests; 0 where it does not matter
	}{
		{"503 once", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 503, First: 1}, model.Resolved, "", 4},
		{"502 for ever", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 502}, model.Failed, "answered 502", 5},
		{"418", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 418}, model.Failed, "answered 418 (I'm a teapot)", 1},
		{"401", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 401}, model.Unauthorized, "nothing without a token", 1},
		{"403", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 403}, model.Failed, "answered 403 (Forbidden)", 1},
		{"202 once", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 202, First: 1}, model.Resolved, "", 4},
		{"limited for an hour", testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: 3000}, model.RateLimited, "used up for now; a token (GITHUB_TOKEN) raises it", 1},
		{"limited until a moment ago", testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: -5, First: 1}, model.Resolved, "", 4},
		{"429 for an hour", testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: 3000, Status: 429}, model.RateLimited, "used up", 1},
		{"429 until a moment ago", testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: -5, Status: 429, First: 1}, model.Resolved, "", 4},
		{"a burst, for long", testkit.GitHubFault{Kind: testkit.GitHubSecondary, Seconds: 600}, model.RateLimited, "used up", 1},
		{"a burst, for a moment", testkit.GitHubFault{Kind: testkit.GitHubSecondary, Seconds: 0, First: 1}, model.Resolved, "", 4},
		{"dropped once", testkit.GitHubFault{Kind: testkit.GitHubDrop, First: 1}, model.Resolved, "", 0},
		{"dropped for ever", testkit.GitHubFault{Kind: testkit.GitHubDrop}, model.Failed, "connection failed", 0},
		{"truncated once", testkit.GitHubFault{Kind: testkit.GitHubTruncated, First: 1}, model.Resolved, "", 4},
		{"truncated for ever", testkit.GitHubFault{Kind: testkit.GitHubTruncated}, model.Failed, "broke off", 5},
		{"a login page", testkit.GitHubFault{Kind: testkit.GitHubHTML}, model.Failed, "does not come from GitHub", 1},
		{"a login page elsewhere", testkit.GitHubFault{Kind: testkit.GitHubPortal}, model.Failed, "another host", 1},
		{"a page of GitHub's", testkit.GitHubFault{Kind: testkit.GitHubUnicorn}, model.Failed, "not the JSON", 1},
		{"huge", testkit.GitHubFault{Kind: testkit.GitHubHuge}, model.Failed, "larger than 16 MiB", 1},
		{"a circle", testkit.GitHubFault{Kind: testkit.GitHubLoop}, model.Failed, "redirects too often", 5},
		{"another shape", testkit.GitHubFault{Kind: testkit.GitHubAbsurd}, model.Failed, "not the JSON", 1},
		{"another shape of a tree", testkit.GitHubFault{Kind: testkit.GitHubAbsurd, On: "/git/trees"}, model.Failed, "not the JSON", 3},
		{"no name of a commit", testkit.GitHubFault{Kind: testkit.GitHubAbsurd, On: "/commits/"}, model.Failed, "no commit", 2},
		{"a tree that fails", testkit.GitHubFault{Kind: testkit.GitHubStatus, Status: 500, On: "/git/trees"}, model.Failed, "answered 500", 7},
		{"a claim that fails", testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: 3000, On: "/license"}, model.RateLimited, "used up", 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := testkit.NewGitHub(t, testkit.GitHubRepo{
				ID: "org/name", SPDX: "NOASSERTION", Files: map[string]string{"LICENSE": "x"}, Fault: &tt.fault,
			})
			snap := fetch(t, open(t, g, ""), "org/name")
			if snap.State != tt.state || !strings.Contains(snap.Detail, tt.says) {
				t.Errorf("%s (%s), want %s (%s)", snap.State, snap.Detail, tt.state, tt.says)
			}
			if n := len(g.Requests()); tt.asked > 0 && n != tt.asked+map[bool]int{true: 1}[tt.state == model.Resolved] {
				t.Errorf("%d requests, want %d", n, tt.asked)
			}
			if strings.ContainsAny(snap.Detail, "<\n") || strings.Contains(snap.Detail, "127.0.0.1") {
				t.Errorf("detail %q is not fit to print", snap.Detail)
			}
			if len(snap.Tags) > 0 {
				t.Errorf("tags %v where GitHub asserts nothing", snap.Tags)
			}
		})
	}
}

// TestSpent: that one repository is refused says nothing of another, whichever
// is asked first; a server that refuses whatever is asked is left alone.
func TestSpent(t *testing.T) {
	for _, kind := range []testkit.GitHubFaultKind{testkit.GitHubLimited, testkit.GitHubSecondary} {
		g := testkit.NewGitHub(t,
			testkit.GitHubRepo{ID: "org/limited", Fault: &testkit.GitHubFault{Kind: kind, Seconds: 3000}},
			testkit.GitHubRepo{ID: "org/open", Files: map[string]string{"README.md": card}})
		s := open(t, g, "")
		for range 12 {
			if snap := fetch(t, s, "org/limited"); snap.State != model.RateLimited {
				t.Errorf("%s: the limited one is %s (%s)", kind, snap.State, snap.Detail)
			}
			if snap := fetch(t, s, "org/open"); snap.State != model.Resolved {
				t.Errorf("%s: the other one is %s (%s)", kind, snap.State, snap.Detail)
			}
		}
		g.Break(&testkit.GitHubFault{Kind: kind, Seconds: 3000})
		before := len(g.Requests())
		for range 40 {
			if snap := fetch(t, s, "org/open"); snap.State != model.RateLimited || !strings.Contains(snap.Detail, "used up") {
				t.Errorf("%s: with none left it is %s (%s)", kind, snap.State, snap.Detail)
			}
		}
		if asked := len(g.Requests()) - before; asked != 10 {
			t.Errorf("%s: %d requests with none left, want 10", kind, asked)
		}
	}
}

// TestRefusedToken: whoever asks second is told what the first was told.
func TestRefusedToken(t *testing.T) {
	s := open(t, testkit.NewGitHub(t), "refused")
	for range 2 {
		if snap := fetch(t, s, "org/absent"); snap.State != model.Unauthorized || snap.Detail != "GitHub refused the token" {
			t.Errorf("%s (%s)", snap.State, snap.Detail)
		}
	}
}

func TestStall(t *testing.T) {
	for _, kind := range []testkit.GitHubFaultKind{testkit.GitHubStall, testkit.GitHubStallBody} {
		g := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "org/name", Fault: &testkit.GitHubFault{Kind: kind}})
		snap := fetch(t, open(t, g, "", func(c *github.Config) { c.Attempt, c.MaxRetries = 50*time.Millisecond, -1 }), "org/name")
		if snap.State != model.Failed || snap.Detail != "the server did not answer in time" {
			t.Errorf("%s: %s (%s)", kind, snap.State, snap.Detail)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := open(t, g, "").Fetch(ctx, model.Ref{Host: model.OnGitHub, ID: "org/name"}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a context that ended gives %v", kind, err)
		}
	}
}

func TestReadOddities(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("0", 64) + "\nsize 5\n"
	g := testkit.NewGitHub(t, testkit.GitHubRepo{
		ID: "org/name",
		Files: map[string]string{
			"LICENSE": pointer, "big.txt": strings.Repeat("x", source.MaxFileBytes+1), "docs/README.md": card, "folder/x": "",
			"quotes.md": "It begins: " + pointer,
		},
		Symlinks: map[string]string{
			"README.md": "docs/README.md", "docs/up": "../quotes.md", "out": "../../etc/passwd", "abs": "/etc/passwd",
			"nowhere": "missing", "round": "about", "about": "round", "a-folder": "folder",
		},
		Submodules: map[string]string{"third_party": strings.Repeat("1", 40)},
	})
	snap := fetch(t, open(t, g, ""), "org/name")
	for name, says := range map[string]string{
		"README.md": "", "docs/up": "", "quotes.md": "", "LICENSE": "Git LFS", "big.txt": "larger than", "out": "out of the repository",
		"abs": "out of the repository", "nowhere": "or nowhere", "round": "circle", "third_party": "submodule", "a-folder": "nowhere",
		"folder": "no such file", "../x": "no such file", "": "no such file",
	} {
		_, err := snap.Read(t.Context(), name)
		var failure *source.ReadError
		if says == "" && err != nil || says != "" && (!errors.As(err, &failure) || !strings.Contains(err.Error(), says)) {
			t.Errorf("read %q: %v, want %q", name, err, says)
		}
	}
	if n := g.Count("/git/blobs/"); n > 20 {
		t.Errorf("%d blobs were asked for", n)
	}
	inside := fetch(t, open(t, g, ""), "org/name/docs")
	if text, err := inside.Read(t.Context(), "up"); err != nil || !strings.HasPrefix(string(text), "It begins") {
		t.Errorf("a link to elsewhere in the repository: %q, %v", text, err)
	}

	g.Add(testkit.GitHubRepo{ID: "org/forged", Files: map[string]string{"README.md": card}, Fault: &testkit.GitHubFault{Kind: testkit.GitHubTampered}})
	if _, err := fetch(t, open(t, g, ""), "org/forged").Read(t.Context(), "README.md"); err == nil || !strings.Contains(err.Error(), "digest") {
		t.Errorf("other contents than those asked for: %v", err)
	}
}

func TestTruncatedTree(t *testing.T) {
	files := map[string]string{"README.md": card, "z/README.md": card}
	for _, dir := range []string{"a", "b", "c"} {
		for _, sub := range []string{"x", "y"} {
			for _, name := range []string{"1", "2", "3"} {
				files[dir+"/"+sub+"/"+name] = dir + sub + name
			}
		}
	}
	whole := testkit.GitHubRepo{ID: "org/whole", Files: files}
	cut := testkit.GitHubRepo{ID: "org/cut", Files: files, Cut: 5}
	tight := testkit.GitHubRepo{ID: "org/tight", Files: map[string]string{"README.md": card}, Cut: 1}
	for i := range 40 {
		dir := string(rune('A'+i%26)) + string(rune('a'+i/26))
		tight.Files[dir+"/1"], tight.Files[dir+"/2"] = "1", "2"
	}
	g := testkit.NewGitHub(t, whole, cut, tight)
	want := fetch(t, open(t, g, ""), "org/whole")
	got := fetch(t, open(t, g, ""), "org/cut")
	if paths(got.Files) != paths(want.Files) || !got.FilesKnown {
		t.Errorf("files %s (%s), want %s", paths(got.Files), got.Detail, paths(want.Files))
	}
	if sub := fetch(t, open(t, g, ""), "org/cut/b/y"); paths(sub.Files) != "1 2 3" || !sub.FilesKnown {
		t.Errorf("a folder: %s, %s (%s)", sub.State, paths(sub.Files), sub.Detail)
	}
	if sub := fetch(t, open(t, g, ""), "org/cut/b/nope"); sub.State != model.NotFound {
		t.Errorf("a folder that is not there: %s (%s)", sub.State, sub.Detail)
	}
	before := g.Count("/git/trees/")
	few := fetch(t, open(t, g, ""), "org/tight")
	if few.FilesKnown || few.State != model.Resolved || !strings.Contains(few.Detail, "in parts") || !strings.Contains(paths(few.Files), "README.md") {
		t.Errorf("beyond the bound: %s (%s), files known %v", few.State, few.Detail, few.FilesKnown)
	}
	if n := g.Count("/git/trees/") - before; n > 24 {
		t.Errorf("%d trees were asked for", n)
	}
}

// TestEnterprise: each server has its own address and token, and nothing that
// a card names makes another be asked.
func TestEnterprise(t *testing.T) {
	public := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "org/name", Files: map[string]string{"README.md": "public"}})
	own := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "org/name", Files: map[string]string{"README.md": "own"}})
	s := open(t, public, "", func(c *github.Config) {
		c.Servers = append(c.Servers, github.Server{Host: "ghe.example", API: own.URL() + "/api/v3", Token: testkit.GitHubToken})
	})
	for target, want := range map[string]string{"org/name": "public", "ghe.example/org/name": "own"} {
		snap := fetch(t, s, target)
		if text, err := snap.Read(t.Context(), "README.md"); err != nil || string(text) != want || snap.ID != "github:"+target {
			t.Errorf("%s: id %s, %q, %v", target, snap.ID, text, err)
		}
	}
	for _, r := range public.Requests() {
		if r.Token != "" {
			t.Error("the Enterprise server's token went to github.com")
		}
	}
	for _, r := range own.Requests() {
		if r.Token != testkit.GitHubToken {
			t.Error("the Enterprise server was asked without its token")
		}
	}
}

func TestOfflineOnce(t *testing.T) {
	g := testkit.NewGitHub(t)
	g.Close()
	s := open(t, g, "")
	for range 3 {
		snap := fetch(t, s, "org/name")
		if snap.State != model.Offline || !strings.Contains(snap.Detail, "no connection to GitHub at ") {
			t.Errorf("%s (%s)", snap.State, snap.Detail)
		}
	}
}

func TestLocate(t *testing.T) {
	g := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "org/name", Files: map[string]string{"models/a/README.md": card, "models/b/README.md": card},
		Refs: map[string]map[string]string{"dev": {"models/a/README.md": card, "models/b/README.md": card}}})
	s := open(t, g, "")
	snap := fetch(t, s, "org/name/models/a@dev")
	for written, want := range map[string]string{"../b": "org/name/models/b", ".": "org/name/models/a", "../..": "org/name", "../../..": "", "../../../x": ""} {
		ref, err := snap.Locate(written)
		if ref.ID != want || (err == nil) != (want != "") {
			t.Errorf("%s leads to %+v, %v; want %s", written, ref, err, want)
		}
	}
	ref, err := snap.Locate("../b")
	if err != nil || ref.Revision != snap.Revision {
		t.Fatalf("reference %+v, %v", ref, err)
	}
	if next, err := s.Fetch(t.Context(), ref); err != nil || next.State != model.Resolved || next.Revision != snap.Revision {
		t.Errorf("the neighbour on the same branch: %+v, %v", next, err)
	}
}

func TestBadConfig(t *testing.T) {
	for _, one := range []github.Server{
		{API: "ftp://x"}, {API: "::"}, {API: "https://user:secret@ghe.example"}, {API: "https://ghe.example?x=1"}, {Token: "a secret"}, {Token: "ä-secret"},
	} {
		_, err := github.New(github.Config{Servers: []github.Server{one}})
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", one, err)
		}
	}
}

// TestClient: the client that others build on sends the token to its own host
// alone, and follows no redirect elsewhere.
func TestClient(t *testing.T) {
	g := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "org/name", Fault: &testkit.GitHubFault{Kind: testkit.GitHubPortal}})
	client, err := github.NewClient(github.Server{API: g.URL(), Token: testkit.GitHubToken}, github.Config{UserAgent: "entail/1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := client.Repositories.Get(t.Context(), "org", "name"); err == nil {
		t.Error("a redirect to another host was followed")
	}
	if r := g.Requests(); len(r) != 1 || r[0].Token != testkit.GitHubToken || r[0].UserAgent != "entail/1" {
		t.Errorf("requests %+v", r)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/elsewhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.BareDo(t.Context(), req); err == nil || !strings.Contains(err.Error(), "another host") {
		t.Errorf("a request to another host: %v", err)
	}
}

func TestServersFromEnv(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want []github.Server
	}{
		{"nothing", nil, []github.Server{{}}},
		{"a token", map[string]string{"GITHUB_TOKEN": " t\n"}, []github.Server{{Token: "t"}}},
		{"ours before gh's before the runner's", map[string]string{"GITHUB_TOKEN": "c", "GH_TOKEN": "b", "ENTAIL_GITHUB_TOKEN": "a"}, []github.Server{{Token: "a"}}},
		{"a mirror", map[string]string{"ENTAIL_GITHUB_API_URL": "http://x", "GH_TOKEN": "b"}, []github.Server{{API: "http://x", Token: "b"}}},
		{"a runner of github.com", map[string]string{"GITHUB_API_URL": "https://api.github.com", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "t"},
			[]github.Server{{Token: "t"}}},
		{"a runner of an Enterprise server", map[string]string{"GITHUB_API_URL": "https://GHE.example/api/v3", "GITHUB_SERVER_URL": "https://GHE.example", "GITHUB_TOKEN": "t"},
			[]github.Server{{}, {Host: "ghe.example", API: "https://GHE.example/api/v3", Token: "t"}}},
		{"GH_HOST", map[string]string{"GH_HOST": "GHE.example", "GH_TOKEN": "public", "GH_ENTERPRISE_TOKEN": "own"},
			[]github.Server{{Token: "public"}, {Host: "ghe.example", Token: "own"}}},
		{"GH_HOST as an address", map[string]string{"GH_HOST": "https://ghe.example/"}, []github.Server{{}, {Host: "ghe.example"}}},
		{"GH_HOST of all", map[string]string{"GH_HOST": "github.com"}, []github.Server{{}}},
	} {
		got := github.ServersFromEnv(func(key string) string { return tt.env[key] })
		if len(got) != len(tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
			}
		}
	}
}
