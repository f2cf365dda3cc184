package cli

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/report"
)

// scaffolds are the files that policy init writes.
//
//go:embed scaffold/*.tmpl
var scaffolds embed.FS

// policyCommand is the parent of what helps to write rules.
func (c *Command) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Write rules and definitions of your own",
		Long: `policy helps to write rules and definitions of your own, in Rego. A folder of
them is given to check with --policy; its packages start with custom.`,
		Example: `  entail policy init --definition my-lab`,
	}
	group(cmd)
	cmd.AddCommand(c.policyInitCommand(), c.policyTestCommand(), c.policyEvalCommand(), c.policyBenchCommand())
	return cmd
}

func (c *Command) policyInitCommand() *cobra.Command {
	var definition string
	cmd := &cobra.Command{
		Use:   "init --definition NAME [DIR]",
		Short: "Write a definition to start from, with its test",
		Long: `init writes a definition with two requirements, its test and a README into
DIR/NAME (DIR is policies by default). It changes no file that is there.`,
		Example: `  entail policy init --definition my-lab
  entail check --policy policies --definition my-lab`,
		Args: atMostOne("folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.policyInit(cmd.Context(), definition, append(args, "policies")[0])
		},
	}
	cmd.Flags().StringVar(&definition, "definition", "", "name of the definition, such as my-lab")
	return cmd
}

// definitionName is what a definition may be called: its name is a word on the
// command line, and with _ for the other marks a package of Rego.
var definitionName = regexp.MustCompile(`^[a-z][a-z0-9]*([-.][a-z0-9]+)*$`)

// scaffold is what the files of a definition are filled in with.
type scaffold struct {
	Name, Package, Folder string
}

func (c *Command) policyInit(ctx context.Context, name, folder string) error {
	const try = "entail policy init --definition my-lab"
	if !definitionName.MatchString(name) || len(name) > 64 {
		return usageError(try, "--definition %q: want a name of small letters and digits, with - or . between them", name)
	}
	licenses, engine, err := loadPolicies(ctx)
	if err != nil {
		return err
	}
	checker := &check.Checker{Walker: &lineage.Walker{Catalog: licenses}, Engine: engine, Now: c.Now()}
	taken, err := checker.Definitions(ctx)
	if err != nil {
		return undecided("", "list the definitions: %w", err)
	}
	if slices.Contains(taken, name) {
		return usageError(try, "--definition %q: entail has a definition of that name", name)
	}
	files, err := scaffoldFiles(scaffold{
		Name: name, Package: strings.NewReplacer("-", "_", ".", "_").Replace(name),
		Folder: filepath.ToSlash(folder),
	})
	if err != nil {
		return err
	}
	if err := writeNew(folder, files); err != nil {
		return usageError("name another folder, or remove what is there", "write a definition into %s: %w", folder, err)
	}
	for _, f := range files {
		fmt.Fprintf(c.Stdout, "wrote %s\n", report.Plain(path.Join(filepath.ToSlash(folder), f.name)))
	}
	fmt.Fprintf(c.Stdout, "\nNow: entail check --policy %s --definition %s\n", report.Plain(filepath.ToSlash(folder)), name)
	return nil
}

// newFile is a file to be written, by its path below a folder.
type newFile struct {
	name string
	text []byte
}

func scaffoldFiles(s scaffold) ([]newFile, error) {
	var files []newFile
	for _, one := range []struct{ template, name string }{
		{"definition.rego.tmpl", s.Package + ".rego"},
		{"definition_test.rego.tmpl", s.Package + "_test.rego"},
		{"README.md.tmpl", "README.md"},
	} {
		parsed, err := template.ParseFS(scaffolds, "scaffold/"+one.template)
		if err != nil {
			return nil, fmt.Errorf("read the scaffold: %w", err)
		}
		var text bytes.Buffer
		if err := parsed.Execute(&text, s); err != nil {
			return nil, fmt.Errorf("fill in the scaffold: %w", err)
		}
		files = append(files, newFile{path.Join(s.Name, one.name), text.Bytes()})
	}
	return files, nil
}

// writeNew writes files below a folder, which it makes where there is none. It
// overwrites nothing, follows no link out of the folder, and writes nothing at
// all where one of the files is there.
func writeNew(folder string, files []newFile) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range files {
		if _, err := root.Lstat(f.name); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already", f.name)
		}
	}
	for _, f := range files {
		if err := root.MkdirAll(path.Dir(f.name), 0o755); err != nil {
			return err
		}
		file, err := root.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(f.text)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}
