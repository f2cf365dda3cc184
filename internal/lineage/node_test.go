package lineage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// folder is a snapshot with files, which are read as they are here.
func folder(from string, files map[string]string, failing map[string]error) *source.Snapshot {
	s := &source.Snapshot{
		ID: "acme/s", Published: true, Kind: model.Model, Source: from, State: model.Resolved, FilesKnown: true,
	}
	for name, text := range files {
		s.Files = append(s.Files, model.File{Path: name, Size: int64(len(text))})
	}
	slices.SortFunc(s.Files, func(a, b model.File) int { return slices.Compare([]string{a.Path}, []string{b.Path}) })
	s.Read = func(_ context.Context, name string) ([]byte, error) {
		if err := failing[name]; err != nil {
			return nil, &source.ReadError{ID: s.ID, Path: name, State: model.Gated, Err: err}
		}
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, &source.ReadError{ID: s.ID, Path: name, State: model.NotFound, Err: source.ErrNotExist}
	}
	return s
}

// describe is the node that a walk makes of a snapshot.
func describe(t *testing.T, w *Walker, s *source.Snapshot, subject bool) (*model.Node, error) {
	t.Helper()
	r := newReader(t.Context(), w)
	one, err := r.describe(s, subject, 0)
	r.group.Wait()
	return one.node, err
}

const matter = "---\nlicense: mit\n---\nwords\n"

// TestLicenseFiles: of a subject the copies one folder down are read too, of an
// ancestor only its own, and of neither more than a bound.
func TestLicenseFiles(t *testing.T) {
	text := "SPDX-License-Identifier: MIT\n"
	few := map[string]string{
		"README.md": matter, "LICENSE": text, "licenses/LICENSE-base": text, "a/b/LICENSE": text, "terms/own.txt": text,
	}
	many := map[string]string{"README.md": matter}
	for i := range 100 {
		many[fmt.Sprintf("LICENSE-%03d", i)] = text
	}
	w := walker(t)
	for _, tt := range []struct {
		name    string
		files   map[string]string
		subject bool
		want    int
	}{
		{"subject", few, true, 2}, {"ancestor", few, false, 1},
		{"subject with many", many, true, maxSubjectTexts}, {"ancestor with many", many, false, maxAncestorTexts},
	} {
		node, err := describe(t, w, folder("dir", tt.files, nil), tt.subject)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(node.License.Texts); n != tt.want {
			t.Errorf("%s: %d licence texts, want %d: %+v", tt.name, n, tt.want, node.License.Texts)
		}
	}
	linked := folder("dir", map[string]string{
		"README.md": "---\nlicense: other\nlicense_link: ./terms/own.txt\n---\n", "terms/own.txt": text,
	}, nil)
	node, err := describe(t, w, linked, true)
	if err != nil || len(node.License.Texts) != 1 || node.License.Texts[0].File != "terms/own.txt" {
		t.Errorf("the file of license_link: %+v, %v", node.License.Texts, err)
	}
}

// TestUnread: a licence file that cannot be read is kept as that, with why.
func TestUnread(t *testing.T) {
	s := folder("hub", map[string]string{"README.md": matter, "LICENSE": "x"}, map[string]error{"LICENSE": errors.New("no")})
	node, err := describe(t, walker(t), s, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(node.License.Unread, []model.Unread{{File: "LICENSE", State: model.Gated}}) || len(node.License.Texts) != 0 {
		t.Errorf("unread %+v, texts %+v", node.License.Unread, node.License.Texts)
	}
}

// TestCardSources: a card is read from its text, and from the source's own
// metadata where the text cannot be had.
func TestCardSources(t *testing.T) {
	metadata := map[string]any{"license": "apache-2.0"}
	for _, tt := range []struct {
		name     string
		files    map[string]string
		failing  error
		metadata map[string]any
		tags     []string
		subject  bool
		declared string
		from     model.Origin
	}{
		{"text", map[string]string{"README.md": matter}, nil, metadata, nil, true, "mit", model.FromCard},
		{"text in another case", map[string]string{"readme.MD": matter}, nil, nil, nil, true, "mit", model.FromCard},
		{"metadata for an ancestor", map[string]string{"README.md": matter}, nil, metadata, nil, false, "apache-2.0", model.FromCard},
		{"metadata behind a gate", map[string]string{"README.md": matter}, errors.New("gate"), metadata, nil, true, "apache-2.0", model.FromCard},
		{"a tag alone", map[string]string{}, nil, nil, []string{"license:mit", "region:us"}, false, "mit", model.FromHub},
		{"a name alone", map[string]string{}, nil, map[string]any{"license_name": "own"}, nil, false, "other", model.FromHub},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := folder("hub", tt.files, map[string]error{"README.md": tt.failing})
			s.Metadata, s.Tags = tt.metadata, tt.tags
			node, err := describe(t, walker(t), s, tt.subject)
			if err != nil {
				t.Fatal(err)
			}
			if len(node.License.Declared) != 1 || node.License.Declared[0].ID != tt.declared || node.License.Declared[0].From != tt.from {
				t.Errorf("declared %+v, want %s from %s", node.License.Declared, tt.declared, tt.from)
			}
		})
	}
}

// TestTooLarge: a card over the limit is there, and says that it was not read.
func TestTooLarge(t *testing.T) {
	s := folder("dir", map[string]string{"README.md": matter}, map[string]error{"README.md": source.ErrTooLarge})
	node, err := describe(t, walker(t), s, true)
	if err != nil {
		t.Fatal(err)
	}
	if !node.Card.Present || len(node.Card.Problems) != 1 || node.Card.Problems[0].Kind != "too-large" {
		t.Errorf("card %+v", node.Card)
	}
}

// TestUnresolved: of what was not read no fact is made up, and no list is null
// in the document.
func TestUnresolved(t *testing.T) {
	for _, state := range []model.State{
		model.Gated, model.PrivateOrAbsent, model.NotFound, model.Unauthorized, model.Disabled,
		model.Offline, model.RateLimited, model.Failed,
	} {
		s := unknown("hub", "org/a", state, "why")
		s.Metadata, s.Files = map[string]any{"license": "mit"}, nil
		node, err := describe(t, walker(t), s, false)
		if err != nil {
			t.Fatal(err)
		}
		if node.State != state || node.Detail != "why" || node.Card.Present || len(node.License.Declared) != 0 {
			t.Errorf("%s: %+v", state, node)
		}
		if node.Files == nil || node.Evidence == nil || node.License.Texts == nil || node.Phrases == nil || node.Mentions == nil || node.Candidates == nil || node.Weights == nil {
			t.Errorf("%s: a list is nil: %+v", state, node)
		}
	}
}

// TestCandidates: what the text names and the metadata lacks, and nothing of an
// ancestor.
func TestCandidates(t *testing.T) {
	text := func(matter string) map[string]string {
		return map[string]string{"README.md": "---\nlicense: mit\n" + matter + "---\nFine-tuned from Some/Base and acme/s on some/data.\n"}
	}
	for _, tt := range []struct {
		name, matter string
		bases        []source.Base
		subject      bool
		want         []string
	}{
		{"nothing declared", "", nil, true, []string{"Some/Base"}},
		{"declared", "base_model: some/base\n", nil, true, nil},
		{"declared in the old way", "finetuned_from: some/base\n", nil, true, nil},
		{"known to the source", "", []source.Base{{Ref: ref("some/base"), From: model.FromHub}}, true, nil},
		{"an ancestor", "", nil, false, nil},
	} {
		s := folder("dir", text("datasets: [some/data]\n"+tt.matter), nil)
		s.Bases = tt.bases
		node, err := describe(t, walker(t), s, tt.subject)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range node.Candidates {
			got = append(got, one.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
