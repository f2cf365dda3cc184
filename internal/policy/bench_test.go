package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
)

// benchDepth is the depth that a walk goes to where nobody says otherwise.
const benchDepth = 25

// manyAncestors is a subject with n ancestors under licences of all kinds, in
// generations that grow: each model is made from up to three of the next
// generation, so that there are many ways to each of them.
func manyAncestors(n int) *input.Document {
	licenses := []string{"apache-2.0", "llama3.1", "gemma", "cc-by-nc-4.0", "mit", "openrail", "cc-by-sa-4.0", "qwen-research"}
	document := plainDocument("llama3.1", "")
	subject := document.Subject
	generation := [][]string{{subject}}
	width := max(2, n/(benchDepth-1))
	for i := range n {
		id := fmt.Sprintf("org%d/model-%04d", i%7, i)
		if i%width == 0 && len(generation) < benchDepth {
			generation = append(generation, nil)
		}
		last := len(generation) - 1
		generation[last] = append(generation[last], id)
		document.Nodes[id] = plainNode(id, licenses[i%len(licenses)])
		document.Nodes[id].SameOwner = i%7 == 0
		above := generation[last-1]
		for k := range min(3, len(above)) {
			document.Edges = append(document.Edges, plainEdge(above[(i+k)%len(above)], id))
		}
		first := document.Paths[above[i%len(above)]]
		document.Paths[id] = append(append([]string{}, first...), id)
	}
	return document
}

// manyBases is a subject that was merged from n models, each under a licence.
func manyBases(n int) *input.Document {
	document := plainDocument("llama3.1", "")
	for i := range n {
		id := fmt.Sprintf("org%d/model-%04d", i%7, i)
		document.Nodes[id] = plainNode(id, []string{"apache-2.0", "llama3.1", "gemma", "cc-by-nc-4.0"}[i%4])
		document.Edges = append(document.Edges, plainEdge(document.Subject, id))
		document.Edges[i].Relation = model.Merge
		document.Paths[id] = []string{document.Subject, id}
	}
	return document
}

// BenchmarkEval judges lineages of growing size, each as if it were the first:
// with nothing kept. The time for each ancestor has to stay the same, or a large
// lineage is never judged.
func BenchmarkEval(b *testing.B) {
	engine := realEngine(b)
	for _, shape := range []struct {
		name string
		of   func(int) *input.Document
	}{{"deep", manyAncestors}, {"wide", manyBases}} {
		for _, n := range []int{10, 100, 500, 2_000} {
			document := shape.of(n)
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				start := time.Now()
				for b.Loop() {
					if _, err := engine.EvalAlone(b.Context(), document); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(time.Since(start).Microseconds())/float64(b.N*n), "µs/ancestor")
			})
		}
	}
}
