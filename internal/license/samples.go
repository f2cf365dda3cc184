package license

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// PolicyPrefix starts the id of a use policy; the key of the licence that
// refers to it follows.
const PolicyPrefix = "use-policy/"

// leftOut is the key of a text of which no fingerprints are made.
const leftOut = "-"

// Keys says which texts have another catalogue key than the name of their
// folder: path of the text, from the name of the folder of folders on, to key.
type Keys map[string]string

// ReadKeys reads a table of lines "path TAB key", in which # starts a comment
// line. The error names the line that is none.
func ReadKeys(file string) (Keys, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer f.Close()
	keys := Keys{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, key, ok := strings.Cut(line, "\t")
		if !ok || text == "" || key == "" || strings.ContainsAny(key, "\t ") {
			return nil, fmt.Errorf("read keys: %s:%d: want a path, a tab and a key, not %q", file, n, line)
		}
		if keys[text] != "" {
			return nil, fmt.Errorf("read keys: %s:%d: a second key for %s", file, n, text)
		}
		keys[text] = key
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read keys: %s: %w", file, err)
	}
	return keys, nil
}

// ReadSamples reads folders of licence texts for Compile: in each, a folder
// for every licence, with texts in files *.txt. The key of a text is the name
// of its folder, unless keys has another; one that keys has as "-" is left
// out. Files *--short-notice.txt are notices. The texts of a folder named
// "policies" are use policies. A path of keys without a text is an error.
func ReadSamples(keys Keys, folders ...string) ([]Sample, error) {
	var samples []Sample
	used := map[string]bool{}
	for _, folder := range folders {
		files, err := fs.Glob(os.DirFS(folder), "*/*.txt")
		if err != nil {
			return nil, fmt.Errorf("list texts of %s: %w", folder, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("read texts of %s: no file */*.txt", folder)
		}
		base := filepath.Base(folder)
		for _, file := range files {
			id := path.Dir(file)
			if key, ok := keys[path.Join(base, file)]; ok {
				used[path.Join(base, file)] = true
				id = key
			}
			if id == leftOut {
				continue
			}
			if base == "policies" {
				id = PolicyPrefix + id
			}
			text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
			if err != nil {
				return nil, fmt.Errorf("read sample: %w", err)
			}
			name := strings.TrimSuffix(path.Base(file), ".txt")
			samples = append(samples, Sample{ID: id, Name: name, Text: text, Notice: strings.HasSuffix(name, "--short-notice")})
		}
	}
	return samples, unused(keys, used)
}

// Source is the repository that a sample is of, as its name begins: two
// samples of one source are no witness of each other.
func (s Sample) Source() string {
	source, _, _ := strings.Cut(s.Name, "--")
	return source
}

// unused says which paths of keys no text has.
func unused(keys Keys, used map[string]bool) error {
	var errs []error
	for text := range keys {
		if !used[text] {
			errs = append(errs, fmt.Errorf("read samples: no text %s, which has a key", text))
		}
	}
	return errors.Join(errs...)
}
