package source

import (
	"context"
	_ "embed" // for the two tables
	"sort"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// The tables are made by genindex and sorted by their first column in byte
// order, so that one model is found without reading the rest: a first look-up
// costs microseconds, and a run that asks for nothing pays nothing.

//go:generate go run ./genindex

//go:embed index.tsv
var indexTable string

//go:embed renames.tsv
var renamesTable string

// Columns of index.tsv.
const (
	colID = iota
	colLicense
	colLicenseName
	colBases
	colRelation
	colGated
	colAsOf
	colSource
	indexColumns
)

// IndexName is the name of the embedded index as a source.
const IndexName = "index"

// UnknownBases stands in the bases column of index.tsv where the source of a
// row says nothing of base models.
const UnknownBases = "?"

// maxRenames bounds a chain of renames.
const maxRenames = 8

// notIndexed is why a model that the index lacks has no facts.
const notIndexed = "not in the embedded index"

// IndexSource is the embedded index of well-known models: what each declared
// as its licence and its base models, with the day or year for which that is
// known. It is the last source to ask, and it needs no network.
type IndexSource struct {
	models, renames table
}

// Index returns the embedded index.
func Index() *IndexSource {
	return &IndexSource{models: newTable(indexTable), renames: newTable(renamesTable)}
}

// Name is "index".
func (*IndexSource) Name() string { return IndexName }

// Len is how many models the index has.
func (i *IndexSource) Len() int { return i.models.len() }

// Fetch looks a model up by its id, then by the id that a former one answers
// to, then without regard to letter case where only one model fits. ID of the
// snapshot is the id found. A model that the index lacks has the state
// Offline. A revision asked for is not looked at: the index knows the default
// branch of its day.
func (i *IndexSource) Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Snapshot{ID: ref.ID, Published: true, Kind: ref.Kind, Source: i.Name()}
	row, ok := "", false
	if ref.Kind != model.Dataset && ref.Host == model.OnHub {
		row, ok = i.find(ref.ID)
	}
	if !ok {
		s.State, s.Detail = model.Offline, notIndexed
		s.Read = NoFiles(s.ID, s.State)
		return s, nil
	}
	fill(s, strings.SplitN(row, "\t", indexColumns))
	s.Read = NoFiles(s.ID, s.State)
	return s, nil
}

// find is the row of a model.
func (i *IndexSource) find(id string) (string, bool) {
	if id == "" || strings.ContainsAny(id, "\t\n") {
		return "", false
	}
	if row, ok := i.models.exact(id); ok {
		return row, true
	}
	if row, ok := i.renamed(i.renames.exact(id)); ok {
		return row, true
	}
	if row, ok := i.models.folded(id); ok {
		return row, true
	}
	return i.renamed(i.renames.folded(id))
}

// renamed follows a row of the rename table to the model that answers.
func (i *IndexSource) renamed(row string, ok bool) (string, bool) {
	for range maxRenames {
		if !ok {
			return "", false
		}
		answered := strings.SplitN(row, "\t", 3)[1]
		if found, ok := i.models.exact(answered); ok {
			return found, true
		}
		row, ok = i.renames.exact(answered)
	}
	return "", false
}

// fill writes a row's facts into a snapshot. Where the row only says that
// there is a gate and not of which kind, it is given as the stricter one.
func fill(s *Snapshot, col []string) {
	s.ID = col[colID]
	s.Kind = model.Model
	s.State = model.Resolved
	s.AsOf = col[colAsOf]
	s.Gated = col[colGated]
	if s.Gated == "yes" {
		s.Gated = "manual"
	}
	s.Metadata = map[string]any{}
	switch licenses := list(col[colLicense]); len(licenses) {
	case 0:
	case 1:
		s.Metadata["license"] = licenses[0]
	default:
		s.Metadata["license"] = values(licenses)
	}
	if name := col[colLicenseName]; name != "" {
		s.Metadata["license_name"] = name
	}
	if col[colBases] == UnknownBases {
		s.BasesUnknown = true
		return
	}
	named := list(col[colBases])
	for _, id := range named {
		ref := model.Ref{Kind: model.Model, ID: id}
		s.Bases = append(s.Bases, Base{Ref: ref, Relation: model.Relation(col[colRelation]), From: model.FromIndex})
	}
	if len(named) > 0 {
		s.Metadata["base_model"] = values(named)
	}
}

// list splits a column that holds several values.
func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// values is a list as decoded JSON has it.
func values(s []string) []any {
	out := make([]any, len(s))
	for i, v := range s {
		out[i] = v
	}
	return out
}

// table is tab-separated text whose rows are sorted by their first column.
type table struct{ rows string }

// newTable passes over the comments and the header that a table starts with.
func newTable(text string) table {
	for strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	_, rows, _ := strings.Cut(text, "\n")
	return table{rows: rows}
}

// len counts the rows.
func (t table) len() int { return strings.Count(t.rows, "\n") }

// row is the row that the byte at off belongs to, and where it starts.
func (t table) row(off int) (string, int) {
	start := strings.LastIndexByte(t.rows[:off], '\n') + 1
	row, _, _ := strings.Cut(t.rows[start:], "\n")
	return row, start
}

// key is the first column of a row.
func key(row string) string {
	k, _, _ := strings.Cut(row, "\t")
	return k
}

// exact finds the row of a key by halving.
func (t table) exact(id string) (string, bool) {
	// The smallest offset whose row's key is not less than id lies in the
	// row looked for.
	off := sort.Search(len(t.rows), func(off int) bool {
		row, _ := t.row(off)
		return key(row) >= id
	})
	if off == len(t.rows) {
		return "", false
	}
	row, _ := t.row(off)
	return row, key(row) == id
}

// folded finds the one row whose key equals id but for letter case.
func (t table) folded(id string) (string, bool) {
	found, ok := "", false
	for row := range strings.Lines(t.rows) {
		if k := key(row); len(k) == len(id) && strings.EqualFold(k, id) {
			if ok {
				return "", false
			}
			found, ok = strings.TrimSuffix(row, "\n"), true
		}
	}
	return found, ok
}
