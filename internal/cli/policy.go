package cli

import "github.com/spf13/cobra"

// policyCommand is the parent of what helps to write rules.
func (c *Command) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Write rules and definitions of your own",
		Long: `policy helps to write rules and definitions of your own, in Rego: init writes
some to start from, input shows what they see, and schema what may be in it;
test runs their tests, and check, fmt and docs look after what is written; eval
and bench run them over inputs that were saved; bundle, push and pull ship them.
A folder of them, or a bundle, is given to entail check with --policy.`,
		Example: `  entail policy init
  entail policy input . | less
  entail policy test
  entail check --policy policies`,
	}
	group(cmd)
	cmd.AddCommand(
		c.policyBenchCommand(),
		c.policyBundleCommand(),
		c.policyCheckCommand(),
		c.policyDocsCommand(),
		c.policyEvalCommand(),
		c.policyFmtCommand(),
		c.policyInitCommand(),
		c.policyInputCommand(),
		c.policyPullCommand(),
		c.policyPushCommand(),
		c.policySchemaCommand(),
		c.policyTestCommand(),
	)
	return cmd
}
