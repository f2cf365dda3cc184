package lineage

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
)

// parts lets a snapshot's files be read in parts, and notes which were.
func parts(s *source.Snapshot, read *[]string) *source.Snapshot {
	s.ReadAt = func(ctx context.Context, name string, offset int64, n int) ([]byte, error) {
		if !slices.Contains(*read, name) {
			*read = append(*read, name)
		}
		text, err := s.Read(ctx, name)
		from := min(offset, int64(len(text)))
		return text[from:min(int64(len(text)), from+int64(n))], err
	}
	return s
}

func ref(id string) model.Ref { return model.Ref{Kind: model.Model, ID: id} }

// TestClaims: each witness is kept with what it says, and the relation follows
// from them in a fixed order.
func TestClaims(t *testing.T) {
	gguf := string(testkit.GGUF("general.file_type", uint32(2), "general.base_model.0.repo_url", "https://huggingface.co/org/a"))
	merge := "models:\n  - model: org/a\n  - model: org/b+org/lora\n    parameters: {weight: 0.5}\nbase_model: {model: {path: org/a}}\n"
	for _, tt := range []struct {
		name    string
		card    string
		files   map[string]string
		bases   []source.Base
		want    []string // parent, relation, who settled it, each claim
		written string
	}{
		{name: "the card alone", card: "base_model: org/a", want: []string{"org/a unknown inferred [card unknown]"}},
		{
			name: "card and hub agree", card: "base_model: org/a\nbase_model_relation: adapter",
			bases: []source.Base{{Ref: ref("org/a"), Relation: model.Adapter, From: model.FromHub}},
			want:  []string{"org/a adapter card [card adapter] [hub adapter]"},
		},
		{
			name: "card and hub disagree", card: "base_model: org/a\nbase_model_relation: finetune",
			bases: []source.Base{{Ref: ref("org/b"), Relation: model.Quantized, From: model.FromHub}},
			want:  []string{"org/a finetune card [card finetune]", "org/b finetune card [hub quantized]"},
		},
		{
			name: "a declaration", card: "base_model: [org/a, org/b]",
			bases: []source.Base{
				{Ref: ref("org/b"), Relation: model.Distilled, From: model.FromDeclared},
				{Ref: model.Ref{Kind: model.Model, Host: model.OnGitHub, ID: "org/c"}, Relation: model.TrainedOn, From: model.FromDeclared},
			},
			want: []string{
				"org/a merge inferred [card unknown]", "org/b distilled declared [card unknown] [declared distilled]",
				"github:org/c trained-on declared [declared trained-on]",
			},
		},
		{
			name: "an adapter's configuration", files: map[string]string{adapterConfig: `{"base_model_name_or_path": "org/a"}`},
			want: []string{"org/a adapter file [file adapter adapter_config.json] [inferred adapter adapter_config.json]"},
		},
		{
			name: "a path in the cache", files: map[string]string{
				adapterConfig: `{"base_model_name_or_path": "/home/me/.cache/huggingface/hub/models--org--a/snapshots/abc"}`,
			},
			want: []string{"org/a adapter file [file adapter adapter_config.json] [inferred adapter adapter_config.json]"},
		},
		{name: "another path", files: map[string]string{adapterConfig: `{"base_model_name_or_path": "./checkpoint"}`}},
		{name: "a bare name", files: map[string]string{adapterConfig: `{"base_model_name_or_path": "checkpoint"}`}},
		{name: "no JSON", files: map[string]string{adapterConfig: `{`, modelConfig: `[]`}},
		{
			name: "a merge's configuration", files: map[string]string{"mergekit_config.yml": merge},
			want: []string{
				"org/a merge file [file merge mergekit_config.yml] [inferred merge mergekit_config.yml]",
				"org/b merge file [file merge mergekit_config.yml] [inferred merge mergekit_config.yml]",
				"org/lora merge file [file merge mergekit_config.yml] [inferred merge mergekit_config.yml]",
			},
		},
		{name: "no YAML", files: map[string]string{"mergekit_config.yml": "models: [\x00"}},
		{
			name: "a quantised model", card: "base_model: org/a",
			files: map[string]string{modelConfig: `{"quantization_config": {"bits": 4}}`, "model.safetensors": "x"},
			want:  []string{"org/a quantized inferred [card unknown] [inferred quantized config.json]"},
		},
		{
			name: "a weight file's header", files: map[string]string{"q4/model.gguf": gguf},
			want: []string{"org/a quantized file [file quantized q4/model.gguf] [inferred quantized q4/model.gguf]"},
		},
		{
			name: "header and card", card: "base_model: org/a", files: map[string]string{"model.gguf": gguf},
			want: []string{"org/a quantized file [card unknown] [file quantized model.gguf] [inferred quantized model.gguf]"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"README.md": "---\nlicense: mit\n" + tt.card + "\n---\nwords\n"}
			for name, text := range tt.files {
				files[name] = text
			}
			subject := parts(folder("dir", files, nil), new([]string))
			subject.Bases = tt.bases
			found := walkFrom(t, walker(t, newShelf()), subject)
			var got []string
			for _, e := range found.Edges {
				line := fmt.Sprintf("%s %s %s", e.Parent, e.Relation, e.RelationFrom)
				for _, c := range e.Claims {
					line += " [" + strings.TrimSpace(fmt.Sprintf("%s %s %s", c.From, c.Relation, c.File)) + "]"
				}
				got = append(got, line)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("edges:\n got %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestRenamedClaims: two spellings of one base are one edge with the claims of
// both.
func TestRenamedClaims(t *testing.T) {
	shelf := newShelf(known("org/new"))
	shelf.snapshots["org/old"] = shelf.snapshots["org/new"]
	subject := known("acme/s", "org/old")
	subject.Bases = []source.Base{{Ref: ref("org/new"), Relation: model.Finetune, From: model.FromHub}}
	found := walkFrom(t, walker(t, shelf), subject)
	want := []model.Claim{{From: model.FromCard, Relation: model.Unknown}, {From: model.FromHub, Relation: model.Finetune}}
	if len(found.Edges) != 1 || !reflect.DeepEqual(found.Edges[0].Claims, want) || found.Edges[0].Written != "org/old" {
		t.Errorf("edges %+v, want one with %v", found.Edges, want)
	}
}

// TestWhichFiles: of a subject the headers of a few files are read, of an
// ancestor those of one, and none where its card names its base models.
func TestWhichFiles(t *testing.T) {
	header := string(testkit.Safetensors(map[string]string{"license": "apache-2.0"}))
	files := map[string]string{"README.md": matter, adapterConfig: "{}", modelConfig: "{}"}
	for i := range 5 {
		files[fmt.Sprintf("model-%05d-of-00005.safetensors", i+1)] = header
		files[fmt.Sprintf("other%d.safetensors", i)] = header
	}
	w := walker(t)
	for _, tt := range []struct {
		name    string
		subject bool
		bases   []source.Base
		want    []string
	}{
		{"subject", true, nil, []string{"model-00001-of-00005.safetensors", "other0.safetensors", "other1.safetensors"}},
		{"ancestor", false, nil, []string{"model-00001-of-00005.safetensors"}},
		{"ancestor with a base", false, []source.Base{{Ref: ref("org/a"), From: model.FromHub}}, nil},
	} {
		var read []string
		s := parts(folder("dir", files, nil), &read)
		s.Bases = tt.bases
		node, err := describe(t, w, s, tt.subject)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(read)
		var listed []string
		for _, one := range node.Weights {
			listed = append(listed, one.File)
			if one.License != "apache-2.0" || !reflect.DeepEqual(one.Alternatives, [][]string{{"apache-2.0"}}) || one.BaseModels == nil {
				t.Errorf("%s: header %+v", tt.name, one)
			}
		}
		if !slices.Equal(read, tt.want) || !slices.Equal(listed, tt.want) {
			t.Errorf("%s: read %q and listed %q, want %q", tt.name, read, listed, tt.want)
		}
	}
}

// TestHeaderKinds: what a header says becomes a fact, and one that says
// nothing becomes none.
func TestHeaderKinds(t *testing.T) {
	for _, tt := range []struct {
		name string
		data []byte
		want []model.WeightHeader
	}{
		{"nothing", testkit.GGUF("general.name", "A"), nil},
		{"broken", []byte("PK and so on"), nil},
		{"adapter", testkit.GGUF("general.type", "adapter", "general.license", "mit"), []model.WeightHeader{{
			License: "mit", Alternatives: [][]string{{"mit"}}, BaseModels: []string{}, Relation: model.Adapter,
		}}},
		{"a name alone", testkit.GGUF("general.license.name", "no-such-terms", "general.base_model.0.name", "Base"), []model.WeightHeader{{
			LicenseName: "no-such-terms", Alternatives: [][]string{{"other"}}, BaseModels: []string{"Base"},
		}}},
	} {
		s := parts(folder("dir", map[string]string{"README.md": matter, "a.gguf": string(tt.data)}, nil), new([]string))
		node, err := describe(t, walker(t), s, true)
		if err != nil {
			t.Fatal(err)
		}
		for i := range tt.want {
			tt.want[i].File, tt.want[i].Format = "a.gguf", "gguf"
		}
		if len(node.Weights) != len(tt.want) || len(tt.want) > 0 && !reflect.DeepEqual(node.Weights, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, node.Weights, tt.want)
		}
	}
}

// FuzzMergedModels: no configuration makes more names than the bound, or lasts.
func FuzzMergedModels(f *testing.F) {
	f.Add([]byte("models:\n  - model: org/a\n  - model: {model: {path: org/b}}\nbase_model: org/c+org/d\n"))
	f.Add([]byte("a: &a [*a, *a]\nmodel: *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		found := mergedModels(text)
		if len(found) > maxFileBases || slices.Contains(found, "") {
			t.Errorf("%d models: %q", len(found), found)
		}
	})
}
