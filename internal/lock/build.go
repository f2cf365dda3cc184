package lock

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// cardFile is where a card is.
const cardFile = "README.md"

// Recorder notes during a walk what a lock needs and a lineage does not hold:
// the ids that were asked for, and the digest of each card. It is safe for
// concurrent use.
type Recorder struct {
	next Fetch

	mu    sync.Mutex
	asked map[answer][]string
	cards map[answer]string
}

// answer is a repository at the revision that was read.
type answer struct {
	key
	revision string
}

var _ source.Source = (*Recorder)(nil)

// NewRecorder records what next answers.
func NewRecorder(next Fetch) *Recorder {
	return &Recorder{next: next, asked: map[answer][]string{}, cards: map[answer]string{}}
}

// Name is "recorder"; snapshots keep the names of their sources.
func (*Recorder) Name() string { return "recorder" }

// Serves is true of every host: what is asked is asked of others.
func (*Recorder) Serves(model.Host) bool { return true }

// Fetch asks, and reads the card of what was not in a lock already.
func (r *Recorder) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	s, err := r.next(ctx, ref)
	if err != nil {
		return nil, err
	}
	var digest string
	if s.State == model.Resolved && s.Source != sourceName && s.FilesKnown {
		if text, err := s.Read(ctx, cardFile); err == nil {
			sum := sha256.Sum256(text)
			digest = hex.EncodeToString(sum[:])
		}
	}
	at := answer{key{kindOf(s.Kind), s.ID}, s.Revision}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[at] = append(r.asked[at], nameOf(ref))
	r.cards[at] = digest
	return s, ctx.Err()
}

// Build makes the lock of a lineage that was read through r. Where nothing but
// where and when it was read differs from old, its entry stays as
// it is.
func Build(found *model.Lineage, r *Recorder, old *File, now time.Time) *File {
	before := old.index()
	file := &File{Schema: Schema, Subject: found.Subject, Ancestors: []Entry{}}
	for id, node := range found.Nodes {
		if id == found.Subject || node.Source == string(model.OnDisk) {
			continue // read from a folder, now and later
		}
		k := key{node.Kind, entryID(node)}
		had := before[k]
		if had != nil && node.Source == sourceName {
			entry := *had
			entry.AskedAs, _ = r.recorded(node)
			file.Ancestors = append(file.Ancestors, entry)
			continue
		}
		entry := newEntry(node, found.Edges)
		entry.AskedAs, entry.Card.SHA256 = r.recorded(node)
		entry.Read = now.UTC().Format(time.RFC3339)
		if had != nil && sameFacts(*had, entry) {
			entry = *had
		}
		file.Ancestors = append(file.Ancestors, entry)
	}
	slices.SortFunc(file.Ancestors, compareEntries)
	return file
}

func compareEntries(a, b Entry) int {
	return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(string(a.Kind), string(b.Kind)))
}

// recorded gives the other ids that led to a node, each once, and the digest of
// its card.
func (r *Recorder) recorded(node *model.Node) (names []string, card string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := entryID(node)
	at := answer{key{node.Kind, id}, node.Revision}
	if _, ok := r.asked[at]; !ok {
		// The second revision of a repository has it in its id.
		at.id, _, _ = strings.Cut(id, "@")
	}
	names = slices.Compact(slices.Sorted(slices.Values(r.asked[at])))
	names = slices.DeleteFunc(names, func(name string) bool { return name == id })
	if len(names) == 0 {
		names = nil
	}
	return names, r.cards[at]
}

// sameFacts says whether two entries differ in nothing but where and when they
// were read.
func sameFacts(a, b Entry) bool {
	for _, e := range []*Entry{&a, &b} {
		e.Source, e.Read, e.AsOf = "", "", ""
	}
	return reflect.DeepEqual(a, b)
}

// newEntry is what a walk found of one ancestor.
func newEntry(node *model.Node, edges []model.Edge) Entry {
	e := Entry{
		ID: entryID(node), Kind: node.Kind, State: node.State, Detail: node.Detail,
		Source: node.Source, AsOf: node.AsOf, Revision: node.Revision, CreatedAt: node.CreatedAt,
		Gated: node.Gated, Task: node.Task,
		Card:         Card{Present: node.Card.Present},
		FilesUnknown: !node.FilesKnown, BasesUnknown: !node.BasesKnown,
	}
	if none, ok := node.Card.Metadata["base_model"].([]any); ok && len(none) == 0 {
		e.Card.NoBaseModel = true
	}
	for _, d := range node.License.Declared {
		e.License = append(e.License, Declared{ID: d.ID, Name: d.Name, Link: d.Link, From: d.From})
	}
	for _, t := range node.License.Texts {
		e.Texts = append(e.Texts, newText(t))
	}
	for _, u := range node.License.Unread {
		e.Unread = append(e.Unread, Unread(u))
	}
	for _, edge := range edges {
		if edge.Child == node.ID {
			e.Bases = append(e.Bases, newBase(edge))
		}
	}
	return e
}

func newText(t model.LicenseText) Text {
	text := Text{
		File: t.File, SHA256: t.SHA256, ID: t.ID, Covers: t.Covers, Coverage: t.Coverage, Missing: t.Missing,
		Modified: t.Modified, Reference: t.Reference,
	}
	for _, a := range t.Added {
		added := Added{From: a.From, To: a.To}
		for _, term := range a.Terms {
			added.Terms = append(added.Terms, Term(term))
		}
		text.Added = append(text.Added, added)
	}
	for _, also := range t.Also {
		text.Also = append(text.Also, Also(also))
	}
	return text
}

func newBase(edge model.Edge) Base {
	b := Base{
		ID: edge.Parent, Written: edge.Written, Relation: edge.Relation, RelationFrom: edge.RelationFrom,
	}
	for _, c := range edge.Claims {
		b.Claims = append(b.Claims, Claim(c))
	}
	if edge.Relation == model.TrainedOn {
		b.Kind, b.ID = model.Dataset, strings.TrimPrefix(b.ID, datasetPrefix)
	}
	return b
}

// Changes lists in words what differs between two locks, sorted by id.
func Changes(old, made *File) []string {
	before, after := old.index(), made.index()
	type change struct{ id, what string }
	var changes []change
	for _, e := range made.Ancestors {
		had := before[key{e.Kind, e.ID}]
		switch {
		case had == nil || had.ID != e.ID:
			changes = append(changes, change{e.ID, "added"})
		case !reflect.DeepEqual(*had, e):
			changes = append(changes, change{e.ID, "changed"})
		}
	}
	for _, e := range old.Ancestors {
		if left := after[key{e.Kind, e.ID}]; left == nil || left.ID != e.ID {
			changes = append(changes, change{e.ID, "removed"})
		}
	}
	pins := func(f *File) map[string]string {
		byName := map[string]string{}
		for _, one := range f.Policies {
			byName[one.Source] = one.Digest
		}
		return byName
	}
	had, have := pins(old), pins(made)
	for name, digest := range have {
		switch had[name] {
		case digest:
		case "":
			changes = append(changes, change{name, "added"})
		default:
			changes = append(changes, change{name, "changed"})
		}
	}
	for name := range had {
		if have[name] == "" {
			changes = append(changes, change{name, "removed"})
		}
	}
	slices.SortFunc(changes, func(a, b change) int {
		return cmp.Or(strings.Compare(a.id, b.id), strings.Compare(b.what, a.what))
	})
	var lines []string
	for _, c := range changes {
		lines = append(lines, c.what+": "+c.id)
	}
	return lines
}
