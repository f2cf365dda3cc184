package license_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/policies"
)

// TestIDsAreCatalogueKeys holds that whatever a text is identified as can be
// looked up, and lists the licences that no text is ever identified as.
func TestIDsAreCatalogueKeys(t *testing.T) {
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	ids := license.EmbeddedIDs()
	for _, id := range ids {
		if strings.HasPrefix(id, license.PolicyPrefix) {
			continue
		}
		if entry, ok := known.License(id); !ok {
			t.Errorf("%s: no such key in the catalogue", id)
		} else if entry.Class == "family" {
			t.Errorf("%s: a family, so that no text is it: keys.tsv has to say which member", id)
		}
	}
	var without []string
	for _, key := range known.Keys() {
		entry, _ := known.License(key)
		if entry.Class == "family" || entry.Class == "unknown" {
			continue
		}
		if _, ok := slices.BinarySearch(ids, key); !ok {
			without = append(without, key)
		}
	}
	t.Logf("%d licences without a fingerprint: %s", len(without), strings.Join(without, ", "))
}

func TestReadKeys(t *testing.T) {
	for _, tt := range []struct{ name, table, wrong string }{
		{name: "good", table: "# why\n\nlicenses/a/b.txt\tc\nlicenses/a/d.txt\t-\n"},
		{name: "no tab", table: "# why\nlicenses/a/b.txt c\n", wrong: `keys.tsv:2: want a path, a tab and a key, not "licenses/a/b.txt c"`},
		{name: "no key", table: "licenses/a/b.txt\t\n", wrong: "keys.tsv:1: want a path"},
		{name: "two keys", table: "licenses/a/b.txt\tc\td\n", wrong: "keys.tsv:1: want a path"},
		{name: "again", table: "licenses/a/b.txt\tc\nlicenses/a/b.txt\td\n", wrong: "keys.tsv:2: a second key for licenses/a/b.txt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "keys.tsv")
			write(t, file, tt.table)
			keys, err := license.ReadKeys(file)
			switch {
			case tt.wrong != "":
				if err == nil || !strings.Contains(err.Error(), tt.wrong) {
					t.Errorf("got %v, want %q", err, tt.wrong)
				}
			case err != nil || len(keys) != 2 || keys["licenses/a/b.txt"] != "c":
				t.Errorf("got %v, %v", keys, err)
			}
		})
	}
	if _, err := license.ReadKeys(filepath.Join(t.TempDir(), "none.tsv")); err == nil {
		t.Error("a table that is not there was read")
	}
}

func TestReadSamples(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{
		"licenses/a/one.txt", "licenses/a/two.txt", "licenses/a/one--short-notice.txt", "licenses/b/three.txt", "policies/a/four.txt",
	} {
		write(t, filepath.Join(dir, filepath.FromSlash(file)), file)
	}
	folders := []string{filepath.Join(dir, "licenses"), filepath.Join(dir, "policies")}
	samples, err := license.ReadSamples(license.Keys{"licenses/a/two.txt": "c", "licenses/b/three.txt": "-"}, folders...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range samples {
		note := ""
		if s.Notice {
			note = " notice"
		}
		got = append(got, s.ID+" "+string(s.Text)+note)
	}
	want := []string{
		"a licenses/a/one--short-notice.txt notice", "a licenses/a/one.txt", "c licenses/a/two.txt", "use-policy/a policies/a/four.txt",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := license.ReadSamples(license.Keys{"licenses/a/gone.txt": "c"}, folders...); err == nil ||
		!strings.Contains(err.Error(), "no text licenses/a/gone.txt") {
		t.Errorf("a key without a text: %v", err)
	}
	if _, err := license.ReadSamples(nil, filepath.Join(dir, "nothing")); err == nil {
		t.Error("a folder without texts was read")
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
