package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/report"
)

func (c *Command) policyInputCommand() *cobra.Command {
	r := &run{}
	cmd := &cobra.Command{
		Use:   "input [TARGET]",
		Short: "Print what rules see of a release",
		Long: `input prints the document that check hands to the rules as input, for one
target and with the flags of check that change it. It is what any OPA can
evaluate, and what a test can be made of.

entail policy schema input describes every field.`,
		Example: `  entail policy input > input.json
  entail policy input org/name --use commercial
  entail policy input . --offline | opa eval -I -d bundle.tar.gz data.entail.findings`,
		Args: atMostOne("target"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyInput(cmd.Context(), r, args) },
	}
	c.addFacts(cmd, &r.flags)
	return cmd
}

func (c *Command) policyInput(ctx context.Context, r *run, args []string) error {
	if err := r.flags.validateFacts("policy input"); err != nil {
		return err
	}
	subjects, err := c.open(ctx, r, args)
	if err != nil {
		return err
	}
	if len(subjects) != 1 {
		return usageError("name one of the folders in it", "%s holds %d releases, and an input is of one", append(args, ".")[0], len(subjects))
	}
	stop := c.progress(r.walker)
	document, err := c.checker(r).Input(ctx, subjects[0])
	stop()
	if err != nil {
		return undecided("if it happens again, report it with the target", "%w", err)
	}
	text, err := document.JSON()
	if err != nil {
		return undecided("", "%w", err)
	}
	if err := report.WriteDocument(c.Stdout, text); err != nil {
		return undecided("check that the output can be written", "print the input of %s: %w", document.Subject, err)
	}
	return nil
}
