package license

import (
	"fmt"
	"strings"
	"testing"
)

func TestPageLines(t *testing.T) {
	filler := strings.Repeat("Carry the kettle ashore.\n", 12)
	for _, tt := range []struct{ name, text, want string }{
		{"none", "Kettle License\n\n" + filler, ""},
		{"numbers that count", filler + "1\n" + filler + "- 2 -\n" + filler + "Page 3 of 9\n", "1|- 2 -|Page 3 of 9"},
		{"numbers that do not", filler + "30\n" + filler + "90\n", ""},
		{"one number", filler + "30\n" + filler, ""},
		{"numbers too near", filler + "1\ntwo\n2\nthree\n3\n", ""},
		{"items", filler + "1.\n" + filler + "2.\n" + filler + "(3)\n", ""},
		{"beside a form feed", filler + "1\n\f" + filler, "1"},
		{"title above", "Kettle License\n" + filler + "1\nKettle License\n" + filler + "2\n\nKETTLE LICENSE\n" + filler, "1|Kettle License|2|KETTLE LICENSE"},
		{"title with the number", "Kettle License\n" + filler + "Kettle License - 1\n" + filler + "Kettle License | Page 2\n", "Kettle License - 1|Kettle License | Page 2"},
		{"title with a number", "Kettle License 2\n" + filler + "Kettle License 2, page 1 of 2\n" + filler + "Kettle License 2, page 2 of 2\n",
			"Kettle License 2, page 1 of 2|Kettle License 2, page 2 of 2"},
		{"title without pages", "Kettle License\n" + filler + "Kettle License\n" + filler, ""},
		{"terms above each page", "Kettle License\n" + filler + "1\nNot for use at sea\n" + filler + "2\nNot for use at sea\n" + filler, "1|2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(tt.text)
			var got []string
			for _, p := range pageLines(text) {
				got = append(got, strings.TrimSpace(string(text[p.off:p.end])))
			}
			if s := strings.Join(got, "|"); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
			if string(text) != tt.text {
				t.Error("the text was changed")
			}
		})
	}
}

// TestPagesNeverMatter holds that what tells the page is no change, and that
// a number and a line that could be are.
func TestPagesNeverMatter(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	lines := strings.Split(kettle, "\n")
	between := func(after int, line string) string {
		return strings.Join(lines[:after], "\n") + "\n" + line + "\n" + strings.Join(lines[after:], "\n")
	}
	page := func(i int) string {
		return fmt.Sprintf("%s\n%d\n\f%s\n", strings.Join(lines[:20], "\n"), i, strings.Join(lines[20:], "\n"))
	}
	for _, tt := range []struct {
		name, text string
		modified   bool
	}{
		{"a number beside a form feed", page(1), false},
		{"a number in a sentence", between(20, "1"), true},
		{"a line that says something", between(20, "1 kettle"), true},
	} {
		got := madeLibrary(t).Identify("LICENSE", []byte(tt.text))
		if got.ID != "kettle-1.0" || got.Modified != tt.modified {
			t.Errorf("%s: %q modified %v %v", tt.name, got.ID, got.Modified, got.Added)
		}
	}
}
