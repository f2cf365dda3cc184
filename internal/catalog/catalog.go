// Package catalog loads the licence catalogue: what is known of each licence, the
// vocabulary of terms and the model families, from the YAML files of the
// policies folder. It resolves the names that licences go by, and measures names
// and card texts against the catalogue's own lists. It judges nothing.
package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/entail-dev/entail/internal/license"
)

// Files of the catalogue that are no licence.
const (
	catalogDir   = "catalog"
	termsFile    = "catalog/terms.yaml"
	familiesFile = "catalog/families.yaml"
)

// maxCatalogFile bounds one catalogue file in bytes; the longest is under
// 20 KiB.
const maxCatalogFile = 1 << 20

// Catalog is the licence catalogue: what is known of each licence, the
// vocabulary of terms, and the model families. It is never changed after
// Load and may be shared between goroutines.
type Catalog struct {
	entries map[string]Entry
	keys    []string
	kinds   map[string]termKind
	aliases map[string]string
	// sources has the key of each licence by the address of its text.
	sources  map[string]string
	data     map[string]any
	phrases  []string
	prefixes []string
	parts    []string
	families families
	finder   func() (*license.Finder, error)
}

// Entry is what the catalogue says of one licence. policies/catalog/README.md
// explains each field.
type Entry struct {
	Key, Name, Family, Version string
	// HuggingFace, LicenseNames and SPDX are the identifiers, as written.
	HuggingFace, LicenseNames, SPDX []string
	Class                           string
	// Members are the keys that an id of class family may mean.
	Members     []string
	OSIApproved bool
	// Released is a day, YYYY-MM-DD, or empty.
	Released, Source, Status string
	Relicensing              Relicensing
	Terms                    []Term
	Notes                    string
}

// Relicensing says under what a derivative may be released, and where the
// licence says so.
type Relicensing struct {
	Derivatives, Clause, Because string
}

// Term is one term of a licence. Parameters are those that its kind has in
// the vocabulary: string, int64, bool or []any of strings.
type Term struct {
	Kind, Clause string
	Flows        []string
	Summary      string
	Parameters   map[string]any
}

// Load reads catalog/*.yaml of fsys, which is rooted at the policies
// folder. It is strict: whatever the catalogue's README does not allow is an
// error with file and line, and all errors are returned together.
func Load(fsys fs.FS) (*Catalog, error) {
	names, err := fs.Glob(fsys, path.Join(catalogDir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list the licence catalogue: %w", err)
	}
	slices.Sort(names)
	names = slices.DeleteFunc(names, func(name string) bool { return name == termsFile || name == familiesFile || name == clausesFile })
	vocabulary, errs := readVocabulary(fsys)
	families, familyData, familyErrs := readFamilies(fsys)
	errs = append(errs, familyErrs...)

	if len(vocabulary.kinds) == 0 {
		// Without the vocabulary, every term of every entry would be unknown.
		return nil, errors.Join(append(errs, fmt.Errorf("%s: no kind of term", termsFile))...)
	}
	read := make([]*entryReader, len(names))
	sideBySide(len(names), func(i int) { read[i] = readEntry(fsys, names[i], vocabulary) })
	c := &Catalog{entries: map[string]Entry{}, aliases: map[string]string{}, families: families}
	licenses := map[string]any{}
	for _, r := range read {
		if r.data != nil {
			c.entries[r.key], licenses[r.key] = r.read, r.data
		}
	}
	c.keys = slices.Sorted(maps.Keys(c.entries))
	if len(c.keys) == 0 {
		errs = append(errs, fmt.Errorf("read the licence catalogue: no licence in %s/*.yaml", catalogDir))
	}
	errs = append(errs, c.link(read)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.kinds, c.sources = vocabulary.kinds, sourcesOf(c.entries)
	c.finder = sync.OnceValues(func() (*license.Finder, error) {
		read, err := readClauses(fsys, vocabulary.kinds, vocabulary.fields, slices.Sorted(maps.Keys(vocabulary.regionData)))
		if err != nil {
			return nil, err
		}
		return license.NewFinder(read.out), nil
	})
	c.collect(vocabulary)
	c.data = map[string]any{
		"licenses": licenses, "terms": vocabulary.kindData, "fields": vocabulary.fieldData,
		"channels": vocabulary.channelData, "relations": vocabulary.relationData,
		"multimodal_tasks": vocabulary.tasks, "regions": vocabulary.regionData, "families": familyData, "aliases": aliasData(c.aliases),
	}
	return c, nil
}

// link checks what one entry says of others: identifiers that clash and keys
// that are no licence's. It gathers the aliases and returns all errors.
func (c *Catalog) link(read []*entryReader) []error {
	var errs []error
	for _, key := range c.keys {
		c.aliases[normalise(key)] = key
	}
	for _, r := range read {
		for _, id := range r.identifiers {
			norm := normalise(id.text)
			if other, taken := c.aliases[norm]; taken && other != r.key {
				r.errorf(id.node, "identifier %q is already one of %s's", id.text, other)
				continue
			}
			c.aliases[norm] = r.key
		}
		for _, ref := range r.references {
			if _, ok := c.entries[ref.text]; !ok {
				r.errorf(ref.node, "%q is not a key of the catalogue%s", ref.text, didYouMean(ref.text, c.keys))
			}
		}
		errs = append(errs, r.sorted()...)
	}
	return errs
}

// collect gathers the phrases and name parts that obligations ask for: the
// required parameters of the kinds whose evidence is a phrase or a name.
func (c *Catalog) collect(v *vocabulary) {
	phrases, prefixes, parts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, entry := range c.entries {
		for _, term := range entry.Terms {
			kind := v.kinds[term.Kind]
			into := phrases
			switch kind.evidence {
			case "name-starts-with":
				into = prefixes
			case "name-contains":
				into = parts
			case "phrase-in-card", "phrase-in-notice":
			default:
				continue
			}
			for name, value := range term.Parameters {
				if !kind.parameters[name].required {
					continue
				}
				for _, text := range texts(value) {
					into[text] = true
				}
			}
		}
	}
	c.phrases = slices.Sorted(maps.Keys(phrases))
	c.prefixes = slices.Sorted(maps.Keys(prefixes))
	c.parts = slices.Sorted(maps.Keys(parts))
}

// texts gives a parameter's strings, whether it is one or a list.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, item := range value {
			if text, ok := item.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// aliasData is the alias table as plain values.
func aliasData(aliases map[string]string) map[string]any {
	data := make(map[string]any, len(aliases))
	for alias, key := range aliases {
		data[alias] = key
	}
	return data
}

// Data is the catalogue as rules see it under data.catalog: licenses, terms,
// fields, families, channels, relations and aliases, as JSON-like values
// (map[string]any, []any, string, int64, bool). Callers must not change it.
func (c *Catalog) Data() map[string]any { return c.data }

// License returns the entry of a catalogue key.
func (c *Catalog) License(key string) (Entry, bool) {
	entry, ok := c.entries[key]
	return entry, ok
}

// Kind gives the title and the effect (restriction, obligation or condition) of
// a kind of term.
func (c *Catalog) Kind(kind string) (title, effect string) {
	about := c.kinds[kind]
	return about.title, about.effect
}

// Kinds lists the kinds of term, sorted.
func (c *Catalog) Kinds() []string { return slices.Sorted(maps.Keys(c.kinds)) }

// Keys lists the catalogue's keys, sorted.
func (c *Catalog) Keys() []string { return slices.Clone(c.keys) }

// Phrases lists every sentence that an obligation of the catalogue asks to
// display, sorted, each once.
func (c *Catalog) Phrases() []string { return slices.Clone(c.phrases) }
