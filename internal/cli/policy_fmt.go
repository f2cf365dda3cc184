package cli

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
)

// policyFmtFlags are the flags of policy fmt.
type policyFmtFlags struct {
	check, diff bool
}

func (c *Command) policyFmtCommand() *cobra.Command {
	var flags policyFmtFlags
	cmd := &cobra.Command{
		Use:   "fmt [DIR…]",
		Short: "Write rules of yours as opa fmt does",
		Long: `fmt formats every rule and test in each folder (policies by default) as opa fmt
does, and names those that it changed. Each is replaced in one step; none is,
where one cannot be read.

--check names those that are not formatted, and --diff shows what would change;
either writes nothing, and exits 1 where something would change.`,
		Example: `  entail policy fmt
  entail policy fmt --check policies
  entail policy fmt --diff`,
		RunE: func(_ *cobra.Command, args []string) error { return c.policyFmt(flags, args) },
	}
	cmd.Flags().BoolVar(&flags.check, "check", false, "only name the files that are not formatted")
	cmd.Flags().BoolVar(&flags.diff, "diff", false, "only show what would change")
	return cmd
}

// reformatted is a file that formatting changes.
type reformatted struct {
	root          *os.Root
	name, shown   string
	before, after []byte
}

func (c *Command) policyFmt(flags policyFmtFlags, args []string) error {
	if len(args) == 0 {
		args = []string{policyFolder}
	}
	var changed []reformatted
	for _, folder := range args {
		root, err := os.OpenRoot(folder)
		if err != nil {
			return usageError("name a folder with rules of yours", "read the policies in %s: %w", folder, plainCause(err))
		}
		defer root.Close()
		found, err := unformatted(root, folder)
		if errors.Is(err, policy.ErrNoPolicy) {
			return undecided("name a folder that holds *.rego files, or make one with entail policy init", "%w", err)
		}
		if err != nil {
			return usageError("correct it; until then nothing is formatted", "%w", err)
		}
		changed = append(changed, found...)
	}
	for _, one := range changed {
		if flags.diff {
			if err := c.printDiff(one); err != nil {
				return undecided("check that the output can be written", "show what would change: %w", err)
			}
			continue
		}
		if !flags.check {
			if err := replaceIn(one.root, one.name, one.after); err != nil {
				return usageError("check that the folder can be written to", "format %s: %w", one.shown, plainCause(err))
			}
		}
		if _, err := fmt.Fprintln(c.Stdout, report.Plain(one.shown)); err != nil {
			return undecided("check that the output can be written", "name %s: %w", one.shown, err)
		}
	}
	if len(changed) > 0 && (flags.check || flags.diff) {
		return errFindings
	}
	return nil
}

// unformatted formats the files of a folder and gives those that change, sorted
// by name.
func unformatted(root *os.Root, folder string) ([]reformatted, error) {
	shown := filepath.ToSlash(filepath.Clean(folder))
	texts, err := policy.Sources(policy.Folder{Name: shown, FS: root.FS()})
	if err != nil {
		return nil, err
	}
	var changed []reformatted
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		one := reformatted{root: root, name: name, shown: path.Join(shown, name), before: texts[name]}
		if one.after, err = policy.Format(one.shown, one.before); err != nil {
			return nil, fmt.Errorf("format %s: %w", shown, err)
		}
		if !bytes.Equal(one.before, one.after) {
			changed = append(changed, one)
		}
	}
	return changed, nil
}

// printDiff shows what formatting would change in a file. What a terminal would
// obey is escaped.
func (c *Command) printDiff(one reformatted) error {
	text := diff.Diff(one.shown, one.before, one.shown+" (formatted)", one.after)
	for line := range bytes.Lines(text) {
		parts := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		for i := range parts {
			parts[i] = report.Plain(parts[i])
		}
		if _, err := fmt.Fprintln(c.Stdout, strings.Join(parts, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// replaceIn puts a text in the place of a file below a folder, in one step and
// with the same permissions. A link that has taken the file's place since is
// replaced and not followed.
func replaceIn(root *os.Root, name string, text []byte) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	temporary := path.Join(path.Dir(name), "."+path.Base(name)+"."+rand.Text())
	file, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return nil
}
