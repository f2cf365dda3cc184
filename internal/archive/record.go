package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// cardFile is where a card is.
const cardFile = "README.md"

// Recorder notes what sources answer. It is safe for concurrent use.
type Recorder struct {
	next func(context.Context, model.Ref) (*source.Snapshot, error)

	mu      sync.Mutex
	records map[ref]*record
	blobs   map[string][]byte
}

var _ source.Source = (*Recorder)(nil)

// NewRecorder records what next answers.
func NewRecorder(next func(context.Context, model.Ref) (*source.Snapshot, error)) *Recorder {
	return &Recorder{next: next, records: map[ref]*record{}, blobs: map[string][]byte{}}
}

// Name is "recorder"; snapshots keep the names of their sources.
func (*Recorder) Name() string { return "recorder" }

// Serves reports whether a snapshot can hold repositories of a host.
func (*Recorder) Serves(host model.Host) bool { return host != model.OnDisk }

// Fetch asks, and reads the card too, which a walk may do without where the
// source has its metadata: a person may want to read it.
func (r *Recorder) Fetch(ctx context.Context, asked model.Ref) (*source.Snapshot, error) {
	s, err := r.next(ctx, asked)
	if err != nil {
		return nil, err
	}
	one, wrapped := r.wrap(s)
	key := newRef(asked)
	one.Asked = &key
	r.mu.Lock()
	if r.records[key] == nil {
		r.records[key] = one
	}
	r.mu.Unlock()
	if s.State == model.Resolved && s.FilesKnown {
		_, _ = wrapped.Read(ctx, cardFile) // a failure is recorded
	}
	return wrapped, ctx.Err()
}

// wrap makes the record of a snapshot, and a snapshot that tells the record
// what is read of it.
func (r *Recorder) wrap(s *source.Snapshot) (*record, *source.Snapshot) {
	one := &record{
		ID: s.ID, Published: s.Published, Kind: s.Kind, Source: s.Source, AsOf: s.AsOf, Revision: s.Revision,
		State: s.State, Detail: s.Detail, Files: s.Files, FilesKnown: s.FilesKnown, Metadata: s.Metadata,
		Tags: s.Tags, BasesUnknown: s.BasesUnknown, Task: s.Task, Gated: s.Gated, CreatedAt: s.CreatedAt,
		Downloads: s.Downloads, Texts: s.Texts, Declared: s.Declared, Unread: s.Unread, Ranges: s.ReadAt != nil,
	}
	for _, b := range s.Bases {
		one.Bases = append(one.Bases, base{newRef(b.Ref), b.Relation, b.From, b.RelationFrom})
	}
	wrapped := *s
	wrapped.Read = func(ctx context.Context, path string) ([]byte, error) {
		data, err := s.Read(ctx, path)
		r.note(ctx, one, read{Path: path}, data, err)
		return data, err
	}
	if s.ReadAt != nil {
		wrapped.ReadAt = func(ctx context.Context, path string, offset int64, n int) ([]byte, error) {
			data, err := s.ReadAt(ctx, path, offset, n)
			r.note(ctx, one, read{Path: path, Part: true, Offset: offset, Length: n}, data, err)
			return data, err
		}
	}
	return one, &wrapped
}

// note adds a read to a record, once. What failed because the run was ended is
// no fact.
func (r *Recorder) note(ctx context.Context, of *record, one read, data []byte, err error) {
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		sum := sha256.Sum256(data)
		one.Size, one.SHA256 = len(data), hex.EncodeToString(sum[:])
	} else {
		one.State, one.Error = model.Failed, err.Error()
		if failure, ok := errors.AsType[*source.ReadError](err); ok {
			one.State, one.Error = failure.State, failure.Err.Error()
		}
		for name, cause := range causes {
			if errors.Is(err, cause) {
				one.Cause = name
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(of.Reads, func(had read) bool { return compareReads(had, one) == 0 }) {
		return
	}
	of.Reads = append(of.Reads, one)
	if err == nil {
		r.blobs[one.SHA256] = slices.Clone(data)
	}
}

func compareReads(a, b read) int {
	part := map[bool]int{true: 1}
	return cmp.Or(strings.Compare(a.Path, b.Path), part[a.Part]-part[b.Part], cmp.Compare(a.Offset, b.Offset), a.Length-b.Length)
}

func compareRefs(a, b ref) int {
	return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(string(a.Host), string(b.Host)),
		strings.Compare(a.ID, b.ID), strings.Compare(a.Revision, b.Revision))
}

// Recording is a subject that is being recorded.
type Recording struct {
	recorder *Recorder
	subject  *record
	// Snapshot is the subject, to be walked with the recorder as its source.
	Snapshot *source.Snapshot
}

// Subject begins the recording of a lineage.
func (r *Recorder) Subject(s *source.Snapshot) *Recording {
	one, wrapped := r.wrap(s)
	return &Recording{r, one, wrapped}
}

// Archive is what was recorded, once the walk is over. The same answers at the
// same time give the same archive.
func (r *Recording) Archive(tool string, when time.Time) *Archive {
	a := &Archive{
		manifest: manifest{
			Schema: Schema, Tool: tool, When: when.UTC().Format(time.RFC3339),
			Subject: r.subject, Repositories: []*record{},
		},
		blobs: r.recorder.blobs,
	}
	slices.SortFunc(r.subject.Reads, compareReads)
	for _, one := range r.recorder.records {
		slices.SortFunc(one.Reads, compareReads)
		a.manifest.Repositories = append(a.manifest.Repositories, one)
	}
	slices.SortFunc(a.manifest.Repositories, func(x, y *record) int { return compareRefs(*x.Asked, *y.Asked) })
	a.index()
	return a
}
