package policy_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/policies"
)

// pairsDir holds the labelled pairs; its README explains the fields.
const pairsDir = "../../testdata/pairs"

// fewestPairs guards against a folder that was not read.
const fewestPairs = 160

// verdict is an answer of compare as far as it was labelled.
type verdict struct {
	Outcome string   `yaml:"outcome"`
	Dropped []string `yaml:"dropped"`
}

func (v verdict) equal(other verdict) bool {
	return v.Outcome == other.Outcome && slices.Equal(v.Dropped, other.Dropped)
}

type labelledPair struct {
	Parent  string `yaml:"parent"`
	Child   string `yaml:"child"`
	verdict `yaml:",inline"`
	Clause  string   `yaml:"clause"`
	Because string   `yaml:"because"`
	Label   *verdict `yaml:"label"`
	First   *verdict `yaml:"first"`
	Right   string   `yaml:"right"`
	Settled string   `yaml:"settled"`
}

// labelled reads all labelled pairs, by file.
func labelled(t *testing.T) map[string][]labelledPair {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(pairsDir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[string][]labelledPair{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Pairs []labelledPair `yaml:"pairs"`
		}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(&read); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
		pairs[strings.TrimSuffix(filepath.Base(file), ".yaml")] = read.Pairs
	}
	return pairs
}

// compareEngine is the engine with the real rules, and the real catalogue.
func compareEngine(t *testing.T) (*policy.Engine, *catalog.Catalog) {
	t.Helper()
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policy.New(t.Context(), policies.FS, licenses.Data())
	if err != nil {
		t.Fatal(err)
	}
	return engine, licenses
}

// compareOne asks for one pair.
func compareOne(t *testing.T, engine *policy.Engine, parent, child string) model.Comparison {
	t.Helper()
	var found model.Comparison
	if err := engine.Ask(t.Context(), &found, "entail", "compare", "pairs", parent, child); err != nil {
		t.Fatal(err)
	}
	return found
}

// said is what was labelled of an answer.
func said(found model.Comparison) verdict {
	kinds := map[string]bool{}
	if found.Outcome != "unknown" {
		for _, term := range found.Dropped {
			kinds[term.Term] = true
		}
	}
	return verdict{Outcome: found.Outcome, Dropped: slices.Sorted(maps.Keys(kinds))}
}

func TestLabelledPairs(t *testing.T) {
	engine, _ := compareEngine(t)
	for file, pairs := range labelled(t) {
		t.Run(file, func(t *testing.T) {
			for _, pair := range pairs {
				got := said(compareOne(t, engine, pair.Parent, pair.Child))
				if !got.equal(pair.verdict) {
					t.Errorf("%s on %s is %s %v, want %s %v: %s (%s)", pair.Child, pair.Parent,
						got.Outcome, got.Dropped, pair.Outcome, pair.Dropped, pair.Because, pair.Clause)
				}
			}
		})
	}
}

// The labels have to be whole: a pair once, a reason and a clause for each, and
// for each disagreement who was right.
func TestLabelledPairsAreSettled(t *testing.T) {
	seen := map[string]bool{}
	outcomes, kinds := 0, 0
	for file, pairs := range labelled(t) {
		for _, pair := range pairs {
			at := fmt.Sprintf("%s: %s on %s", file, pair.Child, pair.Parent)
			if seen[pair.Parent+" "+pair.Child] {
				t.Errorf("%s is there twice", at)
			}
			seen[pair.Parent+" "+pair.Child] = true
			if pair.Because == "" || pair.Clause == "" && pair.Outcome != "unknown" {
				t.Errorf("%s has no reason or no clause", at)
			}
			if !slices.IsSorted(pair.Dropped) {
				t.Errorf("%s: the dropped kinds are not in order", at)
			}
			checkSettled(t, at, pair)
			label, first := pair.verdict, pair.verdict
			if pair.Label != nil && pair.First != nil {
				label, first = *pair.Label, *pair.First
			}
			if label.Outcome == first.Outcome {
				outcomes++
			}
			if slices.Equal(label.Dropped, first.Dropped) {
				kinds++
			}
		}
	}
	if len(seen) < fewestPairs {
		t.Errorf("%d labelled pairs, want at least %d", len(seen), fewestPairs)
	}
	t.Logf("first run: %d of %d outcomes agreed with the labels, and %d sets of dropped kinds", outcomes, len(seen), kinds)
	readme, err := os.ReadFile(filepath.Join(pairsDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range []int{outcomes, kinds} {
		if part := fmt.Sprintf("%d of %d", count, len(seen)); !bytes.Contains(readme, []byte(part)) {
			t.Errorf("README.md does not say %q", part)
		}
	}
}

func checkSettled(t *testing.T, at string, pair labelledPair) {
	t.Helper()
	if pair.Label == nil && pair.First == nil && pair.Right == "" && pair.Settled == "" {
		return
	}
	if pair.Label == nil || pair.First == nil || pair.Settled == "" {
		t.Errorf("%s: label, first and settled belong together", at)
		return
	}
	label, tool := pair.Label.equal(pair.verdict), pair.First.equal(pair.verdict)
	switch {
	case pair.Right == "label" && label && !tool:
	case pair.Right == "tool" && tool && !label:
	case pair.Right == "neither" && !label && !tool:
	case pair.Right == "label" && label && pair.Label.equal(*pair.First):
		t.Errorf("%s: nothing to settle", at)
	default:
		t.Errorf("%s: %q was right, and the answer is not theirs", at, pair.Right)
	}
}

// TestCompareMatrix asks for the outcomes of all pairs, which takes a while,
// once for all that is to be checked of them.
func TestCompareMatrix(t *testing.T) {
	engine, licenses := compareEngine(t)
	outcomes := map[string]map[string]string{}
	for _, key := range licenses.Keys() {
		var row map[string]string
		if err := engine.Ask(t.Context(), &row, "entail", "compare", "outcomes", key); err != nil {
			t.Fatal(err)
		}
		outcomes[key] = row
	}
	t.Run("hub", func(t *testing.T) { checkHubMatrix(t, licenses, outcomes) })
	t.Run("all", func(t *testing.T) { checkMatrix(t, licenses, outcomes) })
	t.Run("transitive", func(t *testing.T) { checkTransitive(t, engine, outcomes) })
}

// hubKeys has the catalogue's key of each id that the Hub has.
func hubKeys(licenses *catalog.Catalog) map[string]string {
	keys := map[string]string{}
	for _, key := range licenses.Keys() {
		entry, _ := licenses.License(key)
		for _, id := range entry.HuggingFace {
			keys[id] = key
		}
	}
	return keys
}

// checkHubMatrix holds the matrix of all ids of the Hub, parents down and
// children across, against its golden file.
func checkHubMatrix(t *testing.T, licenses *catalog.Catalog, outcomes map[string]map[string]string) {
	keys := hubKeys(licenses)
	ids := slices.Sorted(maps.Keys(keys))
	var text bytes.Buffer
	table := csv.NewWriter(&text)
	rows := [][]string{append([]string{"parent"}, ids...)}
	for _, parent := range ids {
		row := []string{parent}
		for _, child := range ids {
			row = append(row, outcomes[keys[parent]][keys[child]])
		}
		rows = append(rows, row)
	}
	if err := table.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, pairsDir+"/golden/hub-matrix.csv", text.Bytes())
}

// checkMatrix reports each outcome that breaks what must hold of any licences.
func checkMatrix(t *testing.T, licenses *catalog.Catalog, outcomes map[string]map[string]string) {
	for _, from := range licenses.Keys() {
		parent, _ := licenses.License(from)
		for _, to := range licenses.Keys() {
			child, _ := licenses.License(to)
			for _, problem := range matrixProblems(licenses, parent, child, outcomes[from][to]) {
				t.Errorf("%s on %s is %q: %s", to, from, outcomes[from][to], problem)
			}
		}
	}
}

// matrixProblems says what is wrong with the outcome of a pair, going by what
// must hold whatever the licences.
func matrixProblems(licenses *catalog.Catalog, parent, child catalog.Entry, outcome string) []string {
	var problems []string
	add := func(broken bool, problem string) {
		if broken {
			problems = append(problems, problem)
		}
	}
	add(!slices.Contains([]string{"free", "obligations", "dropped", "forbidden", "unknown"}, outcome), "that is no outcome")
	if isUnknown(parent) || isUnknown(child) {
		add(outcome != "unknown", "one of them names no one licence")
		return problems
	}
	add(outcome == "unknown", "both are known")
	forbids := slices.ContainsFunc(parent.Terms, func(term catalog.Term) bool { return term.Kind == "no-derivatives" })
	if forbids {
		add(outcome != "forbidden", "the parent forbids derivatives")
		return problems
	}
	add(outcome == "forbidden", "the parent permits derivatives")
	add(parent.Key == child.Key && outcome == "dropped", "a licence carries itself")
	open := parent.Class == "permissive" || parent.Class == "public-domain"
	add(open && outcome == "dropped", "the parent is "+parent.Class)
	limits := restrictions(licenses, parent, "derivatives")
	add(limits == 0 && outcome == "dropped", "the parent has no restriction on derivatives")
	add(limits > 0 && restrictions(licenses, child, "") == 0 && outcome != "dropped", "the child restricts nothing, and the parent does")
	return problems
}

func isUnknown(entry catalog.Entry) bool { return entry.Class == "family" || entry.Class == "unknown" }

// restrictions counts the restrictions of a licence that flow along a channel,
// or along any where it is empty.
func restrictions(licenses *catalog.Catalog, entry catalog.Entry, channel string) int {
	count := 0
	for _, term := range entry.Terms {
		if _, effect := licenses.Kind(term.Kind); effect != "restriction" {
			continue
		}
		if channel == "" || slices.Contains(term.Flows, channel) {
			count++
		}
	}
	return count
}

// checkTransitive: passing through a licence in between may lose nothing. Where
// a derivative of P may go out under C, and one of that under G, G has to carry
// what P restricts. The one way round is a licence that names others to go out
// under, as copyleft licences do: what C names, P need not. The golden file
// lists those chains, so that a new one is read before it is kept.
func checkTransitive(t *testing.T, engine *policy.Engine, outcomes map[string]map[string]string) {
	keys := slices.Sorted(maps.Keys(outcomes))
	var chains strings.Builder
	for _, parent := range keys {
		for _, grandchild := range keys {
			if released(outcomes[parent][grandchild]) {
				continue
			}
			for _, child := range keys {
				if !released(outcomes[parent][child]) || !released(outcomes[child][grandchild]) {
					continue
				}
				fmt.Fprintf(&chains, "%s > %s > %s\n", parent, child, grandchild)
				checkChain(t, engine, parent, child, grandchild)
			}
		}
	}
	testkit.Golden(t, pairsDir+"/golden/chains.txt", []byte(chains.String()))
}

func released(outcome string) bool { return outcome == "free" || outcome == "obligations" }

// checkChain reports what is lost along a chain other than by a licence's own
// list of licences to go out under.
func checkChain(t *testing.T, engine *policy.Engine, parent, child, grandchild string) {
	t.Helper()
	for _, term := range compareOne(t, engine, parent, grandchild).Dropped {
		named, _ := term.Parameters["licenses"].([]any)
		if !slices.Contains(named, any(child)) {
			t.Errorf("%s is lost from %s by way of %s to %s", term.Term, parent, child, grandchild)
		}
	}
}

// A kind of term that no licence has, or a use that none forbids, is dead
// weight in the vocabulary. Uses may stand ready for rules that users write.
func TestVocabularyIsUsed(t *testing.T) {
	_, licenses := compareEngine(t)
	used := map[string]bool{}
	for _, key := range licenses.Keys() {
		entry, _ := licenses.License(key)
		for _, term := range entry.Terms {
			used[term.Kind] = true
		}
	}
	for _, kind := range licenses.Kinds() {
		if !used[kind] {
			t.Errorf("no licence has a term of kind %s", kind)
		}
	}
}
