package source

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func fact(id string, replaces bool) Fact {
	return Fact{
		ID: id, License: "mit", BasesStated: true, AsOf: "2026-11-01", Source: "registry", Replaces: replaces,
		Bases: []Base{{Ref: model.Ref{Kind: model.Model, ID: "A/one"}, Relation: model.Adapter, From: model.FromPolicy}},
		At:    model.Position{File: "mine/catalog/models.yaml", Line: 3},
	}
}

func TestStatedFetch(t *testing.T) {
	unsaid := fact("acme/unsaid", false)
	unsaid.Bases, unsaid.BasesStated = nil, false
	s, err := Stated([]Fact{fact("Acme/base", false), unsaid, fact("Old/one", true)}, small())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		ref   model.Ref
		id    string // "" where nothing is stated
		known bool
	}{
		{model.Ref{ID: "Acme/base"}, "Acme/base", true},
		{model.Ref{ID: "acme/BASE", Revision: "x"}, "Acme/base", true},
		{model.Ref{ID: "acme/unsaid"}, "acme/unsaid", false},
		{model.Ref{ID: "Old/one"}, "Old/one", true},
		{model.Ref{ID: "acme/other"}, "", false},
		{model.Ref{ID: "Acme/base", Kind: model.Dataset}, "", false},
		{model.Ref{ID: "Acme/base", Host: model.OnGitHub}, "", false},
	} {
		got, err := s.Fetch(t.Context(), tt.ref)
		if err != nil {
			t.Fatal(err)
		}
		if tt.id == "" {
			if got.State != model.Offline || got.ID != tt.ref.ID {
				t.Errorf("%s is %+v", tt.ref, got)
			}
			continue
		}
		if got.ID != tt.id || got.State != model.Resolved || got.Source != "policy" || got.AsOf != "2026-11-01" || got.FilesKnown ||
			got.Metadata["license"] != "mit" || got.BasesUnknown == tt.known {
			t.Errorf("%s is %+v", tt.ref, got)
		}
		if want := "stated in mine/catalog/models.yaml:3, from registry"; !strings.HasPrefix(got.Detail, want) ||
			strings.Contains(got.Detail, "in place of") != (tt.id == "Old/one") {
			t.Errorf("%s: detail %q", tt.ref, got.Detail)
		}
		if _, named := got.Metadata["base_model"]; named != tt.known {
			t.Errorf("%s: base_model is %v", tt.ref, got.Metadata["base_model"])
		}
		if _, err := got.Read(t.Context(), "README.md"); !errors.Is(err, ErrNoFiles) {
			t.Errorf("read: %v", err)
		}
	}
}

// TestStatedRefuses: what the index knows is not replaced in silence.
func TestStatedRefuses(t *testing.T) {
	for _, tt := range []struct {
		fact Fact
		want string
	}{
		{fact("A/one", false), `mine/catalog/models.yaml:3: model "A/one" is in entail's own index, under "A/one"; say replaces: true`},
		{fact("a/ONE", false), `model "a/ONE" is in entail's own index, under "A/one"`},
		{fact("older/one", false), `model "older/one" is in entail's own index, under "A/one"`},
		{fact("acme/base", true), `mine/catalog/models.yaml:3: entail's index has no model "acme/base" that could be replaced`},
	} {
		if _, err := Stated([]Fact{tt.fact}, small()); err == nil || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}
