package check_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/policies"
)

// studiedCards are the real cards that stand nearest to the twelve systems of
// the study, by the evidence file that tells what is true of each.
var studiedCards = map[string]string{
	"amber": "LLM360__Amber", "bloom": "bigscience__bloom", "crystalcoder": "LLM360__Crystal",
	"falcon": "tiiuae__falcon-40b", "grok-1": "xai-org__grok-1", "llama-2": "meta-llama__Llama-2-7b-hf",
	"mixtral": "mistralai__Mixtral-8x7B-v0.1", "olmo": "allenai__OLMo-7B", "phi-2": "microsoft__phi-2",
	"pythia": "EleutherAI__pythia-12b", "starcoder2": "bigcode__starcoder2-15b", "t5": "google-t5__t5-11b",
}

// evidenceIn is what is found in a release that holds one file.
func evidenceIn(t testing.TB, known *catalog.Catalog, name string, text []byte) map[string][]model.Evidence {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "release")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
		t.Fatal(err)
	}
	dir, err := source.OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := dir.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checker := &check.Checker{Walker: &lineage.Walker{Catalog: known}, Now: time.Unix(0, 0)}
	document, err := checker.Input(context.Background(), check.Subject{Snapshot: snapshot})
	if err != nil {
		t.Fatal(err)
	}
	return document.Nodes[document.Subject].Evidence
}

// class is what a word comes to: there or not, described or not.
func class(e model.Evidence) string {
	switch e.Level + e.Availability {
	case "full", "substantial", "released", "gated", "partial":
		return "there"
	case "unknown", "not-used":
		return ""
	}
	return "not there"
}

// hits counts hints that were found, that could be held against the truth, that
// were right, and that promise more than is there.
type hits struct{ found, known, right, over int }

// TestEvidenceFromCards measures what the text of the twelve systems' real
// cards alone tells of their components, against the evidence files. The bounds
// keep it from getting worse unseen; a hint decides nothing, so none is a wrong
// verdict.
func TestEvidenceFromCards(t *testing.T) {
	corpus := testkit.Corpus(t)
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*hits{}
	var all hits
	for _, name := range slices.Sorted(maps.Keys(studiedCards)) {
		text, err := os.ReadFile(filepath.Join(corpus, "cards", studiedCards[name]+".md"))
		if err != nil {
			t.Fatal(err)
		}
		facts, err := os.ReadFile(filepath.Join(corpus, "osaid-evidence", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		hinted := evidenceIn(t, known, "README.md", text)
		truth := evidenceIn(t, known, "entail-evidence.yaml", facts)
		var wrong []string
		for component, list := range hinted {
			if by[component] == nil {
				by[component] = &hits{}
			}
			by[component].found++
			all.found++
			if len(truth[component]) == 0 || class(truth[component][0]) == "" {
				continue
			}
			by[component].known++
			all.known++
			if class(list[0]) == class(truth[component][0]) {
				by[component].right++
				all.right++
			} else {
				if class(list[0]) == "there" {
					all.over++
				}
				said := cmp.Or(list[0].Level, list[0].Availability)
				wrong = append(wrong, fmt.Sprintf("%s %s (%s), is %s", component, said, list[0].Seen,
					cmp.Or(truth[component][0].Level, truth[component][0].Availability)))
			}
		}
		slices.Sort(wrong)
		t.Logf("%-12s %2d components, wrong: %s", name, len(hinted), cmp.Or(strings.Join(wrong, "; "), "none"))
	}
	for _, component := range slices.Sorted(maps.Keys(by)) {
		t.Logf("%-38s found %2d, right %d of %d", component, by[component].found, by[component].right, by[component].known)
	}
	t.Logf("all: %d component states in 12 cards, right %d of the %d that the evidence files know (%.2f), %d promise too much",
		all.found, all.right, all.known, float64(all.right)/float64(all.known), all.over)
	if all.found < 60 || float64(all.right) < 0.85*float64(all.known) || all.over > 2 {
		t.Errorf("found %d, right %d of %d, %d promise too much: worse than before", all.found, all.right, all.known, all.over)
	}
}

// TestEvidenceFromAllCards counts what all real cards tell. No card of them can
// be met by its text alone: nothing in it is more than a hint.
func TestEvidenceFromAllCards(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 356 cards")
	}
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(testkit.Corpus(t), "cards", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cards: %v", err)
	}
	by, states, with := map[string]int{}, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := evidenceIn(t, known, "README.md", text)
		if len(found) > 0 {
			with++
		}
		for component, list := range found {
			by[component]++
			states++
			for _, e := range list {
				if e.Strength != model.Hint && component != "documents.model_card" {
					t.Errorf("%s: %s is more than a hint: %+v", filepath.Base(file), component, e)
				}
			}
		}
	}
	for _, component := range slices.Sorted(maps.Keys(by)) {
		t.Logf("%-38s in %3d cards", component, by[component])
	}
	t.Logf("%d component states in %d cards, %d of which tell something", states, len(files), with)
	if states < len(files) {
		t.Errorf("%d states in %d cards: less than before", states, len(files))
	}
}
