package hub

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// readme is the file that a repository's card is in.
const readme = "README.md"

// probes are the names under which most licence files go, for a repository
// whose file list cannot be asked for.
func probes() []string {
	return []string{"LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING", "NOTICE", "USE_POLICY.md"}
}

// byFiles reads a repository without the API, by the card and by the licence
// files that are there under their usual names. What only the API tells (its
// gate, tags and downloads, and the other files) stays unknown. The base
// models are those of the card, which is where the Hub has them from.
func (s *Source) byFiles(ctx context.Context, ref model.Ref, left *time.Duration) (*source.Snapshot, *failure) {
	a, f := s.askWithin(ctx, fileRequest(ref.Kind, ref.ID, ref.Revision, readme), left)
	missing := f != nil && errors.Is(f.cause, source.ErrNotExist) && isCommit(f.commit)
	if f != nil && !missing {
		return nil, f
	}
	snap := &source.Snapshot{
		Published: true, Kind: ref.Kind, Source: name, State: model.Resolved,
		Detail: "read by its files alone, since the Hub's limit of other requests is used up",
		Files:  []model.File{},
	}
	place, found := "", map[string][]byte{}
	if missing {
		snap.Revision, place = f.commit, f.place
	} else {
		snap.Revision, place = a.commit, a.place
		snap.Files = append(snap.Files, model.File{Path: readme, Size: int64(len(a.body))})
		snap.Metadata = card.Parse(readme, a.body).Metadata
		found[readme] = a.body
	}
	if snap.ID = s.answering(place, ref.Kind); snap.ID == "" {
		snap.ID = ref.ID // the place was kept from an earlier run
	}
	if !isCommit(snap.Revision) {
		return nil, &failure{state: model.Failed, detail: noHub}
	}
	snap.Read, snap.ReadAt = s.reader(ref.Kind, snap.ID, snap.Revision)
	if f := s.probe(ctx, snap, found, left); f != nil {
		return nil, f
	}
	return snap, nil
}

// answering is the id of the repository at the path of a file, or empty.
func (s *Source) answering(place string, kind model.Kind) string {
	place, ok := strings.CutPrefix(place, s.endpoint.EscapedPath()+repoPath(kind, ""))
	id, _, found := strings.Cut(place, "/resolve/")
	if plain, err := url.PathUnescape(id); ok && found && err == nil && ValidID(plain) {
		return plain
	}
	return ""
}

// probe asks for licence files under their usual names and the one that the
// card links to, and adds those that are there to the file list and to what
// was found already, which the snapshot reads from then on. A file that may be there and cannot be asked
// for is a failure: what it says would decide.
func (s *Source) probe(ctx context.Context, snap *source.Snapshot, found map[string][]byte, left *time.Duration) *failure {
	names := probes()
	if link, _ := snap.Metadata["license_link"].(string); validPath(link) && !strings.Contains(link, ":") && !slices.Contains(names, link) {
		names = append(names, link)
	}
	answers, failures := make([]*answer, len(names)), make([]*failure, len(names))
	var group sync.WaitGroup
	for i, name := range names {
		group.Go(func() {
			budget := *left
			answers[i], failures[i] = s.askWithin(ctx, fileRequest(snap.Kind, snap.ID, snap.Revision, name), &budget)
		})
	}
	group.Wait()
	for i, name := range names {
		f := failures[i]
		switch {
		case f == nil:
			found[name] = answers[i].body
			snap.Files = append(snap.Files, model.File{Path: name, Size: int64(len(answers[i].body))})
		case errors.Is(f.cause, source.ErrNotExist):
		case errors.Is(f.cause, source.ErrTooLarge), f.state == model.Gated:
			snap.Files = append(snap.Files, model.File{Path: name, Size: -1})
		default:
			return f
		}
	}
	read := snap.Read
	snap.Read = func(ctx context.Context, path string) ([]byte, error) {
		if text, ok := found[path]; ok {
			return text, nil
		}
		return read(ctx, path)
	}
	return nil
}
