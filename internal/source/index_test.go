package source

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// small is an index of a few rows, so that look-ups are tested apart from
// what the embedded one happens to hold.
func small() *IndexSource {
	return &IndexSource{
		models: newTable("# comment\n" + strings.Join([]string{
			"id\tlicense\tlicense_name\tbases\trelation\tgated\tas_of\tsource",
			"A/one\tmit\t\t\t\tfalse\t2024\ts",
			"B/two\tother\tmine\tA/one,C/three\tmerge\tyes\t2026-05-20\ts",
			"C/Three\tmit,cc0-1.0\t\t?\t\t\t\ts",
			"C/three\tmit\t\t\t\tauto\t\ts",
			"bare\t\t\tA/one\tfinetune\tmanual\t\ts",
		}, "\n") + "\n"),
		renames: newTable("asked\tanswered\tkind\tsource\nOld/one\tA/one\trenamed\ts\nloop/a\tloop/b\trenamed\ts\nloop/b\tloop/a\trenamed\ts\nolder/one\tOld/one\trenamed\ts\n"),
	}
}

func TestIndexFetch(t *testing.T) {
	tests := []struct {
		ask, id string // id "" where the model is not there
	}{
		{"A/one", "A/one"}, {"B/two", "B/two"}, {"C/three", "C/three"}, {"C/Three", "C/Three"}, {"bare", "bare"},
		{"Old/one", "A/one"}, {"older/one", "A/one"}, {"a/ONE", "A/one"}, {"BARE", "bare"}, {"OLD/one", "A/one"},
		{"C/THREE", ""}, {"loop/a", ""}, {"A/on", ""}, {"A/one\tmit", ""}, {"A", ""}, {"zzz/z", ""}, {"", ""}, {"# comment", ""}, {"id", ""},
	}
	for _, tt := range tests {
		s, err := small().Fetch(t.Context(), model.Ref{ID: tt.ask})
		if err != nil {
			t.Fatal(err)
		}
		want, state := tt.id, model.Resolved
		if tt.id == "" {
			want, state = tt.ask, model.Offline
		}
		if s.ID != want || s.State != state || s.Source != "index" || !s.Published || s.FilesKnown {
			t.Errorf("Fetch(%q) = %+v, want %q in state %s", tt.ask, s, want, state)
		}
		if state == model.Offline && s.Detail != "not in the embedded index" {
			t.Errorf("Fetch(%q) says %q", tt.ask, s.Detail)
		}
		_, err = s.Read(t.Context(), "README.md")
		if r, ok := errors.AsType[*ReadError](err); !ok || r.State != state || !errors.Is(err, ErrNoFiles) {
			t.Errorf("Read of %q: %v", tt.ask, err)
		}
	}
}

func TestIndexFacts(t *testing.T) {
	get := func(id string) *Snapshot {
		s, err := small().Fetch(t.Context(), model.Ref{ID: id, Kind: model.Model})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := get("B/two")
	if s.AsOf != "2026-05-20" || s.Gated != "manual" || len(s.Bases) != 2 ||
		!reflect.DeepEqual(s.Bases[1], Base{Ref: model.Ref{Kind: model.Model, ID: "C/three"}, Relation: model.Merge, From: model.FromIndex}) {
		t.Errorf("B/two: %+v", s)
	}
	if s.Metadata["license"] != "other" || s.Metadata["license_name"] != "mine" || len(s.Metadata["base_model"].([]any)) != 2 {
		t.Errorf("B/two: %v", s.Metadata)
	}
	if s = get("C/Three"); len(s.Metadata["license"].([]any)) != 2 || s.Bases != nil || !s.BasesUnknown {
		t.Errorf("C/Three: %+v", s)
	}
	if s = get("bare"); len(s.Metadata) != 1 || s.Gated != "manual" {
		t.Errorf("bare: %+v", s)
	}
	if s = get("A/one"); s.Gated != "false" || s.Detail != "" || s.Metadata["base_model"] != nil {
		t.Errorf("A/one: %+v", s)
	}
	if s, err := small().Fetch(t.Context(), model.Ref{ID: "A/one", Kind: model.Dataset}); err != nil || s.State != model.Offline {
		t.Errorf("a data set of a model's name: %+v, %v", s, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := small().Fetch(ended, model.Ref{ID: "A/one"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Fetch after the end of its context: %v", err)
	}
}

// TestIndexTable holds the embedded tables to their form.
func TestIndexTable(t *testing.T) {
	i := Index()
	if i.Len() < 2000 {
		t.Errorf("only %d models", i.Len())
	}
	id := regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?$`)
	day := regexp.MustCompile(`^(20\d\d(-\d\d(-\d\d)?)?)?$`)
	relations := []string{"", "finetune", "adapter", "quantized", "merge"}
	gates := []string{"", "false", "auto", "manual", "yes"}
	last, folded := "", map[string]bool{}
	counts := map[string]int{}
	for row := range strings.Lines(i.models.rows) {
		col := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(col) != indexColumns {
			t.Fatalf("row of %d columns: %q", len(col), row)
		}
		if !id.MatchString(col[colID]) || col[colID] <= last {
			t.Errorf("id %q is ill-formed or out of order", col[colID])
		}
		if f := strings.ToLower(col[colID]); folded[f] {
			t.Errorf("id %q is there in two letter cases", col[colID])
		} else {
			folded[f] = true
		}
		last = col[colID]
		if col[colBases] != UnknownBases {
			for _, b := range list(col[colBases]) {
				if !id.MatchString(b) {
					t.Errorf("%s: base %q", last, b)
				}
			}
		}
		if !slices.Contains(relations, col[colRelation]) || !slices.Contains(gates, col[colGated]) || !day.MatchString(col[colAsOf]) {
			t.Errorf("%s: relation %q, gated %q, as of %q", last, col[colRelation], col[colGated], col[colAsOf])
		}
		if col[colSource] == "" || strings.TrimSpace(row) != strings.TrimSuffix(row, "\n") {
			t.Errorf("%s: no source, or blanks around the row", last)
		}
		if s, err := i.Fetch(t.Context(), model.Ref{ID: last}); err != nil || s.ID != last || s.State != model.Resolved {
			t.Errorf("Fetch(%q) = %+v, %v", last, s, err)
		}
		counts[yesNo("license", col[colLicense] != "")]++
		counts[yesNo("bases", col[colBases] != "" && col[colBases] != UnknownBases)]++
	}
	t.Logf("%d models: %v", i.Len(), counts)
}

// TestRenamesTable holds the table of renames to its form, and to being of use.
func TestRenamesTable(t *testing.T) {
	i := Index()
	id := regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?$`)
	last, reached := "", 0
	for row := range strings.Lines(i.renames.rows) {
		col := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(col) != 4 || !id.MatchString(col[0]) || !id.MatchString(col[1]) || col[0] <= last || col[3] == "" {
			t.Errorf("rename %q", row)
		}
		last = col[0]
		if s, err := i.Fetch(t.Context(), model.Ref{ID: last}); err == nil && s.State == model.Resolved {
			reached++
		}
	}
	t.Logf("%d renames, %d of them reach a model of the index", i.renames.len(), reached)
	if reached < 50 {
		t.Errorf("only %d renames reach a model of the index", reached)
	}
}

func yesNo(what string, yes bool) string {
	if yes {
		return "with " + what
	}
	return "without " + what
}

// TestIndexAgreesWithScan compares the halving search with a plain one, for
// every key, its neighbours, and what lies between.
func TestIndexAgreesWithScan(t *testing.T) {
	i := Index()
	all := map[string]string{}
	for row := range strings.Lines(i.models.rows) {
		all[key(row)] = strings.TrimSuffix(row, "\n")
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		for _, ask := range []string{k, k + "!", k + "0", k[:len(k)-1], strings.ToLower(k)} {
			want, has := all[ask]
			if got, ok := i.models.exact(ask); ok != has || (ok && got != want) {
				t.Fatalf("exact(%q) = %q, %v; want %q, %v", ask, got, ok, want, has)
			}
		}
	}
	if _, ok := (table{}).exact("x"); ok {
		t.Error("an empty table has a row")
	}
}

func BenchmarkIndexFetch(b *testing.B) {
	last := strings.TrimSuffix(Index().models.rows, "\n")
	last = key(last[strings.LastIndexByte(last, '\n')+1:])
	for name, id := range map[string]string{"last": last, "unknown": "nobody/has-this"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Index().Fetch(context.Background(), model.Ref{ID: id}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
