package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lineage"
)

// textOrJSON are the formats of a command that has no others.
var textOrJSON = []string{"text", "json"}

// choiceFlag gives a command a flag with a fixed set of values, of which the
// first is the default.
func choiceFlag(cmd *cobra.Command, value *string, name, usage string, values []string) {
	cmd.Flags().StringVar(value, name, values[0], usage+": "+strings.Join(values, ", "))
	offer(cmd, name, values)
}

// Annotations of a flag: the values that the shell may offer for it, and that
// they are names which the policies hold.
const (
	offered      = "entail_offered"
	offeredNames = "entail_offered_names"
)

// offer says which values a flag takes.
func offer(cmd *cobra.Command, flag string, values []string) {
	// The only error is a flag that does not exist.
	_ = cmd.Flags().SetAnnotation(flag, offered, values)
}

// offerNames says that flags take names of definitions and of fields of use.
func offerNames(cmd *cobra.Command) {
	for _, flag := range []string{"definition", "field"} {
		_ = cmd.Flags().SetAnnotation(flag, offeredNames, nil)
	}
}

// completions tells the shell, where it is the one who asks, what it may offer
// for the flags of a command and of those below it. cobra keeps what it is told
// for the life of the process, and with it all that a flag's variable is a part
// of: a run that no shell asks for tells it nothing.
func (c *Command) completions(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if values, ok := f.Annotations[offered]; ok {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
		if _, ok := f.Annotations[offeredNames]; ok {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, c.completeNames(f.Name))
		}
	})
	for _, sub := range cmd.Commands() {
		c.completions(sub)
	}
}

// completeNames lists the definitions or the fields of use that there are.
func (c *Command) completeNames(flag string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		licenses, engine, err := loadPolicies(cmd.Context())
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		names := fieldNames(licenses)
		if flag == "definition" {
			checker := &check.Checker{Walker: &lineage.Walker{Catalog: licenses}, Engine: engine, Now: c.Now()}
			if names, err = checker.Definitions(cmd.Context()); err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// oneOf checks a flag of a command that has a fixed set of values.
func oneOf(command, name, value string, values []string) error {
	if slices.Contains(values, value) {
		return nil
	}
	return usageError("see entail "+command+" --help", "--%s %q: want one of %s", name, value, strings.Join(values, ", "))
}

// atMostOne refuses more than one argument, what being its name.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			command := strings.TrimPrefix(cmd.CommandPath(), "entail ")
			return usageError("run it once for each", "%s takes one %s, not %d", command, what, len(args))
		}
		return nil
	}
}

// group makes a command one that only holds others: alone it shows its help,
// and a word that none of them has is refused.
func group(cmd *cobra.Command) {
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}
