package hub

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// reader returns the Read of a snapshot. It goes by resolve rather than by the
// API, whose quota is a sixth.
func (s *Source) reader(kind model.Kind, id, revision string) func(context.Context, string) ([]byte, error) {
	base := "/" + id
	if kind == model.Dataset {
		base = "/datasets/" + id
	}
	commit := revision
	if !isCommit(revision) {
		commit = "" // a branch, whose commit the answer will name
	}
	if revision == "" {
		revision = "main"
	}
	base += "/resolve/" + url.PathEscape(revision) + "/"
	return func(ctx context.Context, path string) ([]byte, error) {
		fail := func(state model.State, err error) ([]byte, error) {
			return nil, &source.ReadError{ID: id, Path: path, State: state, Err: err}
		}
		if !validPath(path) {
			return fail(model.NotFound, source.ErrNotExist)
		}
		a, f := s.ask(ctx, request{
			path: base + escapePath(path), limit: source.MaxFileBytes, file: true, commit: commit,
		})
		if f == nil {
			f = verify(a)
		}
		switch {
		case f == nil:
			return a.body, nil
		case ctx.Err() != nil:
			return fail(model.Failed, ctx.Err())
		case errors.Is(f.cause, source.ErrNotExist), errors.Is(f.cause, source.ErrTooLarge):
			return fail(f.state, f.cause)
		}
		return fail(f.state, errors.New(f.detail))
	}
}

// escapePath escapes each segment, so that a file named "a?b#c" is asked for.
func escapePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return strings.Join(segments, "/")
}

// verify compares a file with the digest that the Hub gave before it redirected
// to where the file lies: Git's id of the contents, or the SHA-256 of a large
// file. An entity tag of another shape, or a weak one, says nothing.
func verify(a *answer) *failure {
	want := strings.Trim(a.digest, `"`)
	var got string
	switch len(want) {
	case 2 * sha1.Size:
		h := sha1.New()
		fmt.Fprintf(h, "blob %d\x00", len(a.body))
		h.Write(a.body)
		got = hex.EncodeToString(h.Sum(nil))
	case 2 * sha256.Size:
		sum := sha256.Sum256(a.body)
		got = hex.EncodeToString(sum[:])
	default:
		return nil
	}
	if got != want {
		return &failure{state: model.Failed, detail: "the file is not the one whose digest the Hub gives"}
	}
	return nil
}
