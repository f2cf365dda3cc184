package license

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpusDir finds the corpus of real texts, or skips the test.
func corpusDir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("ENTAIL_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, "licenses")); err != nil {
		tb.Skip("no corpus of licence texts here: set ENTAIL_CORPUS to its folder")
	}
	return dir
}

func corpusSamples(tb testing.TB) []Sample {
	tb.Helper()
	dir := corpusDir(tb)
	keys, err := ReadKeys("keys.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	samples, err := ReadSamples(keys, filepath.Join(dir, "licenses"), filepath.Join(dir, "licenses-modified"), filepath.Join(dir, "policies"))
	if err != nil {
		tb.Fatal(err)
	}
	return samples
}

func TestEmbeddedFingerprintsAreOfTheCorpus(t *testing.T) {
	samples := corpusSamples(t)
	slices.Reverse(samples)
	data, err := Compile(samples)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, embedded) {
		t.Errorf("fingerprints.bin has %d bytes, made of the corpus it is another file of %d: run go generate", len(embedded), len(data))
	}
}

func TestEveryTextOfTheCorpus(t *testing.T) {
	for _, s := range corpusSamples(t) {
		got := Identify("LICENSE", s.Text)
		if got.ID != s.ID || got.Modified || got.Reference != s.Notice {
			t.Errorf("%s %s: got %q modified %v reference %v coverage %.3f missing %.3f added %v also %v",
				s.ID, s.Name, got.ID, got.Modified, got.Reference, got.Coverage, got.Missing, got.Added, got.Also)
		}
	}
}

func TestEveryModifiedTextOfTheCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "licenses-modified", "*", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no modified texts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(file))
		got := Identify("LICENSE", text)
		t.Logf("%-40s %q modified %v reference %v coverage %.3f missing %.3f added %d also %v",
			name, got.ID, got.Modified, got.Reference, got.Coverage, got.Missing, len(got.Added), got.Also)
		if pointer := strings.HasPrefix(name, "pointer-only"); pointer != (got.Reference && !got.Modified) {
			t.Errorf("%s: reference %v", name, got.Reference)
		} else if !pointer && !got.Modified {
			t.Errorf("%s: not modified", name)
		}
	}
}

// sourceOf is the repository that a sample is of.
func sourceOf(s Sample) string {
	source, _, _ := strings.Cut(s.Name, "--")
	return source
}

// tally counts how texts were named: of each licence, and by each name.
type tally struct{ texts, right, named int }

// minRight is the least fraction of texts to be named right when the source
// that they are of is left out and another has the same licence. Those missed
// are licences of other models under the same key.
const minRight = 0.975

// TestLeaveOneSourceOut names each text by fingerprints of all others but
// those of the same licence and source.
func TestLeaveOneSourceOut(t *testing.T) {
	if testing.Short() {
		t.Skip("builds fingerprints a few hundred times")
	}
	samples := corpusSamples(t)
	tallies := map[string]*tally{}
	at := func(id string) *tally {
		if tallies[id] == nil {
			tallies[id] = &tally{}
		}
		return tallies[id]
	}
	texts, right := 0, 0
	for _, s := range samples {
		if s.Notice {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(samples), func(o Sample) bool {
			return o.ID == s.ID && sourceOf(o) == sourceOf(s)
		})
		known := slices.ContainsFunc(rest, func(o Sample) bool { return o.ID == s.ID && !o.Notice })
		lib, err := build(rest)
		if err != nil {
			t.Fatal(err)
		}
		got := lib.identify("LICENSE", s.Text)
		if known {
			texts++
			at(s.ID).texts++
		}
		switch {
		case got.ID == s.ID:
			right++
			at(s.ID).right++
			at(s.ID).named++
		case got.ID == "":
			if known {
				t.Logf("missed %s %s", s.ID, s.Name)
			}
		case !known && got.Modified && got.Missing == 0:
			// The text holds every word of the licence named and more.
		default:
			at(got.ID).named++
			t.Errorf("%s %s: named %q, coverage %.3f missing %.3f", s.ID, s.Name, got.ID, got.Coverage, got.Missing)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(tallies)) {
		if y := tallies[id]; y.right < y.named || y.right < y.texts {
			t.Logf("%-32s precision %.2f recall %.2f of %d", id, ratio(y.right, y.named), ratio(y.right, y.texts), y.texts)
		}
	}
	t.Logf("%d of %d right (%.2f %%), every other licence 1.00 and 1.00", right, texts, 100*ratio(right, texts))
	if ratio(right, texts) < minRight {
		t.Errorf("right %d of %d, less than %.2f", right, texts, minRight)
	}
}
