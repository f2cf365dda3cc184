// Package source reads repositories. It says what is there and why something
// could not be read; what that means is for others to decide.
//
// A source is one folder or file that implements Source. Failures to reach or
// to be admitted to a repository are states of the snapshot, not errors, so
// that no caller can lose one.
package source

import (
	"context"
	"errors"
	"fmt"

	"github.com/entail-dev/entail/internal/model"
)

// Limits of what is read of one repository. A model card on the Hub is a few
// KiB; the largest seen are under 2 MiB.
const (
	// MaxFileBytes bounds one file that is read whole.
	MaxFileBytes = 8 << 20
	// MaxFiles bounds the file list of one repository.
	MaxFiles = 100_000
)

// Source reads one kind of place.
type Source interface {
	// Name is the word that outputs use for it: dir, hub, index.
	Name() string
	// Fetch returns what the source holds of ref. A repository that cannot
	// be read has a snapshot whose State says why; the error is only for a
	// context that ended.
	Fetch(ctx context.Context, ref model.Ref) (*Snapshot, error)
}

// Snapshot is a repository as one source has it, at one revision.
type Snapshot struct {
	// ID is the id that answered: renames and letter case are followed.
	ID string
	// Published is false where ID is only the name of a folder.
	Published bool
	Kind      model.Kind
	Source    string
	AsOf      string
	Revision  string
	State     model.State
	Detail    string
	// Files is the file list; nil and FilesKnown false where the source has
	// none.
	Files      []model.File
	FilesKnown bool
	// Metadata is the card's front matter as the source itself parsed it
	// (the Hub's cardData, the index's columns), for when the card's text
	// cannot be read. Nil where it has none.
	Metadata map[string]any
	// Tags are the Hub's tags, such as license:mit.
	Tags []string
	// Bases are the base models that the source itself names, beside those of
	// the card; empty where it knows none.
	Bases []Base
	// BasesUnknown is true where the source cannot say whether there are base
	// models, so that none named does not mean none.
	BasesUnknown bool

	// Task is the Hub's pipeline_tag, such as text-generation; empty where
	// not known.
	Task      string
	Gated     string
	CreatedAt string
	Downloads int64

	// Texts are the licence files as somebody identified them before, for a
	// source that keeps such facts in place of the files. Nil where it does
	// not; the files are then read.
	Texts []model.LicenseText

	// Read returns one file of the snapshot. It is never nil. Errors are
	// *ReadError.
	Read func(ctx context.Context, path string) ([]byte, error)
	// ReadAt returns up to n bytes of one file from an offset on, fewer where
	// the file ends before. Nil where the source cannot; errors are *ReadError.
	ReadAt func(ctx context.Context, path string, offset int64, n int) ([]byte, error)

	// Locate finds the repository that a relative path in the card leads to,
	// such as ../base. Nil where it leads nowhere, as on the Hub; errors say
	// what the path is, for a sentence that begins with it.
	Locate func(written string) (model.Ref, error)
	// Near reads the folders that Locate finds; nil where it finds none on
	// disk.
	Near Source
}

// Serves reports whether s may be asked for repositories of a host. A source
// that does not say knows those of the Hub alone, whose ids would else be taken
// for one another's.
func Serves(s Source, host model.Host) bool {
	if one, ok := s.(interface{ Serves(model.Host) bool }); ok {
		return one.Serves(host)
	}
	return host == model.OnHub
}

// Base is one base model as a source has it.
type Base struct {
	// Ref names it, without a revision.
	Ref      model.Ref
	Relation model.Relation
	// From is who says so: the Hub, the index, a declaration in entail.yaml.
	From model.Origin
}

// ReadError says why a file of a snapshot could not be read.
type ReadError struct {
	ID    string
	Path  string
	State model.State
	// Err is what happened, in words for a person.
	Err error
}

// Error names the file, its repository and the cause.
func (e *ReadError) Error() string {
	return fmt.Sprintf("read %s of %s: %v", e.Path, e.ID, e.Err)
}

// Unwrap gives the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// Causes of a ReadError that callers tell apart.
var (
	// ErrNotExist: the repository has no such file.
	ErrNotExist = errors.New("no such file")
	// ErrTooLarge: the file is over MaxFileBytes.
	ErrTooLarge = fmt.Errorf("larger than %d MiB", MaxFileBytes>>20)
	// ErrNoFiles: the source holds facts about the repository and no files.
	ErrNoFiles = errors.New("this source has no files")
)

// NoFiles is the Read of a source without files.
func NoFiles(id string, state model.State) func(context.Context, string) ([]byte, error) {
	return func(_ context.Context, path string) ([]byte, error) {
		return nil, &ReadError{ID: id, Path: path, State: state, Err: ErrNoFiles}
	}
}
