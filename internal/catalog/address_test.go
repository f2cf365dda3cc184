package catalog

import (
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestRefer(t *testing.T) {
	entry := func(key, class, source string, own bool) *entryReader {
		return &entryReader{key: key, own: own, read: Entry{Source: source, Class: class}}
	}
	c := &Catalog{sources: sourcesOf([]*entryReader{
		entry("one", "", "https://www.example.org/terms/one/", false),
		entry("two", "", "https://example.net/org/two/blob/main/LICENSE", false),
		entry("third", "", "https://example.org/shared", false),
		entry("fourth", "", "https://example.org/shared", false),
		entry("fifth", "family", "https://example.org/all", false),
		entry("sixth", "", "", false),
		// A user's licence takes no address from ours.
		entry("seventh", "", "https://example.org/terms/one", true),
		entry("eighth", "", "https://example.org/eighth", true),
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
