// Command identify measures how well and how fast entail tells licence texts
// apart, and side by side two other Go tools that do. It reads folders of
// labelled texts: in each, a folder for every licence, named by its catalogue
// key, with texts in files SOURCE.txt or SOURCE--NOTE.txt.
//
// entail's fingerprints are made anew for each text from all texts but those of
// the same licence and source; -embedded takes those that entail comes with.
// The others come with theirs: licensecheck with patterns of SPDX texts,
// licenseclassifier with a collection of texts. What either was made from may
// hold the very text that it is shown.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/policies"
)

func main() {
	dir := flag.String("dir", "", "folder of labelled texts; the corpus's own folders where empty")
	corpus := flag.String("corpus", "../../shared/corpus", "folder of the corpus")
	keys := flag.String("keys", "../internal/license/keys.tsv", "table of the corpus's texts that have another key than their folder's name")
	embedded := flag.Bool("embedded", false, "identify by the fingerprints that entail comes with")
	rounds := flag.Int("n", 5, "times that each tool reads each text; the fastest counts")
	flag.Parse()
	samples, err := read(*dir, *corpus, *keys)
	if err == nil {
		err = run(os.Stdout, samples, *embedded, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "identify:", err)
		os.Exit(1)
	}
}

// read reads the labelled texts, without notices.
func read(dir, corpus, table string) ([]license.Sample, error) {
	folders, keys := []string{dir}, license.Keys{}
	if dir == "" {
		folders = nil
		for _, name := range []string{"licenses", "licenses-modified", "policies"} {
			folders = append(folders, filepath.Join(corpus, name))
		}
		var err error
		if keys, err = license.ReadKeys(table); err != nil {
			return nil, err
		}
	}
	return license.ReadSamples(keys, folders...)
}

// question is a text with what it is.
type question struct {
	license.Sample
	// spdx are the SPDX ids of its licence, names the same without what the
	// text alone cannot tell.
	spdx, names []string
	lib         *license.Library
	// witness is true where another source has the licence.
	witness bool
}

func run(w io.Writer, samples []license.Sample, embedded bool, rounds int) error {
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		return err
	}
	questions, err := ask(samples, licenses, embedded)
	if err != nil {
		return err
	}
	if len(questions) == 0 {
		return errors.New("no text to identify")
	}
	others, err := others()
	if err != nil {
		return err
	}
	results := make([]result, len(questions))
	for i, q := range questions {
		results[i] = answer(q, others, max(rounds, 1))
	}
	report(w, questions, others, results)
	return nil
}

// ask pairs each text with fingerprints that do not know it.
func ask(samples []license.Sample, licenses *catalog.Catalog, embedded bool) ([]question, error) {
	type held struct{ id, source string }
	libraries := map[held]*license.Library{}
	var out []question
	for _, s := range samples {
		if s.Notice {
			continue
		}
		q := question{Sample: s, witness: true}
		if entry, ok := licenses.License(s.ID); ok {
			q.spdx = entry.SPDX
			for _, id := range entry.SPDX {
				q.names = append(q.names, plainID(id))
			}
		}
		if !embedded {
			key := held{s.ID, s.Source()}
			rest := slices.DeleteFunc(slices.Clone(samples), func(o license.Sample) bool { return o.ID == key.id && o.Source() == key.source })
			q.witness = slices.ContainsFunc(rest, func(o license.Sample) bool { return o.ID == s.ID && !o.Notice })
			if libraries[key] == nil {
				lib, err := license.NewLibrary(rest)
				if err != nil {
					return nil, err
				}
				libraries[key] = lib
			}
			q.lib = libraries[key]
		}
		out = append(out, q)
	}
	return out, nil
}

// plainID gives an SPDX id without what the text alone cannot tell.
func plainID(id string) string {
	id = strings.ToLower(id)
	for _, suffix := range []string{"-only", "-or-later", "+"} {
		id = strings.TrimSuffix(id, suffix)
	}
	return id
}
