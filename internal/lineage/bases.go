package lineage

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// base is one base model of a repository, as somebody names it.
type base struct {
	ref model.Ref
	// problem says why the name cannot be a repository's; such a base is
	// not looked up.
	problem string
	// written is the name as the card spells it, where ref does not say; near
	// reads it where it is a folder.
	written string
	near    source.Source
	// kept is true of what a source has that keeps facts in place of files.
	kept         bool
	relation     model.Relation
	relationFrom model.Origin
	from         model.Origin
	at           *model.Position
}

// datasetPrefix stands before a dataset's id, as in its address on the Hub: a
// model and a dataset may have the same name.
const datasetPrefix = "datasets/"

// key is the name under which a base is looked up once.
func (b base) key() string {
	if b.ref.Kind == model.Dataset {
		return datasetPrefix + b.ref.ID
	}
	if b.ref.Host == model.OnGitHub {
		return b.ref.String() // a revision is part of what was named
	}
	return b.ref.Key()
}

// basesOf lists what a repository was made from: its base models and, where
// they are wanted, its datasets.
func (w *Walker) basesOf(snapshot *source.Snapshot, node *model.Node) []base {
	if snapshot.Texts != nil {
		return w.keptBases(snapshot)
	}
	bases := baseModels(snapshot, node)
	if !w.Datasets {
		return bases
	}
	for _, one := range card.Datasets(node.Card) {
		b := base{
			ref:      model.Ref{Kind: model.Dataset, ID: one.Value},
			relation: model.TrainedOn, relationFrom: model.FromCard, from: model.FromCard,
		}
		if one.At.Line > 0 {
			b.at = &one.At
		}
		if one.Problem == nil {
			bases = append(bases, b)
		}
	}
	return bases
}

// keptBases lists what a source has that keeps facts in place of files.
func (w *Walker) keptBases(snapshot *source.Snapshot) []base {
	var bases []base
	for _, one := range snapshot.Bases {
		if one.Ref.Kind == model.Dataset && !w.Datasets {
			continue
		}
		bases = append(bases, base{
			ref: one.Ref, written: one.Written, kept: true,
			relation: one.Relation, relationFrom: cmp.Or(one.RelationFrom, one.From), from: one.From,
		})
	}
	return bases
}

// baseModels lists the base models of a repository: those that its card names,
// in the card's order, then those that only the source knows. The Hub drops
// bases that are deleted, private or in another letter case, and replaces
// renamed ones, so neither list is enough.
func baseModels(snapshot *source.Snapshot, node *model.Node) []base {
	named := card.BaseModels(node.Card)
	relation, from := relationOf(snapshot, node, len(named))
	origin := model.FromCard
	if snapshot.Source == "index" {
		origin = model.FromIndex
	}
	var bases []base
	for _, one := range named {
		b := base{
			ref:      model.Ref{Kind: model.Model, ID: one.Value},
			relation: relation, relationFrom: from, from: origin,
		}
		if one.At.Line > 0 {
			b.at = &one.At
		}
		b.follow(one, snapshot)
		bases = append(bases, b)
	}
	for _, one := range snapshot.Bases {
		further := declaredBase(one, snapshot)
		if slices.ContainsFunc(bases, func(b base) bool { return b.key() == further.key() }) {
			continue
		}
		further.relation, further.relationFrom, further.from = relation, from, one.From
		bases = append(bases, further)
	}
	return bases
}

// relationOf says how a repository was made from its base models: by its card
// where that says so, else as a merge where the card names several, else as
// the source has it, else by what its files are.
func relationOf(snapshot *source.Snapshot, node *model.Node, named int) (model.Relation, model.Origin) {
	declared := model.Relation(card.Relation(node.Card.Metadata))
	switch declared {
	case model.Finetune, model.Adapter, model.Quantized, model.Merge:
		return declared, model.FromCard
	}
	if named > 1 {
		return model.Merge, model.FromInferred
	}
	for _, one := range snapshot.Bases {
		if one.Relation != "" && one.Relation != model.Unknown {
			return one.Relation, one.From
		}
	}
	return inferRelation(snapshot.Files, node.Card.Metadata)
}

// inferRelation goes by the files and libraries that only one kind of release
// has.
func inferRelation(files []model.File, metadata map[string]any) (model.Relation, model.Origin) {
	var weights bool
	for _, f := range files {
		switch name := path.Base(f.Path); {
		case name == "adapter_config.json":
			return model.Adapter, model.FromInferred
		case strings.HasSuffix(name, ".gguf"):
			return model.Quantized, model.FromInferred
		case strings.HasSuffix(name, ".safetensors"), strings.HasPrefix(name, "pytorch_model"):
			weights = true
		}
	}
	if metadata["library_name"] == "peft" {
		return model.Adapter, model.FromInferred
	}
	if weights {
		return model.Finetune, model.FromInferred
	}
	return model.Unknown, model.FromInferred
}

func newEdge(child, parent string, b base) model.Edge {
	edge := model.Edge{
		Child: child, Parent: parent,
		Relation: b.relation, RelationFrom: b.relationFrom,
		From: []model.Origin{b.from}, At: b.at,
	}
	if b.key() != parent {
		edge.Written = cmp.Or(b.written, b.ref.Key())
	} else if b.kept {
		edge.Written = b.written
	}
	return edge
}

// mergeEdge joins a second naming of the same base to its edge.
func mergeEdge(edge model.Edge, b base) model.Edge {
	if !slices.Contains(edge.From, b.from) {
		edge.From = append(edge.From, b.from)
	}
	if edge.At == nil {
		edge.At = b.at
	}
	return edge
}
