package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// base is what a pull request is compared with, and whose policies and
// configuration hold for it. Without a pull request there is none.
type base struct {
	job       *job
	temporary string
	snapshots map[string]*source.Snapshot
	// unread is set where the base could not be read, so that nobody knows what
	// it demands.
	unread bool
}

func newBase(j *job) *base { return &base{job: j, snapshots: map[string]*source.Snapshot{}} }

// close takes away what was copied from the base.
func (b *base) close() {
	if b.temporary != "" {
		_ = os.RemoveAll(b.temporary) // the runner clears its folder as well
	}
}

// wanted says whether there is a base to compare with.
func (b *base) wanted() bool { return b.job.event.PullRequest != nil }

// snapshot is a folder as it was at the base: from the objects of the clone
// that it lies in, else by GitHub's API; nil where neither has it.
func (b *base) snapshot(ctx context.Context, folder, id string) (*source.Snapshot, error) {
	if s, done := b.snapshots[folder]; done {
		return s, nil
	}
	s, err := b.read(ctx, folder, id)
	if err != nil {
		return nil, err
	}
	b.snapshots[folder] = s
	return s, nil
}

func (b *base) read(ctx context.Context, folder, id string) (*source.Snapshot, error) {
	pull := b.job.event.PullRequest
	if b.job.event.After == nil {
		commit, err := source.OpenCommit(ctx, b.job.Getenv("GITHUB_WORKSPACE"), folder, pull.Base)
		if err == nil {
			commit.SetID(id)
			return commit.Snapshot(ctx)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if b.job.inputs.Offline {
		b.unread = true
		return nil, b.job.once("the checkout does not hold the base of the pull request, and the run is offline: nothing is compared. fetch-depth: 2 in actions/checkout brings it")
	}
	within, err := b.within(folder)
	if err != nil {
		return nil, nil // a folder outside of the repository has no base
	}
	onGitHub, _, err := b.job.github()
	if err != nil {
		return nil, err
	}
	ref, ok := b.job.event.Place(b.job.event.Owner, b.job.event.Repo, within, pull.BaseRef)
	if !ok {
		b.unread = true
		return nil, b.job.once("the base of the pull request cannot be read by the API of this server: nothing is compared. fetch-depth: 2 in actions/checkout brings it")
	}
	s, err := onGitHub.Fetch(ctx, ref)
	if err != nil {
		return nil, err
	}
	switch s.State {
	case model.Resolved:
		if s.ID, s.Published = id, id != ""; b.job.event.After == nil {
			s.Tags = nil // what GitHub takes the licence for, which nobody asked about the head
		}
		return s, nil
	case model.NotFound:
		return s, nil // a new folder
	}
	b.unread = true
	return nil, b.job.once("the base of the pull request could not be read: " + s.Detail + ". Nothing is compared; fetch-depth: 2 in actions/checkout brings it without a request")
}

// within is a folder's path in the repository, with slashes.
func (b *base) within(folder string) (string, error) {
	if b.job.event.After != nil {
		return path.Clean(folder), nil
	}
	top := b.job.Getenv("GITHUB_WORKSPACE")
	if clone, rel, ok := source.CloneOf(top, folder); ok && inside(top, clone) {
		return rel, nil
	}
	if !inside(top, folder) {
		return "", fmt.Errorf("%s lies outside of the workspace", folder)
	}
	whole, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(top, whole)
	return filepath.ToSlash(rel), err
}

// file is a copy of one file as it is at the base.
func (b *base) file(ctx context.Context, name string) (string, error) {
	if !b.wanted() {
		return name, nil
	}
	foreign, err := b.foreign(ctx, filepath.Dir(name))
	if err != nil {
		return "", undecided("", "read %s: %w", name, err)
	}
	if foreign {
		return name, nil
	}
	s, err := b.snapshot(ctx, filepath.Dir(name), "")
	if err != nil {
		return "", err
	}
	if s != nil && s.State == model.Resolved {
		text, err := s.Read(ctx, filepath.Base(name))
		if err == nil {
			return b.governs(name, text)
		}
		if !errors.Is(err, source.ErrNotExist) {
			return "", undecided("", "read the configuration of the base branch: %w", err)
		}
	}
	if err := b.unfollowed(ctx, filepath.Dir(name)); err != nil {
		return "", err
	}
	// An empty configuration holds, rather than one that the pull request brings.
	if err := b.job.notice(name + " is not on the base branch; it holds once it is merged"); err != nil {
		return "", err
	}
	return b.write(name, nil)
}

// governs is a copy of a file that was named, as it was at the base.
func (b *base) governs(name string, text []byte) (string, error) {
	if b.differs(name, text) {
		if err := b.job.notice("this pull request changes " + name + "; until it is merged, what the base branch has there holds"); err != nil {
			return "", err
		}
	}
	return b.write(name, text)
}

// differs says whether a file that was named is another one now than it was at
// the base. The pull request may have made anything of it, a link to a device too.
func (b *base) differs(name string, text []byte) bool {
	if b.job.event.After != nil {
		return false
	}
	now, err := readFileBounded(name, int64(len(text)))
	return err != nil || !bytes.Equal(now, text)
}

func (b *base) write(name string, text []byte) (string, error) {
	if b.temporary == "" {
		folder, err := os.MkdirTemp(b.job.Getenv("RUNNER_TEMP"), "entail-base-")
		if err != nil {
			return "", undecided("check that RUNNER_TEMP can be written to", "copy from the base branch: %w", err)
		}
		b.temporary = folder
	}
	// A path that leads out of the folder is taken as one within it.
	to := filepath.Join(b.temporary, filepath.FromSlash(path.Join("/", filepath.ToSlash(name))))
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, text, 0o600)); err != nil {
		return "", undecided("check that RUNNER_TEMP can be written to", "copy from the base branch: %w", err)
	}
	return to, nil
}

// govern is the configuration of a folder: what it says of the release itself
// is the pull request's to say, and what is demanded of it the base branch's.
func (b *base) govern(ctx context.Context, folder string, own config) (config, error) {
	if !b.wanted() || b.job.inputs.Config != "" {
		return own, nil
	}
	s, err := b.snapshot(ctx, folder, own.Model)
	if err != nil {
		return own, err
	}
	before := config{}
	if s != nil && s.State == model.Resolved {
		if before, err = configAt(ctx, s, folder, baseBranch); err != nil {
			return own, err
		}
		before.Use.Fields = b.job.known.widen(before.Use.Fields)
	}
	governing := before
	governing.Model, governing.DerivedFrom, governing.derivedAt = own.Model, own.DerivedFrom, own.derivedAt
	if !reflect.DeepEqual(governing.demands(), own.demands()) {
		at := path.Join(filepath.ToSlash(folder), configFile)
		err = b.job.once("this pull request changes what " + at + " demands; until it is merged, what the base branch demands holds")
	}
	return governing, err
}

// baseBranch says in errors whose file is meant.
const baseBranch = "the base branch"

// configAt reads the configuration that a snapshot holds; of says whose it is.
func configAt(ctx context.Context, s *source.Snapshot, folder, of string) (config, error) {
	text, err := s.Read(ctx, configFile)
	if errors.Is(err, source.ErrNotExist) {
		return config{}, nil
	}
	name := path.Join(filepath.ToSlash(folder), configFile)
	if err != nil {
		return config{}, undecided("", "read %s of %s: %w", name, of, err)
	}
	c, err := parseConfig(name, bytes.NewReader(text))
	if err != nil {
		return c, usageError("correct it there", "%s: %w", of, err)
	}
	return c, nil
}

// compare checks the base and says what differs, for each release in turn.
func (b *base) compare(ctx context.Context, result *model.Result, subjects []check.Subject) ([]model.Changes, error) {
	if !b.wanted() {
		return nil, nil
	}
	changes := make([]model.Changes, len(result.Results))
	for i := range result.Results {
		one := &result.Results[i]
		before, known, err := b.result(ctx, one.Subject, b.folderOf(i), subjects[i])
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, nil
		}
		changes[i] = model.CompareResults(before, one)
	}
	return changes, nil
}

// folderOf is where a release lies: for one that is read by the API, in the
// repository.
func (b *base) folderOf(i int) string {
	if b.job.event.After != nil {
		return b.job.inputs.Path
	}
	return filepath.FromSlash("./" + b.job.run.folders[i])
}

// result is what the base comes to; nil for a release that is new, and not
// known where the base cannot be read.
func (b *base) result(ctx context.Context, id, folder string, subject check.Subject) (before *model.SubjectResult, known bool, err error) {
	s, err := b.snapshot(ctx, folder, id)
	if err != nil || s == nil {
		return nil, false, err
	}
	if s.State != model.Resolved {
		return nil, true, nil
	}
	was := *s
	was.ID, was.Published = id, subject.Snapshot.Published
	was.Bases = nil
	b.surround(ctx, &was, folder)
	settings, err := configAt(ctx, s, folder, baseBranch)
	if err != nil {
		return nil, false, err
	}
	r := *b.job.run
	r.folders, r.failOn, r.configs = nil, nil, nil
	old := r.subject(&was, settings, "")
	old.Use, old.Config = subject.Use, subject.Config
	if err := b.pin(ctx, &old, s, baseBranch); err != nil {
		return nil, false, err
	}
	result, err := b.job.checker(&r).Run(ctx, []check.Subject{old})
	if err != nil {
		return nil, false, undecided("", "check the base branch: %w", err)
	}
	return &result.Results[0], true, nil
}

// pin gives a release that is not read from the work tree the lock that it has.
func (b *base) pin(ctx context.Context, subject *check.Subject, s *source.Snapshot, of string) error {
	at, name := s, lock.FileName
	if named := b.job.inputs.Lock; named != "" {
		var err error
		if at, err = b.snapshot(ctx, filepath.Dir(named), ""); err != nil {
			return err
		}
		name = filepath.Base(named)
	}
	if at == nil || at.State != model.Resolved || b.job.flags.lock.refresh {
		return nil
	}
	text, err := at.Read(ctx, name)
	if errors.Is(err, source.ErrNotExist) {
		return nil
	}
	if err != nil {
		return undecided("", "read %s of %s: %w", name, of, err)
	}
	file, err := lock.Parse(name, bytes.NewReader(text))
	if err != nil {
		// The pull request may be what mends it.
		return b.job.once("the lock of " + of + " cannot be read: " + err.Error())
	}
	pinned := lock.Open(name, file, b.job.sourcesOf(*subject).Fetch)
	subject.Sources, subject.Lock = []source.Source{pinned}, pinned
	return nil
}

// once shows a notice a single time.
func (j *job) once(message string) error {
	if j.said[message] {
		return nil
	}
	j.said[message] = true
	return j.notice(message)
}

func (j *job) notice(message string) error {
	return j.runner.Problem(model.LevelWarning, "entail", strings.ToUpper(message[:1])+message[1:]+".")
}
