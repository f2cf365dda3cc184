package license

import (
	"bytes"
	"strings"
	"testing"
)

// invented is a licence that nobody has.
const invented = `Marmot Winter Terms

1. Grant. Marmot lets every reader run, study and change the model at no charge,
for as long as what is written below is kept to.

2. Winter. Between November and March the model sleeps, and nobody may wake it
without the consent of two marmots in writing.

3. Passing on. Whoever hands the model on does so under these same terms, with a
copy of them, and says which parts were changed in which summer.
`

// TestExtend: a further text is recognised, whole and changed, and a note that
// only names it is not.
func TestExtend(t *testing.T) {
	lib, err := Extend([]Sample{{ID: "marmot", Name: "marmot.txt", Text: []byte(invented)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text     string
		id       string
		modified bool
	}{
		{invented, "marmot", false},
		{strings.ToUpper(invented), "marmot", false},
		{invented + "\n4. Nobody may use the model for commercial purposes.\n", "marmot", true},
		{"This model is under the Marmot Winter Terms.", "", true},
		{"This model is under the Marmot Model License.", "", true},
		{"SPDX-License-Identifier: MIT", "mit", false},
	} {
		got := lib.Identify("LICENSE", []byte(tt.text))
		if got.ID != tt.id || tt.id != "" && got.Modified != tt.modified {
			t.Errorf("%.40q is %q, modified %v", tt.text, got.ID, got.Modified)
		}
	}
	if got := Identify("LICENSE", []byte(invented)); got.ID != "" {
		t.Errorf("without it the text is %q", got.ID)
	}
}

// TestExtendLeavesOursAlone: what was added, be it one of our texts with a
// clause more, changes nothing about the texts that we know.
func TestExtendLeavesOursAlone(t *testing.T) {
	samples := corpusSamples(t)
	var added []Sample
	for _, s := range samples {
		if !s.Notice && len(added) < 3 && len(s.Text) > 5_000 {
			text := append(bytes.Clone(s.Text), "\n\n"+invented...)
			added = append(added, Sample{ID: "acme-" + s.ID, Name: "acme.txt", Text: text})
		}
	}
	lib, err := Extend(added)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		if got := lib.Identify("LICENSE", s.Text); got.ID != s.ID || got.Modified {
			t.Errorf("%s %s is %q, modified %v", s.ID, s.Name, got.ID, got.Modified)
		}
	}
	for _, s := range added {
		if got := lib.Identify("LICENSE", s.Text); got.ID != s.ID || got.Modified {
			t.Errorf("%s is %q, modified %v", s.ID, got.ID, got.Modified)
		}
	}
}

func BenchmarkExtend(b *testing.B) {
	samples := []Sample{{ID: "marmot", Name: "marmot.txt", Text: []byte(invented)}}
	for b.Loop() {
		if _, err := Extend(samples); err != nil {
			b.Fatal(err)
		}
	}
}
