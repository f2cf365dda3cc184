package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// unknownBases marks a row whose source says nothing of base models.
const unknownBases = "?"

// entry is one row of the index.
type entry struct {
	id, license, licenseName string
	bases                    []string
	basesUnknown             bool
	relation, gated          string
	asOf, source             string
}

// says tells whether a row states anything of licence or descent.
func (e entry) says() bool { return e.license != "" || e.licenseName != "" || len(e.bases) > 0 }

// row is the entry as text.
func (e entry) row() string {
	bases := strings.Join(e.bases, ",")
	if e.basesUnknown && bases == "" {
		bases = unknownBases
	}
	return strings.Join([]string{e.id, e.license, e.licenseName, bases, e.relation, e.gated, e.asOf, e.source}, "\t") + "\n"
}

// tables is what a run makes.
type tables struct{ index, renames, summary string }

// builder gathers entries by id.
type builder struct {
	entries  map[string]entry
	renames  map[string]string
	hubIDs   map[string]bool // the licence ids of the Hub
	restored int             // bases that a card names and the Hub dropped
	unsure   int             // cards whose dropped bases could not be told from renamed ones
	mute     int             // rows of the references that state nothing
	moved    int             // rows under a former id of a model that is there anyway
}

// build reads the references in the order of their authority: what is there
// already stays.
func build(shared string) (tables, error) {
	b := &builder{entries: map[string]entry{}}
	renames, err := readTSV(filepath.Join(shared, "reference", "renamed-models.tsv"), "asked", "answered", "kind", "source")
	if err != nil {
		return tables{}, err
	}
	b.renames = map[string]string{}
	for _, r := range renames {
		b.renames[r["asked"]] = r["answered"]
	}
	ids, err := readTSV(filepath.Join(shared, "reference", "hub-licenses.tsv"), "id")
	if err != nil {
		return tables{}, err
	}
	b.hubIDs = map[string]bool{}
	for _, r := range ids {
		b.hubIDs[r["id"]] = true
	}
	if err := b.addDump(filepath.Join(shared, "corpus", "hub-stats", "models-sample.parquet")); err != nil {
		return tables{}, err
	}
	fromDump := len(b.entries)
	if err := b.addModels(filepath.Join(shared, "reference", "base-models.tsv")); err != nil {
		return tables{}, err
	}
	fromModels := len(b.entries) - fromDump
	if err := b.addCards(filepath.Join(shared, "corpus", "cards", "INDEX.tsv")); err != nil {
		return tables{}, err
	}
	fromCards := len(b.entries) - fromDump - fromModels
	b.dropFormerIDs()
	t := tables{index: b.index(), renames: renameTable(renames)}
	t.summary = fmt.Sprintf("%d models: %d of the dump, %d of the table of models, %d of cards, less %d under a former id or in another letter case; "+
		"%d rows said nothing; %d bases restored, %d cards unsure; %d renames",
		len(b.entries), fromDump, fromModels, fromCards, b.moved, b.mute, b.restored, b.unsure, len(renames))
	return t, nil
}

// add keeps an entry unless there is one or it says nothing. An entry of a
// model's own metadata may say nothing: that too is a declaration.
func (b *builder) add(e entry, ownMetadata bool) {
	if _, has := b.entries[e.id]; has || !validID(e.id) {
		return
	}
	if !ownMetadata && !e.says() {
		b.mute++
		return
	}
	b.entries[e.id] = e
}

// dropFormerIDs removes rows whose id now answers under another that has a
// row of its own: the rename leads there, to newer facts. Of ids that differ
// in letter case only, which the Hub does not tell apart, the newest fact
// stays.
func (b *builder) dropFormerIDs() {
	best := map[string]string{} // by id in lower case
	for _, id := range slices.Sorted(maps.Keys(b.entries)) {
		now := b.current(id)
		if _, has := b.entries[now]; has && now != id {
			delete(b.entries, id)
			b.moved++
			continue
		}
		folded := strings.ToLower(id)
		other, has := best[folded]
		if !has {
			best[folded] = id
			continue
		}
		if b.entries[id].asOf > b.entries[other].asOf {
			best[folded] = id
			id = other
		}
		delete(b.entries, id)
		b.moved++
	}
}

// current follows renames to the id that answers now.
func (b *builder) current(id string) string {
	for range 8 {
		next, ok := b.renames[id]
		if !ok {
			break
		}
		id = next
	}
	return id
}

// index is the text of index.tsv.
func (b *builder) index() string {
	var out strings.Builder
	out.WriteString(`# Well-known models: what each declared. Made by genindex; do not edit.
# license: ids of the Hub, several joined by commas; license_name: as declared beside it; both empty where none is declared.
# bases: ids, several joined by commas; ? where the source of the row says nothing of them.
# gated: false, auto, manual, or yes where the kind is not known; empty where nothing is. as_of: day, month or year of licence and bases.
# source: the dataset cfahlgren1/hub-stats (Apache-2.0), or the public repository and the file in it that had the card or the entry.
id	license	license_name	bases	relation	gated	as_of	source
`)
	for _, id := range slices.Sorted(maps.Keys(b.entries)) {
		out.WriteString(b.entries[id].row())
	}
	return out.String()
}

// renameTable is the text of renames.tsv.
func renameTable(rows []map[string]string) string {
	var out strings.Builder
	out.WriteString("# Ids of models that answered under another id. Made by genindex; do not edit.\nasked\tanswered\tkind\tsource\n")
	slices.SortFunc(rows, func(x, y map[string]string) int { return strings.Compare(x["asked"], y["asked"]) })
	for _, r := range rows {
		out.WriteString(strings.Join([]string{r["asked"], r["answered"], r["kind"], r["source"]}, "\t") + "\n")
	}
	return out.String()
}

// idShape is the Hub's rule for ids, as far as a look-up needs it.
var idShape = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?$`)

// validID tells ids from paths and stray words.
func validID(id string) bool { return idShape.MatchString(id) && !strings.Contains(id, "..") }

// placeholder tells values that stand where a licence would and name none.
func placeholder(license string) bool {
	return license == "license" || strings.Contains(license, "not included")
}

// cleanLicense keeps a column usable in a table; what cannot be a value is
// left empty.
func cleanLicense(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const longest = 100
	if placeholder(s) || len(s) > longest {
		return ""
	}
	return s
}
