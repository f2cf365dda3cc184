package license_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/policies"
)

// The least that the patterns have to reach over the whole corpus, as precision
// and recall by the effect of the kind.
func floors() map[string][2]float64 {
	return map[string][2]float64{"restriction": {0.94, 0.83}, "obligation": {0.85, 0.81}, "condition": {0.95, 0.70}}
}

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
	all := map[string]score{}
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
			all[effect] = score{all[effect].right + s.right, all[effect].wrong + s.wrong, all[effect].missed + s.missed}
			t.Logf("%-10s all %ss: precision %.3f recall %.3f (%d right, %d wrong, %d missed)", name, effect, s.precision(), s.recall(), s.right, s.wrong, s.missed)
		}
	}
	for effect, least := range floors() {
		if s := all[effect]; s.precision() < least[0] || s.recall() < least[1] || s.right == 0 {
			t.Errorf("%ss: precision %.3f, recall %.3f, want at least %v", effect, s.precision(), s.recall(), least)
		}
	}
	t.Logf("%d texts, %v a text", texts, took/time.Duration(max(texts, 1)))
}

// What a find says in numbers and in words is what the entry has.
func TestClauseParametersOfTheCorpus(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	f := finder(t)
	numbers, right, wrong := 0, 0, 0
	knownTexts(t, licenses, func(entry catalog.Entry, file string, text []byte) {
		values := map[string][]any{}
		for _, term := range entry.Terms {
			for name, value := range term.Parameters {
				values[term.Kind+" "+name] = append(values[term.Kind+" "+name], value)
			}
		}
		for _, one := range f.Find(text) {
			for name, value := range one.Parameters {
				want := values[one.Term+" "+name]
				if len(want) == 0 || name == "fields" || name == "regions" {
					continue
				}
				ok := slices.ContainsFunc(want, func(w any) bool { return fmt.Sprint(w) == fmt.Sprint(value) })
				if _, number := value.(int64); number {
					numbers++
					if !ok {
						t.Errorf("%s/%s: %s on line %d: %s %v, want %v", entry.Key, file, one.Term, one.Line, name, value, want)
					}
				} else if ok {
					right++
				} else {
					wrong++
					t.Logf("%s/%s: %s on line %d: %s %q, want %q", entry.Key, file, one.Term, one.Line, name, value, want)
				}
			}
		}
	})
	t.Logf("%d numbers, all right; of %d words %.3f", numbers, right+wrong, fraction(right, right+wrong))
	if numbers < 30 || fraction(right, right+wrong) < 0.75 {
		t.Errorf("%d numbers, %d words right and %d wrong", numbers, right, wrong)
	}
}

// No licence that restricts nothing is said to restrict. The one exception asks
// for a database to be passed on under itself only, which its entry takes to
// say nothing of what is made from it.
func TestClausesOfFreeLicenses(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	f := finder(t)
	texts := 0
	knownTexts(t, licenses, func(entry catalog.Entry, file string, text []byte) {
		restricts := map[string]bool{}
		for _, term := range entry.Terms {
			if _, effect := licenses.Kind(term.Kind); effect == "restriction" {
				restricts[merged(term.Kind)] = true
			}
		}
		switch entry.Class {
		case "permissive", "public-domain", "open-data", "weak-copyleft", "strong-copyleft", "share-alike", "no-derivatives":
		default:
			return
		}
		texts++
		for _, one := range f.Find(text) {
			kind := merged(one.Term)
			_, effect := licenses.Kind(kind)
			if effect == "restriction" && !restricts[kind] && !(entry.Key == "odc-by" && kind == "share-alike") {
				t.Errorf("%s/%s: %s on line %d: %s", entry.Key, file, one.Term, one.Line, one.Excerpt)
			}
		}
	})
	if texts < 80 {
		t.Errorf("only %d texts", texts)
	}
}

// The kinds that the added lines of each changed text of the corpus hold, as
// read by eye. What is not here holds none: disclaimers, notices of other
// parties, translations, tables that point elsewhere.
func addedKinds() map[string][]string {
	return map[string][]string{
		"combined-apache-nvidia-oml-gr00t": {"attribution-display", "license-copy", "notice-file", "safeguard-bypass-ban", "unilateral-change", "use-policy"},
		"combined-megatron-lm":             {"license-copy", "non-commercial", "research-only"},
		"lobehub-community-license":        {"commercial-authorization", "unilateral-change"},
		"mit-no-filter-removal-deepfloyd":  {"safeguard-bypass-ban"},
		"stable-diffusion-prerelease":      {"no-redistribution", "research-only"},
	}
}

func TestClausesOfModifiedTexts(t *testing.T) {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(license.CorpusDir(t), "licenses-modified", "*", "*.txt"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d texts, %v", len(files), err)
	}
	want := addedKinds()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kinds := []string{}
		for _, span := range licenses.Identify("LICENSE", text).Added {
			for _, one := range span.Terms {
				if one.Line < span.From || one.Line > span.To {
					t.Errorf("%s: %s on line %d is not in lines %d to %d", file, one.Term, one.Line, span.From, span.To)
				}
				kinds = append(kinds, one.Term)
			}
		}
		slices.Sort(kinds)
		name := filepath.Base(filepath.Dir(file))
		if got := slices.Compact(kinds); !slices.Equal(got, append([]string{}, want[name]...)) {
			t.Errorf("%s: the added lines hold %q, want %q", name, got, want[name])
		}
	}
}
