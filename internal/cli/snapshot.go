package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/archive"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
)

func (c *Command) snapshotCommand() *cobra.Command {
	r := &run{}
	var output string
	cmd := &cobra.Command{
		Use:   "snapshot [TARGET]",
		Short: "Make a whole lineage portable, as one file",
		Long: `snapshot reads a release and every model that it descends from, and writes all
that entail reads of them (facts, cards, licence files, and what could not be
read) to one file or folder. Weights are not copied. entail check and entail
lineage take it as a target on a machine without a network, with the same
result; --snapshot gives it to them as a source for other targets.

entail.lock is left alone: a snapshot has the state of now.

Exit status: 0 written; 2 usage; 3 the release could not be read, or written and
some ancestor could not be read for a reason that passes.`,
		Example: `  entail snapshot                        this folder's lineage, as NAME.tar.zst
  entail snapshot org/name -o model.tar.zst
  entail check model.tar.zst             elsewhere, without a network
  entail check ./other --offline --snapshot model.tar.zst`,
		Args: atMostOne("target"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.snapshot(cmd.Context(), r, output, args) },
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "", "file that ends in "+archive.Suffix+", or a new folder")
	r.flags.sources.add(f)
	f.BoolVar(&r.flags.datasets, "datasets", false, "read the datasets that the cards name, too")
	policyFlag(f, &r.flags.policies)
	f.StringVar(&r.flags.config, "config", "", "configuration file, in place of entail.yaml in the folder")
	return cmd
}

func (c *Command) snapshot(ctx context.Context, r *run, output string, args []string) error {
	r.flags.lock.ignore = true
	at, err := c.setup(ctx, r)
	if err != nil {
		return err
	}
	r.walker.Sources = r.sources.now
	subject, err := r.oneSubject(ctx, first(args, "."), at, "a snapshot has one")
	if err != nil {
		return err
	}
	taken, err := c.take(ctx, r, subject)
	if err != nil {
		return err
	}
	if output == "" {
		output = snapshotName(subject.Snapshot.ID)
	}
	if err := writeSnapshot(output, taken); err != nil {
		return undecided("name a file that ends in "+archive.Suffix+", or a folder that is not there yet", "%w", err)
	}
	why, passing := taken.Unread()
	for _, id := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintln(c.Stderr, report.Plain(fmt.Sprintf("not read: %s: %s", id, why[id])))
	}
	repositories, files, size := taken.Size()
	fmt.Fprintln(c.Stderr, report.Plain(fmt.Sprintf("%s: %s, %s of %d KiB", output, counted(repositories, "ancestor"), counted(files, "file"), (size+1023)>>10)))
	if passing {
		return undecided(r.flags.sources.again("entail snapshot"),
			"some ancestors could not be read; the snapshot says so")
	}
	return nil
}

// take walks a lineage and records all that is read.
func (c *Command) take(ctx context.Context, r *run, subject check.Subject) (*archive.Archive, error) {
	if reason, unread := subject.Snapshot.Detail, subject.Snapshot.State != "resolved"; unread {
		return nil, undecided("", "%s could not be read: %s", subject.Snapshot.ID, reason)
	}
	walker := r.sourcesOf(subject)
	recorder := archive.NewRecorder(r.sourcesOf(subject).Fetch)
	recording := recorder.Subject(subject.Snapshot)
	walker.Sources = []source.Source{recorder}
	stop := c.progress(walker)
	_, err := walker.Walk(ctx, recording.Snapshot)
	stop()
	if subject.Snapshot.Source == dirSource {
		_, _ = recording.Snapshot.Read(ctx, configFile) // a failure is recorded
	}
	if err := errors.Join(err, ctx.Err()); err != nil {
		return nil, fmt.Errorf("read the lineage of %s: %w", subject.Snapshot.ID, err)
	}
	return recording.Archive("entail "+c.Version, c.Now()), nil
}

// unsafe is what stays out of the name of a file.
var unsafe = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// dirSource is the source of a release that lay in a folder. Only such a one
// comes with its configuration.
const dirSource = "dir"

// snapshotName is the file for a release's snapshot where none is named.
func snapshotName(id string) string {
	name := strings.Trim(unsafe.ReplaceAllString(id[strings.LastIndex(id, "/")+1:], "-"), "-.")
	if name == "" {
		name = "release"
	}
	return name + archive.Suffix
}

// writeSnapshot writes a file in one step, or a folder that is not there yet.
func writeSnapshot(output string, taken *archive.Archive) error {
	if strings.HasSuffix(output, archive.Suffix) {
		packed, err := taken.Pack()
		if err != nil {
			return err
		}
		return writeWhole(output, packed)
	}
	if _, err := os.Lstat(output); err == nil {
		return fmt.Errorf("write %s: it is there already", output)
	}
	files, err := taken.Files()
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(output), "."+filepath.Base(output)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", output, plainCause(err))
	}
	defer os.RemoveAll(temporary) // nothing once it has its name
	for name, data := range files {
		path := filepath.Join(temporary, filepath.FromSlash(name))
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644))
		if err != nil {
			return fmt.Errorf("write %s: %w", output, err)
		}
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return fmt.Errorf("write %s: %w", output, plainCause(err))
	}
	return os.Rename(temporary, output)
}

// isSnapshot says whether a path is what entail snapshot wrote.
func isSnapshot(path string, info fs.FileInfo) bool {
	if !info.IsDir() {
		return strings.HasSuffix(path, archive.Suffix)
	}
	manifest, err := os.Lstat(filepath.Join(path, archive.ManifestName))
	return err == nil && manifest.Mode().IsRegular()
}

// openSnapshot reads a snapshot, a file or a folder.
func openSnapshot(path string) (*archive.Archive, error) {
	a, err := readSnapshot(path)
	if err != nil {
		return nil, usageError("copy it again, or write it anew with entail snapshot", "%w", err)
	}
	return a, nil
}

func readSnapshot(path string) (*archive.Archive, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", path, plainCause(err))
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, fmt.Errorf("read snapshot %s: %w", path, plainCause(err))
		}
		defer root.Close()
		return archive.OpenFolder(path, root.FS())
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read snapshot %s: not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read snapshot %s: %w", path, plainCause(err))
	}
	defer file.Close()
	return archive.Unpack(path, file)
}

// openSnapshots reads those that were named as sources.
func openSnapshots(paths []string) ([]source.Source, error) {
	var sources []source.Source
	for _, path := range paths {
		a, err := openSnapshot(path)
		if err != nil {
			return nil, err
		}
		sources = append(sources, a)
	}
	return sources, nil
}

// snapshotSubject is the release whose lineage a snapshot has, with the
// configuration that came with it. Nothing but the snapshot is asked.
func (r *run) snapshotSubject(ctx context.Context, path string) (check.Subject, error) {
	a, err := openSnapshot(path)
	if err != nil {
		return check.Subject{}, err
	}
	snapshot := a.Subject()
	settings, err := r.settings(ctx, func() (config, string, error) {
		at := path + ": " + configFile
		if snapshot.Source != dirSource {
			return config{}, at, nil
		}
		text, err := snapshot.Read(ctx, configFile)
		if errors.Is(err, source.ErrNotExist) {
			return config{}, at, nil
		}
		if err != nil {
			return config{}, at, fmt.Errorf("read configuration %s: %w", at, err)
		}
		own, err := parseConfig(at, bytes.NewReader(text))
		if err == nil && r.demands != nil && len(own.Policies) > 0 && len(r.flags.policies) == 0 {
			return own, at, fmt.Errorf("read configuration %s: it asks for policies, which a snapshot does not hold; name them with --policy", at)
		}
		return own, at, err
	})
	if err != nil {
		return check.Subject{}, err
	}
	subject := r.subject(snapshot, settings, "")
	subject.Sources = []source.Source{a}
	return subject, r.pin(&subject, "")
}
