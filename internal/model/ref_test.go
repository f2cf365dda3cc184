package model_test

import (
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func on(id, revision string) model.Ref {
	return model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: id, Revision: revision}
}

func TestParseGitHub(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	for in, want := range map[string]model.Ref{ // the zero Ref for none
		"github:owner/repo":                        on("owner/repo", ""),
		"github:owner/repo/":                       on("owner/repo", ""),
		"github:owner/repo.git":                    on("owner/repo", ""),
		"github:owner/repo@" + sha:                 on("owner/repo", sha),
		"github:owner/repo@feature/x@2":            on("owner/repo", "feature/x@2"),
		"github:owner/repo/a/b c@v1.0":             on("owner/repo/a/b c", "v1.0"),
		"github:Owner_co/Re.po-1":                  on("Owner_co/Re.po-1", ""),
		"github:ghe.Example:8443/owner/repo":       on("ghe.example:8443/owner/repo", ""),
		"github:github.com/owner/repo/f":           on("owner/repo/f", ""),
		"github:":                                  {},
		"github:owner":                             {},
		"github:owner/":                            {},
		"github:/repo":                             {},
		"github:owner/..":                          {},
		"github:owner/.git":                        {},
		"github:owner/repo/../x":                   {},
		"github:owner/repo//x":                     {},
		`github:owner/repo/a\b`:                    {},
		"github:owner/repo@":                       {},
		"github:owner/repo@a..b":                   {},
		"github:owner/repo@a b":                    {},
		"github:owner/repo@-x":                     {},
		"github:owner/repo@a//b":                   {},
		"github:owner/repo@x.lock":                 {},
		"github:-owner/repo":                       {},
		"github:own er/repo":                       {},
		"github:ghe.example/owner":                 {},
		"github:ghe.exa%mple/owner/repo":           {},
		"github:owner/" + strings.Repeat("r", 101): {},
		"github:owner/repo\x00":                    {},
		"github:owner/repo/x\u0085y":               {},
		"GitHub:owner/repo":                        {},
		"owner/repo":                               {},
		"":                                         {},
	} {
		got, ok := model.ParseGitHub(in)
		if got != want || ok != (want != model.Ref{}) {
			t.Errorf("ParseGitHub(%q) = %+v, %v; want %+v", in, got, ok, want)
		}
	}
}

func TestParseGitHubURL(t *testing.T) {
	for _, tt := range []struct {
		host, in string
		want     model.Ref
	}{
		{"", "https://github.com/owner/repo", on("owner/repo", "")},
		{"", " http://www.GitHub.com/owner/repo.git/?tab=readme#x ", on("owner/repo", "")},
		{"", "github.com/owner/repo", on("owner/repo", "")},
		{"", "git@github.com:owner/repo.git", on("owner/repo", "")},
		{"", "ssh://git@github.com/owner/repo.git", on("owner/repo", "")},
		{"", "git://github.com/owner/repo", on("owner/repo", "")},
		{"", "https://github.com/owner/repo/tree/main", on("owner/repo", "main")},
		{"", "https://github.com/owner/repo/tree/feature/x/folder", on("owner/repo", "feature/x/folder")},
		{"", "https://github.com/owner/repo/tree/a%2Fb", on("owner/repo", "a/b")},
		{"", "https://github.com/owner/repo/blob/main/models/a/README.md", on("owner/repo", "main/models/a")},
		{"", "https://github.com/owner/repo/commit/abc1234", on("owner/repo", "abc1234")},
		{"", "https://github.com/owner/repo/commits", on("owner/repo", "")},
		{"", "https://github.com/owner/repo/releases/tag/v1.2", on("owner/repo", "v1.2")},
		{"", "https://github.com/owner/repo/issues", on("owner/repo", "")},
		{"ghe.example", "https://GHE.example/owner/repo/tree/v1", on("ghe.example/owner/repo", "v1")},
		{"ghe.example", "https://github.com/owner/repo", on("owner/repo", "")},
		{"127.0.0.1:80", "http://127.0.0.1:80/owner/repo", on("127.0.0.1:80/owner/repo", "")},
		{"", "https://ghe.example/owner/repo", model.Ref{}},
		{"", "https://github.com.evil.example/owner/repo", model.Ref{}},
		{"", "https://user:secret@github.com/owner/repo", model.Ref{}},
		{"", "ssh://root@github.com/owner/repo", model.Ref{}},
		{"", "https://github.com/owner", model.Ref{}},
		{"", "https://github.com/orgs/x", model.Ref{}},
		{"", "https://github.com/owner/repo/tree", model.Ref{}},
		{"", "https://github.com/owner/repo/blob/README.md", model.Ref{}},
		{"", "https://github.com/owner/repo/issues/5", model.Ref{}},
		{"", "https://github.com/owner/repo/unknown", model.Ref{}},
		{"", "https://github.com/owner/%2e%2e", model.Ref{}},
		{"", "https://github.com/owner/repo/tree/%00", model.Ref{}},
		{"", "ftp://github.com/owner/repo", model.Ref{}},
		{"", "https://github.com/%zz", model.Ref{}},
		{"", "owner/repo", model.Ref{}},
		{"", "", model.Ref{}},
	} {
		got, ok := model.ParseGitHubURL(tt.host, tt.in)
		if got != tt.want || ok != (tt.want != model.Ref{}) {
			t.Errorf("ParseGitHubURL(%q, %q) = %+v, %v; want %+v", tt.host, tt.in, got, ok, tt.want)
		}
	}
}

func TestGitHubParts(t *testing.T) {
	parts, ok := on("ghe.example/owner/repo/a/b", "").GitHub()
	if want := (model.GitHub{Host: "ghe.example", Owner: "owner", Repo: "repo", Folder: "a/b"}); !ok || parts != want {
		t.Errorf("parts %+v, %v; want %+v", parts, ok, want)
	}
	if parts.ID() != "ghe.example/owner/repo/a/b" {
		t.Errorf("put together again: %s", parts.ID())
	}
	if _, ok := (model.Ref{ID: "owner/repo"}).GitHub(); ok {
		t.Error("an id of the Hub was taken for one of GitHub")
	}
}

func TestNamespace(t *testing.T) {
	for id, want := range map[string]string{
		"org/name": "org", "gpt2": "", "github:owner/repo": "github:owner", "github:owner/repo/a/b": "github:owner",
		"github:ghe.example/owner/repo": "github:ghe.example/owner", "github:ghe.example/other/repo": "github:ghe.example/other",
		"github:x": "", "dir:models/a": "", "dir:.": "", "": "",
	} {
		if got := model.Namespace(id); got != want {
			t.Errorf("Namespace(%q) = %q, want %q", id, got, want)
		}
	}
}

// FuzzParseGitHub holds that ParseGitHub and Ref.String are inverses, and that
// whatever an address is read as can be written as a reference and read back.
func FuzzParseGitHub(f *testing.F) {
	for _, s := range []string{
		"github:owner/repo/a@b/c", "github:ghe.example:1/owner/repo.git", "https://github.com/o/r/tree/x/y", "git@github.com:o/r.git",
		"github:github.com/github.com/o/r", "ghe.example/o/r/blob/a/b", "github:a/b.git.git", "github:[::1]:80/a/b", "git@github.com:/o/r",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, parse := range map[string]func(string) (model.Ref, bool){
			"ParseGitHub":    model.ParseGitHub,
			"ParseGitHubURL": func(s string) (model.Ref, bool) { return model.ParseGitHubURL("ghe.example", s) },
		} {
			ref, ok := parse(s)
			if !ok {
				if ref != (model.Ref{}) {
					t.Errorf("%s(%q) refuses with %+v", name, s, ref)
				}
				continue
			}
			again, ok := model.ParseGitHub(ref.String())
			if !ok || again != ref {
				t.Errorf("%s(%q) = %+v, and by way of %q %+v", name, s, ref, ref.String(), again)
			}
			parts, ok := ref.GitHub()
			if !ok || parts.ID() != ref.ID || strings.ContainsAny(parts.Owner+parts.Repo, "/%?#@\\ ") || strings.Contains("/"+parts.Folder+"/", "/../") {
				t.Errorf("%s(%q): parts %+v", name, s, parts)
			}
		}
	})
}
