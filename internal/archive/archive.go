// Package archive makes a whole lineage portable: what every source answered
// during a walk, failures included, with the files that were read, as one
// folder or one .tar.zst, and answers from it again on a machine without a
// network.
//
// Weights are not copied; the file lists have their sizes. An archive is
// untrusted when it is read: it is bounded, held to its digests, and never
// unpacked to disk.
package archive

import (
	"context"
	"errors"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Schema is the id of the manifest's version.
const Schema = "entail.snapshot/v1"

// ManifestName is the file that makes a folder a snapshot.
const ManifestName = "entail-snapshot.json"

// Suffix is how the name of a packed snapshot ends.
const Suffix = ".tar.zst"

// blobFolder holds the contents of files, each named after its digest.
const blobFolder = "blobs/"

// manifest is everything but the contents of files.
type manifest struct {
	Schema string `json:"schema"`
	Tool   string `json:"tool"`
	// When is the time of the walk, RFC 3339 in UTC.
	When    string  `json:"when"`
	Subject *record `json:"subject"`
	// Repositories are the answers to what was asked for, by reference.
	Repositories []*record `json:"repositories"`
}

// ref is a model.Ref.
type ref struct {
	Kind     model.Kind `json:"kind"`
	Host     model.Host `json:"host,omitempty"`
	ID       string     `json:"id"`
	Revision string     `json:"revision,omitempty"`
}

func newRef(r model.Ref) ref {
	if r.Kind == "" {
		r.Kind = model.Model
	}
	return ref(r)
}

// record is a source.Snapshot and what was read of it.
type record struct {
	Asked        *ref                `json:"asked,omitempty"`
	ID           string              `json:"id"`
	Published    bool                `json:"published"`
	Kind         model.Kind          `json:"kind"`
	Source       string              `json:"source"`
	AsOf         string              `json:"as_of,omitempty"`
	Revision     string              `json:"revision,omitempty"`
	State        model.State         `json:"state"`
	Detail       string              `json:"detail,omitempty"`
	Files        []model.File        `json:"files"`
	FilesKnown   bool                `json:"files_known"`
	Metadata     map[string]any      `json:"metadata"`
	Tags         []string            `json:"tags"`
	Bases        []base              `json:"bases"`
	BasesUnknown bool                `json:"bases_unknown,omitempty"`
	Task         string              `json:"task,omitempty"`
	Gated        string              `json:"gated,omitempty"`
	CreatedAt    string              `json:"created_at,omitempty"`
	Downloads    int64               `json:"downloads,omitempty"`
	Texts        []model.LicenseText `json:"texts"`
	Declared     []model.Declared    `json:"declared"`
	Unread       []model.Unread      `json:"unread"`
	// Ranges is true where the source could read parts of files.
	Ranges bool   `json:"ranges,omitempty"`
	Reads  []read `json:"reads"`
	// Paths is true where relative paths in the card could lead somewhere, and
	// Located says where they led; Beside where that could be a folder.
	Paths   bool      `json:"paths,omitempty"`
	Beside  bool      `json:"beside,omitempty"`
	Located []located `json:"located,omitempty"`
}

// located is what a relative path in a card led to, or why to nothing. A folder
// is named by its path from the subject's.
type located struct {
	Written string `json:"written"`
	Ref     ref    `json:"ref"`
	Error   string `json:"error,omitempty"`
}

type base struct {
	Ref      ref             `json:"ref"`
	Relation model.Relation  `json:"relation"`
	From     model.Origin    `json:"from"`
	Written  string          `json:"written,omitempty"`
	Claims   []model.Claim   `json:"claims,omitempty"`
	At       *model.Position `json:"at,omitempty"`
}

// read is one file, or part of one, that was asked for, with its contents or
// with why they could not be had.
type read struct {
	Path string `json:"path"`
	// Part is true for up to Length bytes from Offset on, in place of all.
	Part   bool  `json:"part,omitempty"`
	Offset int64 `json:"offset,omitempty"`
	Length int   `json:"length,omitempty"`
	// Size and SHA256 are of what was read.
	Size   int    `json:"size"`
	SHA256 string `json:"sha256,omitempty"`
	// State, Cause and Error are set where nothing was.
	State model.State `json:"state,omitempty"`
	Cause string      `json:"cause,omitempty"`
	Error string      `json:"error,omitempty"`
}

// causes are the errors that callers tell apart.
var causes = map[string]error{"no-such-file": source.ErrNotExist, "too-large": source.ErrTooLarge, "no-files": source.ErrNoFiles}

// errNotKept is why a file that was not read then cannot be read now.
var errNotKept = errors.New("the snapshot does not have it")

// errNotLocated says of a path that nobody followed then, for a sentence that
// begins with it.
var errNotLocated = errors.New("leads to nothing in the snapshot")

// Archive is a snapshot of a lineage. It is a source.Source, and safe for
// concurrent use.
type Archive struct {
	manifest manifest
	blobs    map[string][]byte
	byRef    map[ref]*record
}

var _ source.Source = (*Archive)(nil)

// index prepares a for questions.
func (a *Archive) index() {
	a.byRef = map[ref]*record{}
	if s := a.manifest.Subject; s.Published {
		a.byRef[ref{Kind: s.Kind, ID: s.ID}] = s
	}
	for _, r := range a.manifest.Repositories {
		a.byRef[*r.Asked] = r
	}
}

// Name is "snapshot"; what it answers has the names of its own sources.
func (*Archive) Name() string { return "snapshot" }

// Serves is true of every host.
func (*Archive) Serves(model.Host) bool { return true }

// Fetch gives the answer of then.
func (a *Archive) Fetch(ctx context.Context, asked model.Ref) (*source.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r, ok := a.byRef[newRef(asked)]; ok {
		s := a.snapshot(r)
		if when, err := time.Parse(time.RFC3339, a.manifest.When); err == nil && s.AsOf == "" {
			s.AsOf = when.Format(time.DateOnly)
		}
		return s, nil
	}
	return &source.Snapshot{
		ID: asked.Key(), Published: true, Kind: newRef(asked).Kind, Source: a.Name(), State: model.Offline,
		Detail: "not in the snapshot", Read: source.NoFiles(asked.Key(), model.Offline),
	}, nil
}

// Subject is the release whose lineage this is.
func (a *Archive) Subject() *source.Snapshot { return a.snapshot(a.manifest.Subject) }

// snapshot is a record as a source gives it.
func (a *Archive) snapshot(r *record) *source.Snapshot {
	s := &source.Snapshot{
		ID: r.ID, Published: r.Published, Kind: r.Kind, Source: r.Source, AsOf: r.AsOf, Revision: r.Revision,
		State: r.State, Detail: r.Detail, Files: r.Files, FilesKnown: r.FilesKnown, Metadata: r.Metadata,
		Tags: r.Tags, BasesUnknown: r.BasesUnknown, Task: r.Task, Gated: r.Gated, CreatedAt: r.CreatedAt,
		Downloads: r.Downloads, Texts: r.Texts, Declared: r.Declared, Unread: r.Unread,
		Read: func(ctx context.Context, path string) ([]byte, error) {
			return a.read(ctx, r, path, func(one read) bool { return !one.Part })
		},
	}
	for _, b := range r.Bases {
		s.Bases = append(s.Bases, source.Base{
			Ref: model.Ref(b.Ref), Relation: b.Relation, From: b.From, Written: b.Written, Claims: b.Claims, At: b.At,
		})
	}
	if r.Paths {
		s.Locate = r.locate
	}
	if r.Beside {
		s.Near = a
	}
	if r.Ranges {
		s.ReadAt = func(ctx context.Context, path string, offset int64, n int) ([]byte, error) {
			return a.readAt(ctx, r, path, offset, n)
		}
	}
	return s
}

// locate gives what a relative path led to.
func (r *record) locate(written string) (model.Ref, error) {
	for _, one := range r.Located {
		switch {
		case one.Written != written:
		case one.Error != "":
			return model.Ref{}, errors.New(one.Error)
		default:
			return model.Ref(one.Ref), nil
		}
	}
	return model.Ref{}, errNotLocated
}

// read gives the first read of a file that fits.
func (a *Archive) read(ctx context.Context, r *record, path string, fits func(read) bool) ([]byte, error) {
	fail := func(state model.State, err error) ([]byte, error) {
		return nil, &source.ReadError{ID: r.ID, Path: path, State: state, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(model.Failed, err)
	}
	for _, one := range r.Reads {
		if one.Path != path || !fits(one) {
			continue
		}
		if one.State == "" {
			return a.blobs[one.SHA256], nil
		}
		if cause, ok := causes[one.Cause]; ok {
			return fail(one.State, cause)
		}
		return fail(one.State, errors.New(one.Error))
	}
	return fail(model.Offline, errNotKept)
}

// readAt answers from the read that holds the range.
func (a *Archive) readAt(ctx context.Context, r *record, path string, offset int64, n int) ([]byte, error) {
	if offset < 0 || n < 0 {
		return nil, &source.ReadError{ID: r.ID, Path: path, State: model.Failed, Err: errNotKept}
	}
	from := int64(0)
	part, err := a.read(ctx, r, path, func(one read) bool {
		if !one.Part {
			from = 0
			return one.State == ""
		}
		from = one.Offset
		return one.Offset <= offset && int64(n) <= int64(one.Length)-(offset-one.Offset)
	})
	if err != nil {
		return nil, err
	}
	part = part[min(offset-from, int64(len(part))):]
	return part[:min(n, len(part))], nil
}

// Unread lists, by id, why repositories are in the snapshot without facts, or
// with old ones, and whether asking again may help.
func (a *Archive) Unread() (why map[string]string, passing bool) {
	why = map[string]string{}
	for _, r := range a.manifest.Repositories {
		switch {
		case r.State != model.Resolved && r.Detail == "":
			why[r.ID] = string(r.State)
		case r.Detail != "":
			why[r.ID] = r.Detail
		}
		passing = passing || r.State.Passes()
	}
	return why, passing
}

// Size says how much the snapshot holds: repositories beside the subject,
// files, and their bytes.
func (a *Archive) Size() (repositories, files int, bytes int64) {
	for _, b := range a.blobs {
		bytes += int64(len(b))
	}
	return len(a.manifest.Repositories), len(a.blobs), bytes
}
