package catalog

import (
	"slices"
	"strings"
	"testing"
)

// TestCandidates: what a sentence names as an origin, and what it names as
// something else.
func TestCandidates(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string // id and how
	}{
		{"an id", "This model is a fine-tuned version of some-org/some-model on letters.", []string{"some-org/some-model id"}},
		{"a link", "Based on [Some Model](https://huggingface.co/some-org/some-model).", []string{"some-org/some-model link"}},
		{"an id in a link's text", "LoRA for [some-org/Some-Model](https://hf.co/some-org/some-model).", []string{"some-org/some-model link"}},
		{"several", "A merge of some-org/a-model, some-org/b-model and some-org/c-model.", []string{
			"some-org/a-model id", "some-org/b-model id", "some-org/c-model id",
		}},
		{"twice", "Fine-tuned from some-org/a-model.\n\nQuantized version of some-org/a-model.", []string{"some-org/a-model id"}},
		{"over two lines", "A quantized version of\nsome-org/a-model.", []string{"some-org/a-model id"}},
		{"a dataset", "Fine-tuned on the some-org/letters dataset.", nil},
		{"an address of a dataset", "Fine-tuned on [letters](https://huggingface.co/datasets/some-org/letters).", nil},
		{"tokens of a dataset", "Fine-tuned on 100M tokens from some-org/letters.", nil},
		{"machines", "Fine-tuning of the model on V100/A100 machines.", nil},
		{"a patch size", "Initialized with ViT-H/14 weights.", nil},
		{"a comparison", "Unlike models fine-tuned from some-org/a-model, it is small.", nil},
		{"a denial", "It was not fine-tuned from some-org/a-model.", nil},
		{"code", "```\nfine-tuned from some-org/a-model\n```", nil},
		{"a quotation", "> Fine-tuned from some-org/a-model.", nil},
		{"a section of results", "## Results\n\nThe model fine-tuned from some-org/a-model wins.", nil},
		{"no verb", "See some-org/a-model.", nil},
		{"news", "- 2024-03-01: fine-tuned from some-org/a-model is out.", nil},
	} {
		var got []string
		for _, one := range Candidates("README.md", []byte(tt.text), 1) {
			got = append(got, one.ID+" "+one.How)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCandidatePlace: where it stands and what the line says; and no more than
// the bound.
func TestCandidatePlace(t *testing.T) {
	found := Candidates("README.md", []byte("# Title\n\nIt is *fine-tuned* from `some-org/a-model` by us.\n"), 5)
	if len(found) != 1 || found[0].At.Line != 7 || found[0].At.Column != 26 || found[0].At.File != "README.md" ||
		found[0].Excerpt != "It is fine-tuned from some-org/a-model by us." {
		t.Errorf("found %+v", found)
	}
	var many strings.Builder
	for i := range 3 * maxCandidates {
		many.WriteString("Fine-tuned from some-org/m" + strings.Repeat("x", i) + ".\n\n")
	}
	if n := len(Candidates("README.md", []byte(many.String()), 1)); n != maxCandidates {
		t.Errorf("%d candidates, want %d", n, maxCandidates)
	}
}
