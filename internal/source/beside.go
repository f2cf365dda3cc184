package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxParents bounds the search for the top of a git work tree.
const maxParents = 64

// beside reads the folders beside a release that its card, or that of one of
// these, names by a relative path.
type beside struct {
	// root is the real path that no such folder lies outside of.
	root string
	// home is the real path of the release, and id its id.
	home, id string
	declared func(folder string) string
}

// Beside lets the relative paths in the card of a folder's snapshot lead to the
// folders that they name: to those inside named, which is what the user named
// and holds the folder, or inside the git work tree that it is in. A card that
// somebody else wrote leads no further, not by a symbolic link either.
//
// declared gives the id that a folder says it is published under; empty for
// none. A folder's id is believed where it is in the namespace of the
// snapshot's own: whoever could name any could put a folder in the place of a
// repository that another base model comes from. Other folders have ids that
// are nobody else's, of their path from the outermost of the two: dir:PATH.
func Beside(s *Snapshot, named, folder string, declared func(folder string) string) error {
	home, err := realPath(folder)
	if err != nil {
		return err
	}
	root, err := realPath(named)
	if err != nil {
		return err
	}
	if top := workTree(root); top != "" {
		root = top
	}
	b := &beside{root: root, home: home, id: s.ID, declared: declared}
	b.attach(s, home)
	return nil
}

// attach gives a snapshot its surroundings.
func (b *beside) attach(s *Snapshot, folder string) {
	s.Near = b
	s.Locate = func(written string) (model.Ref, error) { return b.locate(folder, written) }
}

// Causes for which a path leads nowhere, for a sentence that begins with it.
var (
	ErrPathOutside = errors.New("leads out of the folder that was named, and of its git work tree")
	ErrPathAbsent  = errors.New("leads to no folder that is there")
	errPathFile    = errors.New("leads to a file; name the folder that it is in")
)

// locate finds the folder that a path written in a folder's card names.
func (b *beside) locate(folder, written string) (model.Ref, error) {
	to := filepath.FromSlash(written)
	if !filepath.IsAbs(to) {
		to = filepath.Join(folder, to)
	}
	if !within(b.root, to) {
		return model.Ref{}, ErrPathOutside
	}
	real, err := filepath.EvalSymlinks(to)
	if err != nil {
		return model.Ref{}, ErrPathAbsent
	}
	if !within(b.root, real) {
		return model.Ref{}, ErrPathOutside
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() {
		return model.Ref{}, errPathFile
	}
	return model.Ref{Kind: model.Model, Host: model.OnDisk, ID: filepath.ToSlash(real)}, nil
}

// Name is "dir".
func (*beside) Name() string { return "dir" }

// Serves is true of folders alone.
func (*beside) Serves(host model.Host) bool { return host == model.OnDisk }

// Fetch reads a folder that locate found.
func (b *beside) Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error) {
	folder := filepath.FromSlash(ref.ID)
	fail := func(state model.State, detail string) *Snapshot {
		id := b.place(folder)
		return &Snapshot{ID: id, Kind: model.Model, Source: b.Name(), State: state, Detail: detail, Read: NoFiles(id, state)}
	}
	if ref.Host != model.OnDisk || !within(b.root, folder) {
		return fail(model.NotFound, ErrPathOutside.Error()), nil
	}
	dir, err := OpenDir(folder)
	if err != nil {
		return fail(model.Failed, "the folder could not be opened"), nil
	}
	if id := b.declared(folder); id != "" {
		dir.SetID(id)
	}
	s, err := dir.Snapshot(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return fail(model.Failed, "the folder could not be listed"), nil
	}
	switch {
	case folder == b.home:
		s.ID = b.id
	case !s.Published || model.Namespace(s.ID) == "" || !strings.EqualFold(model.Namespace(s.ID), model.Namespace(b.id)):
		s.ID, s.Published = b.place(folder), false
	}
	b.attach(s, folder)
	return s, nil
}

// place is the id of a folder that has no other: nothing about this machine.
func (b *beside) place(folder string) string {
	rel, err := filepath.Rel(b.root, folder)
	if err != nil {
		rel = filepath.Base(folder)
	}
	return model.Ref{Host: model.OnDisk, ID: strings.ToValidUTF8(filepath.ToSlash(rel), "\uFFFD")}.Key()
}

// realPath is where a path leads to, without links.
func realPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// within reports whether a path is root or below it, as spelled.
func within(root, name string) bool {
	rel, err := filepath.Rel(root, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// workTree is the top of the git work tree that a folder is in; empty for none.
func workTree(folder string) string {
	for range maxParents {
		if info, err := os.Lstat(filepath.Join(folder, ".git")); err == nil && (info.IsDir() || info.Mode().IsRegular()) {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
	return ""
}
