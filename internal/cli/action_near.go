package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// surroundings reads the folders beside a release as they were at the base of a
// pull request, where a card names them by relative paths. They have the ids
// that source.Beside gives them in the work tree, or the ones that a head read
// by GitHub's API has, so that the two can be compared.
type surroundings struct {
	base *base
	// root bounds what a path leads to; home is the folder of the release.
	root, home string
	// id is the release's.
	id string
}

// surround lets the relative paths in the card of a release's base lead to the
// folders that they name.
func (b *base) surround(ctx context.Context, s *source.Snapshot, folder string) {
	near := &surroundings{base: b, root: ".", home: filepath.Clean(folder), id: s.ID}
	if b.job.event.After == nil {
		whole, err := filepath.Abs(folder)
		if err != nil {
			return // the paths lead nowhere
		}
		near.home, near.root = whole, b.job.Getenv("GITHUB_WORKSPACE")
		if top, _, ok := source.CloneOf(near.root, whole); ok {
			near.root = top
		}
	}
	near.attach(ctx, s, near.home)
}

// attach gives a snapshot of a folder its surroundings, for as long as the run
// lasts whose context this is.
func (n *surroundings) attach(ctx context.Context, s *source.Snapshot, folder string) {
	s.Near = n
	s.Locate = func(written string) (model.Ref, error) { return n.locate(ctx, folder, written) }
}

func (n *surroundings) locate(ctx context.Context, folder, written string) (model.Ref, error) {
	to := filepath.FromSlash(written)
	if !filepath.IsAbs(to) {
		to = filepath.Join(folder, to)
	}
	if !inside(n.root, to) || n.base.job.event.After != nil && !filepath.IsLocal(to) {
		return model.Ref{}, source.ErrPathOutside
	}
	s, err := n.base.snapshot(ctx, to, "")
	if err != nil {
		return model.Ref{}, err
	}
	if s == nil || s.State != model.Resolved {
		return model.Ref{}, source.ErrPathAbsent
	}
	return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: filepath.ToSlash(to)}, nil
}

// Name is "dir", as for folders of the work tree.
func (*surroundings) Name() string { return string(model.OnDisk) }

// Serves is true of folders alone.
func (*surroundings) Serves(host model.Host) bool { return host == model.OnDisk }

// Fetch reads a folder that locate found.
func (n *surroundings) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	folder := filepath.FromSlash(ref.ID)
	found, err := n.base.snapshot(ctx, folder, "")
	if err != nil {
		return nil, err
	}
	if found == nil {
		found = &source.Snapshot{State: model.NotFound, Read: source.NoFiles(ref.ID, model.NotFound)}
	}
	s := *found
	s.ID, s.Kind = n.place(folder), model.Model
	if n.base.job.event.After == nil {
		s.Source, s.Published = n.Name(), false
	}
	declared, err := configAt(ctx, found, folder, baseBranch)
	switch {
	case folder == n.home:
		s.ID, s.Published = n.id, true
	case found.State == model.Resolved && err == nil && declared.Model != "" && model.Namespace(declared.Model) != "" &&
		strings.EqualFold(model.Namespace(declared.Model), model.Namespace(n.id)):
		s.ID, s.Published = declared.Model, true
	}
	n.attach(ctx, &s, folder)
	return &s, nil
}

// place is the id of a folder that has no other.
func (n *surroundings) place(folder string) string {
	rel, err := filepath.Rel(n.root, folder)
	if err != nil {
		rel = filepath.Base(folder)
	}
	rel = strings.ToValidUTF8(filepath.ToSlash(rel), "\uFFFD")
	if after := n.base.job.event.After; after != nil {
		if ref, ok := n.base.job.event.Place(after.Owner, after.Repo, rel, ""); ok {
			return ref.Key()
		}
	}
	return model.Ref{Host: model.OnDisk, ID: rel}.Key()
}

// foreign says whether a folder lies in a clone of another repository that the
// workflow has brought, such as one with the policies of a whole house. Nothing
// there is the pull request's to change. A place that the commit which is
// checked has of its own, a submodule or a link, is none.
func (b *base) foreign(ctx context.Context, folder string) (bool, error) {
	workspace, event := b.job.Getenv("GITHUB_WORKSPACE"), b.job.event
	top, _, ok := source.CloneOf(workspace, folder)
	inner, _, _ := source.CloneOf(folder, folder)
	if !ok || event.After != nil {
		return false, nil
	}
	if inner != top {
		commit, err := source.OpenCommit(ctx, workspace, inner, event.SHA)
		if err != nil {
			return false, ctx.Err() // a clone that lacks what is checked tells nothing
		}
		held, err := commit.Holds(ctx)
		return err == nil && !held, err
	}
	for _, id := range []string{event.SHA, event.PullRequest.Head, event.PullRequest.Base} {
		if _, err := source.OpenCommit(ctx, workspace, top, id); err == nil || ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	return true, nil
}

// unfollowed is an error where the base has something in a folder's place, or on
// the way to it, that leads to no folder there: a submodule, or a link to
// elsewhere. What it stands for would hold, and nobody can read it.
func (b *base) unfollowed(ctx context.Context, folder string) error {
	workspace := b.job.Getenv("GITHUB_WORKSPACE")
	for dir := filepath.Clean(folder); ; dir = filepath.Dir(dir) {
		commit, err := source.OpenCommit(ctx, workspace, dir, b.job.event.PullRequest.Base)
		if err != nil {
			return ctx.Err() // not read from a clone
		}
		held, err := commit.Holds(ctx)
		if err != nil {
			return undecided("", "read %s of the base branch: %w", dir, err)
		}
		if !held {
			continue
		}
		if s, err := commit.Snapshot(ctx); err != nil || s.State != model.Resolved {
			return undecided("keep policies in the repository, or bring theirs with a checkout of its own",
				"read %s of the base branch: it is a submodule, a file, or a link that leads out", dir)
		}
		return nil
	}
}

// inside reports whether a path is a folder or lies below it, as spelled.
func inside(folder, name string) bool {
	whole, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	top, err := filepath.Abs(folder)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(top, whole)
	return err == nil && filepath.IsLocal(rel)
}
