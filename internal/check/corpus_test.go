package check_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/policies"
)

// newChecker is a checker with the embedded policies over some sources.
func newChecker(t testing.TB, sources ...source.Source) *check.Checker {
	t.Helper()
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policy.New(t.Context(), policies.FS, licenses.Data())
	if err != nil {
		t.Fatal(err)
	}
	return &check.Checker{
		Walker: &lineage.Walker{Sources: sources, Catalog: licenses},
		Engine: engine, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Tool: model.Tool{Name: "entail", Version: "test"},
	}
}

// dump writes reports to the file that ENTAIL_DUMP names, for reading by eye.
func dump(t testing.TB, results []model.SubjectResult) {
	name := os.Getenv("ENTAIL_DUMP")
	if name == "" {
		return
	}
	var text bytes.Buffer
	for _, r := range results {
		one := &model.Result{Results: []model.SubjectResult{r}}
		if err := report.Write(&text, "text", one, report.Options{Width: 120}); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&text, strings.Repeat("=", 80))
	}
	if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tally counts findings by level and rule.
func tally(results []model.SubjectResult) string {
	rules, verdicts := map[string]int{}, map[string]int{}
	for _, r := range results {
		verdicts[string(r.Verdict)]++
		seen := map[string]bool{}
		for _, f := range r.Findings {
			key := fmt.Sprintf("%-7s %s", f.Level, f.Rule)
			if !seen[key] {
				rules[key]++
			}
			seen[key] = true
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "verdicts %v\n", verdicts)
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		fmt.Fprintf(&b, "%5d subjects  %s\n", rules[key], key)
	}
	return b.String()
}

// TestCards checks every real card of the corpus: each gives a result, and no
// card is lost or stops the run.
func TestCards(t *testing.T) {
	if testing.Short() {
		t.Skip("checks 356 releases")
	}
	folder := filepath.Join(testkit.Corpus(t), "cards")
	checker := newChecker(t, source.Index())
	var subjects []check.Subject
	index, err := os.Open(filepath.Join(folder, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	lines := bufio.NewScanner(index)
	lines.Scan()
	for lines.Scan() {
		column := strings.Split(lines.Text(), "\t")
		text, err := os.ReadFile(filepath.Join(folder, column[0]))
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, check.Subject{
			Snapshot: cardOnly(cmp.Or(column[1], column[0]), column[1] != "", text),
			Config:   input.Config{Reading: "text"},
		})
	}
	result, err := checker.Run(t.Context(), subjects)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Results) != len(subjects) || len(subjects) == 0 {
		t.Fatalf("%d cards gave %d results", len(subjects), len(result.Results))
	}
	dump(t, result.Results)
	t.Logf("%d cards\n%s", len(subjects), tally(result.Results))
}

// cardOnly is a release of which only the card is known.
func cardOnly(id string, published bool, text []byte) *source.Snapshot {
	return &source.Snapshot{
		ID: id, Published: published, Kind: model.Model, Source: "dir", State: model.Resolved,
		Files: []model.File{{Path: "README.md", Size: int64(len(text))}},
		Read: func(_ context.Context, path string) ([]byte, error) {
			if path != "README.md" {
				return nil, &source.ReadError{ID: id, Path: path, State: model.NotFound, Err: source.ErrNotExist}
			}
			return text, nil
		},
	}
}

// hubRow is a row of the dump of the Hub's metadata.
type hubRow struct {
	ID         string   `parquet:"id,optional"`
	CardData   string   `parquet:"cardData,optional"`
	Tags       []string `parquet:"tags,list,optional"`
	Task       string   `parquet:"pipeline_tag,optional"`
	BaseModels *struct {
		Relation string `parquet:"relation,optional"`
		Models   []struct {
			ID string `parquet:"id"`
		} `parquet:"models,list,optional"`
	} `parquet:"baseModels,optional"`
}

// dumpSource answers from the rows of a dump as the Hub would.
type dumpSource map[string]hubRow

func (dumpSource) Name() string { return "hub" }

func (d dumpSource) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	row, ok := d[ref.ID]
	s := &source.Snapshot{
		ID: ref.ID, Published: true, Kind: model.Model, Source: "hub",
		State: model.Offline, Detail: "not in the dump", Read: source.NoFiles(ref.ID, model.Offline),
	}
	if !ok {
		return s, ctx.Err()
	}
	s.State, s.Detail, s.Tags, s.Task = model.Resolved, "", row.Tags, row.Task
	if row.CardData != "" {
		if err := json.Unmarshal([]byte(row.CardData), &s.Metadata); err != nil {
			return nil, err
		}
	}
	if row.BaseModels != nil {
		for _, m := range row.BaseModels.Models {
			s.Bases = append(s.Bases, source.Base{
				Ref: model.Ref{Kind: model.Model, ID: m.ID}, Relation: model.Relation(row.BaseModels.Relation), From: model.FromHub,
			})
		}
	}
	return s, ctx.Err()
}

// TestHubStats checks every record of the sample of the Hub's dump, with the
// other records, and behind them the index, as the Hub.
func TestHubStats(t *testing.T) {
	if testing.Short() {
		t.Skip("short: 4,167 records take half a minute, and minutes under the race detector")
	}
	file := filepath.Join(testkit.Corpus(t), "hub-stats", "models-sample.parquet")
	rows, err := parquet.ReadFile[hubRow](file)
	if err != nil {
		t.Fatal(err)
	}
	hub := dumpSource{}
	for _, row := range rows {
		hub[row.ID] = row
	}
	checker := newChecker(t, hub, source.Index())
	var subjects []check.Subject
	for _, row := range rows {
		snapshot, err := hub.Fetch(t.Context(), model.Ref{Kind: model.Model, ID: row.ID})
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, check.Subject{Snapshot: snapshot, Config: input.Config{Reading: "text"}})
	}
	result, err := checker.Run(t.Context(), subjects)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Results) != len(rows) || len(rows) == 0 {
		t.Fatalf("%d records gave %d results", len(rows), len(result.Results))
	}
	dump(t, result.Results)
	t.Logf("%d records\n%s%s", len(rows), tally(result.Results), droppedPairs(result.Results))
}

// droppedPairs counts the subjects that drop a restriction, by their own
// licence and the one that they drop it from.
func droppedPairs(results []model.SubjectResult) string {
	pairs, dropping := map[string]int{}, 0
	for _, r := range results {
		own := map[string]bool{}
		for _, f := range r.Findings {
			if f.Rule == "lineage/dropped-restriction" && f.Level == model.LevelError {
				own[fmt.Sprintf("%s on %s", r.License.Effective, f.License)] = true
			}
		}
		if len(own) > 0 {
			dropping++
		}
		for pair := range own {
			pairs[pair]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(pairs), func(a, b string) int {
		return cmp.Or(pairs[b]-pairs[a], strings.Compare(a, b))
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%d subjects drop a restriction\n", dropping)
	for _, key := range keys {
		fmt.Fprintf(&b, "%5d  %s\n", pairs[key], key)
	}
	return b.String()
}
