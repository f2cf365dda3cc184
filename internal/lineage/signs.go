package lineage

import (
	"encoding/json"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/weights"
)

// Bounds of what is read of files that say how a model was made. A range
// request costs as much for 64 KiB as for one byte, and the pairs that matter
// come first; on a disk the whole of any real header is at hand.
const (
	maxFileBases  = 256
	maxConfig     = 1 << 20
	maxConfigSize = 64 // levels of a merge's configuration
	diskHeader    = 16 << 20
	remoteHeader  = 64 << 10
	// subjectHeaders are the weight files of each format of which the header
	// is read, of the subject; of an ancestor it is one.
	subjectHeaders = 3
)

// signs is what a repository's files say of how it was made.
type signs struct {
	// claims are inferred from what files there are; they name no base.
	claims []model.Claim
	bases  []fileBase
	tuned  bool // there are weights of its own
}

// fileBase is a base model that a file names.
type fileBase struct {
	value    string
	relation model.Relation
	file     string
}

// relation is what the files show, by the first of the claims; weights without
// a sign of anything else were tuned.
func (s signs) relation() model.Relation {
	switch {
	case len(s.claims) > 0:
		return s.claims[0].Relation
	case s.tuned:
		return model.Finetune
	}
	return model.Unknown
}

// Names of the files that only one kind of release has.
const (
	adapterConfig = "adapter_config.json"
	modelConfig   = "config.json"
)

func mergeConfigs() []string {
	return []string{"mergekit_config.yml", "mergekit_config.yaml", "merge.yml", "merge.yaml"}
}

// infer goes by the files and libraries that only one kind of release has.
func infer(files []model.File, metadata map[string]any) signs {
	var s signs
	first := map[model.Relation]string{}
	for _, f := range files {
		name := path.Base(f.Path)
		relation := model.Relation("")
		switch {
		case name == adapterConfig:
			relation = model.Adapter
		case weights.Format(name) == weights.FormatGGUF:
			relation = model.Quantized
		case slices.Contains(mergeConfigs(), f.Path):
			relation = model.Merge
		case weights.Format(name) != "", strings.HasPrefix(name, "pytorch_model"):
			s.tuned = true
			continue
		}
		if _, seen := first[relation]; !seen && relation != "" {
			first[relation] = f.Path
		}
	}
	for _, relation := range []model.Relation{model.Adapter, model.Quantized, model.Merge} {
		if file, ok := first[relation]; ok {
			s.claims = append(s.claims, model.Claim{From: model.FromInferred, Relation: relation, File: file})
		}
	}
	if _, ok := first[model.Adapter]; !ok && metadata["library_name"] == "peft" {
		s.claims = append(s.claims, model.Claim{From: model.FromInferred, Relation: model.Adapter})
	}
	return s
}

// readSigns reads the files that say how a repository was made: of the subject
// all that are there, of an ancestor those that name base models, and only
// where nobody else does.
func (d *describer) readSigns() {
	d.signs = infer(d.node.Files, d.node.Card.Metadata)
	if d.snapshot.Texts != nil || !d.subject && len(d.baseModels()) > 0 {
		return
	}
	names := d.configs()
	headers := d.headers()
	found := make([]signs, len(names))
	read := make([]*model.WeightHeader, len(headers))
	d.all(len(names)+len(headers), func(i int) {
		if i < len(names) {
			found[i] = d.config(names[i])
			return
		}
		read[i-len(names)] = d.header(headers[i-len(names)])
	})
	for _, one := range found {
		d.signs.claims = append(d.signs.claims, one.claims...)
		d.signs.bases = append(d.signs.bases, one.bases...)
	}
	for _, header := range read {
		if header == nil {
			continue
		}
		d.node.Weights = append(d.node.Weights, *header)
		for _, value := range header.BaseModels {
			d.signs.bases = append(d.signs.bases, fileBase{value, header.Relation, header.File})
		}
	}
	d.signs.bases = d.signs.bases[:min(len(d.signs.bases), maxFileBases)]
}

// configs lists the configurations to read, all at the root.
func (d *describer) configs() []string {
	wanted := append([]string{adapterConfig}, mergeConfigs()...)
	if d.subject {
		wanted = append(wanted, modelConfig)
	}
	var names []string
	for _, name := range wanted {
		if slices.ContainsFunc(d.node.Files, func(f model.File) bool { return f.Path == name }) {
			names = append(names, name)
		}
	}
	return names
}

// config reads one configuration. What cannot be read, or is none, says
// nothing: the files' own presence has been counted.
func (d *describer) config(name string) signs {
	text, err := d.read(name)
	if err != nil || len(text) > maxConfig {
		return signs{}
	}
	switch name {
	case adapterConfig:
		var config struct {
			Base string `json:"base_model_name_or_path"`
		}
		if json.Unmarshal(text, &config) == nil && config.Base != "" {
			return signs{bases: []fileBase{{cachedID(config.Base), model.Adapter, name}}}
		}
	case modelConfig:
		var config struct {
			Quantization map[string]any `json:"quantization_config"`
		}
		if json.Unmarshal(text, &config) == nil && len(config.Quantization) > 0 {
			return signs{claims: []model.Claim{{From: model.FromInferred, Relation: model.Quantized, File: name}}}
		}
	default:
		var s signs
		for _, value := range mergedModels(text) {
			s.bases = append(s.bases, fileBase{value, model.Merge, name})
		}
		return s
	}
	return signs{}
}

// inCache is how a path within the Hub's local cache holds a model's id.
var inCache = regexp.MustCompile(`(?:^|[/\\])models--([^/\\]+?)--([^/\\]+)`)

// cachedID is the id that a path within the Hub's local cache holds; any other
// value is left as it is.
func cachedID(value string) string {
	if found := inCache.FindStringSubmatch(value); found != nil {
		return found[1] + "/" + found[2]
	}
	return value
}

// mergedModels lists the models that a configuration of mergekit names under
// model and base_model, at whatever depth, each once. "base+adapter" names two.
// Aliases are not followed: they repeat what stands elsewhere.
func mergedModels(text []byte) []string {
	var document yaml.Node
	if yaml.Unmarshal(text, &document) != nil {
		return nil
	}
	var found []string
	var visit func(n *yaml.Node, depth int)
	visit = func(n *yaml.Node, depth int) {
		if depth > maxConfigSize || n.Kind == yaml.AliasNode {
			return
		}
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && child.Kind == yaml.ScalarNode &&
				slices.Contains([]string{"model", "base_model", "path"}, n.Content[i-1].Value) {
				for value := range strings.SplitSeq(child.Value, "+") {
					if len(found) < maxFileBases && value != "" && !slices.Contains(found, value) {
						found = append(found, cachedID(value))
					}
				}
			}
			visit(child, depth+1)
		}
	}
	visit(&document, 0)
	return found
}

// headers lists the weight files of which the header is worth reading: the
// first of each format, and of the subject a few more, which may be of other
// models.
func (d *describer) headers() []string {
	if d.snapshot.ReadAt == nil {
		return nil
	}
	most := 1
	if d.subject {
		most = subjectHeaders
	}
	count := map[string]int{}
	var names []string
	for _, f := range d.node.Files {
		format := weights.Format(f.Path)
		if format == "" || count[format] == most || f.Size == 0 || continued(f.Path) {
			continue
		}
		count[format]++
		names = append(names, f.Path)
	}
	return names
}

// part is how the parts of one model's weights are numbered.
var part = regexp.MustCompile(`-0*([0-9]+)-of-[0-9]+\.[a-z]+$`)

// continued holds for the second and later parts of one model's weights.
func continued(name string) bool {
	found := part.FindStringSubmatch(strings.ToLower(name))
	return found != nil && found[1] != "1"
}

// header reads the header of one weight file; nil where it says nothing.
func (d *describer) header(file string) *model.WeightHeader {
	limit := remoteHeader
	if d.snapshot.Source == "dir" {
		limit = diskHeader
	}
	read := func(offset int64, n int) (data []byte, err error) {
		if err := d.ctx.Err(); err != nil {
			return nil, err
		}
		d.slot(func() { data, err = d.snapshot.ReadAt(d.ctx, file, offset, n) })
		return data, err
	}
	found, err := weights.Read(weights.Format(file), read, limit)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, weights.ErrFormat) {
		return nil
	}
	if found.License == "" && found.LicenseName == "" && len(found.BaseModels) == 0 {
		return nil
	}
	header := &model.WeightHeader{
		File: file, Format: found.Format,
		License: found.License, LicenseName: found.LicenseName, LicenseLink: found.LicenseLink,
		Alternatives: [][]string{}, BaseModels: found.BaseModels,
	}
	if header.BaseModels == nil {
		header.BaseModels = []string{}
	}
	if id := found.License; id != "" || found.LicenseName != "" {
		if id == "" {
			id = "other"
		}
		header.Alternatives = d.catalog.Resolve(id, found.LicenseName)
	}
	switch {
	case found.Adapter:
		header.Relation = model.Adapter
	case found.Quantized:
		header.Relation = model.Quantized
	}
	return header
}
