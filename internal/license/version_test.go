package license

import (
	"fmt"
	"strings"
	"testing"
)

// TestAnotherVersionIsNotNamed holds that a text that differs as versions of a
// licence do is not taken for a changed copy of the one that is known, while
// one that differs as copies do is.
func TestAnotherVersionIsNotNamed(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	clauses := strings.SplitAfter(kettle, "\n\n")
	// edited has a word changed in each of n clauses.
	edited := func(n int) []string {
		out := append([]string{}, clauses...)
		for i := range n {
			out[2+i] = strings.Replace(out[2+i], "harbour", "market", 1)
		}
		return out
	}
	rewritten := func(n int) string {
		out := edited(n)
		var b strings.Builder
		for i := range 60 {
			fmt.Fprintf(&b, "mooring %s ", wordOf(5000+i))
		}
		return strings.Join(out[:11], "") + b.String() + "\n\n" + strings.Join(out[13:], "")
	}
	sibling := strings.Replace(kettle, "25 days", "four weeks", 1)
	lib := func(texts ...string) *Library {
		samples := []Sample{{ID: "kettle-1.0", Name: "a", Text: []byte(kettle)}}
		for i, text := range texts {
			samples = append(samples, Sample{ID: fmt.Sprintf("kettle-1.%d", i+1), Name: "a", Text: []byte(text)})
		}
		data, err := Compile(samples)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := load(data)
		if err != nil {
			t.Fatal(err)
		}
		return loaded
	}
	for _, tt := range []struct {
		name, text string
		lib        *Library
		id, near   string
	}{
		{"a few edits, one of them long", rewritten(4), lib(), "kettle-1.0", ""},
		{"many edits, one of them long", rewritten(6), lib(), "", "kettle-1.0"},
		{"many short edits", strings.Join(edited(11), ""), lib(), "kettle-1.0", ""},
		{"an edit", strings.Replace(kettle, "25 days", "26 days", 1), lib(), "kettle-1.0", ""},
		{"an edit where a version is known to differ", strings.Replace(kettle, "25 days", "26 days", 1), lib(sibling), "", "kettle-1.0"},
		{"an edit elsewhere", strings.Replace(kettle, "29 days", "26 days", 1), lib(sibling), "kettle-1.0", ""},
		{"words put to it where a version is known to differ", strings.Replace(kettle, "25 days", "25 days and nights", 1), lib(sibling), "kettle-1.0", ""},
		{"the version that is known", sibling, lib(sibling), "kettle-1.1", ""},
		{"nothing like it", made("Market Agreement", 9), lib(), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.lib.Identify("LICENSE", []byte(tt.text))
			near := ""
			if got.Nearest != nil {
				near = got.Nearest.ID
				if got.Nearest.Missing <= 0 || got.Nearest.Missing > 0.5 || got.Nearest.Coverage < 0.5 {
					t.Errorf("nearest %+v", got.Nearest)
				}
			}
			if got.ID != tt.id || near != tt.near {
				t.Errorf("got %q, nearest %q; want %q, nearest %q", got.ID, near, tt.id, tt.near)
			}
			if (got.ID == "" || tt.text != sibling) && !got.Modified {
				t.Error("not modified")
			}
		})
	}
}
