package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// said is what a test compares of a statement.
func said(list []model.Evidence) []string {
	var all []string
	for _, e := range list {
		word := e.Availability + e.Level
		all = append(all, fmt.Sprintf("%s %s %s: %s", e.From, e.Strength, word, strings.Join(e.Where, " ")))
	}
	return all
}

// holding collects what files with these contents show; a name alone is a file
// of unknown size that cannot be read.
func holding(files map[string]string, names ...string) map[string][]model.Evidence {
	node := &model.Node{FilesKnown: true}
	for name, text := range files {
		node.Files = append(node.Files, model.File{Path: name, Size: int64(len(text))})
	}
	for _, name := range names {
		node.Files = append(node.Files, model.File{Path: name, Size: -1})
	}
	slices.SortFunc(node.Files, func(a, b model.File) int { return strings.Compare(a.Path, b.Path) })
	return Collect(node, func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	})
}

func index(shards ...string) string {
	weights := map[string]string{}
	for i, shard := range shards {
		weights[fmt.Sprint("layer", i)] = shard
	}
	text, _ := json.Marshal(map[string]any{"weight_map": weights})
	return string(text)
}

// TestFiles: what a file list shows of each component, and what it only hints
// at.
func TestFiles(t *testing.T) {
	const final = "parameters.final"
	for _, tt := range []struct {
		note      string
		files     map[string]string
		names     []string
		component string
		want      []string
	}{
		{"nothing", nil, nil, final, nil},
		{"no weights", nil, []string{"README.md", "config.json"}, final, nil},
		{"weights", nil, []string{"model.safetensors"}, final, []string{"files shown released: model.safetensors"}},
		{"of several parts", nil, []string{"unet/a.safetensors", "vae/b.onnx"}, final, []string{"files shown released: unet/a.safetensors vae/b.onnx"}},
		{"an empty file", map[string]string{"model.safetensors": ""}, nil, final, nil},
		{"an index alone", nil, []string{"pytorch_model.bin.index.json"}, final, nil},
		{"PyTorch", nil, []string{"consolidated.00.pth"}, final, []string{"files shown released: consolidated.00.pth"}},
		{"an adapter", nil, []string{"adapter_config.json", "adapter_model.safetensors"}, final,
			[]string{"files hint partial: adapter_model.safetensors"}},
		{"an adapter in the old format", nil, []string{"adapter_model.bin"}, final, []string{"files hint partial: adapter_model.bin"}},
		{"an adapter beside weights", nil, []string{"adapter_model.safetensors", "model.gguf"}, final, []string{"files shown released: model.gguf"}},
		{"whole by its index", map[string]string{"model.safetensors.index.json": index("a.safetensors", "b.safetensors")},
			[]string{"a.safetensors", "b.safetensors"}, final, []string{"files shown released: a.safetensors b.safetensors"}},
		{"a shard missing", map[string]string{"model.safetensors.index.json": index("a.safetensors", "b.safetensors")},
			[]string{"a.safetensors"}, final, []string{"files shown partial: b.safetensors"}},
		{"a shard missing in a folder", map[string]string{"x/model.safetensors.index.json": index("a.safetensors")},
			[]string{"a.safetensors"}, final, []string{"files shown partial: x/a.safetensors"}},
		{"one format whole", map[string]string{
			"model.safetensors.index.json": index("a.safetensors"), "pytorch_model.bin.index.json": index("a.bin"),
		}, []string{"a.safetensors"}, final, []string{"files shown released: a.safetensors"}},
		{"an index that is none", map[string]string{"model.safetensors.index.json": "{"}, []string{"a.safetensors"}, final,
			[]string{"files shown released: a.safetensors"}},
		{"an optimizer's state", nil, []string{"optimizer.bin", "x/mp_rank_00_optim_states.pt"}, "parameters.optimizer_state",
			[]string{"files shown released: optimizer.bin x/mp_rank_00_optim_states.pt"}},
		{"an optimizer's state is no weights", nil, []string{"optimizer.safetensors", "optim.pt"}, final, []string{"files shown released: optimizer.safetensors"}},
		{"a series", nil, []string{"checkpoint-1/a", "checkpoint-2/a", "checkpoint-2/b", "checkpoint-3/a"}, "parameters.intermediate_checkpoints",
			[]string{"files shown released: checkpoint-1 checkpoint-2 checkpoint-3"}},
		{"two are no series", nil, []string{"checkpoint-1/a", "checkpoint-2/a"}, "parameters.intermediate_checkpoints", nil},
		{"other folders are no series", nil, []string{"step1/a", "epoch2/a", "ckpt_3/a"}, "parameters.intermediate_checkpoints", nil},
		{"its own code", map[string]string{"config.json": `{"auto_map": {"AutoModel": "modeling_x.Model", "AutoConfig": "configuration_x.C"}}`, "modeling_x.py": "class"},
			nil, "code.architecture", []string{"files shown released: modeling_x.py", "files hint released: modeling_x.py"}},
		{"its own code, elsewhere", map[string]string{"config.json": `{"auto_map": {"AutoModel": "org/repo--modeling_x.Model"}, "architectures": ["X"]}`},
			nil, "code.architecture", []string{"files hint released: config.json"}},
		{"its own code, empty", map[string]string{"config.json": `{"auto_map": {"AutoModel": "modeling_x.Model"}}`, "modeling_x.py": ""}, nil, "code.architecture", nil},
		{"a class of a library", map[string]string{"config.json": `{"architectures": ["X"]}`}, nil, "code.inference", []string{"files hint released: config.json"}},
		{"a configuration that is none", map[string]string{"config.json": `[]`}, nil, "code.inference", nil},
		{"names of code", nil, []string{"src/train.py", "training_args.bin"}, "code.training",
			[]string{"files hint released: src/train.py", "files hint mentioned: training_args.bin"}},
		{"a tokenizer", nil, []string{"tokenizer.json"}, "code.supporting_libraries", []string{"files hint partial: tokenizer.json"}},
	} {
		if got := said(holding(tt.files, tt.names...)[tt.component]); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %s is %q, want %q", tt.note, tt.component, got, tt.want)
		}
	}
}

// TestMissingShards names the index and how many it lacks; a file list that is
// not whole proves nothing.
func TestMissingShards(t *testing.T) {
	files := map[string]string{"m/model.safetensors.index.json": index("a.safetensors", "b.safetensors", "c.safetensors")}
	got := holding(files, "m/a.safetensors")["parameters.final"][0]
	if got.Seen != "model.safetensors.index.json names files that are not there: 2 of them" || got.At == nil || got.At.File != "m/model.safetensors.index.json" {
		t.Errorf("%+v", got)
	}
	node := &model.Node{Files: []model.File{{Path: "m/model.safetensors.index.json", Size: 9}, {Path: "m/a.safetensors", Size: 9}}}
	found := Collect(node, func(string) ([]byte, error) { return []byte(files["m/model.safetensors.index.json"]), nil })
	if got := said(found["parameters.final"]); !slices.Equal(got, []string{"files shown released: m/a.safetensors"}) {
		t.Errorf("with a list that is not whole: %q", got)
	}
}

// TestGate: a gate before the files is part of what they show.
func TestGate(t *testing.T) {
	at := model.Position{File: "README.md", Line: 7, Column: 1}
	for _, tt := range []struct {
		node model.Node
		seen string
		at   model.Position
	}{
		{model.Node{Gated: "auto"}, "a form before the files", model.Position{File: "model.gguf"}},
		{model.Node{Gated: "manual"}, "files given on request", model.Position{File: "model.gguf"}},
		{model.Node{Card: model.Card{At: map[string]model.Position{"extra_gated_prompt": at, "extra_gated_prompt.0": {}}}},
			"the card asks for a form before the files", at},
	} {
		tt.node.Files = []model.File{{Path: "model.gguf", Size: 1}}
		got := Collect(&tt.node, func(string) ([]byte, error) { return nil, errors.New("none") })["parameters.final"]
		if len(got) != 1 || got[0].Availability != "gated" || got[0].Seen != tt.seen || *got[0].At != tt.at {
			t.Errorf("%+v, want %q at %v", got, tt.seen, tt.at)
		}
	}
}

// TestManyFiles: of many files of one kind a few are named.
func TestManyFiles(t *testing.T) {
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf("model-%03d.safetensors", i))
	}
	if n := len(holding(nil, many...)["parameters.final"][0].Where); n != maxWhere {
		t.Errorf("%d weights named, want %d", n, maxWhere)
	}
}

// TestMOFStatements: what the framework's file lists is released, under the licence of
// its own, of its kind, or of all.
func TestMOFStatements(t *testing.T) {
	text := `framework: {name: Model Openness Framework, version: "1.0", date: "2024-12-15"}
release:
  name: X
  license:
    distribution: {name: Apache-2.0}
    document: {name: CC-BY-4.0}
    data: {name: unlicensed}
  components:
    - {name: Training code, license: MIT, component_path: "https://example.org/train"}
    - {name: Inference code}
    - {name: Model parameters (Final)}
    - {name: Model card}
    - {name: Data card, license: unlicensed}
    - {name: Evaluation results}
`
	found := holding(map[string]string{"MOF.yml": text})
	got := map[string]string{}
	for component, list := range found {
		for _, e := range list {
			got[component] = fmt.Sprintf("%s %s %s %q %q", e.From, e.Strength, e.Availability, e.License, strings.Join(e.Where, " "))
		}
	}
	want := map[string]string{
		"code.training":        `mof declared released "MIT" "https://example.org/train"`,
		"code.inference":       `mof declared released "Apache-2.0" ""`,
		"parameters.final":     `mof declared released "Apache-2.0" ""`,
		"documents.model_card": `mof declared released "CC-BY-4.0" ""`,
		"documents.data_card":  `mof declared released "" ""`,
	}
	for component, statement := range want {
		if got[component] != statement {
			t.Errorf("%s: %s, want %s", component, got[component], statement)
		}
	}
	if len(got) != len(want) {
		t.Errorf("statements about %d components, want %d: %v", len(got), len(want), got)
	}
}
