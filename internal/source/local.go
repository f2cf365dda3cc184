package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// ListFiles lists the regular files below root as a repository's, sorted, and
// says in gap why the list is not whole, if it is not. A link that leads out of
// root is listed, and cannot be read. The error is for a context that ended or
// a root that cannot be listed.
func ListFiles(ctx context.Context, root *os.Root) (files []model.File, gap string, err error) {
	l := lister{ctx: ctx, root: root, files: []model.File{}}
	if err := fs.WalkDir(root.FS(), ".", l.visit); err != nil {
		return nil, "", err
	}
	slices.SortFunc(l.files, func(a, b model.File) int { return strings.Compare(a.Path, b.Path) })
	return l.files, l.gap, nil
}

// ReadRegular reads a regular file of at most limit bytes below root, by links
// too, where they stay below it. It never waits for a pipe. Errors are
// fs.ErrNotExist, ErrTooLarge, or say what else was in the way.
func ReadRegular(root *os.Root, name string, limit int64) ([]byte, error) {
	data, err := readRegular(func(flag int) (*os.File, error) {
		return root.OpenFile(filepath.FromSlash(name), flag, 0)
	}, limit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = plainCause(err)
	}
	return data, err
}

// ReadRegularAt reads up to n bytes, at most MaxFileBytes, of a regular file
// below root from an offset on; fewer where the file ends before.
func ReadRegularAt(root *os.Root, name string, offset int64, n int) ([]byte, error) {
	f, err := openRegular(func(flag int) (*os.File, error) { return root.OpenFile(filepath.FromSlash(name), flag, 0) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	} else if err != nil {
		return nil, plainCause(err)
	}
	defer f.Close()
	if n <= 0 || offset < 0 {
		return nil, nil
	}
	return io.ReadAll(io.NewSectionReader(f, offset, int64(min(n, MaxFileBytes))))
}
