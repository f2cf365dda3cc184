package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/report"
)

// benchFlags are the flags of policy bench.
type benchFlags struct {
	format, color string
	rounds        int
	policies      []string
}

// maxBenched is how many documents are timed: more tell no more.
const maxBenched = 1000

func (c *Command) policyBenchCommand() *cobra.Command {
	var flags benchFlags
	cmd := &cobra.Command{
		Use:   "bench --policy DIR INPUT…",
		Short: "Time your rules, and name the slowest",
		Long: `bench asks each of your rules by itself about input documents, as entail policy
input prints them, and shows how long each takes with all that it asks, and which
lines take most time by themselves, by OPA's profiler. Without --policy it times
entail's own rules. INPUT is as for policy eval; the first 1000 documents count.

Exit status: 0 rules were timed; 2 usage, or rules that do not compile; 3 a
document could not be read, or a rule failed.`,
		Example: `  entail policy input org/name > name.json
  entail policy bench --policy policies name.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyBench(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format", textOrJSON)
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	f.IntVar(&flags.rounds, "rounds", 5, "times that each rule is asked about each document; the fastest round counts")
	policyFlag(f, &flags.policies)
	return cmd
}

func (c *Command) policyBench(ctx context.Context, flags benchFlags, args []string) error {
	if err := oneOf("policy bench", "format", flags.format, textOrJSON); err != nil {
		return err
	}
	if err := oneOf("policy bench", "color", flags.color, colors); err != nil {
		return err
	}
	if flags.rounds < 1 || flags.rounds > 1000 {
		return usageError("see entail policy bench --help", "--rounds %d: want a number from 1 to 1000", flags.rounds)
	}
	_, engine, err := loadPolicies(ctx, flags.policies...)
	if err != nil {
		return err
	}
	found, err := c.openInputs("policy bench", args)
	if err != nil {
		return err
	}
	var documents []*input.Saved
	for i := range min(len(found.list), maxBenched) {
		document, err := found.read(i)
		if err != nil {
			return found.failure(map[int]error{i: err})
		}
		documents = append(documents, document)
	}
	bench, err := engine.Bench(ctx, documents, flags.rounds)
	if err != nil {
		return undecided("", "time the rules: %w", err)
	}
	if len(bench.Rules) == 0 {
		return undecided("name a folder that holds rules", "there is no rule to time")
	}
	if err := report.WriteBench(c.Stdout, flags.format, bench, c.look(flags.color, nil)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	for _, one := range bench.Rules {
		if one.Failed != "" {
			return undecided("", "%s failed: %s", one.Rule, one.Failed)
		}
	}
	return nil
}
