package check_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// indexed is a model that the embedded index has, with a licence that is known.
const indexed = "mistralai/Mistral-7B-v0.1"

// repo is a repository of a fake Hub: a card with these lines, weights, and a
// licence file that names the licence by its SPDX id where one is given.
func repo(id, spdx string, lines ...string) testkit.HubRepo {
	files := map[string]string{
		"README.md":         "---\n" + strings.Join(lines, "\n") + "\n---\nA model.\n",
		"model.safetensors": "weights",
	}
	if spdx != "" {
		files["LICENSE"] = "SPDX-License-Identifier: " + spdx + "\n"
	}
	return testkit.HubRepo{ID: id, Files: files}
}

// release is a folder with a card of these lines, published as acme/subject.
func release(t testing.TB, lines ...string) *source.Snapshot {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"README.md":         "---\n" + strings.Join(lines, "\n") + "\n---\nA model.\n",
		"model.safetensors": "weights",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := source.OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	dir.SetID("acme/subject")
	snapshot, err := dir.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// session checks releases against one fake Hub with the embedded index behind
// it. Waits of the client take no time.
type session struct {
	*check.Checker
	hub *testkit.Hub
}

func open(t testing.TB, fake *testkit.Hub) *session {
	t.Helper()
	client, err := hub.New(hub.Config{
		Endpoint: fake.URL(),
		Sleep:    func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return &session{newChecker(t, client, source.Index()), fake}
}

// check gives the facts about a subject and what the rules make of them.
func (s *session) check(t testing.TB, subject *source.Snapshot) (*input.Document, *model.SubjectResult) {
	t.Helper()
	one := check.Subject{Snapshot: subject, Config: input.Config{Reading: "text"}}
	document, err := s.Input(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.Run(t.Context(), []check.Subject{one})
	if err != nil {
		t.Fatal(err)
	}
	return document, &result.Results[0]
}

// found lists the findings of a rule.
func found(r *model.SubjectResult, rule string) []model.Finding {
	var all []model.Finding
	for _, f := range r.Findings {
		if f.Rule == rule {
			all = append(all, f)
		}
	}
	return all
}

// states is how each node came out, as "id state source".
func states(d *input.Document) []string {
	var all []string
	for id, n := range d.Nodes {
		all = append(all, fmt.Sprintf("%s %s %s", id, n.State, n.Source))
	}
	slices.Sort(all)
	return all
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func infoOf(id string) string { return "/api/models/" + id }

func fileOf(h *testkit.Hub, id, file string) (n int) {
	for _, r := range h.Requests() {
		if strings.HasPrefix(r.Path, "/"+id+"/resolve/") && strings.HasSuffix(r.Path, "/"+file) {
			n++
		}
	}
	return n
}

// TestHubChain reads a chain of three: each ancestor costs one request for its
// facts and one for its licence file, and its terms reach the subject.
func TestHubChain(t *testing.T) {
	s := open(t, testkit.NewHub(t,
		repo("org/middle", "Apache-2.0", "license: apache-2.0", "base_model: org/root"),
		repo("org/root", "CC-BY-NC-4.0", "license: cc-by-nc-4.0"),
	))
	subject := release(t, "license: apache-2.0", "base_model: org/middle")
	document, err := s.Input(t.Context(), check.Subject{Snapshot: subject})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"org/middle", "org/root"} {
		if n := s.hub.Count(infoOf(id)); n != 1 {
			t.Errorf("%s: %d requests for its facts, want 1", id, n)
		}
		if l, c := fileOf(s.hub, id, "LICENSE"), fileOf(s.hub, id, "README.md"); l != 1 || c != 0 {
			t.Errorf("%s: %d requests for LICENSE and %d for README.md, want 1 and 0", id, l, c)
		}
	}
	root := document.Nodes["org/root"]
	if len(root.License.Texts) != 1 || root.License.Texts[0].ID != "cc-by-nc-4.0" {
		t.Errorf("the root's licence texts: %+v, want cc-by-nc-4.0", root.License.Texts)
	}
	wantEqual(t, "paths", document.Paths, map[string][]string{
		"acme/subject": {"acme/subject"},
		"org/middle":   {"acme/subject", "org/middle"},
		"org/root":     {"acme/subject", "org/middle", "org/root"},
	})
	_, result := s.check(t, subject)
	dropped := found(result, "lineage/dropped-restriction")
	if len(dropped) == 0 || dropped[0].Term != "non-commercial" || result.Verdict != model.Fail {
		t.Errorf("verdict %s, dropped %+v; want a failure for non-commercial", result.Verdict, dropped)
	}
}

// TestHubGate: the facts of a gated model are public and its files are not. Its
// terms bind all the same, and its unread licence file takes nothing from what
// the subject itself can show.
func TestHubGate(t *testing.T) {
	subject := []string{"license: cc-by-sa-4.0", "base_model: org/gated"}
	lines := []string{"license: llama3.1"}
	openRepo, gated := repo("org/gated", "", lines...), repo("org/gated", "", lines...)
	openRepo.Files["LICENSE"] = "terms"
	gated.Files["LICENSE"] = "terms"
	gated.Gated = "manual"
	before, without := open(t, testkit.NewHub(t, openRepo)).check(t, release(t, subject...))
	behind, with := open(t, testkit.NewHub(t, gated)).check(t, release(t, subject...))

	node := behind.Nodes["org/gated"]
	if node.State != model.Resolved || node.Gated != "manual" || !slices.Equal(node.License.Unread,
		[]model.Unread{{File: "LICENSE", State: model.Gated}}) {
		t.Errorf("gated node: state %s, gated %s, unread %+v", node.State, node.Gated, node.License.Unread)
	}
	if n := len(before.Nodes["org/gated"].License.Unread); n != 0 {
		t.Errorf("%d unread files without a gate, want none", n)
	}
	wantEqual(t, "findings behind the gate", with.Findings, without.Findings)
	copies := slices.IndexFunc(with.Terms, func(term model.InheritedTerm) bool { return term.Term == "license-copy" })
	if copies < 0 || with.Terms[copies].State != "unmet" {
		t.Errorf("terms %+v, want the copy of the licence to be unmet", with.Terms)
	}
}

// TestHubAbsent: nobody can tell a private model from one that is not there, so
// it is a warning that something is open, and never said to be missing.
func TestHubAbsent(t *testing.T) {
	s := open(t, testkit.NewHub(t))
	document, result := s.check(t, release(t, "license: mit", "base_model: org/nobody-knows"))
	wantEqual(t, "nodes", states(document), []string{"acme/subject resolved dir", "org/nobody-knows private-or-absent hub"})
	open := found(result, "lineage/unresolved")
	if len(open) != 1 || open[0].Level != model.LevelWarning || result.Verdict != model.Incomplete {
		t.Errorf("verdict %s, findings %+v; want incomplete and one warning", result.Verdict, open)
	}
	for _, f := range result.Findings {
		for _, word := range []string{"missing", "does not exist", "is gone"} {
			if strings.Contains(f.Message, word) {
				t.Errorf("the message says %q of a model that may be private: %s", word, f.Message)
			}
		}
	}
}

// TestHubNames follows renames and letter case to the id that answers, and
// keeps how the card writes it.
func TestHubNames(t *testing.T) {
	s := open(t, testkit.NewHub(t,
		testkit.HubRepo{ID: "old/name", RenamedTo: "new/name"},
		repo("new/name", "", "license: mit"),
		repo("org/CamelCase", "", "license: mit"),
	))
	document, _ := s.check(t, release(t, "license: mit", "base_model: [old/name, new/name, org/camelcase]"))
	wantEqual(t, "nodes", states(document), []string{
		"acme/subject resolved dir", "new/name resolved hub", "org/CamelCase resolved hub",
	})
	written := map[string]string{}
	for _, e := range document.Edges {
		written[e.Parent] = e.Written
	}
	wantEqual(t, "edges as written", written, map[string]string{"new/name": "old/name", "org/CamelCase": "org/camelcase"})
}

// TestHubDropped: what the Hub leaves out of its own list of bases counts as
// well as what it adds.
func TestHubDropped(t *testing.T) {
	middle := repo("org/middle", "", "license: mit", "base_model: [org/kept, org/deleted]")
	added := repo("org/quiet", "", "license: mit")
	added.BaseModels = `{"relation": "quantized", "models": [{"id": "org/kept"}]}`
	s := open(t, testkit.NewHub(t, middle, added, repo("org/kept", "", "license: mit")))
	document, _ := s.check(t, release(t, "license: mit", "base_model: [org/middle, org/quiet]"))
	wantEqual(t, "nodes", states(document), []string{
		"acme/subject resolved dir", "org/deleted private-or-absent hub", "org/kept resolved hub",
		"org/middle resolved hub", "org/quiet resolved hub",
	})
	from := map[string][]model.Origin{}
	relation := map[string]model.Relation{}
	for _, e := range document.Edges {
		from[e.Child+" "+e.Parent] = e.From
		relation[e.Child+" "+e.Parent] = e.Relation
	}
	wantEqual(t, "who names an edge", from, map[string][]model.Origin{
		"acme/subject org/middle": {model.FromCard}, "acme/subject org/quiet": {model.FromCard},
		"org/middle org/kept": {model.FromCard, model.FromHub}, "org/middle org/deleted": {model.FromCard},
		"org/quiet org/kept": {model.FromHub},
	})
	if relation["org/middle org/kept"] != model.Merge || relation["org/quiet org/kept"] != model.Quantized {
		t.Errorf("relations %v, want merge by the card and quantized by the Hub", relation)
	}
}

// TestHubTrouble: where the Hub cannot answer, the index stands in for it, and
// says that it was not refreshed.
func TestHubTrouble(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault *testkit.HubFault
		state model.State
	}{
		{"rate-limited", &testkit.HubFault{Kind: testkit.HubLimited, Seconds: 400}, model.RateLimited},
		{"500", &testkit.HubFault{Kind: testkit.HubStatus, Status: 500}, model.Failed},
		{"503", &testkit.HubFault{Kind: testkit.HubStatus, Status: 503}, model.Failed},
		{"login page", &testkit.HubFault{Kind: testkit.HubHTML}, model.Failed},
		{"gone", nil, model.Offline},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake := testkit.NewHub(t)
			s := open(t, fake)
			if fake.Break(tt.fault); tt.fault == nil {
				fake.Close()
			}
			document, result := s.check(t, release(t, "license: apache-2.0", "base_model: ["+indexed+", org/not-in-the-index]"))
			known, other := document.Nodes[indexed], document.Nodes["org/not-in-the-index"]
			if known.State != model.Resolved || known.Source != "index" || !strings.HasPrefix(known.Detail, "could not be refreshed: ") {
				t.Errorf("indexed ancestor: state %s of %s, detail %q", known.State, known.Source, known.Detail)
			}
			if other.State != tt.state || other.Detail == "" || strings.Contains(other.Detail, "index") {
				t.Errorf("other ancestor: state %s, detail %q; want %s and the Hub's reason", other.State, other.Detail, tt.state)
			}
			if result.Verdict != model.Incomplete || len(found(result, "lineage/unresolved")) != 1 {
				t.Errorf("verdict %s, findings %+v; want incomplete and one unresolved", result.Verdict, result.Findings)
			}
		})
	}
}

// failing closes the Hub after so many answers.
type failing struct {
	source.Source
	fake *testkit.Hub
	left int
}

func (f *failing) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if f.left--; f.left < 0 {
		f.fake.Close()
	}
	return f.Source.Fetch(ctx, ref)
}

// TestHubLostMidway: what was read stays, the rest comes from the index.
func TestHubLostMidway(t *testing.T) {
	fake := testkit.NewHub(t, repo("org/first", "", "license: apache-2.0", "base_model: "+indexed), repo(indexed, "", "license: mit"))
	s := open(t, fake)
	s.Walker.Sources[0] = &failing{s.Walker.Sources[0], fake, 1}
	document, err := s.Input(t.Context(), check.Subject{Snapshot: release(t, "license: apache-2.0", "base_model: org/first")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "nodes", states(document), []string{
		"acme/subject resolved dir", indexed + " resolved index", "org/first resolved hub",
	})
	if d := document.Nodes[indexed].Detail; !strings.HasPrefix(d, "could not be refreshed: no connection") {
		t.Errorf("detail %q", d)
	}
}

// TestHubCircles: a model that is its own ancestor ends no walk and starts none
// over.
func TestHubCircles(t *testing.T) {
	s := open(t, testkit.NewHub(t,
		repo("org/self", "", "license: mit", "base_model: org/self"),
		repo("org/a", "", "license: mit", "base_model: org/b"),
		repo("org/b", "", "license: mit", "base_model: org/a"),
	))
	document, result := s.check(t, release(t, "license: mit", "base_model: [org/self, org/a]"))
	if len(document.Nodes) != 4 || len(document.Edges) != 5 {
		t.Errorf("%d nodes and %d edges, want 4 and 5", len(document.Nodes), len(document.Edges))
	}
	for _, id := range []string{"org/self", "org/a", "org/b"} {
		if n := s.hub.Count(infoOf(id)); n != 2 { // once for the document, once for the result
			t.Errorf("%s was asked for %d times, want 2", id, n)
		}
	}
	if n := len(found(result, "lineage/cycle")); n < 2 {
		t.Errorf("%d findings of lineage/cycle, want one for each circle", n)
	}
}

// TestHubDiamond asks once for what several parents share.
func TestHubDiamond(t *testing.T) {
	s := open(t, testkit.NewHub(t,
		repo("org/left", "", "license: mit", "base_model: org/top"),
		repo("org/right", "", "license: mit", "base_model: org/top"),
		repo("org/top", "MIT", "license: mit"),
	))
	document, err := s.Input(t.Context(), check.Subject{
		Snapshot: release(t, "license: mit", "base_model: [org/left, org/right]"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.hub.Count(infoOf("org/top")); n != 1 {
		t.Errorf("the shared ancestor was asked for %d times, want once", n)
	}
	if n := fileOf(s.hub, "org/top", "LICENSE"); n != 1 {
		t.Errorf("its licence was read %d times, want once", n)
	}
	wantEqual(t, "path", document.Paths["org/top"], []string{"acme/subject", "org/left", "org/top"})
}

// TestHubManyParents keeps forty parents, in the card's order, the same on
// every run although they are read side by side.
func TestHubManyParents(t *testing.T) {
	var ids []string
	var repos []testkit.HubRepo
	for i := range 40 {
		id := fmt.Sprintf("org/parent-%02d", 39-i)
		ids = append(ids, id)
		repos = append(repos, repo(id, "", "license: mit", "base_model: org/grandparent"))
	}
	s := open(t, testkit.NewHub(t, append(repos, repo("org/grandparent", "", "license: cc-by-nc-4.0"))...))
	var first string
	for range 5 {
		document, result := s.check(t, release(t, "license: mit", "base_model: ["+strings.Join(ids, ", ")+"]"))
		if len(document.Nodes) != 42 || len(document.Edges) != 80 {
			t.Fatalf("%d nodes and %d edges, want 42 and 80", len(document.Nodes), len(document.Edges))
		}
		for i, id := range ids {
			if e := document.Edges[i]; e.Parent != id || e.Relation != model.Merge || e.At == nil {
				t.Fatalf("edge %d is %+v, want %s in the card's order", i, e, id)
			}
		}
		text, err := json.Marshal([]any{document, result})
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Fatal("a second run differs")
		}
	}
}

// TestHubOrder: in which order a card names its base models decides nothing.
func TestHubOrder(t *testing.T) {
	s := open(t, testkit.NewHub(t,
		repo("org/one", "", "license: llama3.1"),
		repo("org/two", "", "license: cc-by-nc-4.0"),
		repo("org/three", "", "license: gpl-3.0", "base_model: org/root"),
		repo("org/root", "", "license: creativeml-openrail-m"),
	))
	var first *model.SubjectResult
	for _, order := range []string{
		"org/one, org/two, org/three", "org/one, org/three, org/two", "org/two, org/one, org/three",
		"org/two, org/three, org/one", "org/three, org/one, org/two", "org/three, org/two, org/one",
	} {
		_, result := s.check(t, release(t, "license: mit", "base_model: ["+order+"]"))
		for i := range result.Findings {
			result.Findings[i].At = nil // the places move with the order
		}
		slices.SortFunc(result.Lineage.Edges, func(a, b model.LineageEdge) int {
			return strings.Compare(a.Child+" "+a.Parent, b.Child+" "+b.Parent)
		})
		if first == nil {
			first = result
		}
		a, _ := json.MarshalIndent(first, "", " ")
		b, _ := json.MarshalIndent(result, "", " ")
		if string(a) != string(b) {
			t.Errorf("base models in the order %s give another result than in the first:\n%s\n%s", order, a, b)
			return
		}
	}
}

// TestDefinitions: the rules say themselves which definitions there are.
func TestDefinitions(t *testing.T) {
	s := open(t, testkit.NewHub(t))
	names, err := s.Definitions(t.Context())
	if err != nil || !slices.Contains(names, "osaid-1.0") || !slices.IsSorted(names) {
		t.Errorf("definitions %q, %v", names, err)
	}
	if n := s.hub.Count(""); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// TestCancelled: a check whose context has ended gives an error and no result.
func TestCancelled(t *testing.T) {
	s := open(t, testkit.NewHub(t, repo("org/base", "", "license: mit")))
	subject := release(t, "license: mit", "base_model: org/base")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if result, err := s.Run(ctx, []check.Subject{{Snapshot: subject}}); err == nil || result != nil {
		t.Errorf("result %+v, error %v; want an error alone", result, err)
	}
}

// TestSummary counts over all subjects.
func TestSummary(t *testing.T) {
	s := open(t, testkit.NewHub(t))
	config := input.Config{Reading: "text"}
	result, err := s.Run(t.Context(), []check.Subject{
		{Snapshot: release(t, "license: mit"), Config: config},
		{Snapshot: release(t, "license: no-such-license"), Config: config},
		{Snapshot: release(t, "license: mit", "base_model: org/nobody-knows"), Config: config},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "summary", result.Summary, model.Summary{Subjects: 3, Errors: 1, Warnings: 1, Incomplete: 1})
	empty, err := s.Run(t.Context(), nil)
	if err != nil || empty.Results == nil || len(empty.Results) != 0 {
		t.Errorf("no subjects: %+v, %v", empty, err)
	}
}

// TestDatasets: a dataset that a card names is read where that is asked for,
// beside a model of the same name, and what its licence limits is told and
// never held against the release.
func TestDatasets(t *testing.T) {
	data := repo("org/data", "", "license: cc-by-nc-4.0")
	data.Kind = model.Dataset
	s := open(t, testkit.NewHub(t, data,
		repo("org/base", "", "license: apache-2.0", "datasets: [org/data]"),
		repo("org/data", "", "license: mit"),
	))
	subject := release(t, "license: apache-2.0", "base_model: [org/base, org/data]", "datasets: [org/data, org/gone]")

	_, without := s.check(t, subject)
	if n := len(found(without, "data/restricted-dataset")); n != 0 {
		t.Errorf("datasets not asked for: %d findings, want none", n)
	}

	s.Walker.Datasets = true
	document, result := s.check(t, subject)
	wantEqual(t, "states", states(document), []string{
		"acme/subject resolved dir",
		"datasets/org/data resolved hub",
		"datasets/org/gone private-or-absent hub",
		"org/base resolved hub",
		"org/data resolved hub",
	})
	told := found(result, "data/restricted-dataset")
	if len(told) != 2 {
		t.Fatalf("%d findings on datasets, want one each of the subject and its base: %+v", len(told), told)
	}
	for _, f := range told {
		if f.Level != model.LevelNote || f.License != "cc-by-nc-4.0" || f.Term != "non-commercial" {
			t.Errorf("%+v: want a note on the non-commercial term of cc-by-nc-4.0", f)
		}
	}
	wantEqual(t, "verdict", result.Verdict, without.Verdict)
}
