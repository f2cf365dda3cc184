package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// Bounds of what is read of saved inputs.
const (
	maxInputFile = 256 << 20
	maxInputs    = 10_000_000
)

// evalFlags are the flags of policy eval.
type evalFlags struct {
	format, failOn, color string
	complete, verbose     bool
	policies              []string
}

func (c *Command) policyEvalCommand() *cobra.Command {
	var flags evalFlags
	cmd := &cobra.Command{
		Use:   "eval INPUT…",
		Short: "Judge input documents that were saved",
		Long: `eval judges input documents as entail policy input prints them, and reports as
check does. An INPUT is a file with a document; NAME.jsonl with several, one after
the other; a folder, of which each *.json and *.jsonl is read; or - for the
standard input, with one or several. Results are in the order of the names.

Rules are compiled once, and documents are judged side by side.

Exit status: 0 nothing at or above --fail-on; 1 findings at or above it;
2 usage, or rules that do not compile; 3 could not decide, as where a document is
malformed: it is named, and the others are reported.`,
		Example: `  entail policy input org/name > name.json
  entail policy eval name.json --policy policies
  entail policy eval inputs/ --format json`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyEval(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "report format", report.Formats())
	f.StringVar(&flags.failOn, "fail-on", "error", "exit 1 at this level or above: "+strings.Join(failLevels, ", "))
	f.BoolVar(&flags.complete, "complete", false, "exit 3 where some ancestor or licence is not known")
	policyFlag(f, &flags.policies)
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "show notes in full")
	offer(cmd, "fail-on", failLevels)
	return cmd
}

func (c *Command) policyEval(ctx context.Context, flags evalFlags, args []string) error {
	check := checkFlags{format: flags.format, failOn: flags.failOn, color: flags.color, complete: flags.complete, verbose: flags.verbose}
	if err := check.validate(); err != nil {
		return err
	}
	_, engine, err := loadPolicies(ctx, flags.policies...)
	if err != nil {
		return err
	}
	documents, err := c.openInputs("policy eval", args)
	if err != nil {
		return err
	}
	r := &run{flags: check, engine: engine}
	result, errs := c.checker(r).Judge(ctx, len(documents.list), documents.read)
	if err := ctx.Err(); err != nil {
		return err
	}
	r.failOn, r.folders = make([]string, len(result.Results)), make([]string, len(result.Results))
	r.definitions = documents.asked()
	if len(result.Results) > 0 {
		if err := report.Write(c.Stdout, flags.format, result, c.options(r)); err != nil {
			return undecided("check that the output can be written", "%w", err)
		}
	}
	if len(errs) > 0 {
		return documents.failure(errs)
	}
	return r.outcome(result)
}

// inputs are saved documents that have been found.
type inputs struct {
	reader *input.Reader
	list   []savedInput
}

// savedInput is where one document stands: a file, or a text that has been read.
type savedInput struct {
	name        string
	text        []byte
	definitions []string
}

func (c *Command) openInputs(command string, args []string) (*inputs, error) {
	if len(args) == 0 {
		return nil, usageError("entail policy input TARGET > input.json makes one", "%s wants input documents", command)
	}
	reader, err := input.NewReader(policies.FS)
	if err != nil {
		return nil, usageError("", "load the policies: %w", err)
	}
	all := &inputs{reader: reader}
	for _, arg := range args {
		if arg == "-" {
			text, err := readLimited(c.Stdin)
			if err != nil {
				return nil, undecided("", "read the standard input: %w", err)
			}
			all.split("standard input", text)
			continue
		}
		if err := all.find(arg); err != nil {
			return nil, undecided("name a file or folder that entail policy input wrote", "read inputs: %w", err)
		}
	}
	if len(all.list) == 0 {
		return nil, undecided("entail policy input TARGET > input.json makes one", "no input document in %s", strings.Join(args, ", "))
	}
	return all, nil
}

// find adds a file, or the files below a folder in the order of their names.
func (all *inputs) find(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, plainCause(err))
	}
	if !info.IsDir() {
		return all.add(name)
	}
	return filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".json", ".jsonl"}, filepath.Ext(path)) {
			return err
		}
		return all.add(path)
	})
}

// add adds a file. One with lines of JSON is read at once, to know how many
// there are; others are read when their turn comes.
func (all *inputs) add(name string) error {
	if len(all.list) >= maxInputs {
		return fmt.Errorf("more than %d documents", maxInputs)
	}
	if filepath.Ext(name) != ".jsonl" {
		all.list = append(all.list, savedInput{name: name})
		return nil
	}
	text, err := readInput(name)
	if err != nil {
		return err
	}
	all.split(name, text)
	return nil
}

func (all *inputs) split(name string, text []byte) {
	n := 0
	_ = input.Split(text, func(document []byte) error { // never an error
		n++
		all.list = append(all.list, savedInput{name: fmt.Sprintf("%s, document %d", name, n), text: document})
		return nil
	})
}

func readInput(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainCause(err))
	}
	defer file.Close()
	text, err := readLimited(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainCause(err))
	}
	return text, nil
}

func readLimited(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxInputFile+1))
	if err == nil && len(text) > maxInputFile {
		err = fmt.Errorf("larger than %d MiB", maxInputFile>>20)
	}
	return text, err
}

// read reads the document at a place.
func (all *inputs) read(i int) (*input.Saved, error) {
	one := &all.list[i]
	text := one.text
	if text == nil {
		var err error
		if text, err = readInput(one.name); err != nil {
			return nil, err
		}
	}
	document, err := all.reader.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", one.name, err)
	}
	one.definitions, one.text = document.Definitions, nil
	return document, nil
}

// asked are the definitions that documents ask to be met, each once.
func (all *inputs) asked() []string {
	var names []string
	for _, one := range all.list {
		names = append(names, one.definitions...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// failure names the documents that could not be read or judged.
func (all *inputs) failure(errs map[int]error) error {
	var list []error
	for i := range all.list {
		if errs[i] != nil && len(list) < 20 {
			list = append(list, errs[i])
		}
	}
	if more := len(errs) - len(list); more > 0 {
		list = append(list, fmt.Errorf("and %d more", more))
	}
	return undecided("entail policy input TARGET writes a document that can be read", "could not judge %d of %d input documents: %w",
		len(errs), len(all.list), errors.Join(list...))
}
