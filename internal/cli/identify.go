package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
)

// maxLicenseFiles bounds how many files of one folder are identified.
const maxLicenseFiles = 1000

// stdinName is the argument that stands for standard input.
const stdinName = "-"

// identifyFlags are the flags of identify.
type identifyFlags struct {
	format, color string
	diff          bool
	policies      []string
}

func (c *Command) identifyCommand() *cobra.Command {
	var flags identifyFlags
	cmd := &cobra.Command{
		Use:   "identify FILE|FOLDER|-…",
		Short: "Which licence a text is, and what was changed in it",
		Long: `identify says which licence each text is, how much of the text the licence
covers, how much of the licence is missing, on which lines they differ, and
which other licences the text holds. Layout, letter case, numbering and who
holds the copyright never matter. A short note that names a licence counts as
that licence, and is marked.

With --diff the lines with words that the licence does not have there are shown
(+), and which of its parts lack words (-), where they would stand. The wording
of licences is not in this program, so that it cannot show what is missing.

Of a folder every file is read that is named as a licence or use policy; - is
standard input.

Exit status: 0 every text has a licence; 3 some text has none that is known, or
could not be read; 2 usage.`,
		Example: `  entail identify LICENSE
  entail identify --diff LICENSE
  entail identify ./model --format json
  curl -s https://example.org/LICENSE | entail identify -`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.identify(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format", textOrJSON)
	policyFlag(f, &flags.policies)
	f.BoolVar(&flags.diff, "diff", false, "show the lines that differ from the licence, and what is missing")
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	return cmd
}

func (c *Command) identify(ctx context.Context, flags identifyFlags, args []string) error {
	if err := oneOf("identify", "format", flags.format, textOrJSON); err != nil {
		return err
	}
	if err := oneOf("identify", "color", flags.color, colors); err != nil {
		return err
	}
	if len(args) == 0 {
		return usageError("entail identify LICENSE", "identify wants a file, a folder, or - for standard input")
	}
	if i := slices.Index(args, stdinName); i >= 0 && slices.Contains(args[i+1:], stdinName) {
		return usageError("name it once", "standard input (-) is named twice")
	}
	licenses, err := loadCatalog(flags.policies)
	if err != nil {
		return err
	}
	identify := func(file string, text []byte) report.Identified {
		return report.Identified{LicenseText: licenses.Identify(file, text), Lines: license.Lines(text)}
	}
	texts := []report.Identified{}
	var unread []error
	for _, arg := range args {
		found, err := c.identifyArgument(ctx, arg, identify)
		if ctx.Err() != nil {
			return undecided("", "identify %s: %w", arg, ctx.Err())
		}
		if err != nil {
			unread = append(unread, err)
		}
		texts = append(texts, found...)
	}
	names := map[string]string{}
	for i := range texts {
		nameLicenses(licenses, &texts[i].LicenseText, names)
		if !flags.diff {
			texts[i].Lines = nil
		}
	}
	look := c.look(flags.color, names)
	look.Kinds = kindTitles(licenses, texts)
	if err := report.WriteIdentified(c.Stdout, flags.format, texts, look); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return identifiedError(texts, unread)
}

// identifiedError says which texts have no licence and which could not be
// read; it is nil where there are none.
func identifiedError(texts []report.Identified, unread []error) error {
	var without []string
	for _, text := range texts {
		if text.ID == "" {
			without = append(without, text.File)
		}
	}
	if len(without) > 0 {
		const shown = 5
		list := strings.Join(without[:min(len(without), shown)], ", ")
		if more := len(without) - shown; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		unread = append(unread, fmt.Errorf("no known licence: %s", list))
	}
	if len(unread) == 0 {
		return nil
	}
	return undecided("", "%w", errors.Join(unread...))
}

// nameLicenses puts the family of a text's licence in, and the names of all
// licences found into names.
func nameLicenses(licenses *catalog.Catalog, text *model.LicenseText, names map[string]string) {
	if entry, ok := licenses.License(text.ID); ok {
		text.Family = entry.Family
	}
	ids := []string{text.ID}
	for _, other := range text.Also {
		ids = append(ids, other.ID)
	}
	if text.Nearest != nil {
		ids = append(ids, text.Nearest.ID)
	}
	for _, id := range ids {
		key, policy := strings.CutPrefix(id, license.PolicyPrefix)
		entry, ok := licenses.License(key)
		switch {
		case ok && policy:
			names[id] = "use policy of " + entry.Name
		case ok:
			names[id] = entry.Name
		case policy:
			names[id] = "use policy"
		}
	}
}

// kindTitles has the title of each kind of term that texts hold.
func kindTitles(licenses *catalog.Catalog, texts []report.Identified) map[string]string {
	titles := map[string]string{}
	for _, text := range texts {
		for _, span := range text.Added {
			for _, term := range span.Terms {
				titles[term.Term], _ = licenses.Kind(term.Term)
			}
		}
	}
	return titles
}

// identifier says what the text of one file is.
type identifier func(file string, text []byte) report.Identified

// identifyArgument identifies what one argument names. The error tells what
// could not be read; what could be is returned beside it.
func (c *Command) identifyArgument(ctx context.Context, arg string, identify identifier) ([]report.Identified, error) {
	if arg == stdinName {
		text, err := readText(ctx, func() (io.ReadCloser, error) { return io.NopCloser(c.Stdin), nil })
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return []report.Identified{identify(arg, text)}, nil
	}
	info, err := os.Stat(arg)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", arg, plainCause(err))
	}
	if info.IsDir() {
		return identifyFolder(ctx, arg, identify)
	}
	text, err := readText(ctx, func() (io.ReadCloser, error) { return os.Open(arg) })
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", arg, plainCause(err))
	}
	return []report.Identified{identify(arg, text)}, nil
}

// readText reads a text of bounded size. A pipe may never give anything, and
// the user may stop waiting for it: the goroutine then ends with the program.
func readText(ctx context.Context, open func() (io.ReadCloser, error)) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		from, err := open()
		if err != nil {
			done <- result{nil, err}
			return
		}
		text, err := io.ReadAll(io.LimitReader(from, source.MaxFileBytes+1))
		done <- result{text, errors.Join(err, from.Close())}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case read := <-done:
		if read.err == nil && len(read.text) > source.MaxFileBytes {
			return nil, source.ErrTooLarge
		}
		return read.text, read.err
	}
}

// identifyFolder identifies the files of a folder that are named as licences
// or use policies. Notices are of what comes with a release, and left out as
// they are by check.
func identifyFolder(ctx context.Context, folder string, identify identifier) ([]report.Identified, error) {
	dir, err := source.OpenDir(folder)
	if err != nil {
		return nil, err
	}
	snapshot, err := dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var texts []report.Identified
	var unread []error
	if !snapshot.FilesKnown {
		unread = append(unread, fmt.Errorf("list folder %s: %s", folder, snapshot.Detail))
	}
	files := 0
	for _, file := range snapshot.Files {
		if covers, ok := license.LicenseFile(file.Path); !ok || covers == "notice" {
			continue
		}
		if files++; files > maxLicenseFiles {
			unread = append(unread, fmt.Errorf("read folder %s: only the first %d licence files were read", folder, maxLicenseFiles))
			break
		}
		text, err := snapshot.Read(ctx, file.Path)
		if err != nil {
			unread = append(unread, fmt.Errorf("read %s: %w", filepath.Join(folder, file.Path), readCause(err)))
			continue
		}
		texts = append(texts, identify(filepath.Join(folder, file.Path), text))
	}
	if files == 0 {
		unread = append(unread, fmt.Errorf("read folder %s: no file there is named as a licence", folder))
	}
	return texts, errors.Join(unread...)
}

// readCause drops what a source says of the repository and the path.
func readCause(err error) error {
	if failed, ok := errors.AsType[*source.ReadError](err); ok {
		return failed.Err
	}
	return err
}
