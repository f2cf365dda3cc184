package evidence

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of what is read to see whether the weights are whole. The index of a
// model of a trillion parameters has some hundred KiB.
const (
	maxIndexes    = 4
	maxIndexBytes = 4 << 20
)

// weightSuffixes and weightPrefixes are the file names of whole models, as the
// common libraries write them. Adapter weights are not the parameters of a
// model: they are useless without the base.
var (
	weightSuffixes = []string{".safetensors", ".gguf", ".ckpt", ".h5", ".onnx", ".msgpack"}
	weightPrefixes = []string{"pytorch_model", "consolidated"}
)

// trace is a kind of file name, and what it hints at.
type trace struct {
	name         *regexp.Regexp
	component    string
	availability string
	seen         string
}

// traces are file names that tell where to look. Measured on the repositories
// of twelve systems, half to five in six of such names are what they look like.
var traces = []trace{
	{regexp.MustCompile(`^modeling_\w+\.py$`), "code.architecture", "released", "a file named as the model's code"},
	{regexp.MustCompile(`^(pre)?train(er|ing)?(_\w+)?\.py$`), "code.training", "released", "a file named as training code"},
	{regexp.MustCompile(`^(trainer_state\.json|training_args\.bin)$`), "code.training", "mentioned", "what a trainer leaves behind"},
	{regexp.MustCompile(`^(run_)?eval(uate|uation)?(_\w+)?\.py$`), "code.validation_testing", "released", "a file named as evaluation code"},
	{regexp.MustCompile(`^(preprocess|prepare_data|process_data|tokenize_data|dedup)(\w*)\.py$`), "code.data_processing", "released", "a file named as data processing code"},
	{regexp.MustCompile(`^(inference|generate|generation|handler|predict|pipeline)(_\w+)?\.py$`), "code.inference", "released", "a file named as inference code"},
	{regexp.MustCompile(`^(tokenizer\.(json|model)|vocab\.(txt|json)|spiece\.model|merges\.txt)$`), "code.supporting_libraries", "partial", "the files of a tokenizer"},
}

// optimizerState and checkpoint name what trainers write beside the weights.
var (
	optimizerState = regexp.MustCompile(`^(optimizer.*\.(pt|bin)|optim\w*\.pt|.*optim_states\.pt)$`)
	checkpoint     = regexp.MustCompile(`^(checkpoint|ckpt|global_step|step|epoch|phase)[-_]?(\d+)`)
)

// minSeries is how many folders make a series of checkpoints.
const minSeries = 3

// files says what the file list shows: weights, whole or not, the states of
// training beside them, the code that the configuration names.
func (c *collector) files() {
	c.weights()
	c.states()
	c.configuration()
	for _, t := range traces {
		var where []string
		for _, f := range c.node.Files {
			if t.name.MatchString(path.Base(f.Path)) && f.Size != 0 {
				where = append(where, f.Path)
			}
		}
		if len(where) > 0 {
			c.add(t.component, fileEvidence(t.availability, model.Hint, t.seen, where))
		}
	}
	if c.node.Card.Present && words(c.node.Card.Sections) >= minCardWords {
		c.add("documents.model_card", fileEvidence("released", model.Shown, "the card", []string{c.cardFile()}))
	}
}

// minCardWords is what a card holds at least that says something: a template
// with its blanks has about as many.
const minCardWords = 50

func words(sections []model.Section) int {
	n := 0
	for _, s := range sections {
		n += s.Words
	}
	return n
}

func fileEvidence(availability string, strength model.Strength, seen string, where []string) model.Evidence {
	return model.Evidence{
		Availability: availability, Strength: strength, Seen: seen, From: "files", Where: where,
		At: &model.Position{File: where[0]},
	}
}

// weights says whether the parameters are there, and whole.
func (c *collector) weights() {
	var whole, adapters, indexes []string
	for _, f := range c.node.Files {
		name := path.Base(f.Path)
		switch {
		case strings.HasSuffix(name, ".index.json"):
			indexes = append(indexes, f.Path)
		case f.Size == 0 || !isWeight(name):
		case strings.HasPrefix(name, "adapter_"):
			adapters = append(adapters, f.Path)
		case !optimizerState.MatchString(name):
			whole = append(whole, f.Path)
		}
	}
	availability, gate := "released", c.gate()
	if gate != "" {
		availability = "gated"
	}
	index, missing := c.missingShards(indexes)
	switch {
	case len(missing) > 0:
		seen := fmt.Sprintf("%s names files that are not there: %d of them", path.Base(index), len(missing))
		one := fileEvidence("partial", model.Shown, seen, missing)
		one.At = &model.Position{File: index}
		c.add("parameters.final", one)
	case len(whole) > 0:
		seen := "the files of the weights"
		if gate != "" {
			seen = gate
		}
		one := fileEvidence(availability, model.Shown, seen, whole)
		if at, ok := c.gatedAt(); ok {
			one.At = &at
		}
		c.add("parameters.final", one)
	case len(adapters) > 0:
		// The rest of the parameters is the base model's, and may well be there.
		c.add("parameters.final", fileEvidence("partial", model.Hint, "the weights of an adapter alone", adapters))
	}
}

func isWeight(name string) bool {
	suffixed := slices.ContainsFunc(weightSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
	prefixed := slices.ContainsFunc(weightPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	adapter := strings.HasPrefix(name, "adapter_model")
	return suffixed || (prefixed || adapter) && !strings.HasSuffix(name, ".json")
}

// gate says in words what stands before the files, if anything does.
func (c *collector) gate() string {
	switch c.node.Gated {
	case "auto":
		return "a form before the files"
	case "manual":
		return "files given on request"
	}
	if _, ok := c.gatedAt(); ok {
		return "the card asks for a form before the files"
	}
	return ""
}

// gatedAt is where the card sets up a gate.
func (c *collector) gatedAt() (model.Position, bool) {
	found, ok := model.Position{}, false
	for key, at := range c.node.Card.At {
		if strings.HasPrefix(key, "extra_gated_") && !strings.Contains(key, ".") && (!ok || at.Line < found.Line) {
			found, ok = at, true
		}
	}
	return found, ok
}

// missingShards reads the indexes of weights in parts and lists the parts that
// the file list lacks, with the first index that names one. A list that is not
// whole proves nothing.
func (c *collector) missingShards(indexes []string) (index string, missing []string) {
	if !c.node.FilesKnown {
		return "", nil
	}
	there := map[string]bool{}
	for _, f := range c.node.Files {
		there[f.Path] = true
	}
	for _, name := range indexes[:min(len(indexes), maxIndexes)] {
		shards := c.shards(name)
		for _, shard := range shards {
			if full := path.Join(path.Dir(name), shard); !there[full] && !slices.Contains(missing, full) {
				missing = append(missing, full)
			}
		}
		// One of several formats that is whole is enough.
		if len(shards) > 0 && len(missing) == 0 {
			return "", nil
		}
		if len(missing) > 0 && index == "" {
			index = name
		}
	}
	return index, missing
}

// shards lists the files that an index of weights names, sorted.
func (c *collector) shards(index string) []string {
	text, err := c.read(index)
	if err != nil || len(text) > maxIndexBytes {
		return nil
	}
	var parsed struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if json.Unmarshal(text, &parsed) != nil {
		return nil
	}
	var names []string
	for _, name := range parsed.WeightMap {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// states looks for what training writes on its way: the optimizer's state, and
// a series of checkpoints.
func (c *collector) states() {
	var optimizer []string
	series := map[string][]string{}
	for _, f := range c.node.Files {
		if optimizerState.MatchString(path.Base(f.Path)) && f.Size != 0 {
			optimizer = append(optimizer, f.Path)
		}
		folder, _, nested := strings.Cut(f.Path, "/")
		if m := checkpoint.FindStringSubmatch(folder); nested && m != nil && !slices.Contains(series[m[1]], folder) {
			series[m[1]] = append(series[m[1]], folder)
		}
	}
	if len(optimizer) > 0 {
		c.add("parameters.optimizer_state", fileEvidence("released", model.Shown, "the state of an optimizer", optimizer))
	}
	var longest []string
	for _, kind := range slices.Sorted(maps.Keys(series)) {
		if len(series[kind]) > len(longest) {
			longest = series[kind]
		}
	}
	if len(longest) >= minSeries {
		slices.Sort(longest)
		seen := fmt.Sprintf("a series of %d checkpoints", len(longest))
		c.add("parameters.intermediate_checkpoints", fileEvidence("released", model.Shown, seen, longest))
	}
}

// configuration reads which code config.json says that the model runs with.
func (c *collector) configuration() {
	const name = "config.json"
	if !c.has(name) {
		return
	}
	text, err := c.read(name)
	if err != nil || len(text) > maxIndexBytes {
		return
	}
	var parsed struct {
		AutoMap       map[string]any `json:"auto_map"`
		Architectures []string       `json:"architectures"`
	}
	if json.Unmarshal(text, &parsed) != nil {
		return
	}
	var own []string
	for _, value := range parsed.AutoMap {
		class, _ := value.(string)
		module, _, _ := strings.Cut(class, ".")
		if file := module + ".py"; strings.HasPrefix(module, "modeling") && c.holds(file) && !slices.Contains(own, file) {
			own = append(own, file)
		}
	}
	slices.Sort(own)
	switch {
	case len(own) > 0:
		c.add("code.architecture", fileEvidence("released", model.Shown, "code that config.json runs the model with", own))
		c.add("code.inference", fileEvidence("released", model.Hint, "code that config.json runs the model with", own))
	case len(parsed.Architectures) > 0:
		const seen = "config.json names a class of a library"
		c.add("code.architecture", fileEvidence("released", model.Hint, seen, []string{name}))
		c.add("code.inference", fileEvidence("released", model.Hint, seen, []string{name}))
	}
}
