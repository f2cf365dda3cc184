package lineage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// follow sets what a base model's name in a card leads to: a repository, or,
// for a relative path, the folder beside the card where there is one.
func (b *base) follow(one card.Base, snapshot *source.Snapshot) {
	switch ref, err := beside(one, snapshot); {
	case one.Problem == nil:
		b.ref, b.written = one.Ref, one.Value
	case one.Ref.Host != model.OnDisk || snapshot.Locate == nil:
		b.problem = one.Problem.Detail
	case err != nil:
		b.problem = notFollowed(one, err)
	default:
		b.ref, b.written, b.near = ref, one.Value, snapshot.Near
	}
}

// declaredBase is a base model that a source names. A declaration may name a folder
// by its path, as a card does.
func declaredBase(one source.Base, snapshot *source.Snapshot) base {
	b := base{ref: one.Ref}
	if one.Ref.Host != model.OnDisk || snapshot.Locate == nil {
		return b
	}
	ref, err := snapshot.Locate(one.Ref.ID)
	if err != nil {
		b.ref = model.Ref{Kind: model.Model, ID: one.Ref.ID}
		b.problem = fmt.Sprintf("%q %v; expected the path of a folder inside it, the id of a model on the Hub or github:owner/repo",
			one.Ref.ID, err)
		return b
	}
	b.ref, b.written, b.near = ref, one.Ref.ID, snapshot.Near
	return b
}

// beside finds what a relative path in a card leads to.
func beside(one card.Base, snapshot *source.Snapshot) (model.Ref, error) {
	if one.Ref.Host != model.OnDisk || snapshot.Locate == nil {
		return model.Ref{}, nil
	}
	return snapshot.Locate(one.Ref.ID)
}

// notFollowed says why a path was not followed, and what would work.
func notFollowed(one card.Base, err error) string {
	return fmt.Sprintf("%s %q %v; expected the path of a folder inside it, the id of a model on the Hub or github:owner/repo",
		one.Key, one.Value, err)
}

// unfollowed lists the problems of a card without those of paths that lead to
// a folder from where it lies, and with the reason where they do not.
func unfollowed(c model.Card, snapshot *source.Snapshot) []model.Problem {
	problems := slices.Clone(c.Problems)
	for _, one := range card.BaseModels(c) {
		if one.Problem == nil || one.Ref.Host != model.OnDisk || snapshot.Locate == nil {
			continue
		}
		same := func(p model.Problem) bool { return p == *one.Problem }
		_, err := beside(one, snapshot)
		if err == nil {
			problems = slices.DeleteFunc(problems, same)
		} else if i := slices.IndexFunc(problems, same); i >= 0 {
			problems[i].Detail = notFollowed(one, err)
		}
	}
	return problems
}

// fetch reads what a base model's name leads to: from beside the card for a
// folder, else from the sources that know its host.
func (w *Walker) fetch(ctx context.Context, b base) (*source.Snapshot, error) {
	if b.near != nil && b.ref.Host == model.OnDisk {
		return b.near.Fetch(ctx, b.ref)
	}
	return w.Fetch(ctx, b.ref)
}

// distinguish gives the second of two revisions of one repository on GitHub an
// id of its own: their terms may differ, and neither may stand for the other.
func (w *walk) distinguish(b base, node *model.Node) {
	have, known := w.lineage.Nodes[node.ID]
	if !known || b.ref.Host != model.OnGitHub || have.Revision == node.Revision {
		return
	}
	if revision := cmp.Or(node.Revision, b.ref.Revision); revision != "" {
		node.ID += "@" + revision
	}
}

// unasked is what is known of a repository that no source at hand serves.
func unasked(ref model.Ref) *source.Snapshot {
	detail := "no source was asked"
	if ref.Host == model.OnGitHub {
		detail = "it is on GitHub, which was not asked"
	}
	return &source.Snapshot{
		ID: ref.Key(), Published: true, Kind: ref.Kind, Source: string(ref.Host), State: model.Offline,
		Detail: detail, Read: source.NoFiles(ref.Key(), model.Offline),
	}
}

// readsCards tells sources that have a card as text alone. The Hub and the
// index give what it declares, which saves a request for each ancestor.
func readsCards(name string) bool {
	return name == string(model.OnDisk) || name == string(model.OnGitHub)
}

// hostOrigin is who made the tags of a source's snapshot.
func hostOrigin(name string) model.Origin {
	if name == string(model.OnGitHub) {
		return model.FromGitHub
	}
	return model.FromHub
}
