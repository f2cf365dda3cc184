package catalog

import (
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestRefer(t *testing.T) {
	c := &Catalog{sources: sourcesOf(map[string]Entry{
		"one":    {Source: "https://www.example.org/terms/one/"},
		"two":    {Source: "https://example.net/org/two/blob/main/LICENSE"},
		"third":  {Source: "https://example.org/shared"},
		"fourth": {Source: "https://example.org/shared"},
		"fifth":  {Source: "https://example.org/all", Class: "family"},
		"sixth":  {},
	})}
	note := model.LicenseText{Reference: true}
	for _, tt := range []struct {
		name, text string
		found      model.LicenseText
		want       string
	}{
		{"the address", "See https://www.example.org/terms/one/", note, "one"},
		{"in other words", "See http://example.org/terms/one#top.", note, "one"},
		{"a question put to it", "https://example.org/terms/one?v=2", note, ""},
		{"twice", "https://example.org/terms/one and https://www.example.org/terms/one", note, "one"},
		{"the file itself", "https://example.net/org/two/raw/main/LICENSE", note, "two"},
		{"another file", "https://example.net/org/two/blob/main/NOTICE", note, ""},
		{"another branch", "https://example.net/org/two/blob/dev/LICENSE", note, ""},
		{"a page above", "https://example.org/terms", note, ""},
		{"of two licences", "https://example.org/shared", note, ""},
		{"of a family", "https://example.org/all", note, ""},
		{"two addresses", "https://example.org/terms/one https://example.net/org/two/blob/main/LICENSE", note, ""},
		{"one more, that is unknown", "https://example.org/terms/one https://example.org/other", note, ""},
		{"no address", "See there.", note, ""},
		{"no note", "See https://example.org/terms/one", model.LicenseText{Modified: true}, ""},
		{"a note that names one", "MIT: https://example.org/terms/one", model.LicenseText{ID: "mit", Reference: true}, "mit"},
		{"a note that names several", "https://example.org/terms/one", model.LicenseText{Reference: true, Also: []model.AlsoFound{{ID: "a"}}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := tt.found
			c.Refer([]byte(tt.text), &found)
			if found.ID != tt.want {
				t.Errorf("got %q, want %q", found.ID, tt.want)
			}
		})
	}
}
