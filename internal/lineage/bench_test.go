package lineage

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// latency is what one request to the fake Hub takes in BenchmarkWalk.
const latency = 50 * time.Millisecond

// distant makes each request take as long as one to a Hub far away.
type distant struct{ http.RoundTripper }

func (d distant) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(latency):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return d.RoundTripper.RoundTrip(r)
}

// BenchmarkWalk walks families of 200 ancestors, each with a licence file, on a
// Hub of 50 ms latency. It prints the requests made, and the wall time as a
// multiple of the critical path: the longest chain of requests of which each
// needs the answer of the one before, times the latency. A chain has one
// request a generation and the two of its last licence file; the wide family
// waits for the bound on requests at once, which is given as the second ratio.
func BenchmarkWalk(b *testing.B) {
	const ancestors = 200
	chain, wide := []testkit.HubRepo{}, []testkit.HubRepo{}
	repo := func(id, base string) testkit.HubRepo {
		return testkit.HubRepo{ID: id, Files: map[string]string{
			"README.md": "---\nlicense: mit\n" + base + "---\n", "LICENSE": "SPDX-License-Identifier: MIT\n",
		}}
	}
	var all []string
	for i := range ancestors {
		id, base := fmt.Sprintf("org/m%03d", i), ""
		all = append(all, id)
		wide = append(wide, repo(id, ""))
		if i < ancestors-1 {
			base = fmt.Sprintf("base_model: org/m%03d\n", i+1)
		}
		chain = append(chain, repo(id, base))
	}
	for _, family := range []struct {
		name  string
		repos []testkit.HubRepo
		bases []string
		steps int
	}{{"chain", chain, all[:1], ancestors + 2}, {"wide", wide, all, 3}} {
		b.Run(family.name, func(b *testing.B) {
			fake := testkit.NewHub(b, family.repos...)
			transport := distant{&http.Transport{MaxIdleConnsPerHost: workers}}
			client, err := hub.New(hub.Config{Endpoint: fake.URL(), Client: &http.Client{Transport: transport}})
			if err != nil {
				b.Fatal(err)
			}
			w := walker(b, client)
			w.MaxDepth = ancestors
			for b.Loop() {
				found, err := w.Walk(b.Context(), known("acme/s", family.bases...))
				if err != nil || len(found.Nodes) != ancestors+1 {
					b.Fatalf("%d nodes, %v", len(found.Nodes), err)
				}
			}
			requests := float64(fake.Count("")) / float64(b.N)
			wall := b.Elapsed().Seconds() / float64(b.N)
			critical := (time.Duration(family.steps) * latency).Seconds()
			bound := max(critical, requests/workers*latency.Seconds())
			b.ReportMetric(requests, "requests")
			b.ReportMetric(wall/critical, "×critical-path")
			b.ReportMetric(wall/bound, "×bound")
		})
	}
}
