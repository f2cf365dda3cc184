package lineage

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// github is a source of GitHub's repositories by reference.
type github map[string]*source.Snapshot

func (github) Name() string { return "github" }

func (github) Serves(host model.Host) bool { return host == model.OnGitHub }

func (g github) Fetch(_ context.Context, ref model.Ref) (*source.Snapshot, error) {
	if s, ok := g[ref.String()]; ok {
		own := *s
		return &own, nil
	}
	return unknown("github", ref.Key(), model.PrivateOrAbsent, "not there"), nil
}

// repo is a repository on GitHub at a revision, under a licence.
func repo(id, revision, license string) *source.Snapshot {
	s := folder("github", map[string]string{"README.md": "---\nlicense: " + license + "\n---\n"}, nil)
	s.ID, s.Revision, s.Published = id, revision, true
	return s
}

func TestHosts(t *testing.T) {
	shelf := newShelf(known("acme/x"))
	g := github{"github:acme/x": repo("github:acme/x", "1", "mit"), "github:acme/old": repo("github:acme/x", "1", "mit")}
	found := walkFrom(t, walker(t, shelf, g), known("acme/subject", "acme/x", "github:acme/x", "https://github.com/acme/old", "github:acme/gone"))
	for id, want := range map[string]model.State{"acme/x": model.Resolved, "github:acme/x": model.Resolved, "github:acme/gone": model.PrivateOrAbsent} {
		if node := found.Nodes[id]; node == nil || node.State != want {
			t.Errorf("%s: %+v, want %s", id, node, want)
		}
	}
	if len(found.Nodes) != 4 || len(found.Edges) != 3 {
		t.Errorf("%d nodes and %d edges, want 4 and 3: two spellings are one node", len(found.Nodes), len(found.Edges))
	}
	for _, ref := range shelf.asked {
		if strings.HasPrefix(ref, "github") || strings.HasPrefix(ref, "dir") {
			t.Errorf("the Hub was asked for %s", ref)
		}
	}
}

func TestUnasked(t *testing.T) {
	found := walkFrom(t, walker(t, newShelf()), known("acme/subject", "github:acme/x"))
	node := found.Nodes["github:acme/x"]
	if node == nil || node.State != model.Offline || node.Source != "github" || !strings.Contains(node.Detail, "not asked") {
		t.Errorf("%+v", node)
	}
}

// TestRevisions: what was made from two revisions of a repository is under the
// terms of both.
func TestRevisions(t *testing.T) {
	g := github{
		"github:acme/x@v1": repo("github:acme/x", "1", "mit"), "github:acme/x@v2": repo("github:acme/x", "2", "cc-by-nc-4.0"),
		"github:acme/x@2": repo("github:acme/x", "2", "cc-by-nc-4.0"),
	}
	found := walkFrom(t, walker(t, g), known("acme/subject", "github:acme/x@v1", "github:acme/x@v2", "github:acme/x@2", "github:acme/x@gone"))
	for id, want := range map[string]string{"github:acme/x": "mit", "github:acme/x@2": "cc-by-nc-4.0", "github:acme/x@gone": ""} {
		node := found.Nodes[id]
		if node == nil || want != "" && node.License.Declared[0].ID != want || want == "" && node.State != model.PrivateOrAbsent {
			t.Errorf("%s: %+v, want %s", id, node, want)
		}
	}
	if len(found.Nodes) != 4 || found.Edges[0].Written != "github:acme/x@v1" {
		t.Errorf("%d nodes, edges %+v", len(found.Nodes), found.Edges)
	}
}

// near is what lies beside a card.
type near map[string]*source.Snapshot

func (near) Name() string { return "dir" }

func (n near) Fetch(_ context.Context, ref model.Ref) (*source.Snapshot, error) {
	return n[ref.ID], nil
}

func TestBeside(t *testing.T) {
	base := repo("dir:base", "", "mit")
	base.Source, base.Published = "dir", false
	subject := folder("dir", map[string]string{
		"README.md": "---\nlicense: mit\nbase_model: [./base, ./outside, /base]\n---\n",
	}, nil)
	subject.ID = "acme/subject"
	subject.Near = near{"/real/base": base}
	subject.Locate = func(written string) (model.Ref, error) {
		if written != "./base" {
			return model.Ref{}, errors.New("leads out of it")
		}
		return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: "/real/base"}, nil
	}
	// A declaration may name one by its path as well.
	declared := *subject
	declared.Metadata, declared.Files = map[string]any{}, nil
	for _, written := range []string{"./base", "../far"} {
		ref := model.Ref{Kind: model.Model, Host: model.OnDisk, ID: written}
		declared.Bases = append(declared.Bases, source.Base{Ref: ref, Relation: model.Distilled, From: model.FromDeclared})
	}
	said := walkFrom(t, walker(t), &declared)
	if node := said.Nodes["dir:base"]; node == nil || node.State != model.Resolved || said.Edges[0].Written != "./base" {
		t.Errorf("the folder that a declaration names: %+v, edges %+v", node, said.Edges)
	}
	if node := said.Nodes["../far"]; node == nil || node.State != model.NotFound || !strings.Contains(node.Detail, "leads out of it") {
		t.Errorf("a path of a declaration that leads out: %+v", node)
	}
	found := walkFrom(t, walker(t), subject)
	if node := found.Nodes["dir:base"]; node == nil || node.State != model.Resolved || len(node.License.Declared) != 1 {
		t.Errorf("the folder beside it: %+v", node)
	}
	if e := found.Edges[0]; e.Parent != "dir:base" || e.Written != "./base" || e.At == nil {
		t.Errorf("edge %+v", e)
	}
	for id, says := range map[string]string{"./outside": `base_model "./outside" leads out of it; expected`, "/base": "is a path on a file system; expected"} {
		if node := found.Nodes[id]; node == nil || node.State != model.NotFound || !strings.Contains(node.Detail, says) {
			t.Errorf("%s: %+v, want %q", id, node, says)
		}
	}
	var problems []string
	for _, p := range found.Nodes["acme/subject"].Card.Problems {
		problems = append(problems, p.Detail)
	}
	all := strings.Join(problems, "\n")
	if len(problems) != 2 || !strings.Contains(all, "leads out of it") || strings.Contains(all, `"./base" is`) {
		t.Errorf("problems %q", problems)
	}
	// On the Hub a path leads nowhere.
	hub := folder("hub", map[string]string{"README.md": "---\nbase_model: ./base\n---\n"}, nil)
	hub.ID = "acme/subject"
	found = walkFrom(t, walker(t), hub)
	if node := found.Nodes["./base"]; node == nil || node.State != model.NotFound || len(found.Nodes["acme/subject"].Card.Problems) != 1 {
		t.Errorf("a path on the Hub: %+v", node)
	}
}

// TestHostLicense: what GitHub takes the licence for counts where the card says
// nothing, and is marked as GitHub's word.
func TestHostLicense(t *testing.T) {
	detected := repo("github:acme/x", "1", "''")
	detected.Tags = []string{"license:Apache-2.0"}
	carded := repo("github:acme/y", "1", "mit")
	carded.Tags = []string{"license:Apache-2.0"}
	g := github{"github:acme/x": detected, "github:acme/y": carded}
	found := walkFrom(t, walker(t, g), known("acme/subject", "github:acme/x", "github:acme/y"))
	x, y := found.Nodes["github:acme/x"].License.Declared, found.Nodes["github:acme/y"].License.Declared
	if len(x) != 1 || x[0].ID != "Apache-2.0" || x[0].From != model.FromGitHub || len(x[0].Alternatives) != 1 || x[0].Alternatives[0][0] != "apache-2.0" {
		t.Errorf("detected: %+v", x)
	}
	if len(y) != 1 || y[0].ID != "mit" || y[0].From != model.FromCard {
		t.Errorf("declared: %+v", y)
	}
}
