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

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// scaffolds are the files that policy init writes.
//
//go:embed scaffold/*/*.tmpl
var scaffolds embed.FS

func (c *Command) policyInitCommand() *cobra.Command {
	var definition, pack string
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a rule to start from, with its test",
		Long: `init writes a rule, its tests, an example of what rules see, and a
configuration of Regal, the linter for Rego, into DIR (policies by default).
With --definition it writes a definition with two requirements and its tests
into DIR/NAME instead; with --pack one of the policies that entail ships, with
its tests and its settings, for you to change. It changes no file that is there.

Packs: ` + strings.Join(packNames(), ", ") + `.`,
		Example: `  entail policy init
  entail policy init --pack commercial-product
  entail policy init --definition my-lab
  entail check --policy policies --definition my-lab`,
		Args: atMostOne("folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := append(args, policyFolder)[0]
			if cmd.Flags().Changed("pack") {
				return c.policyInitPack(folder, pack)
			}
			if !cmd.Flags().Changed("definition") {
				return c.policyInit(folder, scaffold{Folder: filepath.ToSlash(folder)}, ruleFiles)
			}
			return c.policyInitDefinition(cmd.Context(), definition, folder)
		},
	}
	cmd.Flags().StringVar(&definition, "definition", "", "write a definition of this name, such as my-lab")
	cmd.Flags().StringVar(&pack, "pack", "", "write a pack that entail ships")
	cmd.MarkFlagsMutuallyExclusive("definition", "pack")
	offer(cmd, "pack", packNames())
	return cmd
}

// definitionName is what a definition may be called: its name is a word on the
// command line, and with _ for the other marks a package of Rego.
var definitionName = regexp.MustCompile(`^[a-z][a-z0-9]*([-.][a-z0-9]+)*$`)

// scaffold is what the files to start from are filled in with. Name and Package
// are those of a definition.
type scaffold struct {
	Name, Package, Folder string
}

// startFile is a file to start from: where it is among the scaffolds, and where
// it goes.
type startFile struct{ from, to string }

// ruleFiles are the files of a rule to start from.
var ruleFiles = []startFile{
	{"rule/cleared.rego", "licenses/cleared.rego"},
	{"rule/cleared_test.rego", "licenses/cleared_test.rego"},
	{"rule/input.json", "examples/input.json"},
	{"rule/regal.yaml", ".regal/config.yaml"},
	{"rule/README.md", "README.md"},
}

func (c *Command) policyInitDefinition(ctx context.Context, name, folder string) error {
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
	pkg := strings.NewReplacer("-", "_", ".", "_").Replace(name)
	return c.policyInit(folder, scaffold{Name: name, Package: pkg, Folder: filepath.ToSlash(folder)}, []startFile{
		{"definition/NAME.rego", path.Join(name, pkg+".rego")},
		{"definition/NAME_test.rego", path.Join(name, pkg+"_test.rego")},
		{"definition/README.md", path.Join(name, "README.md")},
	})
}

// policyInit writes files to start from into a folder, and says what to do next.
func (c *Command) policyInit(folder string, s scaffold, start []startFile) error {
	var files []newFile
	for _, one := range start {
		parsed, err := template.ParseFS(scaffolds, "scaffold/"+one.from+".tmpl")
		if err != nil {
			return usageError("", "read the scaffold: %w", err)
		}
		var text bytes.Buffer
		if err := parsed.Execute(&text, s); err != nil {
			return usageError("", "fill in the scaffold: %w", err)
		}
		files = append(files, newFile{one.to, text.Bytes()})
	}
	what, next := "a rule", ""
	if s.Name != "" {
		what, next = "a definition", " --definition "+s.Name
	}
	return c.writeStart(folder, files, what, next)
}

// policyInitPack writes a pack that ships.
func (c *Command) policyInitPack(folder, name string) error {
	if names := packNames(); !slices.Contains(names, name) {
		if near := catalog.NearestOf(name, names, 3); len(near) > 0 {
			names = near
		}
		return undecided("entail policy init --pack "+names[0], "--pack %q: there is no such pack; there is %s", name, strings.Join(names, ", "))
	}
	pack, err := fs.Sub(policies.Packs, "packs/"+name)
	if err != nil {
		return usageError("", "read the pack %s: %w", name, err)
	}
	var files []newFile
	err = fs.WalkDir(pack, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(pack, file)
		files = append(files, newFile{file, text})
		return err
	})
	if err != nil {
		return usageError("", "read the pack %s: %w", name, err)
	}
	return c.writeStart(folder, files, "the pack "+name, "")
}

// packNames are the packs that ship, sorted.
func packNames() []string {
	entries, err := fs.ReadDir(policies.Packs, "packs")
	if err != nil {
		return nil // They are part of the program.
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// writeStart writes files to start from, and says what to do next.
func (c *Command) writeStart(folder string, files []newFile, what, next string) error {
	shown := filepath.ToSlash(folder)
	if err := writeNew(folder, files); err != nil {
		return usageError("name another folder, or remove what is there", "write %s into %s: %w", what, folder, err)
	}
	for _, f := range files {
		fmt.Fprintf(c.Stdout, "wrote %s\n", report.Plain(path.Join(shown, f.name)))
	}
	fmt.Fprintf(c.Stdout, "\nNow: entail check --policy %s%s\n", report.Plain(shown), next)
	return nil
}

// newFile is a file to be written, by its path below a folder.
type newFile struct {
	name string
	text []byte
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
