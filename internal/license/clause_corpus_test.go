package license_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/policies"
)

// score counts finds: right, wrong (found and not in the entry) and missed.
type score struct{ right, wrong, missed int }

func (s score) precision() float64 { return fraction(s.right, s.right+s.wrong) }
func (s score) recall() float64    { return fraction(s.right, s.right+s.missed) }

func fraction(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// merged takes two kinds for one where texts word them alike and only knowing
// the licence tells them apart.
func merged(kind string) string {
	if kind == "same-license" {
		return "share-alike"
	}
	return kind
}

// stricter says whether a kind holds that the vocabulary knows to carry another:
// who may not use a text commercially at all need not be told whom to ask.
func stricter(kinds map[string]any, kind string, holds func(string) bool) bool {
	about, _ := kinds[kind].(map[string]any)
	carried, _ := about["carried_by"].([]any)
	return slices.ContainsFunc(carried, func(by any) bool {
		one, _ := by.(map[string]any)
		name, _ := one["kind"].(string)
		return holds(name)
	})
}

// heldOut tells the half of the corpus that the patterns were not written on.
func heldOut(key string) bool {
	h := fnv.New32a()
	h.Write([]byte(key))
	return h.Sum32()%2 == 1
}

// knownTexts gives the texts of every licence that the catalogue describes from
// the text itself.
func knownTexts(t *testing.T, licenses *catalog.Catalog, each func(entry catalog.Entry, file string, text []byte)) {
	t.Helper()
	for _, sample := range license.CorpusSamples(t) {
		entry, ok := licenses.License(sample.ID)
		if !ok || sample.Notice || entry.Status == "cited" || entry.Class == "family" || entry.Class == "unknown" {
			continue
		}
		each(entry, sample.Name, sample.Text)
	}
}

func TestClausesOfTheCorpus(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	finder, err := licenses.Finder()
	if err != nil {
		t.Fatal(err)
	}
	kinds, _ := licenses.Data()["terms"].(map[string]any)
	measured := slices.DeleteFunc(finder.Kinds(), func(kind string) bool { return merged(kind) != kind })
	byKind := map[string]*[2]score{}
	for _, kind := range measured {
		byKind[kind] = &[2]score{}
	}
	var took time.Duration
	texts := 0
	knownTexts(t, licenses, func(entry catalog.Entry, file string, text []byte) {
		half := 0
		if heldOut(entry.Key) {
			half = 1
		}
		start := time.Now()
		finds := finder.Find(text)
		took += time.Since(start)
		texts++
		found, want := map[string]string{}, map[string]bool{}
		for _, find := range finds {
			find.Term = merged(find.Term)
			if found[find.Term] == "" {
				found[find.Term] = fmt.Sprintf("%d %v: %s", find.Line, find.Parameters, find.Excerpt)
			}
		}
		for _, term := range entry.Terms {
			want[merged(term.Kind)] = true
		}
		name := entry.Key + "/" + file
		for _, kind := range measured {
			s := &byKind[kind][half]
			switch {
			case (found[kind] == "") != want[kind]:
				if want[kind] {
					s.right++
				}
			case want[kind] && stricter(kinds, kind, func(k string) bool { return found[k] != "" }),
				found[kind] != "" && stricter(kinds, kind, func(k string) bool { return want[k] }):
			case found[kind] != "":
				s.wrong++
				t.Logf("WRONG half %d %s: %s at %s", half, name, kind, found[kind])
			default:
				s.missed++
				t.Logf("MISSED half %d %s: %s", half, name, kind)
			}
		}
	})
	for half, name := range []string{"written on", "held out"} {
		sums := map[string]score{}
		for _, kind := range slices.Sorted(maps.Keys(byKind)) {
			s := byKind[kind][half]
			_, effect := licenses.Kind(kind)
			sum := sums[effect]
			sums[effect] = score{sum.right + s.right, sum.wrong + s.wrong, sum.missed + s.missed}
			t.Logf("%-10s %-26s precision %.3f recall %.3f (%d right, %d wrong, %d missed)", name, kind, s.precision(), s.recall(), s.right, s.wrong, s.missed)
		}
		for _, effect := range slices.Sorted(maps.Keys(sums)) {
			s := sums[effect]
			t.Logf("%-10s all %ss: precision %.3f recall %.3f (%d right, %d wrong, %d missed)", name, effect, s.precision(), s.recall(), s.right, s.wrong, s.missed)
		}
	}
	t.Logf("%d texts, %v a text", texts, took/time.Duration(max(texts, 1)))
}
