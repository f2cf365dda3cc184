package license

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestParts(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"none", "Take it.\n\nKeep it.\n", ""},
		{"numbers", "Terms\n\n1. One\n\n2. Two\n\n3. Three\n", "1@1 2@2 3@3"},
		{"nested", "1. One\n a. first\n  i. deep\n  ii. deeper\n b. second\n2. Two\n", "1@0 1.a@1 1.a.i@2 1.a.ii@3 1.b@4 2@5"},
		{"in parentheses", "1. One:\n(a) first;\n(b) second;\n(c) third;\n2. Two\n", "1@0 1.a@1 1.b@2 1.c@3 2@4"},
		{"the ninth letter", "(f) a;\n(g) b;\n(h) c;\n(i) d;\n(j) e\n", "f@0 g@1 h@2 i@3 j@4"},
		{"several numbers", "1. Terms\n1.1 one\n1.2 two\n2. More.\n2.1 three\n", "1@0 1.1@1 1.2@4 2@7 2.1@9"},
		{"every item numbered 1", "1. a\n1. b\n1. c\n", "1@0 1@1 1@3"},
		{"Roman numbers", "I. One.\n1. a;\n\nII. Two.\n2. b;\n\nIII. Three\n", "I@0 I.1@1 II@2 II.2@3 III@4"},
		{"headings", "Section 1 – Grant.\n\na. one.\n\n## Section 2: Limits\n\na. two\n\nATTACHMENT A\n\n1. three\n",
			"1@0 1.a@3 2@4 2.a@7 Attachment A@8 Attachment A 1@10"},
		{"without a number", "1. One\n\nAPPENDIX: How\n\nText\n", "1@0 Appendix@1"},
		{"a reference to a part", "as said in\n\nSection 4 of these terms, under section\n7. It is so.\n", ""},
		{"a sentence with a number", "1. One\nneeds version\n3. It does.\n", "1@0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := tokenize([]byte(tt.text), compared)
			var got []string
			for _, p := range w.parts() {
				got = append(got, fmt.Sprintf("%s@%d", p.label, p.at))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}

func TestMissingParts(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	lines := strings.Split(kettle, "\n")
	drop := func(from, to int) string {
		return strings.Join(slices.Delete(slices.Clone(lines), from, to), "\n")
	}
	for _, tt := range []struct {
		name, text string
		want       []model.MissingPart
	}{
		{"nothing", kettle, nil},
		{"more", kettle + "\n13. The kettle stays ashore.\n", nil},
		{"a part", drop(19, 22), []model.MissingPart{{Clause: "6", Words: 27, Line: 18}}},
		{"two parts and a word", strings.Replace(drop(19, 25), "27 days", "days", 1),
			[]model.MissingPart{{Clause: "6", Words: 27, Line: 18}, {Clause: "7", Words: 27, Line: 18}}},
		{"the first part", drop(4, 7), []model.MissingPart{{Clause: "1", Words: 27, Line: 1}}},
		{"the last part", drop(37, 40), []model.MissingPart{{Clause: "12", Words: 27, Line: 36}}},
		{"a number", strings.Replace(kettle, "25 days", "26 days", 1), []model.MissingPart{{Clause: "5", Words: 1, Line: 17}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := madeLibrary(t).Identify("LICENSE", []byte(tt.text))
			if got.ID != "kettle-1.0" || !slices.Equal(got.MissingParts, tt.want) {
				t.Errorf("got %q %v, want %v", got.ID, got.MissingParts, tt.want)
			}
		})
	}
	changed := madeLibrary(t).Identify("LICENSE", []byte(strings.ReplaceAll(kettle, " days", " nights")))
	if changed.ID != "kettle-1.0" || len(changed.MissingParts) != 12 {
		t.Errorf("a word of each part: got %q %v", changed.ID, changed.MissingParts)
	}
}
