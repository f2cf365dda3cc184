package catalog

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestNameFacts(t *testing.T) {
	c := catalog(t)
	tests := []struct {
		id              string
		families, owner []string
	}{
		{"meta-llama/Llama-3.1-8B", []string{"llama"}, []string{"llama"}},
		{"aaditya/Llama3-OpenBioLLM-8B", []string{"llama"}, nil},
		{"x/OpenBioLLM-Llama3", []string{"llama"}, nil},
		{"TinyLlama/TinyLlama-1.1B", nil, nil},
		{"codellama/CodeLlama-7b-hf", []string{"llama"}, []string{"llama"}},
		{"x/llama.cpp-builds", nil, nil},
		{"x/LLaMA-Factory-test", nil, nil},
		{"x/llama.cpp-of-llama-2", []string{"llama"}, nil},
		{"deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", []string{"deepseek", "qwen"}, []string{"deepseek"}},
		{"Mistralai/Mixtral-8x7B-v0.1", []string{"mistral"}, []string{"mistral"}},
		{"x/Mistral7B", []string{"mistral"}, nil},
		{"01-ai/Yi-34B", []string{"yi"}, []string{"yi"}},
		{"x/Yiddish-GPT", nil, nil},
		{"CohereLabs/c4ai-command-r-v01", []string{"cohere"}, []string{"cohere"}},
		{"x/command_R.plus", []string{"cohere"}, nil},
		{"x/commander", nil, nil},
		{"x/solar-panel-detector", nil, nil},
		{"upstage/SOLAR-10.7B-v1.0", []string{"solar"}, []string{"solar"}},
		{"x/llama/not-the-name", nil, nil},
		{"gemma-2-9b", []string{"gemma"}, nil},
		{"github:meta-llama/Llama-3.1-8B", []string{"llama"}, nil},
		{"github:x/llama-3-tuned/weights", []string{"llama"}, nil},
		{"github:x/models/llama3", []string{"llama"}, nil},
		{"github:ghe.example/meta-llama/y", nil, nil},
		{"github:llama/y", nil, nil},
		{"dir:meta-llama/Llama-3.1-8B", []string{"llama"}, nil},
		{"dir:llama-3", []string{"llama"}, nil},
		{"", nil, nil},
	}
	for _, test := range tests {
		got := c.NameFacts(test.id, true)
		if !slices.Equal(got.Families, test.families) || !slices.Equal(got.Owner, test.owner) {
			t.Errorf("NameFacts(%q): families %v, owner %v, want %v, %v", test.id, got.Families, got.Owner, test.families, test.owner)
		}
		if got.Families == nil || got.Owner == nil || got.StartsWith == nil || got.Contains == nil {
			t.Errorf("NameFacts(%q) has a nil list: %+v", test.id, got)
		}
	}
	if c.NameFacts("folder", false).Published || !c.NameFacts("folder", true).Published {
		t.Error("published is not passed on")
	}
}

func TestNameFactsPrefixesAndParts(t *testing.T) {
	files := smallCatalog()
	files["catalog/terms.yaml"].Data = append(files["catalog/terms.yaml"].Data[:0:0], []byte(`channels: { derivatives: Models made from it. }
relations: { finetune: [derivatives] }
fields: { war: Making war. }
terms:
  start:
    title: Start
    effect: obligation
    freedoms: []
    evidence: name-starts-with
    parameters: { prefix: { type: string, required: true, compare: any, description: "Prefix." } }
  hold:
    title: Hold
    effect: obligation
    freedoms: []
    evidence: name-contains
    parameters: { part: { type: string, required: true, compare: any, description: "Part." } }
`)...)
	files["catalog/one.yaml"] = &fstest.MapFile{Data: []byte(`key: one
name: License One
identifiers: {}
class: custom
osi_approved: false
source: https://example.org/one
relicensing: { derivatives: keep-notice }
terms:
  - { kind: start, clause: "1", prefix: Ape, flows: [], summary: Starts so. }
  - { kind: start, clause: "1", prefix: Ape 3, flows: [], summary: Starts so. }
  - { kind: hold, clause: "1", part: MiniApe, flows: [], summary: Holds it. }
`)}
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		id               string
		starts, contains []string
	}{
		{"zoo/Ape-3-8B", []string{"Ape", "Ape 3"}, nil},
		{"zoo/ape_3.1-it", []string{"Ape", "Ape 3"}, nil},
		{"zoo/Ape3", []string{"Ape", "Ape 3"}, nil},
		{"zoo/Ape-30B", []string{"Ape"}, nil},
		{"ape/Gorilla", nil, nil},
		{"zoo/My-Ape-3", nil, nil},
		{"zoo/tuned-miniape-v2", nil, []string{"MiniApe"}},
		{"zoo/Mini-Ape", nil, []string{"MiniApe"}},
	}
	for _, test := range tests {
		got := c.NameFacts(test.id, true)
		if !slices.Equal(got.StartsWith, test.starts) || !slices.Equal(got.Contains, test.contains) {
			t.Errorf("NameFacts(%q): starts %v, contains %v, want %v, %v", test.id, got.StartsWith, got.Contains, test.starts, test.contains)
		}
	}
}

func TestNameWords(t *testing.T) {
	for name, want := range map[string][]string{
		"Llama-3.1-8B_it": {"llama", "3", "1", "8", "b", "it"},
		"Mixtral8x7B":     {"mixtral", "8", "x", "7", "b"},
		"--":              nil,
		"Größe2":          {"größe", "2"},
	} {
		if got := nameWords(name); !slices.Equal(got, want) {
			t.Errorf("nameWords(%q) = %q, want %q", name, got, want)
		}
	}
}
