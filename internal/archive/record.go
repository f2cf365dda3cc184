package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
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
	folders map[string]string // paths from the subject's folder, by the ids that folders have in references
}

var _ source.Source = (*Recorder)(nil)

// NewRecorder records what next answers.
func NewRecorder(next func(context.Context, model.Ref) (*source.Snapshot, error)) *Recorder {
	return &Recorder{next: next, records: map[ref]*record{}, blobs: map[string][]byte{}, folders: map[string]string{}}
}

// Name is "recorder"; snapshots keep the names of their sources.
func (*Recorder) Name() string { return "recorder" }

// Serves is true of every host: what is asked is asked of others.
func (*Recorder) Serves(model.Host) bool { return true }

// Fetch asks, and reads the card too, which a walk may do without where the
// source has its metadata: a person may want to read it.
func (r *Recorder) Fetch(ctx context.Context, asked model.Ref) (*source.Snapshot, error) {
	s, err := r.next(ctx, asked)
	if err != nil {
		return nil, err
	}
	wrapped := r.keep(newRef(asked), s, "")
	if s.State == model.Resolved && s.FilesKnown {
		_, _ = wrapped.Read(ctx, cardFile) // a failure is recorded
	}
	return wrapped, ctx.Err()
}

// keep records the answer to a reference; folder is where it lies from the
// subject's folder, if it does.
func (r *Recorder) keep(asked ref, s *source.Snapshot, folder string) *source.Snapshot {
	one, wrapped := r.wrap(s, folder)
	one.Asked = &asked
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.records[asked] == nil {
		r.records[asked] = one
	}
	return wrapped
}

// near records the folders beside a release.
type near struct {
	source.Source
	recorder *Recorder
}

// Fetch reads a folder that was located before.
func (n near) Fetch(ctx context.Context, asked model.Ref) (*source.Snapshot, error) {
	s, err := n.Source.Fetch(ctx, asked)
	if err != nil {
		return nil, err
	}
	n.recorder.mu.Lock()
	folder := n.recorder.folders[asked.ID]
	n.recorder.mu.Unlock()
	// Where it lies on this machine is nobody's business.
	asked.ID = folder
	return n.recorder.keep(newRef(asked), s, folder), nil
}

// locate notes what a relative path leads to.
func (r *Recorder) locate(of *record, folder, written string, found model.Ref, err error) {
	one := located{Written: written, Ref: newRef(found)}
	onDisk := err == nil && found.Host == model.OnDisk
	if err != nil {
		one.Error = err.Error()
	}
	if onDisk {
		one.Ref.ID = path.Join(folder, written)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if onDisk {
		r.folders[found.ID] = one.Ref.ID
	}
	if !slices.Contains(of.Located, one) {
		of.Located = append(of.Located, one)
	}
}

// wrap makes the record of a snapshot, and a snapshot that tells the record
// what is read of it.
func (r *Recorder) wrap(s *source.Snapshot, folder string) (*record, *source.Snapshot) {
	one := &record{
		ID: s.ID, Published: s.Published, Kind: s.Kind, Source: s.Source, AsOf: s.AsOf, Revision: s.Revision,
		State: s.State, Detail: s.Detail, Files: s.Files, FilesKnown: s.FilesKnown, Metadata: s.Metadata,
		Tags: s.Tags, BasesUnknown: s.BasesUnknown, Task: s.Task, Gated: s.Gated, CreatedAt: s.CreatedAt,
		Downloads: s.Downloads, Texts: s.Texts, Declared: s.Declared, Unread: s.Unread, Ranges: s.ReadAt != nil,
		Paths: s.Locate != nil, Beside: s.Near != nil,
	}
	for _, b := range s.Bases {
		one.Bases = append(one.Bases, base{newRef(b.Ref), b.Relation, b.From, b.Written, b.Claims, b.At})
	}
	wrapped := *s
	wrapped.Read = func(ctx context.Context, name string) ([]byte, error) {
		data, err := s.Read(ctx, name)
		r.note(ctx, one, read{Path: name}, data, err)
		return data, err
	}
	if s.ReadAt != nil {
		wrapped.ReadAt = func(ctx context.Context, name string, offset int64, n int) ([]byte, error) {
			data, err := s.ReadAt(ctx, name, offset, n)
			r.note(ctx, one, read{Path: name, Part: true, Offset: offset, Length: n}, data, err)
			return data, err
		}
	}
	if s.Near != nil {
		wrapped.Near = near{s.Near, r}
	}
	if s.Locate != nil {
		wrapped.Locate = func(written string) (model.Ref, error) {
			found, err := s.Locate(written)
			r.locate(one, folder, written, found, err)
			return found, err
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

// sort puts what was asked in an order that the walk's timing has no part in.
func (r *record) sort() {
	slices.SortFunc(r.Reads, compareReads)
	slices.SortFunc(r.Located, func(a, b located) int { return strings.Compare(a.Written, b.Written) })
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
	one, wrapped := r.wrap(s, "")
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
	r.subject.sort()
	for _, one := range r.recorder.records {
		one.sort()
		a.manifest.Repositories = append(a.manifest.Repositories, one)
	}
	slices.SortFunc(a.manifest.Repositories, func(x, y *record) int { return compareRefs(*x.Asked, *y.Asked) })
	a.index()
	return a
}
