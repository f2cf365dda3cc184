package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/report"
)

// policyDocsFlags are the flags of policy docs.
type policyDocsFlags struct {
	format   string
	policies []string
}

func (c *Command) policyDocsCommand() *cobra.Command {
	var flags policyDocsFlags
	cmd := &cobra.Command{
		Use:   "docs",
		Short: "Write a page about every rule, yours included",
		Long: `docs writes what the METADATA of every rule says: its id, title, description,
level, the addresses that it rests on, the day from which on it counts and the
requirement that it sees to (custom.effective_on, custom.requirement), and the
file that it is in. The rules of folders named by --policy are among them.`,
		Example: `  entail policy docs > rules.md
  entail policy docs --policy policies --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.policyDocs(cmd.Context(), flags) },
	}
	choiceFlag(cmd, &flags.format, "format", "format", report.RuleFormats())
	policyFlag(cmd.Flags(), &flags.policies)
	return cmd
}

func (c *Command) policyDocs(ctx context.Context, flags policyDocsFlags) error {
	if err := oneOf("policy docs", "format", flags.format, report.RuleFormats()); err != nil {
		return err
	}
	_, engine, err := loadPolicies(ctx, flags.policies...)
	if err != nil {
		return err
	}
	if err := report.WriteRules(c.Stdout, flags.format, ruleInfos(engine)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return nil
}
