package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// TestRegenerated: the tables in the repository are what the references give.
func TestRegenerated(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "..", "shared")
	if corpus := os.Getenv("ENTAIL_CORPUS"); corpus != "" {
		shared = filepath.Dir(corpus)
	}
	if _, err := os.Stat(filepath.Join(shared, "reference", "base-models.tsv")); err != nil {
		t.Skip("no references at hand: they are expected in the folder shared beside the repository")
	}
	made, err := build(shared)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"index.tsv": made.index, "renames.tsv": made.renames} {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s differs from what its references give; run go generate ./internal/source", name)
		}
	}
	t.Log(made.summary)
}

func newBuilder() *builder {
	return &builder{
		entries: map[string]entry{},
		renames: map[string]string{"old/a": "new/a", "older/a": "old/a", "x": "y", "y": "x"},
		hubIDs:  map[string]bool{"mit": true},
	}
}

func TestRestore(t *testing.T) {
	tests := []struct {
		name     string
		hub      []string
		relation string
		card     []any
		explicit string
		want     []string
		wantRel  string
	}{
		{"nothing lost", []string{"o/a"}, "finetune", []any{"o/a"}, "", []string{"o/a"}, "finetune"},
		{"in another case", []string{"o/A"}, "finetune", []any{"o/a"}, "", []string{"o/A"}, "finetune"},
		{"renamed", []string{"new/a"}, "finetune", []any{"older/a"}, "", []string{"new/a"}, "finetune"},
		{"one of two deleted", []string{"o/a"}, "finetune", []any{"o/a", "o/gone"}, "", []string{"o/a", "o/gone"}, "merge"},
		{"explicit relation", []string{"o/a"}, "finetune", []any{"o/a", "o/gone"}, "adapter", []string{"o/a", "o/gone"}, "adapter"},
		{"all deleted", nil, "", []any{"o/gone"}, "", []string{"o/gone"}, ""},
		{"stray words and paths", []string{"o/a"}, "finetune", []any{"o/a", "merge", "./x", 7.0}, "", []string{"o/a"}, "finetune"},
		{"owner renamed", []string{"now/m"}, "finetune", []any{"then/m"}, "", []string{"now/m"}, "finetune"},
		{"perhaps renamed", []string{"now/m"}, "finetune", []any{"then/k"}, "", []string{"now/m"}, "finetune"},
		{"repeated", []string{"o/a"}, "merge", []any{"o/a", "o/a"}, "", []string{"o/a"}, "merge"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := entry{bases: tt.hub, relation: tt.relation}
			c := model.Card{Metadata: map[string]any{"base_model": tt.card}}
			if tt.explicit != "" {
				c.Metadata["base_model_relation"] = tt.explicit
			}
			newBuilder().restore(&e, c)
			if !slices.Equal(e.bases, tt.want) || e.relation != tt.wantRel {
				t.Errorf("got %v (%s), want %v (%s)", e.bases, e.relation, tt.want, tt.wantRel)
			}
		})
	}
}

func TestAddModels(t *testing.T) {
	rows := []string{
		"model_id\tlicense\tbase_models\trelation\tgated\tsource\tnote",
		"o/named\tmine\told/a,./x\tfinetune\tyes\tYinanWusoymilk/hf-readme: a.md\tdeclared as other; card of 2023-24",
		"o/none\t\t\t\tunknown\tsome/cards: b.md\tcard of 2022-23",
		"o/title\tSome Title\t\t\tno\tlfai/x: c.yml; gated: y\tlicence as the MOT file names it",
		"o/absent\tComponent Component not included\t\t\tunknown\tlfai/x: d.yml\t",
		"o/word\tlicense\t\t\tyes\tsome/cards: e.md\tgated: auto",
		"o/extra\tmit\t\t\tunknown\tsome/cards: f.md\tlicense_name mit-mine; card of 2023-24",
		"old/a\tmit\t\t\tunknown\tsome/cards: g.md\t",
		"new/a\tmit\t\t\tunknown\tsome/cards: h.md\t",
		"o/Case\tmit\t\t\tunknown\tsome/cards: i.md\tcard of 2022-23",
		"o/case\tmit\t\t\tunknown\tsome/cards: j.md\tcard of 2023-24",
		"o/case/x\tmit\t\t\tunknown\tsome/cards: k.md\t",
	}
	file := filepath.Join(t.TempDir(), "models.tsv")
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b := newBuilder()
	if err := b.addModels(file); err != nil {
		t.Fatal(err)
	}
	b.dropFormerIDs()
	_, got, _ := strings.Cut(b.index(), "\tsource\n")
	want := strings.Join([]string{
		"new/a\tmit\t\t\t\t\t\tsome/cards: h.md",
		"o/case\tmit\t\t\t\t\t2024\tsome/cards: j.md",
		"o/extra\tmit\tmit-mine\t\t\t\t2024\tsome/cards: f.md",
		"o/named\tother\tmine\tnew/a\tfinetune\tyes\t2024\tYinanWusoymilk/hf-readme: a.md",
		"o/none\t\t\t\t\t\t2023\tsome/cards: b.md",
		"o/title\tother\tSome Title\t?\t\tfalse\t\tlfai/x: c.yml",
		"o/word\t\t\t\t\tauto\t\tsome/cards: e.md",
	}, "\n") + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadTSVErrors(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"columns": "a\tb\n", "rows": "a\tid\nx\n"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readTSV(file, "id"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := build(dir); err == nil {
		t.Error("build without references has no error")
	}
}
