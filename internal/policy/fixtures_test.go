package policy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

// realEngine is the engine with the repository's rules and catalogue.
func realEngine(t testing.TB) *policy.Engine {
	t.Helper()
	engine, err := policy.New(t.Context(), policies.FS, realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// fixtures are the input documents of testdata/repos, by folder, with the
// ancestors that the embedded index knows.
func fixtures(t testing.TB) map[string]*input.Document {
	t.Helper()
	return fixturesIn(t, filepath.Join("..", "..", "testdata", "repos"))
}

// fixturesIn are the input documents of the releases in a folder.
func fixturesIn(t testing.TB, root string) map[string]*input.Document {
	t.Helper()
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	checker := &check.Checker{
		Walker: &lineage.Walker{Sources: []source.Source{source.Index()}, Catalog: known},
		Engine: realEngine(t),
		Now:    time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string]*input.Document{}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		document, err := checker.Input(t.Context(), openFixture(t, filepath.Join(root, entry.Name())))
		if err != nil {
			t.Fatal(err)
		}
		documents[entry.Name()] = document
	}
	if len(documents) == 0 {
		t.Fatalf("no fixture in %s", root)
	}
	return documents
}

func openFixture(t testing.TB, folder string) check.Subject {
	t.Helper()
	dir, err := source.OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	id, use := fixtureConfig(t, folder)
	if id != "" {
		dir.SetID(id)
	}
	snapshot, err := dir.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return check.Subject{Snapshot: snapshot, Use: use, Config: input.Config{Reading: "text"}}
}

// fixtureConfig reads what a fixture's entail.yaml says of its id and its use,
// whose keys are those of the input document.
func fixtureConfig(t testing.TB, folder string) (id string, use input.Use) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "entail.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", use
	}
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Model string         `yaml:"model"`
		Use   map[string]any `yaml:"use"`
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	remake(t, config.Use, &use)
	return config.Model, use
}

// remake copies a value into another type by way of JSON.
func remake(t testing.TB, from, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copyOf is a document that may be changed without changing the first.
func copyOf(t testing.TB, document *input.Document) *input.Document {
	t.Helper()
	copied := new(input.Document)
	remake(t, document, copied)
	return copied
}

func eval(t testing.TB, engine *policy.Engine, document *input.Document) *model.SubjectResult {
	t.Helper()
	result, err := engine.Eval(t.Context(), document)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// asSet is a list as sorted JSON texts.
func asSet[T any](t testing.TB, list []T) []string {
	t.Helper()
	var set []string
	for _, one := range list {
		text, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, string(text))
	}
	slices.Sort(set)
	return set
}

// difference says what two sets have of their own; empty where they are equal.
func difference(got, want []string) string {
	var b strings.Builder
	for _, one := range got {
		if !slices.Contains(want, one) {
			fmt.Fprintf(&b, "\nnot wanted: %s", one)
		}
	}
	for _, one := range want {
		if !slices.Contains(got, one) {
			fmt.Fprintf(&b, "\nnot there:  %s", one)
		}
	}
	return b.String()
}

// plainNode is a model of which everything is known and nothing special.
func plainNode(id, key string) *model.Node {
	return &model.Node{
		ID: id, Kind: model.Model, Source: "index", State: model.Resolved, BasesKnown: true,
		Name: model.NameFacts{
			Published: true, StartsWith: []string{}, Contains: []string{}, Families: []string{}, Owner: []string{},
		},
		Card: model.Card{
			Present: true, Metadata: map[string]any{}, At: map[string]model.Position{},
			Sections: []model.Section{}, Links: []model.Link{}, Problems: []model.Problem{},
		},
		License: model.License{
			Declared: []model.Declared{{ID: key, From: model.FromIndex, Alternatives: [][]string{{key}}}},
			Texts:    []model.LicenseText{}, Unread: []model.Unread{},
		},
		Files: []model.File{}, Evidence: map[string][]model.Evidence{},
		Phrases: []model.Phrase{}, Mentions: []model.Mention{},
		Candidates: []model.Candidate{}, Weights: []model.WeightHeader{},
	}
}

// plainDocument is a subject under one licence, tuned from a model under
// another; without an ancestor where base is empty.
func plainDocument(own, base string) *input.Document {
	const subject, parent = "own/release", "base/model"
	lineage := &model.Lineage{
		Subject: subject,
		Nodes:   map[string]*model.Node{subject: plainNode(subject, own)},
		Edges:   []model.Edge{},
		Paths:   map[string][]string{subject: {subject}},
	}
	if base != "" {
		lineage.Nodes[parent] = plainNode(parent, base)
		lineage.Edges = append(lineage.Edges, plainEdge(subject, parent))
		lineage.Paths[parent] = []string{subject, parent}
	}
	return input.New(lineage, input.Use{}, input.Config{Reading: "text"}, time.Unix(0, 0))
}

func plainEdge(child, parent string) model.Edge {
	return model.Edge{
		Child: child, Parent: parent, Relation: model.Finetune,
		RelationFrom: model.FromCard, From: []model.Origin{model.FromCard},
		Claims: []model.Claim{{From: model.FromCard, Relation: model.Finetune}},
	}
}
