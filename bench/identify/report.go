package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// tally counts how texts were named: of one licence, and by its name.
type tally struct{ texts, right, named int }

func (t tally) precision() float64 { return fraction(t.right, t.named) }
func (t tally) recall() float64    { return fraction(t.right, t.texts) }

func fraction(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// report prints what was measured.
func report(w io.Writer, questions []question, others []tool, results []result) {
	ownTable(w, questions, results)
	for k, tool := range others {
		compare(w, questions, results, k, tool)
	}
}

// ownTable prints precision and recall of each licence, and what was taken for
// what.
func ownTable(w io.Writer, questions []question, results []result) {
	tallies := map[string]*tally{}
	at := func(id string) *tally {
		if tallies[id] == nil {
			tallies[id] = &tally{}
		}
		return tallies[id]
	}
	var all tally
	var took []time.Duration
	strangers, strangersNamed := 0, 0
	confusions := map[string]int{}
	for i, q := range questions {
		r := results[i]
		took = append(took, r.took)
		if !q.witness {
			// Its licence cannot be known: any name is a wrong one.
			strangers++
			if r.ours != "" {
				strangersNamed++
				confusions["(unknown) "+q.ID+" as "+r.ours]++
			}
			continue
		}
		at(q.ID).texts++
		all.texts++
		if r.ours == "" {
			continue
		}
		at(r.ours).named++
		all.named++
		if r.ours == q.ID {
			at(q.ID).right++
			all.right++
		} else {
			confusions[q.ID+" as "+r.ours]++
		}
	}
	for _, id := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[id]
		fmt.Fprintf(w, "%-58s precision %.2f recall %.2f of %d\n", id, t.precision(), t.recall(), t.texts)
	}
	fmt.Fprintf(w, "\nentail: precision %.4f recall %.4f of %d texts; %d of %d texts of unknown licences were named; median %s a text\n",
		all.precision(), all.recall(), all.texts, strangersNamed, strangers, median(took))
	for _, pair := range slices.Sorted(maps.Keys(confusions)) {
		fmt.Fprintf(w, "  taken for another: %s, %d times\n", pair, confusions[pair])
	}
}

// compare prints both tools' figures on the licences that the other knows.
func compare(w io.Writer, questions []question, results []result, k int, other tool) {
	var ours, theirs tally
	var ratios []float64
	var a, b []time.Duration
	for i, q := range questions {
		if !q.witness || !slices.ContainsFunc(q.spdx, other.knows) {
			continue
		}
		r := results[i]
		ours.add(r.ours != "", r.ours == q.ID)
		theirs.add(r.theirs[k] != "", slices.Contains(q.names, plainID(r.theirs[k])))
		ratios = append(ratios, float64(r.took)/float64(max(r.others[k], 1)))
		a, b = append(a, r.took), append(b, r.others[k])
	}
	fmt.Fprintf(w, "\n%d texts of licences that %s knows\n", ours.texts, other.name)
	if ours.texts == 0 {
		return
	}
	fmt.Fprintf(w, "  %-26s precision %.4f recall %.4f, median %s a text\n", "entail", ours.precision(), ours.recall(), median(a))
	fmt.Fprintf(w, "  %-26s precision %.4f recall %.4f, median %s a text\n", other.name, theirs.precision(), theirs.recall(), median(b))
	slices.Sort(ratios)
	fmt.Fprintf(w, "  entail takes %.2f of its time (median of pairs; %.2f to %.2f); all texts: %.2f\n",
		ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], float64(sum(a))/float64(sum(b)))
}

func (t *tally) add(named, right bool) {
	t.texts++
	if named {
		t.named++
	}
	if right {
		t.right++
	}
}

func median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2].Round(time.Microsecond)
}

func sum(list []time.Duration) time.Duration {
	var total time.Duration
	for _, d := range list {
		total += d
	}
	return total
}
