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
	"slices"
	"strings"
	"sync"

	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Files of the catalogue that are no licence.
const (
	catalogDir   = "catalog"
	termsFile    = "catalog/terms.yaml"
	familiesFile = "catalog/families.yaml"
	modelsFile   = "catalog/models.yaml"
	// definitionsFile is of users' folders alone: ours are rules.
	definitionsFile = "catalog/definitions.yaml"
)

// special are the files of the folder catalog that are no licence.
var special = []string{termsFile, familiesFile, clausesFile, modelsFile, definitionsFile}

// maxCatalogFile bounds one catalogue file in bytes; the longest of ours is
// under 20 KiB.
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
	families familySets
	models   []source.Fact
	finder   func() (*license.Finder, error)
	// identify says which licence a text is.
	identify func(file string, text []byte) model.LicenseText
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
	// File is where a user's entry stands; empty for ours.
	File string
	// Replaces is true for an entry of a user's that stands in the place of
	// ours.
	Replaces bool
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

// Load reads catalog/*.yaml of fsys, which is rooted at the policies folder,
// and what the folders of a user's add. It is strict: whatever the catalogue's
// README does not allow is an error with file and line, and all errors are
// returned together. What a user adds never takes the place of what is there,
// unless it says so.
func Load(fsys fs.FS, folders ...Folder) (*Catalog, error) {
	layers, errs := layersOf(fsys, folders)
	vocabulary, more := readVocabulary(layers)
	errs = append(errs, more...)
	families, familyData, more := readFamilies(layers)
	errs = append(errs, more...)
	if len(vocabulary.kinds) == 0 {
		// Without the vocabulary, every term of every entry would be unknown.
		return nil, errors.Join(append(errs, fmt.Errorf("%s: no kind of term", termsFile))...)
	}
	c := &Catalog{entries: map[string]Entry{}, aliases: map[string]string{}, families: families, identify: license.Identify}
	licenses, more := c.licenses(layers, vocabulary)
	errs = append(errs, more...)
	if len(c.keys) == 0 {
		errs = append(errs, fmt.Errorf("read the licence catalogue: no licence in %s/*.yaml", catalogDir))
	}
	definitions, more := c.readDefinitions(layers)
	errs = append(errs, more...)
	if len(folders) > 0 {
		errs = append(errs, c.readModels(layers, vocabulary)...)
		errs = append(errs, c.readTexts(layers)...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.kinds = vocabulary.kinds
	c.finder = sync.OnceValues(func() (*license.Finder, error) {
		read, err := readClauses(layers[0], vocabulary.kinds, vocabulary.fields, slices.Sorted(maps.Keys(vocabulary.regionData)))
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
	if len(definitions) > 0 {
		c.data["definitions"] = definitions
	}
	return c, nil
}

// licenses reads the entries of all folders and gives them as data.
func (c *Catalog) licenses(layers []layer, v *vocabulary) (map[string]any, []error) {
	type file struct {
		from layer
		name string
	}
	var files []file
	for _, from := range layers {
		for _, name := range from.entries {
			files = append(files, file{from, name})
		}
	}
	read := make([]*entryReader, len(files))
	sideBySide(len(files), func(i int) { read[i] = readEntry(files[i].from, files[i].name, v) })
	in := place(read)
	data := map[string]any{}
	for _, r := range in {
		c.entries[r.key], data[r.key] = r.read, r.data
	}
	c.keys = slices.Sorted(maps.Keys(c.entries))
	c.sources = sourcesOf(in)
	return data, c.link(read, in)
}

// place says which entry each key has. What a user adds under a key of ours
// takes its place where it says that it does, and is wrong where it does not.
func place(read []*entryReader) []*entryReader {
	by := map[string]*entryReader{}
	for _, r := range read {
		if r.data == nil {
			continue
		}
		switch other, taken := by[r.key]; {
		case taken && other.own:
			r.errorf(r.keyAt, "licence %q is in %s too; leave one of them out", r.key, other.file)
		case taken && !r.read.Replaces:
			r.errorf(r.keyAt, "licence %q is entail's own (%s); give yours another key, or say replaces: true to put it in its place", r.key, ours(other.file))
		case taken && other.read.Class == "unknown":
			r.errorf(r.replacesAt, "%q stands for licences that nobody knows (%s), and cannot be replaced", r.key, ours(other.file))
		case !taken && r.read.Replaces:
			r.errorf(r.replacesAt, "entail has no licence %q that could be replaced", r.key)
		}
		by[r.key] = r
	}
	return slices.DeleteFunc(slices.Clone(read), func(r *entryReader) bool { return r.data == nil || by[r.key] != r })
}

// ours is how messages call a file of ours.
func ours(file string) string { return "policies/" + file }

// link checks what one entry says of others: identifiers that clash and keys
// that are no licence's. It gathers the aliases and returns all errors. Ours
// come first, so that it is a user's entry that clashes with one of ours.
func (c *Catalog) link(read, in []*entryReader) []error {
	var errs []error
	of := map[string]*entryReader{}
	for _, r := range in {
		of[r.key] = r
		if !r.own || r.read.Replaces {
			c.aliases[normalise(r.key)] = r.key
		}
	}
	for _, r := range read {
		switch now := of[r.key]; {
		case r.own && now == r:
			c.claim(r, append([]placed{{r.key, r.keyAt}}, r.identifiers...), of)
		case !r.own && now != nil:
			// Those of a replaced entry lead to the one in its place.
			c.claim(r, r.identifiers, of)
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

// claim enters what an entry is called.
func (c *Catalog) claim(r *entryReader, names []placed, of map[string]*entryReader) {
	for _, id := range names {
		norm := normalise(id.text)
		other, taken := c.aliases[norm]
		if !taken && r.own {
			other, taken = c.readAs(norm)
		}
		if taken && other != r.key {
			where := ""
			if one := of[other]; one != nil && r.own && !one.own {
				where = fmt.Sprintf(" (%s)", ours(one.file))
			} else if one != nil && r.own {
				where = fmt.Sprintf(" (%s)", one.file)
			}
			r.errorf(id.node, "identifier %q is already one of %s's%s", id.text, other, where)
			continue
		}
		c.aliases[norm] = r.key
	}
}

// readAs gives a licence for which a name, spelled in some way, is taken so
// far, as when it is read as an expression. A user's identifier must not take
// such a reading away.
func (c *Catalog) readAs(norm string) (string, bool) {
	spaced := strings.NewReplacer("-or-", " or ", "-and-", " and ", "-with-", " with ").Replace(norm)
	alternatives, ok := c.resolve(spaced)
	for _, keys := range alternatives {
		for _, key := range keys {
			if _, known := c.entries[key]; ok && known {
				return key, true
			}
		}
	}
	return "", false
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
