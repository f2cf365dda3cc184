package check_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// scripted is a Hub of many families, with what a walk has to make of it.
type scripted struct {
	families [][]*entry
	repos    []testkit.HubRepo
}

// named is how many models of its family a subject names.
const named = 20

// entry is one model of the script.
type entry struct {
	// id is what cards write, answers is what the Hub answers for it.
	id, answers string
	kind        string
	state       model.State
	bases       []*entry
	// unread is the state of its licence file; empty where that can be read.
	unread model.State
}

// trouble is one kind of fault, and how a repository with it must end.
type trouble struct {
	kind   string
	state  model.State
	unread model.State
	apply  func(*entry, *testkit.HubRepo)
}

func faulty(kind string, state model.State, fault testkit.HubFault) trouble {
	return trouble{kind: kind, state: state, apply: func(_ *entry, r *testkit.HubRepo) { r.Fault = &fault }}
}

// troubles are the faults of the script, one model in twenty for each.
func troubles() []trouble {
	const resolved = model.Resolved
	return []trouble{
		{"gated", resolved, model.Gated, func(_ *entry, r *testkit.HubRepo) { r.Gated = "manual" }},
		{"private", model.PrivateOrAbsent, "", func(_ *entry, r *testkit.HubRepo) { r.Private = true }},
		{"absent", model.PrivateOrAbsent, "", func(_ *entry, r *testkit.HubRepo) { r.ID = "" }},
		// The Hub shows the facts of a disabled model, and its bases with them.
		{"disabled", model.Disabled, "", func(_ *entry, r *testkit.HubRepo) { r.Disabled, r.CardData = true, "{}" }},
		{"refused", model.Disabled, "", func(_ *entry, r *testkit.HubRepo) { r.Refused = true }},
		{"renamed", resolved, "", func(e *entry, r *testkit.HubRepo) { e.answers, r.ID = "new/"+r.ID[4:], "new/"+r.ID[4:] }},
		{"wrong case", resolved, "", func(e *entry, r *testkit.HubRepo) { e.answers, r.ID = strings.ToUpper(r.ID), strings.ToUpper(r.ID) }},
		{"circle", resolved, "", nil},
		{"itself", resolved, "", nil},
		faulty("server error", model.Failed, testkit.HubFault{Kind: testkit.HubStatus, Status: http.StatusBadGateway}),
		faulty("rate limit", model.RateLimited, testkit.HubFault{Kind: testkit.HubStatus, Status: http.StatusTooManyRequests}),
		faulty("stall", model.Failed, testkit.HubFault{Kind: testkit.HubStall}),
		faulty("dropped", model.Failed, testkit.HubFault{Kind: testkit.HubDrop}),
		faulty("lying length", model.Failed, testkit.HubFault{Kind: testkit.HubTruncated}),
		faulty("cut JSON", model.Failed, testkit.HubFault{Kind: testkit.HubCut}),
		faulty("HTML", model.Failed, testkit.HubFault{Kind: testkit.HubHTML}),
		faulty("portal", model.Failed, testkit.HubFault{Kind: testkit.HubPortal}),
		faulty("loop", model.Failed, testkit.HubFault{Kind: testkit.HubLoop}),
		{"no licence file", resolved, model.Failed, func(_ *entry, r *testkit.HubRepo) {
			r.Fault = &testkit.HubFault{Kind: testkit.HubStatus, Status: http.StatusBadGateway, On: "file"}
		}},
	}
}

// clean tells the families without any fault, one in ten.
func clean(family int) bool { return family%10 == 9 }

// script makes n models in families of 25, of which each names up to three
// others of its family. Everything follows from the seed.
func script(n int, seed uint64) scripted {
	const size = 25
	dice := rand.New(rand.NewPCG(seed, 25))
	kinds := troubles()
	var s scripted
	for f := range n / size {
		family := make([]*entry, size)
		chosen := make([]trouble, size)
		for i := range family {
			id := fmt.Sprintf("org/f%d-m%d", f, i)
			family[i] = &entry{id: id, answers: id, kind: "none", state: model.Resolved}
			if k := dice.IntN(20); k < len(kinds) && !clean(f) {
				chosen[i] = kinds[k]
				family[i].kind, family[i].state, family[i].unread = kinds[k].kind, kinds[k].state, kinds[k].unread
			}
		}
		for i, one := range family {
			for range dice.IntN(4) {
				if j := i + 1 + dice.IntN(size); j < size && !slices.Contains(one.bases, family[j]) {
					one.bases = append(one.bases, family[j])
				}
			}
			switch one.kind {
			case "circle":
				one.bases = append(one.bases, family[dice.IntN(i+1)])
			case "itself":
				one.bases = append(one.bases, one)
			}
		}
		for i, one := range family {
			s.repos = append(s.repos, one.repos(chosen[i])...)
		}
		s.families = append(s.families, family)
	}
	return s
}

// repos are what stands on the Hub for an entry.
func (e *entry) repos(t trouble) []testkit.HubRepo {
	lines := []string{"license: apache-2.0"}
	if len(e.bases) > 0 {
		lines = append(lines, "base_model:")
		for _, b := range e.bases {
			lines = append(lines, "- "+b.id)
		}
	}
	r := repo(e.id, "Apache-2.0", lines...)
	delete(r.Files, "model.safetensors")
	if t.apply != nil {
		t.apply(e, &r)
	}
	switch {
	case r.ID == "":
		return nil
	case e.kind == "renamed":
		return []testkit.HubRepo{r, {ID: e.id, RenamedTo: r.ID}}
	}
	return []testkit.HubRepo{r}
}

// expect is what a walk from a subject that names the first models of a family
// must come upon: the state of each node, and all edges.
func expect(bases []*entry) []string {
	all := map[string]bool{}
	queue := slices.Clone(bases)
	for _, one := range bases {
		all["edge acme/subject "+one.node()] = true
	}
	seen := map[*entry]bool{}
	for len(queue) > 0 {
		one := queue[0]
		queue = queue[1:]
		if seen[one] {
			continue
		}
		seen[one] = true
		all[fmt.Sprintf("node %s %s %s", one.node(), one.state, one.unread)] = true
		if one.state != model.Resolved {
			continue
		}
		for _, b := range one.bases {
			all[fmt.Sprintf("edge %s %s", one.node(), b.node())] = true
			queue = append(queue, b)
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// node is the id that an entry has in a lineage.
func (e *entry) node() string {
	if e.state != model.Resolved {
		return e.id
	}
	return e.answers
}

// came is what a walk came upon, as expect has it.
func came(d *input.Document) []string {
	all := map[string]bool{}
	for id, n := range d.Nodes {
		if id == d.Subject {
			continue
		}
		var unread model.State
		if len(n.License.Unread) > 0 {
			unread = n.License.Unread[0].State
		}
		all[fmt.Sprintf("node %s %s %s", id, n.State, unread)] = true
	}
	for _, e := range d.Edges {
		all[fmt.Sprintf("edge %s %s", e.Child, e.Parent)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// roundTrip is a function as an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// impatient gives up on the models that stall long before the client would, so
// that the run need not wait for them, and a busy machine fails no other.
func impatient(s scripted, below http.RoundTripper) http.RoundTripper {
	stalled := map[string]bool{}
	for _, family := range s.families {
		for _, one := range family {
			if one.kind == "stall" {
				stalled[one.id] = true
			}
		}
	}
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		parts := append(strings.Split(strings.TrimPrefix(r.URL.Path, "/api/models"), "/"), "", "")
		if !stalled[parts[1]+"/"+parts[2]] {
			return below.RoundTrip(r)
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { time.AfterFunc(20*time.Millisecond, cancel) },
		})
		if answer, err := below.RoundTrip(r.WithContext(ctx)); err == nil {
			return answer, nil
		}
		return nil, os.ErrDeadlineExceeded
	})
}

// outcome is what became of one family.
type outcome struct {
	found    []string
	document string
	verdict  model.Verdict
}

// runFamilies checks a subject of each family, many at a time.
func runFamilies(t *testing.T, checker *check.Checker, families [][]*entry) []outcome {
	t.Helper()
	outcomes := make([]outcome, len(families))
	slots := make(chan struct{}, 64)
	var group sync.WaitGroup
	for i, family := range families {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			subject := check.Subject{Snapshot: merged(family), Config: input.Config{Reading: "text"}}
			document, err := checker.Input(t.Context(), subject)
			if err != nil {
				t.Error(err)
				return
			}
			result, err := checker.Engine.Eval(t.Context(), document)
			if err != nil {
				t.Error(err)
				return
			}
			text, err := json.Marshal(document)
			if err != nil {
				t.Error(err)
			}
			outcomes[i] = outcome{came(document), string(text), result.Verdict}
		})
	}
	group.Wait()
	return outcomes
}

// merged is a release under a known licence that names the first models of a
// family.
func merged(family []*entry) *source.Snapshot {
	text := "---\nlicense: apache-2.0\nbase_model:\n"
	for _, one := range family[:named] {
		text += "- " + one.id + "\n"
	}
	return cardOnly("acme/subject", true, []byte(text+"---\nA model.\n"))
}

// TestFaults walks the lineages of a Hub of 5,000 models in which one in twenty
// has each kind of fault. What a walk must come upon is computed from the
// script: each fault is there as a state, none ends as a pass, and a second run
// gives the same documents.
func TestFaults(t *testing.T) {
	models := 5_000
	if testing.Short() {
		models = 500
	}
	for seed := range uint64(2) {
		s := script(models, seed+1)
		fake := testkit.NewHub(t, s.repos...)
		for _, bucket := range []string{"api", "resolvers"} {
			// A spent quota would end in the one state for all that follow.
			fake.Limit(bucket, testkit.HubLimit{Quota: 1_000_000, Window: time.Hour})
		}
		checker := newChecker(t, scriptedClient(t, s, fake), source.Index())
		outcomes := runFamilies(t, checker, s.families)
		seen, verdicts := map[string]int{}, map[model.Verdict]int{}
		for i, family := range s.families {
			want := expect(family[:named])
			if !slices.Equal(outcomes[i].found, want) {
				t.Errorf("seed %d, family %d:\n got %q\nwant %q", seed, i, outcomes[i].found, want)
			}
			unread := false
			for _, one := range family {
				for _, line := range want {
					if strings.HasPrefix(line, "node "+one.node()+" ") {
						seen[one.kind]++
						unread = unread || one.state != model.Resolved
					}
				}
			}
			verdicts[outcomes[i].verdict]++
			if unread && outcomes[i].verdict == model.Pass {
				t.Errorf("seed %d, family %d: a pass, with models that could not be read", seed, i)
			}
			if clean(i) && outcomes[i].verdict != model.Pass {
				t.Errorf("seed %d, family %d: %s, want a pass: nothing is wrong with it", seed, i, outcomes[i].verdict)
			}
		}
		for _, one := range append(troubles(), trouble{kind: "none"}) {
			if seen[one.kind] == 0 {
				t.Errorf("seed %d: no lineage came upon a model with the fault %q", seed, one.kind)
			}
		}
		for i, second := range runFamilies(t, checker, s.families) {
			if second.document != outcomes[i].document {
				t.Errorf("seed %d, family %d: the second run has another document: %s", seed, i, firstChange(outcomes[i].document, second.document))
			}
		}
		t.Logf("seed %d: %d requests, verdicts %v, faults met %v", seed, fake.Count(""), verdicts, seen)
	}
}

// scriptedClient asks the Hub of a script, one more time where a failure may
// pass, on a clock that stands still.
func scriptedClient(t *testing.T, s scripted, fake *testkit.Hub) *hub.Source {
	t.Helper()
	client, err := hub.New(hub.Config{
		Endpoint: fake.URL(), MaxRetries: 1,
		Client: &http.Client{Transport: impatient(s, &http.Transport{MaxIdleConnsPerHost: 64})},
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestSpentQuota walks the lineages of a Hub whose quotas are used up on the
// way. Which models come too late is up to chance: each is there all the same,
// and no lineage passes but those in which nothing is wrong or late. In the next
// window all is as the script has it.
func TestSpentQuota(t *testing.T) {
	for seed := range uint64(2) {
		s := script(500, seed+1)
		fake := testkit.NewHub(t, s.repos...)
		limit := func(api, resolvers int) {
			fake.Limit("api", testkit.HubLimit{Quota: api, Window: time.Hour})
			fake.Limit("resolvers", testkit.HubLimit{Quota: resolvers, Window: time.Hour})
		}
		limit(150, 300)
		late := 0
		for i, got := range runFamilies(t, newChecker(t, scriptedClient(t, s, fake), source.Index()), s.families) {
			kept := 0
			for _, line := range got.found {
				if strings.Contains(line, " "+string(model.RateLimited)+" ") || strings.HasSuffix(line, " "+string(model.RateLimited)) {
					kept++
				}
			}
			for _, one := range s.families[i][:named] {
				if !slices.ContainsFunc(got.found, func(line string) bool {
					return strings.HasPrefix(line, "node "+one.id+" ") || strings.HasPrefix(line, "node "+one.answers+" ")
				}) {
					t.Errorf("seed %d, family %d: %s is lost", seed, i, one.id)
				}
			}
			if late += kept; got.verdict == model.Pass && (kept > 0 || !clean(i)) {
				t.Errorf("seed %d, family %d: a pass, with %d models that the limit kept back", seed, i, kept)
			}
		}
		if late == 0 {
			t.Errorf("seed %d: nothing came too late", seed)
		}
		asked := fake.Count("")
		limit(1_000_000, 1_000_000)
		for i, got := range runFamilies(t, newChecker(t, scriptedClient(t, s, fake), source.Index()), s.families) {
			if want := expect(s.families[i][:named]); !slices.Equal(got.found, want) {
				t.Errorf("seed %d, family %d, next window:\n got %q\nwant %q", seed, i, got.found, want)
			}
		}
		t.Logf("seed %d: %d requests, %d models came too late", seed, asked, late)
	}
}

// firstChange is where two documents begin to differ.
func firstChange(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-100)
	return fmt.Sprintf("%q and %q", a[from:min(len(a), i+100)], b[from:min(len(b), i+100)])
}
