package lineage

import (
	"cmp"
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
	// claims are what each of those says who name it.
	claims []model.Claim
	at     *model.Position
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

// claim adds what one more witness says. Who has named it already without a
// relation, and names one now, has said the one thing.
func (b *base) claim(c model.Claim) {
	for i, have := range b.claims {
		if have.From != c.From || have.File != c.File {
			continue
		}
		switch {
		case have.Relation == c.Relation || c.Relation == model.Unknown:
			return
		case have.Relation == model.Unknown:
			b.claims[i].Relation = c.Relation
			return
		}
	}
	b.claims = append(b.claims, c)
}

// basesOf lists what a repository was made from: its base models and, where
// they are wanted, its datasets.
func (d *describer) basesOf() []base {
	if d.snapshot.Texts != nil {
		return d.keptBases()
	}
	bases := d.baseModels()
	if !d.Datasets {
		return bases
	}
	for _, one := range card.Datasets(d.node.Card) {
		b := base{
			ref:      model.Ref{Kind: model.Dataset, ID: one.Value},
			relation: model.TrainedOn, relationFrom: model.FromCard,
			claims: []model.Claim{{From: model.FromCard, Relation: model.TrainedOn}},
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
func (d *describer) keptBases() []base {
	var bases []base
	for _, one := range d.snapshot.Bases {
		if one.Ref.Kind == model.Dataset && !d.Datasets {
			continue
		}
		bases = append(bases, base{
			ref: one.Ref, written: one.Written, kept: true,
			relation: one.Relation, relationFrom: one.From, claims: one.Claims,
		})
	}
	return bases
}

// baseModels lists the base models of a repository: those that its card names,
// in the card's order, then those that only the source knows, then those that
// only its files name. The Hub drops bases that are deleted, private or in
// another letter case, and replaces renamed ones, so neither list is enough.
func (d *describer) baseModels() []base {
	var bases []base
	add := func(b base, c model.Claim) {
		if c.Relation == "" {
			c.Relation = model.Unknown
		}
		i := slices.IndexFunc(bases, func(have base) bool { return have.key() == b.key() })
		if i < 0 {
			i = len(bases)
			bases = append(bases, b)
		}
		if bases[i].at == nil {
			bases[i].at = b.at
		}
		bases[i].claim(c)
	}
	origin := cmp.Or(factsOrigin(d.snapshot.Source), model.FromCard)
	named := card.BaseModels(d.node.Card)
	said := cardRelation(d.node)
	for _, one := range named {
		add(cardBase(one, d.snapshot), model.Claim{From: origin, Relation: said})
	}
	for _, one := range d.snapshot.Bases {
		further := declaredBase(one, d.snapshot)
		further.at = one.At
		add(further, model.Claim{From: one.From, Relation: one.Relation})
	}
	for _, one := range d.signs.bases {
		for _, found := range card.BaseModels(model.Card{Metadata: map[string]any{"base_model": one.value}}) {
			if b := cardBase(found, d.snapshot); b.problem == "" && strings.Contains(b.ref.ID, "/") && b.ref.ID != d.snapshot.ID {
				b.at = &model.Position{File: one.file}
				add(b, model.Claim{From: model.FromFile, Relation: one.relation, File: one.file})
			}
		}
	}
	for i := range bases {
		d.relate(&bases[i], len(named))
	}
	return bases
}

// cardBase is a base model as a card names it.
func cardBase(one card.Base, snapshot *source.Snapshot) base {
	b := base{ref: model.Ref{Kind: model.Model, ID: one.Value}}
	if one.At.Line > 0 {
		b.at = &one.At
	}
	b.follow(one, snapshot)
	return b
}

func hubRelation(r model.Relation) bool {
	return slices.Contains([]model.Relation{model.Finetune, model.Adapter, model.Quantized, model.Merge}, r)
}

// cardRelation is what the card says of how the model was made from all of its
// base models; unknown where it says nothing that the Hub understands.
func cardRelation(node *model.Node) model.Relation {
	if said := model.Relation(card.Relation(node.Card.Metadata)); hubRelation(said) {
		return said
	}
	return model.Unknown
}

// relate settles how a repository was made from a base, and adds what its
// files show: as its card says; else as a declaration or a policy says of this
// very base;
// else as a merge where the card names several; else as the source has it;
// else by what its files are.
func (d *describer) relate(b *base, named int) {
	said := func(origins ...model.Origin) bool {
		for _, c := range b.claims {
			if slices.Contains(origins, c.From) && c.Relation != model.Unknown {
				b.relation, b.relationFrom = c.Relation, c.From
				return true
			}
		}
		return false
	}
	card := func() bool {
		b.relation, b.relationFrom = cardRelation(d.node), model.FromCard
		return b.relation != model.Unknown
	}
	several := func() bool {
		b.relation, b.relationFrom = model.Merge, model.FromInferred
		return named > 1
	}
	// The Hub has one relation for the whole model.
	hub := func() bool {
		for _, one := range d.snapshot.Bases {
			if one.From != model.FromDeclared && one.Relation != "" && one.Relation != model.Unknown {
				b.relation, b.relationFrom = one.Relation, one.From
				return true
			}
		}
		return false
	}
	if !card() && !said(model.FromDeclared, model.FromPolicy) && !several() && !hub() && !said(model.FromHub, model.FromFile) {
		b.relation, b.relationFrom = d.signs.relation(), model.FromInferred
	}
	for _, c := range d.signs.claims {
		b.claim(c)
	}
}

// from lists those who name a base, each once. What files show without naming
// it is no naming.
func from(claims []model.Claim) []model.Origin {
	var all []model.Origin
	for _, c := range claims {
		if c.From != model.FromInferred && !slices.Contains(all, c.From) {
			all = append(all, c.From)
		}
	}
	return all
}

func newEdge(child, parent string, b base) model.Edge {
	edge := model.Edge{
		Child: child, Parent: parent,
		Relation: b.relation, RelationFrom: b.relationFrom,
		From: from(b.claims), Claims: b.claims, At: b.at,
	}
	if b.key() != parent {
		edge.Written = cmp.Or(b.written, b.ref.Key())
	} else if b.kept {
		edge.Written = b.written
	}
	return edge
}

// mergeEdge joins a second naming of the same base, by another spelling, to its
// edge.
func mergeEdge(edge model.Edge, b base) model.Edge {
	joined := base{claims: edge.Claims}
	for _, c := range b.claims {
		joined.claim(c)
	}
	edge.Claims, edge.From = joined.claims, from(joined.claims)
	if edge.At == nil {
		edge.At = b.at
	}
	return edge
}
