package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	format, color string
	matrix        bool
	policies      []string
}

func (c *Command) compareCommand() *cobra.Command {
	var flags compareFlags
	cmd := &cobra.Command{
		Use:   "compare PARENT CHILD | compare --matrix [LICENSE…]",
		Short: "May a derivative of a model under PARENT be released under CHILD?",
		Long: `compare says whether a model made from one under the licence PARENT may be
released under CHILD: free, obligations (it may, and something is asked for),
dropped (CHILD alone does not carry a limit that has to pass through),
forbidden (derivatives may not be shared), or unknown.

--matrix compares every pair of the licences named, or of all that are known:
parents down, children across.

Exit status: 0 free or obligations; 1 dropped or forbidden; 3 unknown. With
--matrix always 0.`,
		Example: `  entail compare llama3.1 apache-2.0
  entail compare gemma gemma --format json
  entail compare --matrix apache-2.0 mit llama3.1 gemma
  entail compare --matrix --format csv > matrix.csv`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.compare(cmd.Context(), flags, args) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			licenses, err := loadCatalog(flags.policies)
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return licenses.Keys(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format (csv with --matrix)", append(slices.Clone(textOrJSON), "csv"))
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	policyFlag(f, &flags.policies)
	f.BoolVar(&flags.matrix, "matrix", false, "compare every pair")
	return cmd
}

func (c *Command) compare(ctx context.Context, flags compareFlags, args []string) error {
	if err := oneOf("compare", "color", flags.color, colors); err != nil {
		return err
	}
	formats := slices.Clone(textOrJSON)
	if flags.matrix {
		formats = append(formats, "csv")
	} else if len(args) != 2 {
		return usageError("entail compare llama3.1 apache-2.0", "compare wants two licences, the parent's and the child's")
	}
	if err := oneOf("compare", "format", flags.format, formats); err != nil {
		return err
	}
	licenses, engine, err := loadPolicies(ctx, flags.policies...)
	if err != nil {
		return err
	}
	keys := make([]string, len(args))
	for i, arg := range args {
		if keys[i], err = licenseKey(licenses, arg); err != nil {
			return err
		}
	}
	if flags.matrix {
		return c.matrix(ctx, flags, licenses, engine, keys)
	}
	var found model.Comparison
	if err := engine.Ask(ctx, &found, "entail", "compare", "pairs", keys[0], keys[1]); err != nil {
		return undecided("", "compare %s with %s: %w", keys[0], keys[1], err)
	}
	if err := report.WriteComparison(c.Stdout, flags.format, &found, c.look(flags.color, titles(licenses))); err != nil {
		return undecided("", "%w", err)
	}
	switch found.Outcome {
	case "free", "obligations":
		return nil
	case "unknown":
		return undecided("", "could not decide: the terms of %s are not known", strings.Join(unknownOf(licenses, keys), " and "))
	default:
		return errFindings
	}
}

// unknownOf lists the keys that name no one licence with known terms.
func unknownOf(licenses *catalog.Catalog, keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		entry, _ := licenses.License(key)
		return entry.Class != "family" && entry.Class != "unknown"
	})
}

func (c *Command) matrix(ctx context.Context, flags compareFlags, licenses *catalog.Catalog, engine *policy.Engine, keys []string) error {
	if len(keys) == 0 {
		keys = licenses.Keys()
	}
	outcomes := map[string]map[string]string{}
	for _, parent := range keys {
		var row map[string]string
		if err := engine.Ask(ctx, &row, "entail", "compare", "outcomes", parent); err != nil {
			return undecided("", "compare %s with all licences: %w", parent, err)
		}
		outcomes[parent] = row
	}
	if err := report.WriteMatrix(c.Stdout, flags.format, keys, outcomes); err != nil {
		return undecided("", "%w", err)
	}
	return nil
}

// titles has the title of each kind of term.
func titles(licenses *catalog.Catalog) map[string]string {
	all := map[string]string{}
	for _, kind := range licenses.Kinds() {
		all[kind], _ = licenses.Kind(kind)
	}
	return all
}

// look is how reports look on this output.
func (c *Command) look(color string, titles map[string]string) report.Options {
	width, isTerminal := terminal(c.Stdout)
	return report.Options{Color: c.color(color, isTerminal), Width: width, Titles: titles}
}
