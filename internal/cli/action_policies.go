package cli

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/registry"
	"github.com/entail-dev/entail/internal/source"
)

// asked are the policies that the base's configuration asks for where nothing is
// checked out, and what its lock pins of them.
func (b *base) asked(ctx context.Context) error {
	folder := b.job.inputs.Path
	s, err := b.snapshot(ctx, folder, "")
	if err != nil || s == nil || s.State != model.Resolved {
		return err
	}
	settings, err := configAt(ctx, s, folder, baseBranch)
	if err != nil {
		return err
	}
	if err := b.job.demands.take(resolveSpecs(folder, settings.Policies), path.Join(folder, configFile), true); err != nil {
		return err
	}
	return b.job.demands.pin(b.lockOf(ctx, folder))
}

// folders are copies of policies, folders and files, as they are at the base.
// What is on a server is pinned, and as it is.
func (b *base) folders(ctx context.Context, specs []string) ([]string, error) {
	if !b.wanted() {
		return specs, nil
	}
	var copies []string
	for _, spec := range specs {
		copied := spec
		if !registry.IsRef(spec) {
			var err error
			if copied, err = b.policies(ctx, spec); err != nil {
				return nil, err
			}
		}
		if copied != "" {
			copies = append(copies, copied)
		}
	}
	return copies, nil
}

// policies is a copy of one folder or file of policies as it is at the base;
// empty where it is not there.
func (b *base) policies(ctx context.Context, name string) (string, error) {
	folder, file := name, ""
	if isBundleName(name) || strings.HasSuffix(name, ".rego") {
		folder, file = filepath.Dir(name), filepath.Base(name)
	}
	foreign, err := b.foreign(ctx, folder)
	if err != nil {
		return "", undecided("", "read the policies in %s: %w", name, err)
	}
	if foreign {
		return name, nil
	}
	s, err := b.snapshot(ctx, folder, "")
	if err != nil {
		return "", err
	}
	if s == nil || s.State != model.Resolved {
		return "", b.absent(ctx, name)
	}
	copied, changed := "", false
	if file != "" {
		copied, changed, err = b.policiesFile(ctx, s, name)
	} else if copied, err = b.export(ctx, s, folder); err == nil {
		changed, err = b.changed(ctx, s, folder)
	}
	if err == nil && changed {
		err = b.job.notice("this pull request changes the policies in " + name + "; until it is merged, those of the base branch hold")
	}
	return copied, err
}

// policiesFile is policies for one file of a folder that is there.
func (b *base) policiesFile(ctx context.Context, s *source.Snapshot, name string) (copied string, changed bool, err error) {
	text, err := s.Read(ctx, filepath.Base(name))
	if errors.Is(err, source.ErrNotExist) {
		return "", false, b.absent(ctx, name)
	}
	if err != nil {
		return "", false, undecided("", "read the policies of the base branch: %w", err)
	}
	copied, err = b.write(name, text)
	return copied, b.differs(name, text), err
}

// absent says of policies that they are new.
func (b *base) absent(ctx context.Context, name string) error {
	if err := b.unfollowed(ctx, name); err != nil {
		return err
	}
	return b.job.notice("the policies in " + name + " are not on the base branch; they hold once they are merged")
}

// policyFile says whether a file is a rule, or data that rules may rest on.
func policyFile(name string) bool {
	return slices.Contains([]string{".rego", ".json", ".yaml", ".yml"}, path.Ext(name))
}

// changed says whether the pull request changes rules, or data for them, in a
// folder that the base has. It goes by the commit that the workflow runs on,
// and says no where the clone lacks that.
func (b *base) changed(ctx context.Context, before *source.Snapshot, folder string) (bool, error) {
	if b.job.event.After != nil {
		return false, nil
	}
	commit, err := source.OpenCommit(ctx, b.job.Getenv("GITHUB_WORKSPACE"), folder, b.job.event.SHA)
	if err != nil {
		return false, ctx.Err()
	}
	after, err := commit.Snapshot(ctx)
	if err != nil {
		return false, undecided("", "compare the policies in %s: %w", folder, err)
	}
	was, err := policiesOf(ctx, before)
	if err != nil {
		return false, undecided("", "read the policies of the base branch: %w", err)
	}
	now, err := policiesOf(ctx, after)
	return err != nil || !maps.Equal(was, now), ctx.Err()
}

// policiesOf reads the rules of a snapshot, and the data for them.
func policiesOf(ctx context.Context, s *source.Snapshot) (map[string]string, error) {
	all := map[string]string{}
	for _, f := range s.Files {
		if !policyFile(f.Path) {
			continue
		}
		text, err := s.Read(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		all[f.Path] = string(text)
	}
	return all, nil
}

// lockOf is the lock whose policies govern a folder: on a pull request that of
// its base, so that it cannot pin others for itself.
func (b *base) lockOf(ctx context.Context, folder string) (name string, file *lock.File, err error) {
	if !b.wanted() {
		return b.job.run.lockOf(folder)
	}
	name = filepath.Join(folder, lock.FileName)
	if folder == "" {
		name = b.job.flags.lock.file
	}
	s, err := b.snapshot(ctx, filepath.Dir(name), "")
	if err != nil || s == nil || s.State != model.Resolved {
		return name, nil, err
	}
	text, err := s.Read(ctx, filepath.Base(name))
	if errors.Is(err, source.ErrNotExist) {
		return name, nil, nil
	}
	if err != nil {
		return name, nil, undecided("", "read %s of the base branch: %w", name, err)
	}
	file, err = lock.Parse(name, bytes.NewReader(text))
	return name, file, err
}

// export writes the small files of a snapshot below the temporary folder.
func (b *base) export(ctx context.Context, s *source.Snapshot, folder string) (string, error) {
	for _, f := range s.Files {
		if f.Size < 0 || f.Size > maxConfigBytes {
			// A rule may rest on data as well, and says nothing without it.
			if policyFile(f.Path) {
				return "", undecided("keep policies in plain files below 1 MiB", "read %s of the base branch: it is a link, or too large", path.Join(folder, f.Path))
			}
			continue
		}
		text, err := s.Read(ctx, f.Path)
		if err != nil {
			return "", undecided("", "read the policies of the base branch: %w", err)
		}
		if _, err := b.write(path.Join(filepath.ToSlash(folder), f.Path), text); err != nil {
			return "", err
		}
	}
	return filepath.Join(b.temporary, filepath.FromSlash(path.Join("/", filepath.ToSlash(folder)))), nil
}
