package evidence

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// framework is what a file of the Model Openness Framework calls itself. The
// abbreviation has other meanings, and so have files of that name.
const framework = "Model Openness Framework"

// maxMOFBytes bounds a file of the framework; the largest of the tool's own is
// under 16 KiB.
const maxMOFBytes = 256 << 10

// unlicensed is what the Model Openness Tool writes for a component that is
// published without a licence, so that it inherits none either.
const unlicensed = "unlicensed"

// mofComponents are the framework's components by name, each with the part of
// a release that it is in our words; empty where those have none.
var mofComponents = map[string]string{
	"Model architecture":              "code.architecture",
	"Data preprocessing code":         "code.data_processing",
	"Training code":                   "code.training",
	"Inference code":                  "code.inference",
	"Evaluation code":                 "code.validation_testing",
	"Supporting libraries and tools":  "code.supporting_libraries",
	"Model parameters (Final)":        "parameters.final",
	"Model parameters (Intermediate)": "parameters.intermediate_checkpoints",
	"Datasets":                        "training_data",
	"Evaluation data":                 "",
	"Model metadata":                  "",
	"Sample model outputs":            "",
	"Model card":                      "documents.model_card",
	"Data card":                       "documents.data_card",
	"Technical report":                "",
	"Research paper":                  "documents.research_paper",
	"Evaluation results":              "",
}

// readMOF puts the release's file of the Model Openness Framework on the node,
// read as the Model Openness Tool reads it. A file that the tool refuses, or
// in which a licence might be missed, adds problems to the card and states
// nothing.
func readMOF(node *model.Node, read func(file string) ([]byte, error)) {
	files := mofFiles(node.Files)
	if len(files) == 0 {
		return
	}
	r := mofReader{file: files[0]}
	text, err := read(files[0])
	if err != nil {
		r.refuse(nil, "%v", err)
	} else {
		node.MOF = r.parse(text)
	}
	for _, other := range files[1:] {
		r.problem(nil, "%s is not read, since %s is there", quote(other), files[0])
	}
	node.Card.Problems = append(node.Card.Problems, r.problems[:min(len(r.problems), maxProblems)]...)
}

// mofFiles lists the files at the root that have the framework's name, MOF.yml,
// in any letter case and with either ending.
func mofFiles(files []model.File) []string {
	var names []string
	for _, f := range files {
		if name := strings.ToLower(f.Path); name == "mof.yml" || name == "mof.yaml" {
			names = append(names, f.Path)
		}
	}
	slices.Sort(names)
	return names
}

// mofReader reads one file and gathers what is wrong in it.
type mofReader struct {
	file     string
	problems []model.Problem
	refused  bool
}

func (r *mofReader) problem(at *yaml.Node, format string, args ...any) {
	place := model.Position{File: r.file, Line: 1, Column: 1}
	if at != nil {
		place = r.at(at)
	}
	r.problems = append(r.problems, model.Problem{
		Kind: "evidence-file", Detail: fmt.Sprintf(format, args...), At: place,
	})
}

// refuse records the problem for which the whole file states nothing. What is
// wrong with the rest of it, before or after, no longer matters.
func (r *mofReader) refuse(at *yaml.Node, format string, args ...any) {
	if !r.refused {
		r.refused, r.problems = true, nil
		r.problem(at, format, args...)
	}
}

func (r *mofReader) at(node *yaml.Node) model.Position {
	return model.Position{File: r.file, Line: max(node.Line, 1), Column: max(node.Column, 1)}
}

// parse returns nil for a file that is refused.
func (r *mofReader) parse(text []byte) *model.MOF {
	if len(text) > maxMOFBytes {
		r.refuse(nil, "larger than %d KiB", maxMOFBytes>>10)
		return nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		line := 1
		if bad, ok := errors.AsType[*yaml.LoadError](err); ok {
			line = bad.Mark.Line
		}
		r.refuse(&yaml.Node{Line: line}, "not valid YAML: %v", err)
		return nil
	}
	if len(document.Content) != 1 {
		r.refuse(nil, "the file is empty")
		return nil
	}
	top := r.mapping(document.Content[0], "the file", []string{"framework", "release"}, false)
	about := r.mapping(top["framework"], "framework", []string{"name", "version", "date"}, false)
	if name := r.text(about, "name"); name != framework {
		r.refuse(top["framework"], "framework: name is %s, want %s", quote(name), quote(framework))
	}
	if r.refused {
		return nil
	}
	if found := r.release(top["release"]); !r.refused {
		return found
	}
	return nil
}

// releaseKeys are the keys of a release that hold a text.
var releaseKeys = []string{
	"name", "version", "date", "type", "architecture", "treatment", "origin", "producer", "contact",
	"repository", "huggingface",
}

func (r *mofReader) release(node *yaml.Node) *model.MOF {
	keys := r.mapping(node, "release", append([]string{"license", "components"}, releaseKeys...), false)
	for _, key := range releaseKeys {
		r.text(keys, key)
	}
	found := &model.MOF{
		Name: r.text(keys, "name"), Version: r.text(keys, "version"), Date: r.text(keys, "date"),
		Type: r.text(keys, "type"), Architecture: r.text(keys, "architecture"), Origin: r.text(keys, "origin"),
		Producer: r.text(keys, "producer"), Repository: r.text(keys, "repository"),
		HuggingFace: r.text(keys, "huggingface"),
		Licenses:    r.licenses(keys["license"]),
		Components:  r.components(keys["components"]),
	}
	if found.Name == "" {
		r.refuse(node, "release has no `name`")
	}
	if node != nil {
		found.At = r.at(node)
	}
	return found
}

// licenses reads the licences that components inherit.
func (r *mofReader) licenses(node *yaml.Node) map[string]model.MOFLicense {
	found := map[string]model.MOFLicense{}
	if node == nil || node.Kind == yaml.SequenceNode && len(node.Content) == 0 {
		return found // Some writers have a list for a mapping that is empty.
	}
	for scope, value := range r.mapping(node, "license", []string{"distribution", "code", "data", "document"}, true) {
		keys := r.mapping(value, "license: "+scope, []string{"name", "path"}, true)
		found[scope] = model.MOFLicense{Name: r.text(keys, "name"), Path: r.text(keys, "path"), At: r.at(value)}
	}
	return found
}

func (r *mofReader) components(node *yaml.Node) []model.MOFComponent {
	found := []model.MOFComponent{}
	switch {
	case node == nil:
		r.refuse(nil, "release has no `components`")
		return found
	case node.Kind != yaml.SequenceNode || len(node.Content) == 0:
		r.refuse(node, "components is not a list with at least one component")
		return found
	}
	seen := map[string]bool{}
	for _, item := range node.Content {
		keys := r.mapping(item, "a component", []string{"name", "description", "license", "license_path", "component_path"}, true)
		r.text(keys, "description")
		one := model.MOFComponent{
			Name: r.text(keys, "name"), License: r.text(keys, "license"), LicensePath: r.text(keys, "license_path"),
			Path: r.text(keys, "component_path"), At: r.at(item),
		}
		if _, stated := keys["license"]; stated && one.License == "" {
			one.License = unlicensed
		}
		_, known := mofComponents[one.Name]
		switch {
		case r.refused:
			return found
		case !known:
			r.problem(item, "the framework has no component %s, which is passed over", quote(one.Name))
			continue
		case seen[one.Name]:
			r.refuse(item, "the component %s stands twice", quote(one.Name))
			return found
		}
		seen[one.Name] = true
		found = append(found, one)
	}
	return found
}

// mapping gives the values of a mapping by key. A key that the framework does
// not have is passed over, as the tool does, with a problem; where strict, it
// might be a misspelt licence, and the file is refused.
func (r *mofReader) mapping(node *yaml.Node, name string, known []string, strict bool) map[string]*yaml.Node {
	if r.refused {
		return nil
	}
	if node == nil || node.Kind != yaml.MappingNode {
		r.refuse(node, "%s is not a mapping of keys to values", name)
		return nil
	}
	found := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || value.Kind == yaml.AliasNode:
			r.refuse(key, "%s: keys are words, and values are written out, not repeated by alias", name)
			return nil
		case found[key.Value] != nil:
			r.refuse(key, "%s: %s stands twice", name, quote(key.Value))
			return nil
		case slices.Contains(known, key.Value):
			found[key.Value] = value
		case strict:
			r.refuse(key, "%s: unknown key %s; expected one of %s", name, quote(key.Value), strings.Join(known, ", "))
			return nil
		default:
			r.problem(key, "%s: unknown key %s, which is passed over", name, quote(key.Value))
		}
	}
	return found
}

// text gives the text of a key; empty where it is not there. What YAML takes
// for a number, a date or nothing is no text, and the tool refuses it.
func (r *mofReader) text(keys map[string]*yaml.Node, key string) string {
	node := keys[key]
	if node == nil || r.refused {
		return ""
	}
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!str" {
		r.refuse(node, "%s is not a text; write it in quotes", key)
		return ""
	}
	return node.Value
}
