package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
)

// target is what one argument names: a folder, or a model on the Hub.
type target struct {
	folder string
	ref    model.Ref
}

// parseTarget reads one argument. A folder that exists wins over a model of
// the same name; ./ before it makes that certain.
func parseTarget(arg, endpoint string) (target, error) {
	if info, err := os.Stat(arg); err == nil {
		if !info.IsDir() {
			return target{}, usageError("name the folder that it is in", "%q is a file, not a folder", arg)
		}
		return target{folder: arg}, nil
	}
	if ref, ok := hub.ParseURL(endpoint, arg); ok {
		if ref.Kind != model.Model {
			return target{}, usageError("name the models that were made from it", "%q is a data set, and entail checks models", arg)
		}
		return target{ref: ref}, nil
	}
	id, revision, pinned := strings.Cut(arg, "@")
	local := strings.HasPrefix(arg, ".") || strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "~")
	if !local && hub.ValidID(id) && pinned == (revision != "") {
		return target{ref: model.Ref{Kind: model.Model, ID: id, Revision: revision}}, nil
	}
	return target{}, usageError("a folder, org/name, org/name@revision, or the address of a model on the Hub",
		"no such folder, and no model's name: %q", arg)
}

// subjects opens the releases that a target names, with the configuration that
// each comes with.
func (r *run) subjects(ctx context.Context, t target) ([]check.Subject, error) {
	if t.folder == "" {
		snapshot, err := r.walker.Fetch(ctx, t.ref)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.ref, err)
		}
		r.folders = append(r.folders, "")
		return []check.Subject{r.subject(snapshot, r.config)}, nil
	}
	folders, err := source.FindReleases(t.folder)
	if err != nil {
		return nil, undecided("check that the folder can be read", "look for releases in %s: %w", t.folder, err)
	}
	if len(folders) == 0 {
		return nil, undecided("name a folder that holds a README.md with front matter, a licence or weights",
			"no release found in %s", t.folder)
	}
	var subjects []check.Subject
	for _, folder := range folders {
		subject, err := r.folder(ctx, folder)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, subject)
	}
	return subjects, nil
}

func (r *run) folder(ctx context.Context, folder string) (check.Subject, error) {
	settings := r.config
	if r.flags.config == "" {
		own, path, err := configOf(folder)
		if err != nil {
			return check.Subject{}, usageError("policies/schema/config.json lists every key", "%w", err)
		}
		own.Use.Fields = r.known.widen(own.Use.Fields)
		if err := r.vet(ctx, path, own); err != nil {
			return check.Subject{}, err
		}
		settings = own
	}
	dir, err := source.OpenDir(folder)
	if err != nil {
		return check.Subject{}, undecided("check that the folder can be read", "open %s: %w", folder, err)
	}
	if settings.Model != "" {
		dir.SetID(settings.Model)
	}
	snapshot, err := dir.Snapshot(ctx)
	if err != nil {
		return check.Subject{}, undecided("check that the folder can be read", "read %s: %w", folder, err)
	}
	r.folders = append(r.folders, relative(folder))
	return r.subject(snapshot, settings), nil
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
func (r *run) subject(snapshot *source.Snapshot, settings config) check.Subject {
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
	for _, name := range definitions {
		if !slices.Contains(r.definitions, name) {
			r.definitions = append(r.definitions, name)
		}
	}
	return check.Subject{
		Snapshot: snapshot, Use: use,
		Config: input.Config{Definitions: definitions, Reading: reading},
	}
}
