package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestWriteIdentified(t *testing.T) {
	var many []model.AddedSpan
	for i := range maxRanges + 2 {
		many = append(many, model.AddedSpan{From: 10*i + 1, To: 10*i + 1 + i%2})
	}
	for _, tt := range []struct {
		name  string
		text  model.LicenseText
		lines []string
		want  string
	}{
		{"as published", model.LicenseText{File: "LICENSE", ID: "kettle", Coverage: 1}, nil, `
LICENSE
  is     The Kettle License (kettle)
         as published
`},
		{"changed", model.LicenseText{File: "LICENSE", ID: "kettle", Modified: true, Coverage: 0.996, Missing: 0.004, Added: many}, nil, `
LICENSE
  is     The Kettle License (kettle)
         changed: over 99% of this text is the licence, under 1% of the licence
         is missing
  lines  1, 11-12, 21, 31-32, 41, 51-52, 61, 71-72, 81, 91-92, 101, 111-112, and
         2 more differ
`},
		{"put to", model.LicenseText{File: "-", ID: "pot", Modified: true, Coverage: 0.9, Added: many[:1]}, nil, `
standard input
  is     no entry in the catalogue (pot)
         changed: 90% of this text is the licence, nothing of the licence is
         missing
  lines  1 differ
`},
		{"parts", model.LicenseText{File: "a\x1b[2J", Modified: true, Added: many[:2], Also: []model.AlsoFound{{ID: "kettle", From: 3, To: 3}, {ID: "pot", From: 5, To: 9}}}, nil, `
a\u001b[2J
  is     no known licence on the whole; parts of it are
  lines  1, 11-12 differ
  also   The Kettle License (kettle), line 3
         no entry in the catalogue (pot), lines 5-9
`},
		{"note", model.LicenseText{File: "LICENSE", ID: "kettle", Reference: true, Modified: true, Added: many[:1]}, nil, `
LICENSE
  is     The Kettle License (kettle)
         named here, without its text, and with more said about it
  lines  1 say more
`},
		{"near", model.LicenseText{File: "LICENSE", Modified: true, Nearest: &model.NearestLicense{ID: "kettle", Missing: 0.07},
			Added: []model.AddedSpan{{From: 1, To: 3, Words: 5, Terms: []model.FoundTerm{{Term: "boil", Line: 2}}}}}, []string{"a", "b", "c"}, `
LICENSE
  is     no known licence
  like   The Kettle License (kettle), of which it has 93%
         line 2: No boiling
`},
		{"translation", model.LicenseText{File: "LICENSE", ID: "kettle", Modified: true, Coverage: 0.5,
			Added: []model.AddedSpan{{From: 9, To: 30, Words: 500, Script: "Han"}}}, nil, `
LICENSE
  is     The Kettle License (kettle)
         changed: 50% of this text is the licence, nothing of the licence is
         missing
  lines  9-30 differ
  note   lines 9-30, in Han script, may be a translation: nothing has compared
         it
`},
		{"difference", model.LicenseText{File: "LICENSE", ID: "kettle", Modified: true, Coverage: 0.5, Missing: 0.25,
			Added: []model.AddedSpan{
				{From: 2, To: 3, Words: 3, Terms: []model.FoundTerm{{Term: "boil", Line: 3}, {Term: "other", Line: 3}}},
				{From: 5, To: 5},
			},
			MissingParts: []model.MissingPart{{Words: 4}, {Clause: "2.a", Words: 1, Line: 2}, {Clause: "Annex A", Words: 9, Line: 5}, {Clause: "3", Words: 2, Line: 6}}},
			[]string{"one", "two   two", "", "four", "five\x1b[2J", "six"}, `
LICENSE
  is     The Kettle License (kettle)
         changed: 50% of this text is the licence, 25% of the licence is missing
  lines  2-3, 5 differ
  -         4 words, not here
  -         1 word of section 2.a, not here
  +      2  two two
  +      3
            line 3: No boiling
            line 3: other
         5  five\u001b[2J
  -         9 words of Annex A, not here
  -         2 words of section 3, not here
`},
		{"a long difference", model.LicenseText{File: "LICENSE", ID: "kettle", Modified: true, Coverage: 0.5,
			Added: []model.AddedSpan{{From: 1, To: 403, Words: 403}}}, make([]string, 500), `
LICENSE
  is     The Kettle License (kettle)
         changed: 50% of this text is the licence, nothing of the licence is
         missing
  lines  1-403 differ
` + hundreds() + `    and 3 lines more
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			options := Options{Titles: map[string]string{"kettle": "The Kettle License"}, Kinds: map[string]string{"boil": "No boiling"}}
			if err := WriteIdentified(&out, "text", []Identified{{LicenseText: tt.text, Lines: tt.lines}}, options); err != nil {
				t.Fatal(err)
			}
			if got, want := out.String(), strings.TrimPrefix(tt.want, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// hundreds are the empty lines that a long difference shows.
func hundreds() string {
	var b strings.Builder
	for i := range maxDiffLines {
		fmt.Fprintf(&b, "  + %6d\n", i+1)
	}
	return b.String()
}
