package catalog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds of a user's folder catalog: how much is listed, and how many bytes
// its files have together.
const (
	maxFolderFiles = 2_000
	maxFolderBytes = 16 << 20
)

// Folder is a user's policy folder. What stands in its own folder catalog adds
// to the catalogue. Name is what it is called in messages.
type Folder struct {
	Name string
	FS   fs.FS
}

// layer is one folder that the catalogue is read from: ours first, then those
// of users.
type layer struct {
	Folder
	// own is true for a user's.
	own bool
	// entries are the files of licences, texts those of their wordings.
	entries, texts []string
}

// layersOf lists what each folder has.
func layersOf(fsys fs.FS, folders []Folder) ([]layer, []error) {
	ours := layer{Folder: Folder{FS: fsys}}
	names, err := fs.Glob(fsys, path.Join(catalogDir, "*.yaml"))
	if err != nil {
		return nil, []error{fmt.Errorf("list the licence catalogue: %w", err)}
	}
	for _, name := range names {
		if !slices.Contains(special, name) {
			ours.entries = append(ours.entries, name)
		}
	}
	all := []layer{ours}
	var errs []error
	for _, folder := range folders {
		one, err := userLayer(folder)
		all, errs = append(all, one), append(errs, err...)
	}
	return all, errs
}

// userLayer lists a user's folder. What nobody would read there, and was meant
// to be, is an error.
func userLayer(folder Folder) (layer, []error) {
	one := layer{Folder: folder, own: true}
	found, err := fs.ReadDir(folder.FS, catalogDir)
	if errors.Is(err, fs.ErrNotExist) {
		return one, nil
	}
	if err != nil {
		return one, []error{fmt.Errorf("list %s: %w", one.shown(catalogDir), err)}
	}
	if len(found) > maxFolderFiles {
		return one, []error{fmt.Errorf("list %s: more than %d files", one.shown(catalogDir), maxFolderFiles)}
	}
	var errs []error
	var size int64
	for _, entry := range found {
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		name := path.Join(catalogDir, entry.Name())
		why := ""
		switch ext := path.Ext(name); {
		case entry.IsDir():
			why = "a folder in catalog is not read; put its files beside the others"
		case name == clausesFile:
			why = "how licences word their terms is entail's own, and cannot be added to"
		case ext == ".yml" || ext == ".json":
			why = "not read here; name it KEY.yaml"
		case ext == ".txt":
			one.texts = append(one.texts, name)
		case ext == ".yaml" && !slices.Contains(special, name):
			one.entries = append(one.entries, name)
		}
		if why != "" {
			errs = append(errs, fmt.Errorf("%s: %s", one.shown(name), why))
		}
	}
	if size > maxFolderBytes {
		return layer{Folder: folder, own: true}, append(errs, fmt.Errorf("list %s: more than %d MiB", one.shown(catalogDir), maxFolderBytes>>20))
	}
	return one, errs
}

// shown is how messages call a file of the folder.
func (l layer) shown(file string) string { return path.Join(l.Name, file) }

// has says whether the folder has a file.
func (l layer) has(file string) bool {
	_, err := fs.Stat(l.FS, file)
	return !errors.Is(err, fs.ErrNotExist)
}

// read reads one file of a bounded size. Of a user's link or pipe nobody knows
// what it holds, nor whether it ends.
func (l layer) read(file string) ([]byte, error) {
	if l.own {
		info, err := fs.Lstat(l.FS, file)
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("not a regular file")
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", l.shown(file), cause(err))
		}
	}
	opened, err := l.FS.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.shown(file), cause(err))
	}
	defer opened.Close()
	body, err := io.ReadAll(io.LimitReader(opened, maxCatalogFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.shown(file), cause(err))
	}
	if len(body) > maxCatalogFile {
		return nil, fmt.Errorf("%s: larger than %d KiB", l.shown(file), maxCatalogFile>>10)
	}
	return body, nil
}

// cause drops the operation and path that an error of a file system repeats.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// stem is a file's name without its folder and ending, which is a licence's key.
func stem(file string) string {
	base := path.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}
