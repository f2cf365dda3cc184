package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
)

// endpoints are the servers whose addresses targets may have: the Hub's
// address, empty for the default, and the host of an Enterprise server of
// GitHub's, empty for none.
type endpoints struct{ hub, github string }

// target is what one argument names: a folder, a snapshot, or a model on the
// Hub or on GitHub.
type target struct {
	folder string
	// snapshot is what entail snapshot wrote, a file or a folder.
	snapshot string
	ref      model.Ref
}

// parseTarget reads one argument. A folder that exists wins over a model of
// the same name; ./ before it makes that certain.
func parseTarget(arg string, at endpoints) (target, error) {
	if info, err := os.Stat(arg); err == nil {
		if isSnapshot(arg, info) {
			return target{snapshot: arg}, nil
		}
		if !info.IsDir() {
			return target{}, usageError("name the folder that it is in", "%q is a file, not a folder", arg)
		}
		return target{folder: arg}, nil
	}
	if ref, ok := hub.ParseURL(at.hub, arg); ok {
		if ref.Kind != model.Model {
			return target{}, usageError("name the models that were made from it", "%q is a data set, and entail checks models", arg)
		}
		return target{ref: ref}, nil
	}
	if ref, ok := model.ParseGitHub(arg); ok {
		return target{ref: ref}, nil
	}
	if ref, ok := model.ParseGitHubURL(at.github, arg); ok {
		return target{ref: ref}, nil
	}
	if strings.HasPrefix(arg, "github:") {
		return target{}, usageError("github:owner/repo, github:owner/repo/folder, either with @ and a branch, tag or commit",
			"not the name of a repository on GitHub: %q", arg)
	}
	if strings.Contains(arg, "://") || strings.HasPrefix(arg, "git@") {
		return target{}, usageError("a page of a model on the Hub or of a repository on GitHub; set HF_ENDPOINT or GH_HOST for a server of your own",
			"not an address of the Hub or of GitHub: %q", arg)
	}
	id, revision, pinned := strings.Cut(arg, "@")
	local := strings.HasPrefix(arg, ".") || strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "~")
	if !local && hub.ValidID(id) && pinned == (revision != "") {
		return target{ref: model.Ref{Kind: model.Model, ID: id, Revision: revision}}, nil
	}
	return target{}, usageError("a folder, org/name, org/name@revision, github:owner/repo, or the address of a model on the Hub or on GitHub",
		"no such folder, and no model's name: %q", arg)
}

// oneSubject opens the release that an argument names, for a result that has
// room for one: why says so.
func (r *run) oneSubject(ctx context.Context, arg string, at endpoints, why string) (check.Subject, error) {
	t, err := parseTarget(arg, at)
	if err != nil {
		return check.Subject{}, err
	}
	subjects, err := r.subjects(ctx, t)
	if err != nil {
		return check.Subject{}, err
	}
	if len(subjects) > 1 {
		return check.Subject{}, usageError("name one of the folders in it", "%s holds %d releases, and %s", arg, len(subjects), why)
	}
	return subjects[0], nil
}

// subjects opens the releases that a target names, with the configuration that
// each comes with.
func (r *run) subjects(ctx context.Context, t target) ([]check.Subject, error) {
	if t.snapshot != "" {
		subject, err := r.snapshotSubject(ctx, t.snapshot)
		return []check.Subject{subject}, err
	}
	if t.folder == "" {
		snapshot, err := r.sources.fetch(ctx, t.ref)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.ref, err)
		}
		subject := r.subject(snapshot, r.config, "")
		err = r.pin(&subject, "")
		return []check.Subject{subject}, err
	}
	folders, err := releaseFolders(t.folder)
	if err != nil {
		return nil, err
	}
	var subjects []check.Subject
	for _, folder := range folders {
		subject, err := r.folder(ctx, folder)
		if err != nil {
			return nil, err
		}
		if err := source.Beside(subject.Snapshot, t.folder, folder, declaredModel); err != nil {
			return nil, undecided("check that the folder can be read", "read %s: %w", folder, err)
		}
		if err := r.pin(&subject, folder); err != nil {
			return nil, err
		}
		subjects = append(subjects, subject)
	}
	return subjects, nil
}

// releaseFolders finds the releases in a folder, one at least.
func releaseFolders(folder string) ([]string, error) {
	folders, err := source.FindReleases(folder)
	if err != nil {
		return nil, undecided("check that the folder can be read", "look for releases in %s: %w", folder, err)
	}
	if len(folders) == 0 {
		return nil, undecided("name a folder that holds a README.md with front matter, a licence or weights",
			"no release found in %s", folder)
	}
	return folders, nil
}

func (r *run) folder(ctx context.Context, folder string) (check.Subject, error) {
	settings, err := r.settings(ctx, func() (config, string, error) { return configOf(folder) })
	if err != nil {
		return check.Subject{}, err
	}
	dir, err := source.OpenDir(folder)
	if err != nil {
		return check.Subject{}, undecided("check that the folder can be read", "open %s: %w", folder, err)
	}
	if r.govern != nil {
		if settings, err = r.govern(ctx, folder, settings); err != nil {
			return check.Subject{}, err
		}
	}
	if err := r.met(filepath.Join(folder, configFile), folder, settings); err != nil {
		return check.Subject{}, err
	}
	if settings.Model != "" {
		dir.SetID(settings.Model)
	}
	snapshot, err := dir.Snapshot(ctx)
	if err != nil {
		return check.Subject{}, undecided("check that the folder can be read", "read %s: %w", folder, err)
	}
	return r.subject(snapshot, settings, relative(folder)), nil
}

// settings are the configuration that was named, else a release's own.
func (r *run) settings(ctx context.Context, read func() (config, string, error)) (config, error) {
	if r.flags.config != "" {
		return r.config, nil
	}
	own, path, err := read()
	if err != nil {
		return own, usageError("policies/schema/config.json lists every key", "%w", err)
	}
	own.Use.Fields = r.known.widen(own.Use.Fields)
	return own, r.vet(ctx, path, own)
}

// declaredModel is the id under which a folder says that it is published; empty
// where it says none, or says so in a way that nobody can read.
func declaredModel(folder string) string {
	settings, _, err := configOf(folder)
	if err != nil {
		return ""
	}
	return settings.Model
}

// relative is a folder's path from the working directory with slashes, empty
// where it does not lie below it.
func relative(folder string) string {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	path, err := filepath.Rel(here, whole)
	if err != nil || !filepath.IsLocal(path) || path == "." {
		return ""
	}
	return filepath.ToSlash(path)
}

// subject joins what flags say with what the configuration says; a flag wins.
// folder is where the release lies relative to here, for reports.
func (r *run) subject(snapshot *source.Snapshot, settings config, folder string) check.Subject {
	r.folders = append(r.folders, folder)
	use := settings.Use.input()
	if r.flags.use.given() {
		use = r.flags.use.input()
	}
	definitions, reading := settings.Definitions, settings.Reading
	if len(r.flags.definitions) > 0 {
		definitions = r.flags.definitions
	}
	if r.flags.reading != "" {
		reading = r.flags.reading
	}
	if reading == "" {
		reading = readings[0]
	}
	r.failOn = append(r.failOn, settings.FailOn)
	snapshot.Bases = append(slices.Clip(snapshot.Bases), settings.derivedBases(r.known.endpoints)...)
	for _, name := range definitions {
		if !slices.Contains(r.definitions, name) {
			r.definitions = append(r.definitions, name)
		}
	}
	r.configs = append(r.configs, settings)
	facts := settings.rules(r.flags.config != "")
	facts.Definitions, facts.Reading = definitions, reading
	return check.Subject{Snapshot: snapshot, Use: use, Config: facts}
}
