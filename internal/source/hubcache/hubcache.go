// Package hubcache reads repositories from the cache that the Hub's own
// clients keep on this machine, without a request and without writing to it.
//
// It holds what somebody downloaded, which is seldom all of a repository, and
// nothing that only the Hub's API tells: no gate, no tags, no downloads. What
// is not there counts as not known, never as absent, unless the cache itself
// proves it. Everything in it is taken for hostile: links out of a
// repository's folder, pipes and endless files are not read.
package hubcache

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Bounds on what is read beside the files themselves.
const (
	maxRefBytes  = 256
	maxTreeBytes = 32 << 20
	maxBlobs     = 10_000
)

// readme is the file that a repository's card is in.
const readme = "README.md"

// Config says where the cache is and how much of a repository is enough.
type Config struct {
	// Dir is the folder that holds models--org--name and the like.
	Dir string
	// Settled takes a repository only where the cache also settles what its
	// licence files are: it has such a file, or the whole download. A card
	// alone may be beside a licence file that nobody downloaded, and that says
	// something else.
	Settled bool
}

// Source is one such cache. It is safe for concurrent use.
type Source struct{ cfg Config }

var _ source.Source = (*Source)(nil)

// New prepares to read a cache. It opens nothing.
func New(cfg Config) *Source { return &Source{cfg} }

// Name is "hub-cache".
func (*Source) Name() string { return "hub-cache" }

// Fetch looks a repository up by its id as written and the revision asked for,
// main without one. It is resolved where the card of that commit is there, or
// known not to be; the state is Offline for all that the cache cannot say. The
// error is only for a context that ended.
func (s *Source) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if ref.Kind == "" {
		ref.Kind = model.Model
	}
	snap := &source.Snapshot{
		ID: ref.ID, Published: true, Kind: ref.Kind, Source: s.Name(),
		State: model.Offline, Read: source.NoFiles(ref.ID, model.Offline),
	}
	r, why := s.open(ref)
	if why == "" {
		defer r.root.Close()
		why = r.fill(ctx, snap, s.cfg.Settled)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	snap.Detail = why
	return snap, nil
}

// repo is one commit of a repository in the cache.
type repo struct {
	path   string
	root   *os.Root
	commit string
	asOf   time.Time
}

// notThere is why a repository that nobody downloaded has no facts.
const notThere = "not in the local Hub cache"

// open finds the commit that a reference means, or says why it cannot.
func (s *Source) open(ref model.Ref) (*repo, string) {
	folder, ok := folderOf(ref)
	if !ok || s.cfg.Dir == "" {
		return nil, notThere
	}
	r := &repo{path: filepath.Join(s.cfg.Dir, folder)}
	// A link in the place of the folder leads to another repository, or out.
	if info, err := os.Lstat(r.path); err != nil || !info.IsDir() {
		return nil, notThere
	}
	root, err := os.OpenRoot(r.path)
	if err != nil {
		return nil, "the local Hub cache has it and it cannot be opened"
	}
	r.root = root
	if why := r.find(ref.Revision); why != "" {
		root.Close()
		return nil, why
	}
	return r, ""
}

// folderOf is the name of a repository's folder. Ids hold no "--", so that no
// two have one folder.
func folderOf(ref model.Ref) (string, bool) {
	space, name, spaced := strings.Cut(ref.ID, "/")
	ok := ref.Host == model.OnHub && part(space) && (!spaced || part(name)) && !strings.Contains(ref.ID, "--")
	return string(ref.Kind) + "s--" + strings.ReplaceAll(ref.ID, "/", "--"), ok
}

// part reports whether s can be one part of an id, and of a file's name.
func part(s string) bool {
	return s != "" && strings.Trim(s, ".") == s && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	}) < 0
}

// find sets the commit of a revision and the day for which it is known.
func (r *repo) find(revision string) string {
	if isCommit(revision) {
		r.commit = revision
		info, err := r.root.Stat("snapshots/" + revision)
		if err != nil {
			return "the local Hub cache has other commits of it"
		}
		r.asOf = info.ModTime()
		return ""
	}
	if revision == "" {
		revision = "main"
	}
	name := "refs/" + revision
	if !fs.ValidPath(name) || strings.Contains(revision, `\`) {
		return notThere
	}
	text, err := source.ReadRegular(r.root, name, maxRefBytes)
	if r.commit = strings.TrimSpace(string(text)); err != nil || !isCommit(r.commit) {
		return "the local Hub cache does not say which commit " + revision + " is"
	}
	if info, err := r.root.Stat(name); err == nil {
		r.asOf = info.ModTime()
	}
	return ""
}

func isCommit(s string) bool {
	return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
}

// at is a file of the commit as it lies in the cache.
func (r *repo) at(name string) string { return "snapshots/" + r.commit + "/" + name }

// fill describes the commit, or says why the cache does not hold enough of it.
func (r *repo) fill(ctx context.Context, snap *source.Snapshot, settled bool) string {
	text, err := source.ReadRegular(r.root, r.at(readme), source.MaxFileBytes)
	files, whole := r.tree()
	has := func(name string) bool {
		return slices.ContainsFunc(files, func(f model.File) bool { return f.Path == name })
	}
	if err != nil && !(errors.Is(err, fs.ErrNotExist) && (whole && !has(readme) || r.absent(readme))) {
		return "the local Hub cache has it without its card"
	}
	downloaded := r.list(ctx)
	if !whole {
		files = downloaded
	}
	if settled && !r.settles(files, downloaded, whole) {
		return "the local Hub cache may lack its licence files"
	}
	snap.State, snap.Revision, snap.Files, snap.FilesKnown = model.Resolved, r.commit, files, whole
	snap.AsOf = r.asOf.UTC().Format(time.DateOnly)
	if err == nil {
		snap.Metadata = card.Parse(readme, text).Metadata
	}
	missing := func(name string) bool {
		return whole && !has(name) || r.absentIn(name)
	}
	path, commit := r.path, r.commit
	snap.Read = func(ctx context.Context, name string) ([]byte, error) {
		return reading(ctx, path, commit, snap.ID, name, missing, func(root *os.Root, at string) ([]byte, error) {
			return source.ReadRegular(root, at, source.MaxFileBytes)
		})
	}
	snap.ReadAt = func(ctx context.Context, name string, offset int64, n int) ([]byte, error) {
		return reading(ctx, path, commit, snap.ID, name, missing, func(root *os.Root, at string) ([]byte, error) {
			return source.ReadRegularAt(root, at, offset, n)
		})
	}
	return ""
}

// reading opens a repository's folder anew and reads one file in it. A file
// that is not there is missing only where the cache knows it to be.
func reading(ctx context.Context, path, commit, id, name string, missing func(string) bool,
	read func(*os.Root, string) ([]byte, error),
) ([]byte, error) {
	fail := func(state model.State, err error) ([]byte, error) {
		return nil, &source.ReadError{ID: id, Path: name, State: state, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fail(model.Failed, err)
	}
	if !fs.ValidPath(name) || strings.Contains(name, `\`) {
		return fail(model.NotFound, source.ErrNotExist)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return fail(model.Offline, errors.New(notThere))
	}
	defer root.Close()
	data, err := read(root, "snapshots/"+commit+"/"+name)
	switch {
	case err == nil:
		return data, nil
	case !errors.Is(err, fs.ErrNotExist):
		return fail(model.Failed, err)
	case missing(name):
		return fail(model.NotFound, source.ErrNotExist)
	}
	return fail(model.Offline, errors.New("not downloaded to the local Hub cache"))
}

// absent reports whether the cache knows that the commit has no such file.
func (r *repo) absent(name string) bool {
	info, err := r.root.Lstat(".no_exist/" + r.commit + "/" + name)
	return err == nil && info.Mode().IsRegular()
}

// absentIn is absent for when r.root is closed.
func (r *repo) absentIn(name string) bool {
	root, err := os.OpenRoot(r.path)
	if err != nil {
		return false
	}
	defer root.Close()
	return (&repo{root: root, commit: r.commit}).absent(name)
}

// list is what of the commit was downloaded; nil where it cannot be listed.
func (r *repo) list(ctx context.Context) []model.File {
	below, err := r.root.OpenRoot("snapshots/" + r.commit)
	if err != nil {
		return []model.File{}
	}
	defer below.Close()
	files, _, err := source.ListFiles(ctx, below)
	if err != nil {
		return []model.File{}
	}
	for i, f := range files {
		// A link to the contents leads out of the commit, not of the cache.
		if info, err := r.root.Stat(r.at(f.Path)); err == nil && info.Mode().IsRegular() {
			files[i].Size = info.Size()
		}
	}
	return files
}

// tree is the list of all files of the commit, which newer clients keep.
func (r *repo) tree() (files []model.File, ok bool) {
	text, err := source.ReadRegular(r.root, "trees/"+r.commit+".json", maxTreeBytes)
	if err != nil {
		return nil, false
	}
	return parseTree(text)
}

// parseTree reads a list of files; all of it or nothing.
func parseTree(text []byte) ([]model.File, bool) {
	var listing struct {
		Version int `json:"format_version"`
		Files   map[string]struct {
			Size *int64 `json:"size"`
		} `json:"files"`
	}
	if json.Unmarshal(text, &listing) != nil || listing.Version != 1 || listing.Files == nil || len(listing.Files) > source.MaxFiles {
		return nil, false
	}
	files := make([]model.File, 0, len(listing.Files))
	for name, file := range listing.Files {
		if !fs.ValidPath(name) || strings.ContainsAny(name, "\x00\\") || file.Size == nil || *file.Size < 0 {
			return nil, false
		}
		files = append(files, model.File{Path: name, Size: *file.Size})
	}
	slices.SortFunc(files, func(a, b model.File) int { return strings.Compare(a.Path, b.Path) })
	return files, true
}

// settles reports whether what was downloaded tells what the licence files
// are. files is the list of the commit, if it is whole.
func (r *repo) settles(files, downloaded []model.File, whole bool) bool {
	if whole {
		return !slices.ContainsFunc(files, func(f model.File) bool {
			return isLicense(f) && !slices.ContainsFunc(downloaded, func(d model.File) bool { return d.Path == f.Path })
		})
	}
	if slices.ContainsFunc(downloaded, isLicense) {
		return true
	}
	// Nobody asks for this file by its name: it comes with whole downloads.
	// It comes early, so that the others must not still be on their way.
	return slices.ContainsFunc(downloaded, func(f model.File) bool { return f.Path == ".gitattributes" }) && !r.downloading()
}

// isLicense tells the licence files at the root.
func isLicense(f model.File) bool {
	covers, ok := license.LicenseFile(f.Path)
	return ok && covers != "notice" && !strings.Contains(f.Path, "/")
}

// downloading reports whether some contents are not there in full yet, as far
// as that can be told.
func (r *repo) downloading() bool {
	folder, err := r.root.Open("blobs")
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) // copies in place of links have no blobs
	}
	defer folder.Close()
	names, err := folder.Readdirnames(maxBlobs)
	return err != nil && err != io.EOF || len(names) == maxBlobs ||
		slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, ".incomplete") })
}
