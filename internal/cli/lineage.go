package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/report"
)

func (c *Command) lineageCommand() *cobra.Command {
	r := &run{}
	cmd := &cobra.Command{
		Use:   "lineage [TARGET]",
		Short: "The family tree of a release, with the terms that come down it",
		Long: `lineage shows what a release descends from, each model with its licence, and the
terms that its ancestors bind it with: from where, by which clause, and what
became of them. It judges nothing: the exit status is 0 wherever the tree could
be walked. A target is what it is for check.`,
		Example: `  entail lineage
  entail lineage org/name --format mermaid
  entail lineage ./model --format dot | dot -Tsvg > family.svg`,
		Args: atMostOne("target"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.lineage(cmd.Context(), r, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &r.flags.format, "format", "format", report.LineageFormats())
	r.flags.sources.add(f)
	f.BoolVar(&r.flags.datasets, "datasets", false, "read the datasets that the cards name, too")
	f.StringVar(&r.flags.config, "config", "", "configuration file, in place of entail.yaml in the folder")
	r.flags.lock.add(f)
	policyFlag(f, &r.flags.policies)
	choiceFlag(cmd, &r.flags.color, "color", "colour", colors)
	f.BoolVarP(&r.flags.verbose, "verbose", "v", false, "show conditions too")
	return cmd
}

func (c *Command) lineage(ctx context.Context, r *run, args []string) error {
	if err := oneOf("lineage", "format", r.flags.format, report.LineageFormats()); err != nil {
		return err
	}
	if err := oneOf("lineage", "color", r.flags.color, colors); err != nil {
		return err
	}
	if err := r.flags.lock.validate(); err != nil {
		return err
	}
	endpoint, err := c.setup(ctx, r)
	if err != nil {
		return err
	}
	subject, err := r.oneSubject(ctx, first(args, "."), endpoint, "a tree has one root")
	if err != nil {
		return err
	}
	stop := c.progress(r.walker)
	result, err := c.checker(r).Run(ctx, []check.Subject{subject})
	stop()
	if err != nil {
		return undecided("if it happens again, report it with the target", "%w", err)
	}
	look := c.look(r.flags.color, titles(r.walker.Catalog))
	look.Verbose = r.flags.verbose
	if err := report.WriteLineage(c.Stdout, r.flags.format, &result.Results[0], look); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return nil
}
