// Package evidence collects what shows which components of a release are
// there: training data described, code, parameters, documents. Each statement
// keeps its source and its place.
//
// It takes statements as they are made. Whether one is believable or enough is
// not decided here.
package evidence

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// File is the name of the file in which a publisher declares evidence.
const File = "entail-evidence.yaml"

// maxBytes bounds the evidence file; the largest real one is under 10 KiB.
const maxBytes = 1 << 20

// Collect returns the statements about a release, strongest source first for
// each component. A file that cannot be read as evidence adds a problem to
// the node's card and nothing else.
func Collect(node *model.Node, read func(file string) ([]byte, error)) map[string][]model.Evidence {
	found := map[string][]model.Evidence{}
	if hasFile(node.Files, File) {
		if err := declared(found, read); err != nil {
			node.Card.Problems = append(node.Card.Problems, *err)
		}
	}
	for component, statement := range fromFiles(node.Files) {
		found[component] = append(found[component], statement)
	}
	return found
}

func hasFile(files []model.File, name string) bool {
	return slices.ContainsFunc(files, func(f model.File) bool { return f.Path == name })
}

// sections of the evidence file whose entries are statements about a component
// of the same name.
var sections = []string{"data_information", "code", "parameters", "documents"}

func declared(found map[string][]model.Evidence, read func(string) ([]byte, error)) *model.Problem {
	text, err := read(File)
	if err != nil {
		return problem(0, "%v", err)
	}
	if len(text) > maxBytes {
		return problem(0, "larger than %d KiB", maxBytes>>10)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return problem(0, "not valid YAML: %v", err)
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return problem(1, "not a mapping of keys to values")
	}
	root := document.Content[0]
	if schema := value(root, "schema"); schema == nil || schema.Value != "osaid-evidence/1" {
		return problem(root.Line, "no line `schema: osaid-evidence/1`")
	}
	for _, section := range sections {
		if node := value(root, section); node != nil {
			if err := statements(found, section, node); err != nil {
				return err
			}
		}
	}
	if node := value(root, "training_data"); node != nil {
		add(found, "training_data", node)
	}
	return nil
}

func statements(found map[string][]model.Evidence, section string, node *yaml.Node) *model.Problem {
	if node.Kind != yaml.MappingNode {
		return problem(node.Line, "%s is not a mapping of components to statements", section)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, statement := node.Content[i], node.Content[i+1]
		if statement.Kind != yaml.MappingNode {
			return problem(statement.Line, "%s.%s is not a mapping with `availability` or `level`", section, name.Value)
		}
		add(found, section+"."+name.Value, statement)
	}
	return nil
}

func add(found map[string][]model.Evidence, component string, node *yaml.Node) {
	one := model.Evidence{
		Availability: text(value(node, "availability")),
		Level:        text(value(node, "level")),
		License:      text(value(node, "license")),
		From:         "evidence-file",
		At:           &model.Position{File: File, Line: node.Line, Column: node.Column},
	}
	if where := value(node, "where"); where != nil {
		one.Where = texts(where)
	}
	found[component] = append(found[component], one)
}

// value finds a key of a mapping; the last one wins, as in most loaders.
func value(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := len(node.Content) - 2; i >= 0; i -= 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func text(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		return ""
	}
	return node.Value
}

func texts(node *yaml.Node) []string {
	if node.Kind != yaml.SequenceNode {
		if one := text(node); one != "" {
			return []string{one}
		}
		return nil
	}
	var all []string
	for _, item := range node.Content {
		if one := text(item); one != "" {
			all = append(all, one)
		}
	}
	return all
}

func problem(line int, format string, args ...any) *model.Problem {
	return &model.Problem{
		Kind:   "evidence-file",
		Detail: fmt.Sprintf(format, args...),
		At:     model.Position{File: File, Line: max(line, 1), Column: 1},
	}
}

// weightSuffixes and weightPrefixes are the file names of whole models, as the
// common libraries write them. Adapter weights are not the parameters of a
// model: they are useless without the base.
var (
	weightSuffixes = []string{".safetensors", ".gguf", ".ckpt", ".h5", ".onnx", ".msgpack"}
	weightPrefixes = []string{"pytorch_model", "consolidated"}
)

// fromFiles says what the file list alone shows: that weights are there.
func fromFiles(files []model.File) map[string]model.Evidence {
	var weights []string
	for _, f := range files {
		name := path.Base(f.Path)
		if strings.HasPrefix(name, "adapter_") {
			continue
		}
		suffixed := slices.ContainsFunc(weightSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
		prefixed := slices.ContainsFunc(weightPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if suffixed || prefixed && !strings.HasSuffix(name, ".json") {
			weights = append(weights, f.Path)
		}
	}
	if len(weights) == 0 {
		return nil
	}
	return map[string]model.Evidence{
		"parameters.final": {Availability: "released", Where: weights[:min(len(weights), 8)], From: "files"},
	}
}
