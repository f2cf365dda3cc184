package report

import (
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
		name string
		text model.LicenseText
		want string
	}{
		{"as published", model.LicenseText{File: "LICENSE", ID: "kettle", Coverage: 1}, `
LICENSE
  is     The Kettle License (kettle)
         as published
`},
		{"changed", model.LicenseText{File: "LICENSE", ID: "kettle", Modified: true, Coverage: 0.996, Missing: 0.004, Added: many}, `
LICENSE
  is     The Kettle License (kettle)
         changed: over 99% of this text is the licence, under 1% of the licence
         is missing
  lines  1, 11-12, 21, 31-32, 41, 51-52, 61, 71-72, 81, 91-92, 101, 111-112, and
         2 more differ
`},
		{"put to", model.LicenseText{File: "-", ID: "pot", Modified: true, Coverage: 0.9, Added: many[:1]}, `
standard input
  is     no entry in the catalogue (pot)
         changed: 90% of this text is the licence, nothing of the licence is
         missing
  lines  1 differ
`},
		{"parts", model.LicenseText{File: "a\x1b[2J", Modified: true, Added: many[:2], Also: []model.AlsoFound{{ID: "kettle", From: 3, To: 3}, {ID: "pot", From: 5, To: 9}}}, `
a\u001b[2J
  is     no known licence on the whole; parts of it are
  lines  1, 11-12 differ
  also   The Kettle License (kettle), line 3
         no entry in the catalogue (pot), lines 5-9
`},
		{"note", model.LicenseText{File: "LICENSE", ID: "kettle", Reference: true, Modified: true, Added: many[:1]}, `
LICENSE
  is     The Kettle License (kettle)
         named here, without its text, and with more said about it
  lines  1 say more
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			options := Options{Titles: map[string]string{"kettle": "The Kettle License"}}
			if err := WriteIdentified(&out, "text", []model.LicenseText{tt.text}, options); err != nil {
				t.Fatal(err)
			}
			if got, want := out.String(), strings.TrimPrefix(tt.want, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
