package evidence

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// collect reads an evidence file of this text, beside files of these names.
func collect(text string, files ...string) (map[string][]model.Evidence, []model.Problem) {
	node := &model.Node{Files: []model.File{{Path: File}}}
	for _, name := range files {
		node.Files = append(node.Files, model.File{Path: name, Size: -1})
	}
	found := Collect(node, func(string) ([]byte, error) { return []byte(text), nil })
	return found, node.Card.Problems
}

const head = "schema: osaid-evidence/1\n"

// TestStatements: each statement keeps its words, its source and its place.
func TestStatements(t *testing.T) {
	found, problems := collect(head + `system: x
data_information:
  description: {level: full, where: README.md}
code:
  training:
    availability: released
    license: Apache-2.0
    where: [train/, https://example.org/train]
    note: for people
training_data: {availability: partial, license: null}
`)
	want := map[string][]model.Evidence{
		"data_information.description": {{
			Level: "full", Where: []string{"README.md"}, From: "evidence-file", Strength: model.Stated,
			At: &model.Position{File: File, Line: 4, Column: 16},
		}},
		"code.training": {{
			Availability: "released", License: "Apache-2.0", Where: []string{"train/", "https://example.org/train"},
			From: "evidence-file", Strength: model.Stated, At: &model.Position{File: File, Line: 7, Column: 5},
		}},
		"training_data": {{
			Availability: "partial", From: "evidence-file", Strength: model.Stated, At: &model.Position{File: File, Line: 11, Column: 16},
		}},
	}
	if len(problems) != 0 {
		t.Errorf("problems %+v, want none", problems)
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("statements:\n got %+v\nwant %+v", found, want)
	}
}

// TestProblems: what is no statement is named with its line, and what stands
// beside it is still read.
func TestProblems(t *testing.T) {
	const beside = "parameters: {final: {availability: released}}\n"
	for _, tt := range []struct {
		text string
		line int
		says string
	}{
		{"codes: {}\n", 3, `unknown key "codes"`},
		{"code: []\n", 3, "code is not a mapping of components"},
		{"code:\n  trainning: {availability: released}\n", 4, `code has no component "trainning"; expected one of data_processing, training`},
		{"code:\n  training: released\n", 4, "code.training is not a mapping with `availability`"},
		{"code:\n  training: {}\n", 4, "code.training has no `availability`; expected one of released"},
		{"code:\n  training: {level: full}\n", 4, "code.training has no `availability`"},
		{"code:\n  training:\n    availability: maybe\n", 5, `code.training: availability "maybe" is none of released`},
		{"code:\n  training:\n    availability: [released]\n", 5, `availability "" is none of`},
		{"code:\n  training:\n    availability:\n", 5, `availability "" is none of`},
		{"data_information:\n  description: {availability: released}\n", 4, "data_information.description has no `level`"},
		{"data_information: {description: {level: lots}}\n", 3, `level "lots" is none of full`},
		{"training_data: yes\n", 3, "training_data is not a mapping"},
		{"code: &a {training: {availability: released}}\ndocuments: *a\n", 4, "documents is not a mapping of components"},
		{"code: {training: {availability: released}}\ncode: {}\n", 4, `"code" stands twice; the first counts`},
		{strings.Repeat("k", 500) + ": 1\n", 3, `unknown key "` + strings.Repeat("k", 80) + `…"`},
	} {
		found, problems := collect(head + beside + tt.text)
		if len(problems) != 1 || problems[0].At != (model.Position{File: File, Line: tt.line, Column: 1}) ||
			!strings.Contains(problems[0].Detail, tt.says) || problems[0].Kind != "evidence-file" {
			t.Errorf("%.80q: problems %+v, want one at line %d: %s", tt.text, problems, tt.line, tt.says)
		}
		if len(found["parameters.final"]) != 1 {
			t.Errorf("%.80q: what stands beside it was lost: %+v", tt.text, found)
		}
	}
}

// TestTwice: of a key that stands twice the first counts, so that one cannot be
// shown and the other used.
func TestTwice(t *testing.T) {
	found, problems := collect(head + "code:\n  training: {availability: absent}\n  training: {availability: released}\n")
	if len(problems) != 1 || len(found["code.training"]) != 1 || found["code.training"][0].Availability != "absent" {
		t.Errorf("found %+v, problems %+v", found, problems)
	}
}

// TestNoEvidence: a file that is none states nothing and is a problem.
func TestNoEvidence(t *testing.T) {
	for _, text := range []string{
		"", "words", "- a list", "schema: [", "code: {}", "schema: osaid-evidence/2", "schema: {osaid-evidence/1: 1}",
		"\x00", "\xff\xfe", "a: *nowhere", head + "---\n" + head + strings.Repeat("#", maxBytes), strings.Repeat("[", 100_000),
	} {
		found, problems := collect(text)
		if len(found) != 0 || len(problems) != 1 {
			t.Errorf("%.40q: found %+v, problems %+v; want one problem alone", text, found, problems)
		}
	}
	node := &model.Node{Files: []model.File{{Path: File}}}
	Collect(node, func(string) ([]byte, error) { return nil, errors.New("no way") })
	if len(node.Card.Problems) != 1 || !strings.Contains(node.Card.Problems[0].Detail, "no way") {
		t.Errorf("problems %+v", node.Card.Problems)
	}
}

// TestManyProblems are bounded.
func TestManyProblems(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "key%d: 1\n", i)
	}
	if _, problems := collect(head + b.String()); len(problems) != maxProblems {
		t.Errorf("%d problems, want %d", len(problems), maxProblems)
	}
}

// FuzzCollect: no file makes it fail, and no statement has words that the
// vocabulary lacks.
func FuzzCollect(f *testing.F) {
	for _, seed := range []string{
		head, head + "code: {training: {availability: released}}", head + "code: &a {training: *a}",
		head + "<<: {code: 1}", "? [a]\n: b", head + "data_information: {description: {level: full}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, problems := collect(text)
		if len(problems) > maxProblems {
			t.Errorf("%d problems", len(problems))
		}
		for component, list := range found {
			for _, e := range list {
				if !slices.Contains(levels, e.Level) && !slices.Contains(availabilities, e.Availability) {
					t.Errorf("%s: %+v", component, e)
				}
			}
		}
	})
}
