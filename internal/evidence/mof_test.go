package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/testkit"
)

// mofOf reads a file of the framework under each of the names.
func mofOf(text string, names ...string) (*model.MOF, []model.Problem) {
	node := &model.Node{}
	for _, name := range names {
		node.Files = append(node.Files, model.File{Path: name})
	}
	Collect(node, func(string) ([]byte, error) { return []byte(text), nil })
	return node.MOF, node.Card.Problems
}

const mofHead = `framework: {name: Model Openness Framework, version: '1.0', date: '2024-12-15'}
release:
  name: Small
`

// mofBody follows mofHead where only the rest of the file is at issue.
const mofBody = "  components: [{name: Model card}]\n"

// TestMOF: everything that is read keeps its words and its place.
func TestMOF(t *testing.T) {
	got, problems := mofOf(mofHead+`  version: 1B
  date: '2025-06-17'
  type: language
  architecture: decoder
  treatment: pre-trained
  origin: Base
  producer: Us
  contact: ''
  repository: https://example.org/code
  huggingface: https://example.org/model
  license:
    distribution: {name: Apache-2.0, path: LICENSE}
    data: {name: 'Our Data License'}
  components:
  - name: Training code
    description: Code
    license: MIT
    license_path: train/LICENSE
    component_path: train/
  - {name: Datasets, license: unlicensed}
  - {name: Data card, license: ''}
  - name: Research paper
`, "MOF.yml")
	at := func(line, column int) model.Position {
		return model.Position{File: "MOF.yml", Line: line, Column: column}
	}
	want := &model.MOF{
		Name: "Small", Version: "1B", Date: "2025-06-17", Type: "language", Architecture: "decoder", Origin: "Base",
		Producer: "Us", Repository: "https://example.org/code", HuggingFace: "https://example.org/model",
		Licenses: map[string]model.MOFLicense{
			"distribution": {Name: "Apache-2.0", Path: "LICENSE", At: at(15, 19)},
			"data":         {Name: "Our Data License", At: at(16, 11)},
		},
		Components: []model.MOFComponent{
			{Name: "Training code", License: "MIT", LicensePath: "train/LICENSE", Path: "train/", At: at(18, 5)},
			{Name: "Datasets", License: "unlicensed", At: at(23, 5)},
			{Name: "Data card", License: "unlicensed", At: at(24, 5)},
			{Name: "Research paper", At: at(25, 5)},
		},
		At: at(3, 3),
	}
	if len(problems) > 0 {
		t.Errorf("problems %+v, want none", problems)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

// TestMOFNames: the file goes by several names, and only at the root.
func TestMOFNames(t *testing.T) {
	for _, tt := range []struct {
		names []string
		file  string
	}{
		{[]string{"MOF.yml"}, "MOF.yml"},
		{[]string{"mof.yaml"}, "mof.yaml"},
		{[]string{"Mof.YML"}, "Mof.YML"},
		{[]string{"docs/MOF.yml", "MOF.json", "MOF.yml.bak"}, ""},
		{[]string{"mof.yaml", "MOF.yml"}, "MOF.yml"},
	} {
		found, problems := mofOf(mofHead+mofBody, tt.names...)
		got := ""
		if found != nil {
			got = found.At.File
		}
		if got != tt.file {
			t.Errorf("%q: read %q, want %q", tt.names, got, tt.file)
		}
		if two := tt.file != "" && len(tt.names) > 1; two != (len(problems) == 1) {
			t.Errorf("%q: problems %+v", tt.names, problems)
		}
	}
}

// TestMOFRefused: what the tool refuses, or what might hide a licence, states
// nothing at all, and the problem names the line.
func TestMOFRefused(t *testing.T) {
	for _, tt := range []struct {
		text string
		line int
		says string
	}{
		{"", 1, "the file is empty"},
		{"a: [", 2, "not valid YAML"},
		{"[]", 1, "the file is not a mapping"},
		{"name: ZIF-8\nmetal: Zn\n", 1, "framework is not a mapping"},
		{"framework: {name: Metal-Organic Framework}\nrelease: {}\n", 1, `framework: name is "Metal-Organic Framework", want "Model Openness Framework"`},
		{"framework: {name: Model Openness Framework}\n", 1, "release is not a mapping"},
		{"framework: {name: Model Openness Framework}\nrelease: {components: [{name: Datasets}]}\n", 2, "release has no `name`"},
		{mofHead, 1, "release has no `components`"},
		{mofHead + "  components: []\n", 4, "components is not a list with at least one"},
		{mofHead + "  components: Datasets\n", 4, "components is not a list"},
		{mofHead + "  components: [Datasets]\n", 4, "a component is not a mapping"},
		{mofHead + "  version: 7.0\n" + mofBody, 4, "version is not a text; write it in quotes"},
		{mofHead + "  date: 2025-06-17\n" + mofBody, 4, "date is not a text"},
		{mofHead + "  origin:\n" + mofBody, 4, "origin is not a text"},
		{mofHead + "  contact: [a]\n" + mofBody, 4, "contact is not a text"},
		{mofHead + "  license: MIT\n" + mofBody, 4, "license is not a mapping"},
		{mofHead + "  license: {model: {name: MIT}}\n" + mofBody, 4, `license: unknown key "model"; expected one of distribution, code, data, document`},
		{mofHead + "  license: {code: MIT}\n" + mofBody, 4, "license: code is not a mapping"},
		{mofHead + "  license: {code: {name: 3}}\n" + mofBody, 4, "name is not a text"},
		{mofHead + "  components:\n  - name: Datasets\n    license: 4.0\n", 6, "license is not a text"},
		{mofHead + "  components:\n  - name: Datasets\n    licence: Ours\n", 6, `a component: unknown key "licence"; expected one of name, description, license,`},
		{mofHead + "  components:\n  - name: Datasets\n  - name: Datasets\n    license: Ours\n", 6, `the component "Datasets" stands twice`},
		{mofHead + "  name: Large\n" + mofBody, 4, `release: "name" stands twice`},
		{mofHead + "  origin: &o Base\n  type: *o\n" + mofBody, 5, "not repeated by alias"},
		{mofHead + "  ? [a]\n  : b\n" + mofBody, 4, "keys are words"},
		{strings.Repeat("#", maxMOFBytes+1), 1, "larger than 256 KiB"},
	} {
		found, problems := mofOf(tt.text, "MOF.yml")
		if found != nil {
			t.Errorf("%q states %+v, want nothing", tt.text[:min(len(tt.text), 200)], found)
		}
		if len(problems) != 1 || problems[0].At.Line != tt.line || problems[0].At.File != "MOF.yml" ||
			problems[0].Kind != "evidence-file" || !strings.Contains(problems[0].Detail, tt.says) {
			t.Errorf("%q: problems %+v, want one at line %d with %q", tt.text[:min(len(tt.text), 200)], problems, tt.line, tt.says)
		}
	}
}

// TestMOFPassedOver: what the tool passes over is named, and the rest counts.
func TestMOFPassedOver(t *testing.T) {
	for _, tt := range []struct {
		text, says string
	}{
		{"extra: 1\n" + mofHead + mofBody, `the file: unknown key "extra", which is passed over`},
		{mofHead + "  homepage: here\n" + mofBody, `release: unknown key "homepage"`},
		{mofHead + mofBody[:len(mofBody)-2] + ", {name: Training kode}]\n", `the framework has no component "Training kode"`},
	} {
		found, problems := mofOf(tt.text, "MOF.yml")
		if found == nil || len(found.Components) != 1 || found.Components[0].Name != "Model card" {
			t.Errorf("%q: read %+v, want the model card", tt.text, found)
		}
		if len(problems) != 1 || !strings.Contains(problems[0].Detail, tt.says) {
			t.Errorf("%q: problems %+v, want %q", tt.text, problems, tt.says)
		}
	}
}

// TestMOFUnreadable: a file that is there and cannot be read is a problem.
func TestMOFUnreadable(t *testing.T) {
	node := &model.Node{Files: []model.File{{Path: "MOF.yml"}}}
	Collect(node, func(string) ([]byte, error) { return nil, errors.New("no way in") })
	if node.MOF != nil || len(node.Card.Problems) != 1 || node.Card.Problems[0].Detail != "no way in" {
		t.Errorf("read %+v, problems %+v", node.MOF, node.Card.Problems)
	}
}

// TestMOFCorpus reads every real file of the Model Openness Tool without a word.
func TestMOFCorpus(t *testing.T) {
	for folder, want := range map[string]int{"mot": 164, "mot-testdata": 27} {
		files, err := filepath.Glob(filepath.Join(testkit.Corpus(t), folder, "*.yml"))
		if err != nil || len(files) < want {
			t.Fatalf("%s: %d files (%v), want %d", folder, len(files), err, want)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found, problems := mofOf(string(text), "MOF.yml"); found == nil || len(problems) > 0 {
				t.Errorf("%s: %+v", filepath.Base(file), problems)
			}
		}
	}
}

// FuzzMOF: whatever the file holds, it is read or refused with a place, and a
// file that is taken holds what the rules rely on.
func FuzzMOF(f *testing.F) {
	f.Add(mofHead + mofBody)
	f.Add(mofHead + "  license: {code: {name: MIT}}\n  components:\n  - {name: Training code, license: MIT}\n")
	f.Add("a: &a [*a]\nb: *a\n")
	f.Add("%YAML 1.1\n---\n? {a: b}\n: [~, !!binary aGk=]\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, problems := mofOf(text, "MOF.yml")
		if found == nil && len(problems) == 0 {
			t.Error("refused without a word")
		}
		if len(problems) > maxProblems {
			t.Errorf("%d problems", len(problems))
		}
		for _, p := range problems {
			if p.Detail == "" || p.At.Line < 1 || p.At.Column < 1 {
				t.Errorf("problem %+v has no place", p)
			}
		}
		if found == nil {
			return
		}
		seen := map[string]bool{}
		for _, one := range found.Components {
			if _, known := mofComponents[one.Name]; !known || seen[one.Name] || one.At.Line < 1 {
				t.Errorf("component %+v", one)
			}
			seen[one.Name] = true
		}
	})
}
