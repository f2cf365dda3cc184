// Package lock reads and writes entail.lock: what was read of every ancestor
// of a release, pinned, so that a check needs no network and gives the same
// result on every machine.
//
// A lock holds facts and judges nothing. What could not be read is locked with
// its state, so that a lock hides nothing. The file is untrusted when read: it
// is bounded, and whatever the package did not write is an error with a line.
package lock

import (
	"cmp"
	"slices"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Schema is the id of the file's version.
const Schema = "entail.lock/v1"

// FileName is the name that a lock has in a release's folder.
const FileName = "entail.lock"

// File is an entail.lock; policies/schema/lock.json describes it.
type File struct {
	Schema string `yaml:"schema"`
	// Subject is the id of the release whose ancestors these are.
	Subject string `yaml:"subject"`
	// Ancestors are sorted by id, then kind.
	Ancestors []Entry `yaml:"ancestors"`
	// Policies are the rules on servers that its configuration names, sorted by
	// source.
	Policies []Policy `yaml:"policies,omitempty"`
}

// Policy pins rules that lie on a server.
type Policy struct {
	// Source names them without a digest, as a tag does.
	Source string `yaml:"source"`
	// Digest is sha256: and 64 hexadecimal digits.
	Digest string `yaml:"digest"`
}

// Entry is what was read of one ancestor.
type Entry struct {
	// ID is the id that answered.
	ID   string     `yaml:"id"`
	Kind model.Kind `yaml:"kind"`
	// AskedAs are other ids that led to it: former names, other letter cases.
	AskedAs []string    `yaml:"asked_as,omitempty,flow"`
	State   model.State `yaml:"state"`
	// Detail says why State is not resolved, or why the facts are old.
	Detail string `yaml:"detail,omitempty"`
	// Source is what was read, Read when (RFC 3339), and AsOf the day, month
	// or year of the facts where the source is a stored one. They stay as they
	// are for as long as everything else does.
	Source    string `yaml:"source"`
	Read      string `yaml:"read"`
	AsOf      string `yaml:"as_of,omitempty"`
	Revision  string `yaml:"revision,omitempty"`
	CreatedAt string `yaml:"created_at,omitempty"`
	Gated     string `yaml:"gated,omitempty"`
	Task      string `yaml:"task,omitempty"`
	Card      Card   `yaml:"card,omitempty"`
	// License are the statements of a licence, in their order.
	License []Declared `yaml:"license,omitempty"`
	// FilesUnknown is true where the source has no files, so that no text
	// means nothing.
	FilesUnknown bool     `yaml:"files_unknown,omitempty"`
	Texts        []Text   `yaml:"texts,omitempty"`
	Unread       []Unread `yaml:"unread,omitempty"`
	// BasesUnknown is true where the source cannot say whether there are base
	// models.
	BasesUnknown bool   `yaml:"bases_unknown,omitempty"`
	Bases        []Base `yaml:"bases,omitempty"`
}

// Card is what was read of an ancestor's card.
type Card struct {
	Present bool `yaml:"present,omitempty"`
	// NoBaseModel is true where the card lists base models and lists none.
	NoBaseModel bool `yaml:"no_base_model,omitempty"`
	// SHA256 is the digest of README.md; empty where it was not read.
	SHA256 string `yaml:"sha256,omitempty"`
}

// Declared is one statement of a licence, as written.
type Declared struct {
	ID   string       `yaml:"id"`
	Name string       `yaml:"name,omitempty"`
	Link string       `yaml:"link,omitempty"`
	From model.Origin `yaml:"from"`
}

// Text is what identification found in one licence file.
type Text struct {
	File      string  `yaml:"file"`
	SHA256    string  `yaml:"sha256"`
	ID        string  `yaml:"id"`
	Covers    string  `yaml:"covers,omitempty"`
	Coverage  float64 `yaml:"coverage"`
	Missing   float64 `yaml:"missing"`
	Modified  bool    `yaml:"modified,omitempty"`
	Reference bool    `yaml:"reference,omitempty"`
	Added     []Added `yaml:"added,omitempty"`
	Also      []Also  `yaml:"also,omitempty"`
}

// Added is a run of lines that the identified licence does not have.
type Added struct {
	From  int    `yaml:"from"`
	To    int    `yaml:"to"`
	Terms []Term `yaml:"terms,omitempty"`
}

// Term is a term found in added lines.
type Term struct {
	Term    string `yaml:"term"`
	Line    int    `yaml:"line"`
	Excerpt string `yaml:"excerpt,omitempty"`
	// Parameters are numbers, words and lists of words.
	Parameters map[string]any `yaml:"parameters,omitempty"`
}

// Also is a further licence that the same file holds.
type Also struct {
	ID       string  `yaml:"id"`
	Coverage float64 `yaml:"coverage"`
	From     int     `yaml:"from"`
	To       int     `yaml:"to"`
}

// Unread is a licence file that was there and could not be read.
type Unread struct {
	File  string      `yaml:"file"`
	State model.State `yaml:"state"`
}

// Base is one repository that an ancestor was made from.
type Base struct {
	// ID is the id that answered; Written as the card spells it, where that is
	// another name.
	ID      string     `yaml:"id"`
	Written string     `yaml:"written,omitempty"`
	Kind    model.Kind `yaml:"kind,omitempty"`
	// Relation is how, RelationFrom who says how; Claims are what each of those
	// says who name it.
	Relation     model.Relation `yaml:"relation"`
	RelationFrom model.Origin   `yaml:"relation_from"`
	Claims       []Claim        `yaml:"claims,flow"`
}

// Claim is what one witness says of a base model.
type Claim struct {
	From     model.Origin   `yaml:"from"`
	Relation model.Relation `yaml:"relation"`
	File     string         `yaml:"file,omitempty"`
}

// key is the name under which a repository is looked up.
type key struct {
	kind model.Kind
	id   string
}

func keyOf(ref model.Ref) key { return key{kindOf(ref.Kind), nameOf(ref)} }

// nameOf is the name under which a lineage looks a repository up. On GitHub a
// revision is part of what was named.
func nameOf(ref model.Ref) string {
	if ref.Host == model.OnGitHub {
		return ref.String()
	}
	return ref.Key()
}

func kindOf(kind model.Kind) model.Kind {
	if kind == model.Dataset {
		return model.Dataset
	}
	return model.Model
}

// refOf reads a key of a lineage.
func refOf(kind model.Kind, id string) model.Ref {
	if ref, ok := model.ParseGitHub(id); ok {
		ref.Kind = kindOf(kind)
		return ref
	}
	return model.Ref{Kind: kindOf(kind), ID: id}
}

// index finds entries by the ids that they answer to. An entry's own id goes
// before another's former one.
func (f *File) index() map[key]*Entry {
	byKey := map[key]*Entry{}
	for i := range f.Ancestors {
		byKey[key{f.Ancestors[i].Kind, f.Ancestors[i].ID}] = &f.Ancestors[i]
	}
	for i := range f.Ancestors {
		for _, id := range f.Ancestors[i].AskedAs {
			if k := (key{f.Ancestors[i].Kind, id}); byKey[k] == nil {
				byKey[k] = &f.Ancestors[i]
			}
		}
	}
	return byKey
}

// answersTo says whether an id is the entry's, or one that led to it.
func (e *Entry) answersTo(id string) bool { return e.ID == id || slices.Contains(e.AskedAs, id) }

// Unread lists, by id, why ancestors are locked without facts, or with facts
// that could not be refreshed, and whether asking again may help. Of what a
// policy states, the detail says where.
func (f *File) Unread() (why map[string]string, passing bool) {
	why = map[string]string{}
	for _, e := range f.Ancestors {
		if e.State != model.Resolved || e.Detail != "" && e.Source != source.StatedName {
			why[e.ID] = cmp.Or(e.Detail, string(e.State))
			passing = passing || e.State.Passes()
		}
	}
	return why, passing
}

// snapshot is the entry as a source gives it.
func (e *Entry) snapshot() *source.Snapshot {
	s := &source.Snapshot{
		ID: e.ID, Published: true, Kind: e.Kind, Source: sourceName, AsOf: e.AsOf, Revision: e.Revision,
		State: e.State, Detail: e.Detail, BasesUnknown: e.BasesUnknown,
		Task: e.Task, Gated: e.Gated, CreatedAt: e.CreatedAt,
		Read: source.NoFiles(e.ID, e.State),
	}
	if s.AsOf == "" {
		if read, err := time.Parse(time.RFC3339, e.Read); err == nil {
			s.AsOf = read.UTC().Format(time.DateOnly)
		}
	}
	if e.Card.Present {
		s.Metadata = map[string]any{}
		if e.Card.NoBaseModel {
			s.Metadata["base_model"] = []any{}
		}
	}
	found := e.found()
	s.Declared, s.Texts, s.Unread = found.Declared, found.Texts, found.Unread
	for _, b := range e.Bases {
		one := source.Base{
			Ref: refOf(b.Kind, b.ID), Relation: b.Relation, From: b.RelationFrom, Written: b.Written,
		}
		for _, c := range b.Claims {
			one.Claims = append(one.Claims, model.Claim(c))
		}
		s.Bases = append(s.Bases, one)
	}
	return s
}

// found is the licence as it was found.
func (e *Entry) found() model.License {
	found := model.License{Declared: []model.Declared{}, Texts: []model.LicenseText{}, Unread: []model.Unread{}}
	for _, d := range e.License {
		found.Declared = append(found.Declared, model.Declared{ID: d.ID, Name: d.Name, Link: d.Link, From: d.From})
	}
	for _, t := range e.Texts {
		text := model.LicenseText{
			File: t.File, Covers: t.Covers, ID: t.ID, Coverage: t.Coverage, Missing: t.Missing,
			Modified: t.Modified, Reference: t.Reference, SHA256: t.SHA256, Added: []model.AddedSpan{},
		}
		for _, a := range t.Added {
			span := model.AddedSpan{From: a.From, To: a.To, Terms: []model.FoundTerm{}}
			for _, term := range a.Terms {
				span.Terms = append(span.Terms, model.FoundTerm(term))
			}
			text.Added = append(text.Added, span)
		}
		for _, also := range t.Also {
			text.Also = append(text.Also, model.AlsoFound(also))
		}
		found.Texts = append(found.Texts, text)
	}
	for _, u := range e.Unread {
		found.Unread = append(found.Unread, model.Unread(u))
	}
	return found
}

// locked is the entry as rules see it beside the state of now.
func (e *Entry) locked(live *source.Snapshot) *model.Locked {
	locked := &model.Locked{
		ID: e.ID, Read: e.Read, Live: live.State, State: e.State, Revision: e.Revision, Gated: e.Gated,
		License: e.found(), FilesKnown: !e.FilesUnknown, BasesKnown: !e.BasesUnknown, Bases: []string{},
	}
	if live.State != model.Resolved {
		locked.Detail = live.Detail
	}
	for _, b := range e.Bases {
		if b.Kind != model.Dataset {
			locked.Bases = append(locked.Bases, b.ID)
		}
	}
	return locked
}
