package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/entail-dev/entail/internal/cache"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// notKept is why a file cannot be read without the network.
const notKept = "not in the cache"

// scope names whose answers these are: everybody's, or those that a token was
// given. It is a digest of the token, never the token.
func (s *Source) scope(token bool) string {
	if !token {
		return "public"
	}
	sum := sha256.Sum256([]byte("entail cache\x00" + s.token))
	return "token-" + hex.EncodeToString(sum[:8])
}

// fullKey is the whole key of a request's answer.
func (s *Source) fullKey(key []string, token bool) []string {
	return append([]string{s.endpoint.String(), s.scope(token)}, key...)
}

// infoKey names the facts of a repository at a revision.
func infoKey(ref model.Ref, files bool) []string {
	return []string{"info", string(ref.Kind), ref.ID, ref.Revision, strconv.FormatBool(files)}
}

// recall is the answer that was kept for a request, or nil: the one that this
// token was given, else the one that everybody is.
func (s *Source) recall(q request) *answer {
	if s.cache == nil || q.key == nil {
		return nil
	}
	for _, token := range []bool{true, false} {
		if token && s.token == "" {
			continue
		}
		e, body, ok := s.cache.Get(s.fullKey(q.key, token)...)
		if !ok || int64(len(body)) > q.limit {
			continue
		}
		return &answer{
			status: http.StatusOK, header: http.Header{"Etag": {e.ETag}}, body: body,
			commit: q.commit, asOf: e.Fetched,
		}
	}
	return nil
}

// keep keeps an answer for the next run.
func (s *Source) keep(q request, a *answer, token bool) {
	if s.cache == nil || q.key == nil {
		return
	}
	// A part of a file says nothing by its tag that its commit does not.
	tag := a.header.Get("ETag")
	if q.fixed || len(tag) > 256 {
		tag = ""
	}
	s.cache.Put(cache.Entry{Key: s.fullKey(q.key, token), ETag: tag, Fetched: s.now().UTC()}, a.body)
}

// keepFacts keeps the facts of a repository, under the id that answered and
// under its commit, too, so that they are found by these without the network.
func (s *Source) keepFacts(ref model.Ref, files bool, snap *source.Snapshot, a *answer) {
	same := model.Ref{Kind: ref.Kind, ID: snap.ID, Revision: ref.Revision}
	pinned := model.Ref{Kind: ref.Kind, ID: snap.ID, Revision: snap.Revision}
	for i, one := range []model.Ref{ref, same, pinned} {
		if i == 0 || one != ref {
			s.keep(request{key: infoKey(one, files)}, a, a.token)
		}
	}
}

// rootKey names the list of the files at a repository's root.
func rootKey(snap *source.Snapshot) []string {
	return []string{"root", string(snap.Kind), snap.ID, snap.Revision}
}

// keptRoot is the list that was kept of the files at the root of a commit; nil
// where there is none.
func (s *Source) keptRoot(snap *source.Snapshot) []model.File {
	if !isCommit(snap.Revision) {
		return nil
	}
	var files []model.File
	if a := s.recall(request{key: rootKey(snap), limit: maxInfoBytes}); a != nil {
		_ = json.Unmarshal(a.body, &files) // it was ours, and was checked
	}
	return files
}

// keepRoot keeps the whole list of the files at the root of a commit.
func (s *Source) keepRoot(snap *source.Snapshot, files []model.File, token bool) {
	if body, err := json.Marshal(files); err == nil && isCommit(snap.Revision) {
		s.keep(request{key: rootKey(snap)}, &answer{body: body}, token)
	}
}

// kept is the source of what a Hub answered in earlier runs.
type kept struct{ hub *Source }

// Kept returns the source named "cache": what was kept of this Hub, without a
// request. A repository that was never read has the state Offline.
func (s *Source) Kept() source.Source { return kept{s} }

// Name is "cache".
func (kept) Name() string { return "cache" }

// Fetch returns a repository as it was when last asked for; AsOf is the day.
func (k kept) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ref, f := checkRef(ref)
	if f != nil {
		return k.unread(ref, f), nil
	}
	var a *answer
	for _, files := range []bool{true, false} {
		if a = k.hub.recall(k.hub.infoRequest(ref, files)); a != nil {
			break
		}
	}
	if a == nil {
		return k.unread(ref, &failure{state: model.Offline, detail: notKept}), nil
	}
	snap, f := decodeInfo(a, ref.Kind)
	if f != nil {
		return k.unread(ref, f), nil
	}
	snap.Source, snap.AsOf = k.Name(), a.asOf.UTC().Format(time.DateOnly)
	if snap.Files == nil {
		snap.Files = k.hub.keptRoot(snap)
	}
	file := func(ctx context.Context, path string, q request) ([]byte, error) {
		a, f := k.hub.recall(q), (*failure)(nil)
		if a == nil {
			f = &failure{state: model.Offline, detail: notKept}
		}
		return contents(ctx, snap.ID, path, a, f)
	}
	snap.Read = func(ctx context.Context, path string) ([]byte, error) {
		return file(ctx, path, fileRequest(snap.Kind, snap.ID, snap.Revision, path))
	}
	snap.ReadAt = func(ctx context.Context, path string, offset int64, n int) ([]byte, error) {
		q := fileRequest(snap.Kind, snap.ID, snap.Revision, path)
		q.asPart(offset, n)
		return file(ctx, path, q)
	}
	return snap, nil
}

func (k kept) unread(ref model.Ref, f *failure) *source.Snapshot {
	snap := k.hub.unread(ref, f)
	snap.Source = k.Name()
	return snap
}
