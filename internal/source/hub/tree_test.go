package hub_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/internal/testkit"
)

// The licence may be on the last page, and the link to that page may name
// another host than the one that was asked.
func TestTreeIsPaged(t *testing.T) {
	files := map[string]string{"z-LICENSE": "terms", "sub/LICENSE": "other"}
	for i := range 2500 {
		files[fmt.Sprintf("part-%04d", i)] = ""
	}
	for _, kind := range []model.Kind{model.Model, model.Dataset} {
		h := testkit.NewHub(t, testkit.HubRepo{ID: "org/name", Kind: kind, NoSiblings: true, Files: files})
		snap := fetch(t, open(t, hub.Config{Endpoint: h.URL()}), model.Ref{ID: "org/name", Kind: kind})
		if !slices.Contains(snap.Files, model.File{Path: "z-LICENSE", Size: 5}) || len(snap.Files) != 2501 {
			t.Errorf("%s: %d files without the one on the last page", kind, len(snap.Files))
		}
		if snap.FilesKnown {
			t.Error("a list of the root alone is said to be whole")
		}
		if n := h.Count(""); n != 4 {
			t.Errorf("%d requests, want one for the facts and three for pages", n)
		}
	}
}

// Where the facts have the files, or there is nothing to read, no tree is
// asked for.
func TestTreeIsNotAskedForInVain(t *testing.T) {
	h := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/name"},
		testkit.HubRepo{ID: "org/off", Disabled: true, NoSiblings: true},
	)
	s := open(t, hub.Config{Endpoint: h.URL()})
	fetch(t, s, model.Ref{ID: "org/name"})
	fetch(t, s, model.Ref{ID: "org/off"})
	for _, r := range h.Requests() {
		if strings.Contains(r.Path, "/tree/") {
			t.Errorf("asked for %s", r.Path)
		}
	}
}
