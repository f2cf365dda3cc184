package hub

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// reader returns the Read and the ReadAt of a snapshot. They go by resolve
// rather than by the API, whose quota is a sixth.
func (s *Source) reader(kind model.Kind, id, revision string) (
	read func(context.Context, string) ([]byte, error),
	readAt func(context.Context, string, int64, int) ([]byte, error),
) {
	read = func(ctx context.Context, path string) ([]byte, error) {
		a, f := s.file(ctx, fileRequest(kind, id, revision, path))
		return contents(ctx, id, path, a, f)
	}
	readAt = func(ctx context.Context, path string, offset int64, n int) ([]byte, error) {
		q := fileRequest(kind, id, revision, path)
		q.asPart(offset, n)
		if n <= 0 || offset < 0 {
			return nil, nil
		}
		a, f := s.file(ctx, q)
		return contents(ctx, id, path, a, f)
	}
	return read, readAt
}

// file asks for a file, or a part of one.
func (s *Source) file(ctx context.Context, q request) (*answer, *failure) {
	if q.path == "" {
		return nil, &failure{state: model.NotFound, cause: source.ErrNotExist}
	}
	return s.ask(ctx, q)
}

// contents is what a Read returns.
func contents(ctx context.Context, id, path string, a *answer, f *failure) ([]byte, error) {
	switch {
	case f == nil:
		return a.body, nil
	case ctx.Err() != nil:
		return nil, &source.ReadError{ID: id, Path: path, State: model.Failed, Err: ctx.Err()}
	case errors.Is(f.cause, source.ErrNotExist), errors.Is(f.cause, source.ErrTooLarge):
		return nil, &source.ReadError{ID: id, Path: path, State: f.state, Err: f.cause}
	}
	return nil, &source.ReadError{ID: id, Path: path, State: f.state, Err: errors.New(f.detail)}
}

// fileRequest asks for a file at a revision; its path is empty where there can
// be no such file. What was read at a commit stays true, and is kept.
func fileRequest(kind model.Kind, id, revision, path string) request {
	if !validPath(path) {
		return request{}
	}
	q := request{limit: source.MaxFileBytes, file: true}
	if isCommit(revision) { // else a branch, whose commit the answer will name
		q.commit, q.fixed = revision, true
		q.key = []string{"file", string(kind), id, revision, path}
	}
	if revision == "" {
		revision = "main"
	}
	q.path = repoPath(kind, id) + "/resolve/" + url.PathEscape(revision) + "/" + escapePath(path)
	return q
}

// repoPath is the path of a repository's page.
func repoPath(kind model.Kind, id string) string {
	if kind == model.Dataset {
		return "/datasets/" + id
	}
	return "/" + id
}

// asPart makes the request one for n bytes from offset on, at most as many as
// a whole file may have.
func (q *request) asPart(offset int64, n int) {
	q.part, q.offset, q.limit = true, offset, int64(min(n, source.MaxFileBytes))
	if q.key != nil {
		q.key = append(slices.Clone(q.key), strconv.FormatInt(offset, 10), strconv.FormatInt(q.limit, 10))
	}
}

// readPart reads the part of a file that was asked for. A server that sends
// the whole file in its place is read up to that part, if it is not far.
func (s *Source) readPart(resp *http.Response, q request, a *answer) *failure {
	want := int64(-1)
	if resp.StatusCode == http.StatusPartialContent {
		first, last, total, ok := parseContentRange(resp.Header.Get("Content-Range"))
		if !ok || first != q.offset || last-first >= q.limit || last-first+1 < q.limit && last+1 != total {
			return &failure{state: model.Failed, detail: "the server answered with another part of the file than was asked for"}
		}
		want = last - first + 1
	} else if q.offset > 0 {
		if q.offset > source.MaxFileBytes {
			return &failure{state: model.Failed, detail: "the server does not give parts of files"}
		}
		if _, err := io.CopyN(io.Discard, resp.Body, q.offset); err == io.EOF {
			return nil // the file ends before
		} else if err != nil {
			return s.broken(err, false)
		}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, q.limit))
	switch {
	case err != nil:
		return s.broken(err, false)
	case want >= 0 && int64(len(body)) != want:
		return s.broken(io.ErrUnexpectedEOF, false)
	}
	a.body = body
	return nil
}

// parseContentRange reads "bytes FIRST-LAST/TOTAL"; total is -1 for "*".
func parseContentRange(text string) (first, last, total int64, ok bool) {
	rest, isBytes := strings.CutPrefix(text, "bytes ")
	span, size, hasSize := strings.Cut(rest, "/")
	from, to, hasTo := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(to, 10, 64)
	total, err3 := strconv.ParseInt(size, 10, 64)
	if size == "*" {
		total, err3 = -1, nil
	}
	ok = isBytes && hasSize && hasTo && err1 == nil && err2 == nil && err3 == nil &&
		first >= 0 && last >= first && (total < 0 && size == "*" || last < total)
	return first, last, total, ok
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
