package license

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// policyPrefix starts the id of a use policy; the key of the licence that
// refers to it follows.
const policyPrefix = "use-policy/"

// ReadSamples reads folders of licence texts for Compile: in each, a folder
// named by a catalogue key for every licence, with texts in files *.txt.
// Files *--short-notice.txt are notices. The texts of a folder named
// "policies" are use policies.
func ReadSamples(folders ...string) ([]Sample, error) {
	var samples []Sample
	for _, folder := range folders {
		prefix := ""
		if filepath.Base(folder) == "policies" {
			prefix = policyPrefix
		}
		files, err := filepath.Glob(filepath.Join(folder, "*", "*.txt"))
		if err != nil {
			return nil, fmt.Errorf("list texts of %s: %w", folder, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("read texts of %s: no file */*.txt", folder)
		}
		slices.Sort(files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read sample: %w", err)
			}
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			samples = append(samples, Sample{
				ID:     prefix + filepath.Base(filepath.Dir(file)),
				Name:   name,
				Text:   text,
				Notice: strings.HasSuffix(name, "--short-notice"),
			})
		}
	}
	return samples, nil
}
