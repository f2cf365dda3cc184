package evidence

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
)

// fromCard collects what a card of this text hints at.
func fromCard(text string) map[string][]model.Evidence {
	node := &model.Node{Card: card.Parse("README.md", []byte(text)), Files: []model.File{{Path: "README.md", Size: 1}}}
	return Collect(node, func(name string) ([]byte, error) {
		if name != "README.md" {
			return nil, errors.New("no such file")
		}
		return []byte(text), nil
	})
}

const front = "---\nlicense: mit\n---\n"

// TestCard: what a card's metadata, sections, tables and links hint at, each at
// its line.
func TestCard(t *testing.T) {
	const long = "It was taken from many places, and here are more than fifteen words that tell how it was done.\n"
	for _, tt := range []struct {
		note, text, component, word string
		line                        int
		seen                        string
	}{
		{"a template left blank", "# X\n## Training Data\n\n[More Information Needed]\n", "data_information.description", "none", 5, "a template left blank"},
		{"general words", "# X\n## Training Data\nA new mix of publicly available online data.\n", "data_information.description", "vague", 6, "general words for the data"},
		{"sets with links", "# X\n## Datasets\n[A](https://huggingface.co/datasets/o/a) from the web\n", "data_information.public_data_listing", "named-only", 5, "data sets named with links"},
		{"a table of amounts", "# X\n## Data Mix\n| set | tokens |\n| --- | --- |\n| a | 3 B |\n| b | 2.5 |\n| c | 1 |\n", "data_information.description", "substantial", 5, "a table of 3 rows with shares or amounts"},
		{"a table of shares", "# X\n## Pretraining Data\n| set | share |\n|:--|--:|\n| a | 50% |\n| b | 30 % |\n| c | 20% |\n", "data_information.scope_characteristics", "substantial", 5, "a table of 3 rows with shares that add up to 100 %"},
		{"a table of two rows", "# X\n## Data\n| set | tokens |\n| --- | --- |\n| a | 3 B |\n| b | 2 B |\n", "data_information.description", "", 0, ""},
		{"another table", "# X\n## Data\n| set | licence |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n| c | 3 |\n", "data_information.description", "", 0, ""},
		{"another section", "# X\n## Evaluation\npublicly available data\n", "data_information.description", "", 0, ""},
		{"in a part of the section", "# X\n## Training Data\n### More\npublicly available data\n", "data_information.description", "vague", 7, "general words for the data"},
		{"processing", "# X\n### Preprocessing\n" + long, "data_information.processing_filtering", "substantial", 5, "a section on processing"},
		{"too little on processing", "# X\n### Preprocessing\nNone.\n", "data_information.processing_filtering", "", 0, ""},
		{"selection", "# X\n### Data Collection and Selection\n" + long, "data_information.obtained_selected", "substantial", 5, "a section on where the data comes from"},
		{"labelling", "# X\n### Annotation process\n" + long, "data_information.labelling", "substantial", 5, "a section on labelling"},
		{"training code", "# X\n\nSee the [training code](https://github.com/o/r).\n", "code.training", "released", 6, "a link beside words for training"},
		{"words beside a link", "# X\n\nIt was trained with code [here](https://github.com/o/r).\n", "code.training", "released", 6, "a link beside words for training"},
		{"data code", "# X\n\n[data preparation](https://github.com/o/prep)\n", "code.data_processing", "released", 6, "a link beside words for data processing"},
		{"evaluation code", "# X\n\n[harness](https://github.com/o/lm-evaluation-harness)\n", "code.validation_testing", "released", 6, "a link beside words for evaluation"},
		{"an account is no repository", "# X\n\n[training code](https://github.com/o)\n", "code.training", "", 0, ""},
		{"code of its own", "# X\n\nWe used custom training libraries.\n", "code.training", "mentioned", 6, "code for training that is called the publisher's own"},
		{"custom something else", "# X\n\nA custom loss. The training code is open.\n", "code.training", "", 0, ""},
		{"evaluation of its own", "# X\n\nWith our internal evaluations library.\n", "code.validation_testing", "mentioned", 6, "code for evaluation that is called the publisher's own"},
		{"how to load it", "# X\n\n```python\nm = AutoModel.from_pretrained(x)\n```\n", "code.inference", "released", 7, "an example that loads the model"},
		{"checkpoints", "# X\n\n154 intermediate checkpoints are there.\n", "parameters.intermediate_checkpoints", "released", 6, "words on intermediate checkpoints"},
		{"a paper", "# X\n\n[paper](https://arxiv.org/abs/2304.01373)\n", "documents.research_paper", "released", 6, "a link to a paper"},
		{"a data set", "# X\n\n[data](https://huggingface.co/datasets/o/a)\n", "training_data", "released", 6, "a link to a data set"},
	} {
		found := fromCard(front + tt.text)[tt.component]
		if tt.word == "" {
			if len(found) != 0 {
				t.Errorf("%s: %+v, want nothing", tt.note, found)
			}
			continue
		}
		if len(found) == 0 {
			t.Errorf("%s: nothing found", tt.note)
			continue
		}
		one := found[0]
		if one.Level+one.Availability != tt.word || one.Seen != tt.seen || one.From != "card" || one.Strength != model.Hint ||
			*one.At != (model.Position{File: "README.md", Line: tt.line, Column: 1}) {
			t.Errorf("%s: %+v at %+v, want %s at line %d: %s", tt.note, one, one.At, tt.word, tt.line, tt.seen)
		}
	}
}

// TestMetadataDatasets: data sets in the front matter are named and no more.
func TestMetadataDatasets(t *testing.T) {
	for value, want := range map[string]int{"[o/a, o/b]": 2, "o/a": 1, "[]": 0, "{a: b}": 0, "3": 0} {
		list := fromCard("---\ndatasets: " + value + "\n---\n")["data_information.public_data_listing"]
		named := 0
		for _, e := range list {
			named += len(e.Where)
			if e.Level != "named-only" || e.Strength != model.Hint || e.At.Line != 2 {
				t.Errorf("%s: %+v", value, e)
			}
		}
		if named != want {
			t.Errorf("%s: %d data sets, want %d", value, named, want)
		}
	}
}

// TestCardIsADocument: a card that says something is shown to be there.
func TestCardIsADocument(t *testing.T) {
	for n, want := range map[int]bool{minCardWords: true, minCardWords - 1: false} {
		found := fromCard(front + "# X\n" + strings.Repeat("word ", n))["documents.model_card"]
		if got := len(found) == 1 && found[0].Strength == model.Shown; got != want {
			t.Errorf("%d words: %+v", n, found)
		}
	}
}

// TestOnlyHints: nothing in a card shows or declares a component but the card
// itself, whatever it says.
func TestOnlyHints(t *testing.T) {
	text := front + "# X\n## Training Data\n| set | share |\n|--|--|\n| a | 50% |\n| b | 30% |\n| c | 20% |\n" +
		"[training code](https://github.com/o/r) [eval harness](https://github.com/o/e)\n"
	for component, list := range fromCard(text) {
		for _, e := range list {
			if e.Strength != model.Hint && component != "documents.model_card" {
				t.Errorf("%s: %+v", component, e)
			}
		}
	}
}

// TestHintsAreBounded: of many hints of a kind the first are kept.
func TestHintsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(front + "# X\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "[training code %d](https://github.com/o/r%d)\n\n", i, i)
	}
	found := fromCard(b.String())["code.training"]
	if len(found) != maxHints || found[0].At.Line != 5 {
		t.Errorf("%d hints, the first at %+v", len(found), found[0].At)
	}
}

// FuzzCard: no card makes it fail, and whatever is found is of the vocabulary
// and within the card.
func FuzzCard(f *testing.F) {
	for _, seed := range []string{
		front, front + "# Data\n|a|%|\n|-|-|\n|b|1%|\n|c|2%|\n|d|3%|\n", "# Training Data\n\n---\n", "# Data\r# Data\rmore information needed\r",
		"Training Data\n===\n[x](https://huggingface.co/datasets/a)\n", "\xff\xfe#\x00 \x00D\x00", "# Data\n\x00|\n|", "---\ndatasets: [a]\n---\n# 数据\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for component, list := range fromCard(text) {
			for _, e := range list {
				known := slices.Contains(levels, e.Level) || slices.Contains(availabilities, e.Availability)
				if !known || e.At == nil || e.At.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2 {
					t.Errorf("%s: %+v at %+v", component, e, e.At)
				}
			}
		}
	})
}
