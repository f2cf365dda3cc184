package lock

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// sourceName is the word that outputs use for a lock.
const sourceName = "lock"

// folderSource is the word for a folder of this machine.
const folderSource = "dir"

// datasetPrefix stands before a data set's id in a lineage.
const datasetPrefix = "datasets/"

// Fetch reads a repository from somewhere; the error is only for a context
// that ended.
type Fetch func(context.Context, model.Ref) (*source.Snapshot, error)

// Source answers from a lock, and asks others only for what the lock lacks.
// It is safe for concurrent use where its functions are.
type Source struct {
	path    string
	file    *File
	entries map[key]*Entry
	live    Fetch
	next    Fetch
	anew    map[*Entry]bool // entries to read anew

	mu   sync.Mutex
	kept map[string]string
}

var _ source.Source = (*Source)(nil)

// Open makes a source of a lock that was read from path. What the lock lacks,
// and what it could not read for a reason that passes, is asked of next.
func Open(path string, file *File, next Fetch) *Source {
	return &Source{path: path, file: file, entries: file.index(), next: next, anew: map[*Entry]bool{}, kept: map[string]string{}}
}

// Update has the entries that answer to some ids read anew, or all where none
// is given. An entry stays where its repository cannot be read for a reason
// that passes. It returns the ids that the lock does not know.
func (s *Source) Update(ids []string) (unknown []string) {
	for i := range s.file.Ancestors {
		if e := &s.file.Ancestors[i]; len(ids) == 0 || slices.ContainsFunc(ids, e.answersTo) {
			s.anew[e] = true
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(s.file.Ancestors, func(e Entry) bool { return e.answersTo(id) }) {
			unknown = append(unknown, id)
		}
	}
	return unknown
}

// Kept says of entries that were to be read anew and could not be, why.
func (s *Source) Kept() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.kept)
}

// Refresh is the source with the state of now in place of the lock's, asked of
// live. Each snapshot has the locked facts beside it; where live cannot read a
// repository, the locked facts stand and the snapshot says so.
func (s *Source) Refresh(live Fetch) *Source {
	refreshed := Open(s.path, s.file, s.next)
	refreshed.live = live
	return refreshed
}

// Name is "lock".
func (*Source) Name() string { return sourceName }

// Serves is true of every host: what the lock lacks is asked of others.
func (*Source) Serves(model.Host) bool { return true }

// Fetch looks a repository up in the lock.
func (s *Source) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entry := s.entries[keyOf(ref)]
	if s.live != nil {
		return s.fetchLive(ctx, ref, entry)
	}
	if entry != nil && !entry.State.Passes() && !s.anew[entry] {
		return entry.snapshot(), nil
	}
	found, err := s.next(ctx, ref)
	if err != nil {
		return nil, err
	}
	stale := found.State.Passes() || found.State == model.Resolved &&
		(found.Detail != "" || !found.FilesKnown && !entryHasNoFiles(entry))
	if entry != nil && stale && !entry.State.Passes() && entry.Detail == "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.kept[entry.ID] = cmp.Or(found.Detail, "only "+found.Source+" was asked, which has no files")
		return entry.snapshot(), nil
	}
	return found, nil
}

func entryHasNoFiles(entry *Entry) bool { return entry == nil || entry.FilesUnknown }

func (s *Source) fetchLive(ctx context.Context, ref model.Ref, entry *Entry) (*source.Snapshot, error) {
	live, err := s.live(ctx, ref)
	if err != nil {
		return nil, err
	}
	if entry == nil {
		entry = s.entries[key{kindOf(live.Kind), live.ID}]
	}
	switch {
	case entry == nil && live.State != model.Resolved:
		return s.next(ctx, ref)
	case entry == nil:
		return live, nil
	case live.State == model.Resolved:
		live.Locked = entry.locked(live)
		return live, nil
	}
	kept := entry.snapshot()
	if kept.State == model.Resolved {
		kept.Detail = "could not be refreshed: " + live.Detail
	}
	kept.Locked = entry.locked(live)
	return kept, nil
}

// Use says how a lineage that was read through this source and the lock fit
// together. Data sets count where the walk asked for them.
func (s *Source) Use(found *model.Lineage, datasets bool) *model.LockUse {
	use := &model.LockUse{File: s.path, Missing: []string{}, Unused: []string{}}
	used := map[*Entry]bool{}
	for id, node := range found.Nodes {
		entry := s.entries[key{node.Kind, entryID(node)}]
		if entry == nil && node.Locked != nil {
			entry = s.entries[key{node.Kind, node.Locked.ID}]
		}
		used[entry] = true
		if entry == nil && id != found.Subject && lockable(node) {
			use.Missing = append(use.Missing, id)
		}
	}
	for i := range s.file.Ancestors {
		e := &s.file.Ancestors[i]
		if !used[e] && (e.Kind != model.Dataset || datasets) {
			use.Unused = append(use.Unused, e.ID)
		}
	}
	slices.Sort(use.Missing)
	slices.Sort(use.Unused)
	return use
}

// lockable says whether a node came from a source that may say otherwise
// tomorrow: not from a folder beside the release, and not from a name that can
// be no repository's.
func lockable(node *model.Node) bool {
	return node.Source != "none" && node.Source != string(model.OnDisk)
}

// entryID is the id of a node without what a lineage puts before it.
func entryID(node *model.Node) string {
	if node.Kind == model.Dataset {
		return strings.TrimPrefix(node.ID, datasetPrefix)
	}
	return node.ID
}
