package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/entail-dev/entail/internal/model"
)

// maxDirDepth bounds how deep a directory is read.
const maxDirDepth = 32

// cardName is the file that a repository's card is in.
const cardName = "README.md"

// errNotRegular: the path is a directory, a device, a pipe or a socket.
var errNotRegular = errors.New("not a regular file")

// errOutside: a path or a symbolic link leads out of the directory.
var errOutside = errors.New("leads out of the directory")

// DirSource reads a directory as a repository. It follows no symbolic link
// out of the directory and reads nothing but regular files.
type DirSource struct {
	path string
	id   string
}

// OpenDir prepares to read the directory at root. The error says why it
// cannot be read.
func OpenDir(root string) (*DirSource, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open directory %s: %w", root, err)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("open directory %s: %w", root, err)
	}
	return &DirSource{path: root}, nil
}

// Name is "dir".
func (*DirSource) Name() string { return "dir" }

// SetID gives the id under which the directory is published, in place of what
// its git configuration or its name says. Empty takes it back.
func (d *DirSource) SetID(id string) { d.id = id }

// Snapshot lists the directory. Its State is Resolved even where parts could
// not be listed; then FilesKnown is false and Detail says why. Read finds
// README.md in another letter case where there is none in this one. The error
// is for a context that ended or a directory that has gone.
func (d *DirSource) Snapshot(ctx context.Context) (*Snapshot, error) {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return nil, fmt.Errorf("open directory %s: %w", d.path, err)
	}
	defer root.Close()
	l := lister{ctx: ctx, root: root, files: []model.File{}}
	if err := fs.WalkDir(root.FS(), ".", l.visit); err != nil {
		return nil, fmt.Errorf("list directory %s: %w", d.path, err)
	}
	slices.SortFunc(l.files, func(a, b model.File) int { return strings.Compare(a.Path, b.Path) })
	s := &Snapshot{
		Kind:       model.Model,
		Source:     d.Name(),
		State:      model.Resolved,
		Files:      l.files,
		FilesKnown: l.gap == "",
		Detail:     l.gap,
	}
	d.identify(s)
	cardFile := cardPath(l.files)
	s.Read = func(ctx context.Context, name string) ([]byte, error) {
		if name == cardName {
			name = cardFile
		}
		return d.read(ctx, s.ID, name)
	}
	s.ReadAt = func(ctx context.Context, name string, offset int64, n int) ([]byte, error) {
		return d.readAt(ctx, s.ID, name, offset, n)
	}
	return s, nil
}

// identify gives the snapshot its id.
func (d *DirSource) identify(s *Snapshot) {
	if d.id != "" {
		s.ID, s.Published = d.id, true
		return
	}
	if id, kind, ok := gitRemote(d.path); ok {
		s.ID, s.Kind, s.Published = id, kind, true
		return
	}
	s.ID = "release"
	if abs, err := filepath.Abs(d.path); err == nil {
		if base := filepath.Base(abs); base != string(filepath.Separator) && base != "." {
			s.ID = strings.ToValidUTF8(base, "\uFFFD")
		}
	}
}

// lister collects the files of a directory.
type lister struct {
	ctx   context.Context
	root  *os.Root
	files []model.File
	gap   string // why the list is not whole
}

// visit is called for each entry, without following links.
func (l *lister) visit(name string, e fs.DirEntry, err error) error {
	if ctxErr := l.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		if name == "." {
			return err
		}
		l.gap = fmt.Sprintf("%s could not be listed: %v", name, plainCause(err))
		return nil
	}
	if base := path.Base(name); base == ".git" || base == ".cache" {
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	if e.IsDir() {
		if strings.Count(name, "/") >= maxDirDepth {
			l.gap = fmt.Sprintf("%s lies deeper than %d folders and was not listed", name, maxDirDepth)
			return fs.SkipDir
		}
		return nil
	}
	size, ok := l.size(name, e)
	if !ok {
		return nil
	}
	if len(l.files) == MaxFiles {
		l.gap = fmt.Sprintf("only the first %d files were listed", MaxFiles)
		return fs.SkipAll
	}
	l.files = append(l.files, model.File{Path: strings.ToValidUTF8(name, "\uFFFD"), Size: size})
	return nil
}

// size is a file's size, -1 for a link that leads out of the directory or
// nowhere: something of that name is there, and it cannot be read. It is not
// ok for what is no file.
func (l *lister) size(name string, e fs.DirEntry) (int64, bool) {
	if e.Type()&fs.ModeSymlink != 0 {
		info, err := l.root.Stat(filepath.FromSlash(name))
		switch {
		case err != nil:
			return -1, true
		case !info.Mode().IsRegular():
			return 0, false
		}
		return info.Size(), true
	}
	info, err := e.Info()
	if err != nil {
		return -1, true
	}
	return info.Size(), info.Mode().IsRegular()
}

// cardPath is README.md, or the first file of the directory that differs from
// it in letter case only.
func cardPath(files []model.File) string {
	found := cardName
	for _, f := range files {
		if f.Path == cardName {
			return cardName
		}
		if found == cardName && strings.EqualFold(f.Path, cardName) {
			found = f.Path
		}
	}
	return found
}

// read returns one file.
func (d *DirSource) read(ctx context.Context, id, name string) ([]byte, error) {
	return d.open(ctx, id, name, func(open func(flag int) (*os.File, error)) ([]byte, error) {
		return readRegular(open, MaxFileBytes)
	})
}

// readAt returns at most n bytes of one file from an offset on.
func (d *DirSource) readAt(ctx context.Context, id, name string, offset int64, n int) ([]byte, error) {
	return d.open(ctx, id, name, func(open func(flag int) (*os.File, error)) ([]byte, error) {
		f, err := openRegular(open)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		// What is not there takes no memory, however much is asked for.
		return io.ReadAll(io.NewSectionReader(f, offset, int64(min(n, MaxFileBytes))))
	})
}

// open reads of one file what read takes of it.
func (d *DirSource) open(ctx context.Context, id, name string,
	read func(open func(flag int) (*os.File, error)) ([]byte, error)) ([]byte, error) {
	fail := func(state model.State, err error) ([]byte, error) {
		return nil, &ReadError{ID: id, Path: name, State: state, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(model.Failed, err)
	}
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return fail(model.Failed, plainCause(err))
	}
	defer root.Close()
	data, err := read(func(flag int) (*os.File, error) {
		return root.OpenFile(filepath.FromSlash(name), flag, 0)
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(model.NotFound, ErrNotExist)
	case err != nil:
		return fail(model.Failed, plainCause(err))
	}
	return data, nil
}

// openRegular opens a regular file. Open is asked not to wait, since opening
// a pipe would otherwise block for ever.
func openRegular(open func(flag int) (*os.File, error)) (*os.File, error) {
	f, err := open(os.O_RDONLY | syscall.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// readRegular reads a regular file of at most limit bytes.
func readRegular(open func(flag int) (*os.File, error), limit int64) ([]byte, error) {
	f, err := openRegular(open)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, nil
}

// plainCause drops the operation and path that an error of package os
// repeats.
func plainCause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		if strings.Contains(p.Err.Error(), "escapes") {
			return errOutside
		}
		return p.Err
	}
	return err
}
