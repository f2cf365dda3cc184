package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Bounds of a user's models.yaml.
const (
	maxModels = 5_000
	maxBases  = 64
)

// idPattern is the Hub's rule for ids of models.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?$`)

// Models is what a user's folders state of models, in the order of the files.
func (c *Catalog) Models() []source.Fact { return slices.Clone(c.models) }

// modelReader reads models.yaml.
type modelReader struct {
	reader
	catalog   *Catalog
	relations []string
}

// readModels reads models.yaml of each user's folder. The licences have to be
// known, by a name of ours or of the user's.
func (c *Catalog) readModels(layers []layer, v *vocabulary) []error {
	var errs []error
	have := map[string]model.Position{}
	for _, from := range layers[1:] {
		if !from.has(modelsFile) {
			continue
		}
		root, err := parseFile(from, modelsFile)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		r := &modelReader{
			reader: reader{file: from.shown(modelsFile)}, catalog: c, relations: slices.Sorted(maps.Keys(v.relationData)),
		}
		for _, p := range r.models(root) {
			if r.full() {
				break
			}
			fact := r.fact(p)
			if other, there := have[strings.ToLower(fact.ID)]; there {
				r.errorf(p.key, "model %q is in %s:%d too; leave one of them out", fact.ID, other.File, other.Line)
			}
			have[strings.ToLower(fact.ID)] = fact.At
			c.models = append(c.models, fact)
		}
		errs = append(errs, r.sorted()...)
	}
	return errs
}

// models takes the one section that the file has.
func (r *modelReader) models(root *yaml.Node) []pair {
	top := r.fields(root, "the file", "models")
	if top["models"] == nil {
		r.errorf(root, "models is missing")
		return nil
	}
	list := r.pairs(top["models"], "models")
	if len(list) > maxModels {
		r.errorf(top["models"], "more than %d models", maxModels)
		return nil
	}
	return list
}

// fact reads what is stated of one model.
func (r *modelReader) fact(p pair) source.Fact {
	f := source.Fact{ID: p.name, At: model.Position{File: r.file, Line: max(p.key.Line, 1)}}
	if !modelID(p.name) {
		r.errorf(p.key, "%q is no id of a model on the Hub, such as org/name", p.name)
	}
	got := r.fields(p.node, "what is stated of "+p.name, "license", "base_models", "as_of", "source", "replaces")
	f.License = r.required(p.key, got["license"], "license")
	r.license(got["license"], f.License)
	f.AsOf = r.required(p.key, got["as_of"], "as_of")
	if f.AsOf != "" && !dayPattern.MatchString(f.AsOf) {
		r.errorf(got["as_of"], "as_of %q is not a day YYYY-MM-DD", f.AsOf)
	}
	f.Source = r.required(p.key, got["source"], "source")
	f.Replaces = r.boolean(got["replaces"], "replaces")
	if n := got["base_models"]; n != nil {
		f.BasesStated, f.Bases = true, r.bases(n)
	}
	return f
}

// license wants a statement whose every part is a licence of the catalogue.
func (r *modelReader) license(n *yaml.Node, text string) {
	for _, keys := range r.catalog.Resolve(text, "") {
		for _, key := range keys {
			entry, known := r.catalog.entries[key]
			switch {
			case r.full():
				return
			case !known:
				r.errorf(n, "%q is no licence of the catalogue%s", key, r.near(key))
				return
			case entry.Class == "unknown":
				r.errorf(n, "%q names no licence; state which it is, or leave the model out", key)
				return
			}
		}
	}
}

// near offers the keys that a licence's name may have been meant for.
func (r *modelReader) near(name string) string {
	if near := r.catalog.Nearest(name, 3); len(near) > 0 {
		return "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return ""
}

// bases reads base models with their relations.
func (r *modelReader) bases(n *yaml.Node) []source.Base {
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "base_models is not a list")
		return nil
	}
	if len(n.Content) > maxBases {
		r.errorf(n, "more than %d base models", maxBases)
		return nil
	}
	var all []source.Base
	for _, item := range n.Content {
		got := r.fields(item, "a base model", "model", "relation")
		base := source.Base{Relation: model.Unknown, From: model.FromPolicy, Ref: model.Ref{Kind: model.Model}}
		id := r.required(item, got["model"], "model")
		if ref, ok := model.ParseGitHub(id); ok && ref.Revision == "" {
			base.Ref = ref
		} else if base.Ref.ID = id; id != "" && !modelID(id) {
			r.errorf(got["model"], "%q is no id of a model on the Hub, such as org/name, or github:owner/repo", id)
		}
		if got["relation"] != nil {
			base.Relation = model.Relation(r.oneOf(item, got["relation"], "relation", r.relations))
		}
		if slices.ContainsFunc(all, func(b source.Base) bool { return strings.EqualFold(b.Ref.Key(), base.Ref.Key()) }) {
			r.errorf(item, "%q is there twice", id)
		}
		all = append(all, base)
	}
	return all
}

// modelID reports whether an id can be a model's on the Hub.
func modelID(id string) bool { return idPattern.MatchString(id) && !strings.Contains(id, "..") }
