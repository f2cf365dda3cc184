package license

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/policies"
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

func corpusKeys(tb testing.TB) Keys {
	tb.Helper()
	keys, err := ReadKeys("keys.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

func corpusSamples(tb testing.TB) []Sample {
	tb.Helper()
	dir := corpusDir(tb)
	samples, err := ReadSamples(corpusKeys(tb),
		filepath.Join(dir, "licenses"), filepath.Join(dir, "licenses-modified"), filepath.Join(dir, "policies"))
	if err != nil {
		tb.Fatal(err)
	}
	return samples
}

func TestCorpusFingerprints(t *testing.T) {
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

func TestCorpusIsIdentified(t *testing.T) {
	for _, s := range corpusSamples(t) {
		got := Identify("LICENSE", s.Text)
		if got.ID != s.ID || got.Modified || got.Reference != s.Notice {
			t.Errorf("%s %s: got %q modified %v reference %v coverage %.3f missing %.3f added %v also %v",
				s.ID, s.Name, got.ID, got.Modified, got.Reference, got.Coverage, got.Missing, got.Added, got.Also)
		}
	}
}

func TestCorpusModified(t *testing.T) {
	dir := corpusDir(t)
	files, err := filepath.Glob(filepath.Join(dir, "licenses-modified", "*", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no modified texts: %v", err)
	}
	keys := corpusKeys(t)
	for _, file := range files {
		within, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		if keys[filepath.ToSlash(within)] != leftOut {
			continue // a licence of its own
		}
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

// tally counts how texts were named: of each licence, and by each name.
type tally struct{ texts, right, named int }

// minRight is the least fraction of texts to be named right when the source
// that they are of is left out and another has the same licence.
const minRight = 0.99

// maxRelatives is how many texts are named as modified ones of another licence
// of their family when no other text of their licence is there: two versions
// of one licence that differ in two places, and of which no further one shows
// that this makes another licence.
const maxRelatives = 2

// TestCorpusLeaveOneSourceOut names each text by fingerprints of all others but
// those of the same licence and source.
func TestCorpusLeaveOneSourceOut(t *testing.T) {
	if testing.Short() {
		t.Skip("builds fingerprints a few hundred times")
	}
	t.Parallel()
	samples, err := prepare(corpusSamples(t))
	if err != nil {
		t.Fatal(err)
	}
	families := familiesOf(t, samples)
	tallies := map[string]*tally{}
	at := func(id string) *tally {
		if tallies[id] == nil {
			tallies[id] = &tally{}
		}
		return tallies[id]
	}
	texts, right, relatives, tried := 0, 0, 0, 0
	var took time.Duration
	for _, s := range samples {
		if s.Notice {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(samples), func(o prepared) bool {
			return o.ID == s.ID && o.Source() == s.Source()
		})
		known := slices.ContainsFunc(rest, func(o prepared) bool { return o.ID == s.ID && !o.Notice })
		lib := assemble(rest)
		start := time.Now()
		got := lib.Identify("LICENSE", s.Text)
		took += time.Since(start)
		tried++
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
		case !known && got.Modified && families[got.ID] == families[s.ID]:
			relatives++
			t.Logf("%s %s: named a modified %q, coverage %.3f missing %.3f", s.ID, s.Name, got.ID, got.Coverage, got.Missing)
		default:
			at(got.ID).named++
			t.Errorf("%s %s: named %q, coverage %.3f missing %.3f", s.ID, s.Name, got.ID, got.Coverage, got.Missing)
		}
	}
	logTallies(t, tallies)
	t.Logf("%d of %d right (%.2f %%); %d modified ones of a relative; %.2f ms for a text",
		right, texts, 100*ratio(right, texts), relatives, float64(took.Microseconds())/1000/float64(tried))
	if ratio(right, texts) < minRight || relatives > maxRelatives {
		t.Errorf("right %d of %d, want %.2f; relatives %d, want %d at most", right, texts, minRight, relatives, maxRelatives)
	}
}

// familiesOf gives the family that the catalogue has for each licence. One
// that it does not have is a family of its own. The files are read here, since
// the catalogue's package stands above this one.
func familiesOf(t *testing.T, samples []prepared) map[string]string {
	t.Helper()
	families := map[string]string{}
	for _, s := range samples {
		families[s.ID] = s.ID
		if strings.HasPrefix(s.ID, PolicyPrefix) {
			continue
		}
		entry, err := policies.FS.ReadFile("catalog/" + s.ID + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if _, after, ok := strings.Cut(string(entry), "\nfamily: "); ok {
			families[s.ID], _, _ = strings.Cut(after, "\n")
		}
	}
	return families
}

// logTallies logs precision and recall of each licence.
func logTallies(t *testing.T, tallies map[string]*tally) {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(tallies)) {
		y := tallies[id]
		t.Logf("%-58s precision %.2f recall %.2f of %d", id, ratio(y.right, y.named), ratio(y.right, y.texts), y.texts)
	}
}
