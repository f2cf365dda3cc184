package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
)

// lockRun is one run of lock.
type lockRun struct {
	run
	output        string
	update, check bool
}

func (c *Command) lockCommand() *cobra.Command {
	r := &lockRun{}
	cmd := &cobra.Command{
		Use:   "lock [TARGET] [ID…]",
		Short: "Pin what was read of every ancestor in entail.lock",
		Long: `lock reads every model that a release descends from and writes what it found
(revision, licence, digests of licence texts and cards, base models, when and
where it was read) to entail.lock in the release's folder. A check then needs no
network and gives the same result on every machine. Policies on servers that
entail.yaml names are pinned with the digest that they have.

An entry that is there stays as it is: lock adds what is missing and takes out
what is no longer needed. --update reads all anew, or only the entries that are
named. What cannot be read is locked with its state; an entry that cannot be
read anew stays.

Exit status: 0 written, or nothing to write; 1 with --check, where the lock would
change; 2 usage; 3 some ancestor could not be read for a reason that passes.`,
		Example: `  entail lock                                write or complete ./entail.lock
  entail lock --update                       read every ancestor anew
  entail lock --update org/base              read one of them anew
  entail lock --update oci://host/rules:v1   take the rules that the tag means now
  entail lock --check                        exit 1 where the lock is out of date
  entail lock org/name --output model.lock   for a model on the Hub`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.lock(cmd.Context(), r, args) },
	}
	f := cmd.Flags()
	f.StringVarP(&r.output, "output", "o", "", "file to write, in place of entail.lock in the folder")
	f.BoolVar(&r.update, "update", false, "read entries anew: those named after TARGET, or all")
	f.BoolVar(&r.check, "check", false, "write nothing; exit 1 where the lock would change")
	r.flags.sources.add(f)
	f.BoolVar(&r.flags.datasets, "datasets", false, "lock the datasets that the cards name, too")
	policyFlag(f, &r.flags.policies)
	f.StringVar(&r.flags.config, "config", "", "configuration file, in place of entail.yaml in each folder")
	return cmd
}

func (c *Command) lock(ctx context.Context, r *lockRun, args []string) error {
	// What is locked is what the sources say, not what a lock says.
	r.flags.lock.ignore = true
	at, err := c.setup(ctx, &r.run)
	if err != nil {
		return err
	}
	arg, ids, err := r.arguments(args)
	if err != nil {
		return err
	}
	r.walker.Sources = r.sources.now
	t, err := parseTarget(arg, at)
	if err != nil {
		return err
	}
	subjects, err := r.subjects(ctx, t)
	if err != nil {
		return err
	}
	paths, folders := []string{r.output}, []string{""}
	if t.folder != "" {
		if folders, err = releaseFolders(t.folder); err != nil {
			return err
		}
	}
	if r.output == "" && t.folder != "" {
		paths = nil
		for _, folder := range folders {
			paths = append(paths, filepath.Join(folder, lock.FileName))
		}
	}
	if len(paths) != len(subjects) {
		return usageError("name one of the folders in it", "%s holds %d releases, and --output names one file", arg, len(subjects))
	}
	var changed, unread bool
	for i, subject := range subjects {
		changes, missing, err := c.lockOne(ctx, r, subject, lockPlace{folders[i], paths[i]}, ids)
		if err != nil {
			return err
		}
		changed, unread = changed || changes, unread || missing
	}
	switch {
	case r.check && changed:
		return errFindings
	case unread:
		return undecided(r.flags.sources.again("entail lock --update"), "some ancestors could not be read")
	}
	return nil
}

// arguments takes the target and the ids apart: with --update whatever is no
// folder is an id, but for the first where --output says that the lock is not
// in a folder.
func (r *lockRun) arguments(args []string) (target string, ids []string, err error) {
	target = "."
	if len(args) > 0 {
		info, statErr := os.Stat(args[0])
		if !r.update || r.output != "" || statErr == nil && info.IsDir() {
			target, args = args[0], args[1:]
		}
	}
	if len(args) > 0 && !r.update {
		return "", nil, usageError("entail lock --help", "lock takes one target; ids are for --update: %q", args[0])
	}
	return target, args, nil
}

// lockPlace is a release's folder, empty for none, and the file of its lock,
// empty for standard output.
type lockPlace struct{ folder, path string }

// lockOne brings one lock up to date.
func (c *Command) lockOne(ctx context.Context, r *lockRun, subject check.Subject, at lockPlace, ids []string) (changed, unread bool, err error) {
	path := at.path
	old, before, err := oldLock(path)
	if err != nil {
		return false, false, usageError("correct it, or remove it and run entail lock again", "%w", err)
	}
	if old == nil {
		old = &lock.File{}
	}
	walker := r.sourcesOf(subject)
	pinned := lock.Open(path, old, r.sourcesOf(subject).Fetch)
	pins, ids, err := c.lockPolicies(ctx, r, at.folder, old, ids)
	if err != nil {
		return false, false, err
	}
	if r.update && !(len(ids) == 0 && pins.named) {
		if unknown := pinned.Update(ids); len(unknown) > 0 {
			return false, false, usageError("name an id that is in it, as it is written there", "no ancestor in the lock answers to %s", strings.Join(unknown, ", "))
		}
	}
	recorder := lock.NewRecorder(pinned.Fetch)
	walker.Sources = []source.Source{recorder}
	stop := c.progress(walker)
	found, err := walker.Walk(ctx, subject.Snapshot)
	stop()
	if err != nil {
		return false, false, fmt.Errorf("read the ancestors of %s: %w", subject.Snapshot.ID, err)
	}
	made := lock.Build(found, recorder, old, c.Now())
	made.Policies = pins.list
	text, err := made.Bytes()
	if err != nil {
		return false, false, undecided("if it happens again, report it with the target", "%w", err)
	}
	changed = !bytes.Equal(text, before)
	if !r.check {
		if err := c.writeLock(path, text, changed); err != nil {
			return false, false, undecided("check that the folder can be written to", "%w", err)
		}
	}
	return changed, c.tellLock(path, old, made, pinned.Kept()) || pins.kept, nil
}

// oldLock reads the lock that a path has now; nil for none.
func oldLock(path string) (*lock.File, []byte, error) {
	if path == "" {
		return nil, nil, nil
	}
	file, err := openIn(filepath.Dir(path), filepath.Base(path))
	if errors.Is(err, fs.ErrNotExist) || err == nil && file == nil {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read lock %s: %w", path, err)
	}
	defer file.Close()
	var text bytes.Buffer
	parsed, err := lock.Parse(path, io.TeeReader(file, &text))
	return parsed, text.Bytes(), err
}

func (c *Command) writeLock(path string, text []byte, changed bool) error {
	if path == "" {
		_, err := c.Stdout.Write(text)
		return err
	}
	if !changed {
		return nil
	}
	return writeWhole(path, text)
}

// tellLock says on stderr what became of a lock, and reports whether something
// could not be read for a reason that passes.
func (c *Command) tellLock(path string, old, made *lock.File, kept map[string]string) bool {
	for _, line := range lock.Changes(old, made) {
		fmt.Fprintln(c.Stderr, report.Plain(line))
	}
	why, passing := made.Unread()
	for _, id := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintln(c.Stderr, report.Plain(fmt.Sprintf("not read: %s: %s", id, why[id])))
	}
	for _, id := range slices.Sorted(maps.Keys(kept)) {
		fmt.Fprintln(c.Stderr, report.Plain(fmt.Sprintf("kept as it was: %s could not be read anew: %s", id, kept[id])))
	}
	if path != "" {
		fmt.Fprintln(c.Stderr, report.Plain(fmt.Sprintf("%s: %s", path, counted(len(made.Ancestors), "ancestor"))))
	}
	return passing || len(kept) > 0
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// writeWhole puts a file in the place of another in one step: whoever reads it,
// and whatever ends the program, finds the old one or the new one.
func writeWhole(path string, text []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, plainCause(err))
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, plainCause(err))
			_ = os.Remove(temporary.Name()) // the first error says why
		}
	}()
	_, err = temporary.Write(text)
	if err == nil {
		err = temporary.Chmod(0o644)
	}
	if err == nil {
		err = temporary.Sync()
	}
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
