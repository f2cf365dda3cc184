package source

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// Bounds of the search for releases.
const (
	maxReleaseDepth = 3
	maxReleases     = 1_000
	// frontMatterPeek is how much of a README is read to see how it starts.
	frontMatterPeek = 4 << 10
)

// FindReleases lists the folders at and below root that hold a release, as
// paths that start with root. Root itself is the one release where it has a
// card (README.md with front matter), entail.yaml, entail-evidence.yaml or
// weights. Else the releases are the folders, at most three below it, that
// have a card or an entail.yaml and lie in no other. Failing these, root is
// one if it has a licence file, so that a plain collection of releases may
// have a licence of its own. The list is sorted, holds at most 1,000, and is
// empty where there is no release.
func FindReleases(root string) ([]string, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open directory %s: %w", root, err)
	}
	defer r.Close()
	entries, err := fs.ReadDir(r.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list directory %s: %w", root, err)
	}
	if holdsRelease(r, ".", entries) || slices.ContainsFunc(entries, isWeights) || has(entries, "entail-evidence.yaml") {
		return []string{root}, nil
	}
	found, err := releasesBelow(r)
	if err != nil {
		return nil, fmt.Errorf("search %s for releases: %w", root, err)
	}
	if len(found) == 0 && slices.ContainsFunc(entries, isLicense) {
		return []string{root}, nil
	}
	for i, f := range found {
		found[i] = filepath.Join(root, filepath.FromSlash(f))
	}
	slices.Sort(found)
	return found, nil
}

// releasesBelow walks the folders below a root.
func releasesBelow(r *os.Root) ([]string, error) {
	found, seen := []string{}, 0
	err := fs.WalkDir(r.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			return fs.SkipDir
		}
		if seen++; seen > MaxFiles || len(found) == maxReleases {
			return fs.SkipAll
		}
		if !e.IsDir() || name == "." {
			return nil
		}
		if strings.HasPrefix(path.Base(name), ".") {
			return fs.SkipDir
		}
		entries, err := fs.ReadDir(r.FS(), name)
		if err == nil && holdsRelease(r, name, entries) {
			found = append(found, name)
			return fs.SkipDir
		}
		if strings.Count(name, "/")+1 >= maxReleaseDepth {
			return fs.SkipDir
		}
		return nil
	})
	return found, err
}

// holdsRelease tells whether a folder has a card with front matter or an
// entail.yaml.
func holdsRelease(r *os.Root, dir string, entries []fs.DirEntry) bool {
	if has(entries, "entail.yaml") {
		return true
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), cardName) && startsWithFrontMatter(r, path.Join(dir, e.Name())) {
			return true
		}
	}
	return false
}

// has tells whether a folder holds a file of that name.
func has(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name && !e.IsDir() })
}

// startsWithFrontMatter tells whether a file starts with a line of ---. White
// space and a byte-order mark may precede it, and it may be UTF-16: whether the
// Hub would read it is for the card's reader to say.
func startsWithFrontMatter(r *os.Root, name string) bool {
	data, err := peek(r, name)
	if err != nil {
		return false
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		data = bytes.ReplaceAll(data[2:], []byte{0}, nil)
	}
	data = bytes.TrimLeftFunc(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), unicode.IsSpace)
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	return string(bytes.TrimRight(line, " \t\r")) == "---"
}

// peek reads the start of a regular file.
func peek(r *os.Root, name string) ([]byte, error) {
	f, err := openRegular(func(flag int) (*os.File, error) { return r.OpenFile(filepath.FromSlash(name), flag, 0) })
	if err != nil {
		return nil, err
	}
	defer f.Close()
	buf := make([]byte, frontMatterPeek)
	n, err := f.Read(buf)
	return buf[:n], err
}

// isLicense tells files that are named as licences are.
func isLicense(e fs.DirEntry) bool {
	name := strings.ToUpper(e.Name())
	return !e.IsDir() && (strings.HasPrefix(name, "LICENSE") || strings.HasPrefix(name, "LICENCE") || strings.HasPrefix(name, "COPYING"))
}

// isWeights tells files that are named as weights are.
func isWeights(e fs.DirEntry) bool {
	if e.IsDir() {
		return false
	}
	name := strings.ToLower(e.Name())
	switch path.Ext(name) {
	case ".safetensors", ".gguf", ".ggml", ".ckpt", ".pt", ".pth", ".onnx", ".h5", ".msgpack", ".tflite":
		return true
	case ".bin":
		for _, prefix := range []string{"pytorch_model", "model", "adapter_model", "ggml", "consolidated", "diffusion_pytorch_model"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}
