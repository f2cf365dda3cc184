package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// policyFolder is where policies are where nobody names a folder.
const policyFolder = "policies"

// problemLevels are those of --fail-on where there are no notes.
var problemLevels = []string{"error", "warning", "never"}

// policyCheckFlags are the flags of policy check.
type policyCheckFlags struct {
	format, failOn, color string
	strict                bool
}

func (c *Command) policyCheckCommand() *cobra.Command {
	var flags policyCheckFlags
	cmd := &cobra.Command{
		Use:   "check [DIR…]",
		Short: "Compile rules of yours, and say what is wrong with them",
		Long: `check compiles the rules in each folder (policies by default) with their tests
as entail check does, and stricter than OPA does alone: a field that the input
does not have, a helper that entail does not have, a field that findings do not
have, an unused import or variable, a package that is not yours to write, and
two rules of one name are errors.

Warnings are for what is left out: METADATA that reports show (title,
description, related_resources, custom.level), a test, a package that nothing
asks. --strict makes them count.

Exit status: 0 nothing at or above --fail-on; 1 something is; 2 usage;
3 a folder holds no rule.`,
		Example: `  entail policy check
  entail policy check policies/mine --strict
  entail policy check --format json`,
		RunE: func(_ *cobra.Command, args []string) error { return c.policyCheck(flags, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format", textOrJSON)
	choiceFlag(cmd, &flags.failOn, "fail-on", "exit 1 at this level or above", problemLevels)
	f.BoolVar(&flags.strict, "strict", false, "the same as --fail-on warning")
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	return cmd
}

func (c *Command) policyCheck(flags policyCheckFlags, args []string) error {
	if err := oneOf("policy check", "format", flags.format, textOrJSON); err != nil {
		return err
	}
	if err := oneOf("policy check", "fail-on", flags.failOn, problemLevels); err != nil {
		return err
	}
	if err := oneOf("policy check", "color", flags.color, colors); err != nil {
		return err
	}
	if flags.strict {
		flags.failOn = string(model.LevelWarning)
	}
	if len(args) == 0 {
		args = []string{policyFolder}
	}
	folders, licenses, closeAll, err := openCatalog("check the policies", args)
	if err != nil {
		return err
	}
	defer closeAll()
	found, err := policy.Check(policies.FS, licenses.Data(), folders...)
	if errors.Is(err, policy.ErrNoPolicy) || errors.Is(err, policy.ErrNothingAsked) {
		return undecided("name a folder that holds rules, or make one with entail policy init", "%w", err)
	}
	if err != nil {
		return usageError("", "check the policies: %w", err)
	}
	if err := report.WriteRemarks(c.Stdout, flags.format, remarks(found), c.look(flags.color, nil)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	if slices.ContainsFunc(found.Problems, func(p *policy.Problem) bool { return reaches(p.Level, flags.failOn) }) {
		return errFindings
	}
	return nil
}

// remarks are what was found, as reports have it.
func remarks(found *policy.Checked) report.Remarks {
	all := report.Remarks{Rules: found.Rules, Tests: found.Tests, Problems: []report.Remark{}}
	for _, p := range found.Problems {
		all.Problems = append(all.Problems, report.Remark{
			Level: p.Level, File: p.File, Line: p.Line, Column: p.Column, Width: p.Width,
			Message: p.Message, Help: p.Help, Text: p.Text,
		})
	}
	return all
}
