package cli

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/policies"
)

func (c *Command) policySchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print a JSON Schema of what entail reads and writes",
		Long: `schema prints one of the JSON Schemas that entail holds its documents to: the
input of rules, their findings, results, configuration, locks, evidence and the
files of the catalogue. Without a name it lists them.

Rules are checked against the schema of the input when they are compiled.`,
		Example: `  entail policy schema
  entail policy schema input > input.schema.json`,
		Args: atMostOne("schema"),
		RunE: func(_ *cobra.Command, args []string) error { return c.policySchema(args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			names, err := schemaNames()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func (c *Command) policySchema(args []string) error {
	names, err := schemaNames()
	if err != nil {
		return undecided("", "list the schemas: %w", err)
	}
	out := strings.Join(names, "\n") + "\n"
	if len(args) == 1 {
		text, err := fs.ReadFile(policies.FS, "schema/"+args[0]+".json")
		if err != nil {
			return unknownName("schema", args[0], names)
		}
		out = string(text)
	}
	if _, err := fmt.Fprint(c.Stdout, out); err != nil {
		return undecided("check that the output can be written", "print the schema: %w", err)
	}
	return nil
}

// schemaNames are the names of the published schemas, sorted.
func schemaNames() ([]string, error) {
	found, err := fs.Glob(policies.FS, "schema/*.json")
	var names []string
	for _, name := range found {
		names = append(names, strings.TrimSuffix(path.Base(name), ".json"))
	}
	return names, err
}

// unknownName says that nothing of a kind has a name, and which names are near,
// else which there are: a run that matched nothing decided nothing.
func unknownName(kind, name string, known []string) error {
	if near := catalog.NearestOf(name, known, 3); len(near) > 0 {
		return undecided("", "no %s is called %q; did you mean %s?", kind, name, strings.Join(near, " or "))
	}
	return undecided("", "no %s is called %q; want one of %s", kind, name, strings.Join(known, ", "))
}
