package evidence

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// maxBytes bounds the evidence file; the largest real one is under 10 KiB.
const maxBytes = 1 << 20

// maxProblems bounds what is said of one evidence file.
const maxProblems = 20

// Keys of the evidence file whose values are statements.
const (
	dataInformation = "data_information"
	trainingData    = "training_data"
)

// components are the parts of a release that a section may speak of, by
// section; policies/schema/evidence.json has the same.
var components = map[string][]string{
	dataInformation: {
		"description", "provenance", "scope_characteristics", "obtained_selected", "labelling",
		"processing_filtering", "public_data_listing", "third_party_data", "unshareable_data",
	},
	"code": {
		"data_processing", "training", "validation_testing", "inference", "supporting_libraries", "architecture",
	},
	"parameters": {"final", "intermediate_checkpoints", "optimizer_state"},
	"documents":  {"research_paper", "model_card", "data_card"},
}

// about are the keys that say of what and by whom the file is.
var about = []string{"schema", "system", "name", "producer", "evaluated", "sources", "notes"}

// topKeys are the keys that may stand at the top of the file.
func topKeys() []string {
	return append([]string{dataInformation, trainingData, "code", "parameters", "documents"}, about...)
}

// Words that a statement is made of: levels of data information, and
// availabilities of all else.
var (
	levels         = []string{"full", "substantial", "named-only", "vague", "none", "not-used", "unknown"}
	availabilities = []string{"released", "gated", "partial", "documented", "mentioned", "absent", "unknown"}
)

// reader collects the statements of one evidence file and what is wrong in it.
type reader struct {
	found    map[string][]model.Evidence
	problems []model.Problem
}

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, model.Problem{
		Kind:   "evidence-file",
		Detail: fmt.Sprintf(format, args...),
		At:     model.Position{File: File, Line: max(line, 1), Column: 1},
	})
}

func (r *reader) file(read func(string) ([]byte, error)) {
	text, err := read(File)
	if err != nil {
		r.problem(0, "%v", err)
		return
	}
	if len(text) > maxBytes {
		r.problem(0, "larger than %d KiB", maxBytes>>10)
		return
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		r.problem(0, "not valid YAML: %v", err)
		return
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		r.problem(1, "not a mapping of keys to values")
		return
	}
	root := document.Content[0]
	if schema := value(root, "schema"); schema == nil || schema.Value != "osaid-evidence/1" {
		r.problem(root.Line, "no line `schema: osaid-evidence/1`")
		return
	}
	for key, node := range r.pairs("", root) {
		switch {
		case components[key.Value] != nil:
			r.section(key.Value, node)
		case key.Value == trainingData:
			r.statement(trainingData, node)
		case !slices.Contains(about, key.Value):
			r.problem(key.Line, "unknown key %s%s", quote(key.Value), meant(key.Value, topKeys()))
		}
	}
}

// pairs goes through a mapping. Of a key that stands twice the first counts.
func (r *reader) pairs(within string, node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		seen := map[string]bool{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if seen[key.Value] {
				r.problem(key.Line, "%s%s stands twice; the first counts", within, quote(key.Value))
				continue
			}
			seen[key.Value] = true
			if !yield(key, node.Content[i+1]) {
				return
			}
		}
	}
}

func (r *reader) section(section string, node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		r.problem(node.Line, "%s is not a mapping of components to statements", section)
		return
	}
	for key, statement := range r.pairs(section+": ", node) {
		if !slices.Contains(components[section], key.Value) {
			r.problem(key.Line, "%s has no component %s; expected one of %s%s", section, quote(key.Value),
				strings.Join(components[section], ", "), meant(key.Value, components[section]))
			continue
		}
		r.statement(section+"."+key.Value, statement)
	}
}

// statement takes one statement, if it says anything in the words of the
// vocabulary.
func (r *reader) statement(component string, node *yaml.Node) {
	key, words := "availability", availabilities
	if strings.HasPrefix(component, dataInformation) {
		key, words = "level", levels
	}
	if node.Kind != yaml.MappingNode {
		r.problem(node.Line, "%s is not a mapping with `%s`", component, key)
		return
	}
	said := value(node, key)
	switch {
	case said == nil:
		r.problem(node.Line, "%s has no `%s`; expected one of %s", component, key, strings.Join(words, ", "))
		return
	case !slices.Contains(words, text(said)):
		r.problem(said.Line, "%s: %s %s is none of %s%s", component, key, quote(text(said)), strings.Join(words, ", "),
			meant(text(said), words))
		return
	}
	if word := value(node, "used"); key == "level" && word != nil && used(word) == "" {
		r.problem(word.Line, "%s: used %s is none of yes, no, unknown", component, quote(text(word)))
		return
	}
	one := model.Evidence{
		License:  text(value(node, "license")),
		From:     "evidence-file",
		Strength: model.Stated,
		At:       &model.Position{File: File, Line: node.Line, Column: node.Column},
	}
	if key == "level" {
		one.Level = said.Value
		one.Used = used(value(node, "used"))
	} else {
		one.Availability = said.Value
	}
	if where := value(node, "where"); where != nil {
		one.Where = texts(where)
	}
	r.found[component] = append(r.found[component], one)
}

// used reads whether data of a kind was used, as YAML writes yes and no.
func used(node *yaml.Node) string {
	switch strings.ToLower(text(node)) {
	case "yes", "true":
		return "yes"
	case "no", "false":
		return "no"
	case "unknown":
		return "unknown"
	default:
		return ""
	}
}

// quote shows a value of unknown size inside a sentence.
func quote(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
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

// Components lists the components of a release that evidence is kept of, such
// as code.training, sorted.
func Components() []string {
	var all []string
	for section, names := range components {
		for _, name := range names {
			all = append(all, section+"."+name)
		}
	}
	slices.Sort(all)
	return all
}
