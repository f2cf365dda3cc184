package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/evidence"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
)

func (c *Command) evidenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "evidence",
		Short: "Write or check " + evidence.File + ", which says what a release comes with",
		Long: `A definition of openness is judged by evidence: which parts of a release are
there, and under which terms. What the card and the files of a release show is
found; the rest a publisher says in ` + evidence.File + `.`,
		Example: `  entail evidence init
  entail evidence check`,
	}
	group(cmd)
	cmd.AddCommand(c.evidenceInitCommand(), c.evidenceCheckCommand())
	return cmd
}

// evidenceInitFlags are the flags of evidence init.
type evidenceInitFlags struct {
	output  string
	force   bool
	sources sourceFlags
}

func (c *Command) evidenceInitCommand() *cobra.Command {
	var flags evidenceInitFlags
	cmd := &cobra.Command{
		Use:   "init [TARGET]",
		Short: "Write an evidence file to fill in, with what was found",
		Long: `init writes an ` + evidence.File + ` with every component that definitions of
openness ask for: what was found of it in the release, with the place, and
unknown for the rest. A hint, such as a link, is told in a comment and is no
answer. The file goes into the folder, and never over one that is there unless
--force is given; for a model on the Hub it goes to standard output.

Exit status: 0 written; 2 usage; 3 the release could not be read, or the file
not written.`,
		Example: `  entail evidence init
  entail evidence init ./model -o -
  entail evidence init org/name > entail-evidence.yaml`,
		Args: atMostOne("target"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.evidenceInit(cmd.Context(), flags, first(args, "."))
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.output, "output", "o", "", "file to write, - for standard output")
	f.BoolVar(&flags.force, "force", false, "write over a file that is there")
	flags.sources.add(f)
	return cmd
}

func first(args []string, otherwise string) string {
	if len(args) > 0 {
		return args[0]
	}
	return otherwise
}

func (c *Command) evidenceInit(ctx context.Context, flags evidenceInitFlags, arg string) error {
	r := &run{flags: checkFlags{sources: flags.sources}}
	endpoint, err := c.setup(ctx, r)
	if err != nil {
		return err
	}
	t, err := parseTarget(arg, endpoint)
	if err != nil {
		return err
	}
	output := flags.output
	if output == "" {
		output = stdinName
		if t.folder != "" {
			output = filepath.Join(t.folder, evidence.File)
		}
	}
	if _, err := os.Lstat(output); output != stdinName && err == nil && !flags.force {
		return usageError("--force writes over it; -o - writes to standard output", "%s is there already", output)
	}
	node, err := r.release(ctx, t)
	if err != nil {
		return err
	}
	return c.writeDraft(output, flags.force, evidence.Draft(node, c.Now()))
}

// release reads one release and nothing that it descends from.
func (r *run) release(ctx context.Context, t target) (*model.Node, error) {
	var snapshot *source.Snapshot
	if t.folder == "" {
		fetched, err := r.sources.fetch(ctx, t.ref)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.ref, err)
		}
		snapshot = fetched
	} else {
		subject, err := r.folder(ctx, t.folder)
		if err != nil {
			return nil, err
		}
		snapshot = subject.Snapshot
	}
	if snapshot.State != model.Resolved {
		return nil, undecided("", "read %s: %s (%s)", snapshot.ID, snapshot.State, snapshot.Detail)
	}
	alone := lineage.Walker{Catalog: r.walker.Catalog}
	found, err := alone.Walk(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", snapshot.ID, err)
	}
	return found.Nodes[found.Subject], nil
}

// writeDraft never writes through a link: the folder may be anybody's.
func (c *Command) writeDraft(output string, force bool, draft []byte) error {
	if output == stdinName {
		if _, err := c.Stdout.Write(draft); err != nil {
			return undecided("check that the output can be written", "write the evidence file: %w", err)
		}
		return nil
	}
	if force {
		if err := os.Remove(output); err != nil && !errors.Is(err, os.ErrNotExist) {
			return undecided("check that the folder can be written to", "write over %s: %w", output, plainCause(err))
		}
	}
	file, err := os.OpenFile(output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = file.Write(draft)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return undecided("check that the folder can be written to", "write %s: %w", output, plainCause(err))
	}
	fmt.Fprintf(c.Stderr, "wrote %s; answer where it says unknown, then run entail evidence check\n", report.Plain(output))
	return nil
}

func (c *Command) evidenceCheckCommand() *cobra.Command {
	var format, color string
	var folders []string
	cmd := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check that an evidence file is well formed and agrees with the files beside it",
		Long: `check reads the ` + evidence.File + ` of a folder, by default of this one, and says
what is wrong with it: keys and words that it does not know, with the nearest
that it does; paths that are not there; licences that are not those of the
texts beside them; days to come or out of order; addresses that are none. What
the file says of other places is not looked up.

Exit status: 0 nothing wrong; 1 something is; 2 usage; 3 there is no such file,
or it could not be read.`,
		Example: `  entail evidence check
  entail evidence check ./model --format json`,
		Args: atMostOne("folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.evidenceCheck(cmd.Context(), format, color, first(args, "."), folders)
		},
	}
	choiceFlag(cmd, &format, "format", "format", textOrJSON)
	policyFlag(cmd.Flags(), &folders)
	choiceFlag(cmd, &color, "color", "colour", colors)
	return cmd
}

func (c *Command) evidenceCheck(ctx context.Context, format, color, folder string, folders []string) error {
	if err := oneOf("evidence check", "format", format, textOrJSON); err != nil {
		return err
	}
	if err := oneOf("evidence check", "color", color, colors); err != nil {
		return err
	}
	licenses, err := loadCatalog(folders)
	if err != nil {
		return err
	}
	dir, err := source.OpenDir(folder)
	if err != nil {
		return undecided("name the folder of a release", "%w", err)
	}
	snapshot, err := dir.Snapshot(ctx)
	if err != nil {
		return undecided("check that the folder can be read", "read %s: %w", folder, err)
	}
	text, err := snapshot.Read(ctx, evidence.File)
	if err != nil {
		hint := ""
		if errors.Is(readCause(err), source.ErrNotExist) {
			hint = "entail evidence init writes one"
		}
		return undecided(hint, "read %s: %w", filepath.Join(folder, evidence.File), readCause(err))
	}
	beside := neighbours{ctx: ctx, snapshot: snapshot, identify: licenses.Identify, keys: map[string]string{}}
	problems := evidence.Check(text, evidence.Surroundings{
		Today: c.Now().UTC(), Exists: beside.exists, LicenseOf: beside.licenseOf,
		Resolve: func(said string) ([]string, []string) { return resolveEvidence(licenses, said) },
	})
	if err := report.WriteProblems(c.Stdout, format, evidence.File, problems, c.look(color, nil)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	if len(problems) > 0 {
		return errFindings
	}
	return nil
}

// resolveEvidence gives the catalogue keys of a statement; nearest is nil where
// all of it is known, and never nil where some is not.
func resolveEvidence(licenses *catalog.Catalog, said string) (keys, nearest []string) {
	for _, together := range licenses.Resolve(said, "") {
		for _, key := range together {
			if _, known := licenses.License(key); !known && nearest == nil {
				nearest = append([]string{}, licenses.Nearest(key, 3)...)
			}
			keys = append(keys, key)
		}
	}
	return keys, nearest
}

// neighbours are the files beside an evidence file.
type neighbours struct {
	ctx      context.Context
	snapshot *source.Snapshot
	identify func(file string, text []byte) model.LicenseText
	// keys are the licences of the texts that were read, by file.
	keys map[string]string
}

// exists is true for a file, and for a folder with something in it.
func (n *neighbours) exists(name string) bool {
	return name == "." || slices.ContainsFunc(n.snapshot.Files, func(f model.File) bool {
		return f.Path == name || strings.HasPrefix(f.Path, name+"/")
	})
}

// licenseOf finds the licence file that governs a path: in its folder, or the
// nearest above that has one. A file that is named for something else, such as
// the code's where a model is asked for, does not count.
func (n *neighbours) licenseOf(component, name string) (file, key string, ok bool) {
	wants := []string{"", "model"}
	if section, _, _ := strings.Cut(component, "."); section != "parameters" {
		wants = []string{section, ""}
	}
	for folder := name; ; folder = path.Dir(folder) {
		for _, covers := range wants {
			for _, f := range n.snapshot.Files {
				if found, is := license.LicenseFile(f.Path); is && found == covers && path.Dir(f.Path) == folder {
					return f.Path, n.key(f.Path), true
				}
			}
		}
		if folder == "." || folder == "/" {
			return "", "", false
		}
	}
}

// key identifies a licence text once; it is empty where the text is none known
// or cannot be read.
func (n *neighbours) key(file string) string {
	if known, ok := n.keys[file]; ok {
		return known
	}
	text, err := n.snapshot.Read(n.ctx, file)
	if err != nil {
		text = nil
	}
	n.keys[file] = n.identify(file, text).ID
	return n.keys[file]
}
