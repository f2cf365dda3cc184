package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/policies"
)

// testFlags are the flags of policy test.
type testFlags struct {
	format, color, run string
	coverage, verbose  bool
	minCoverage        float64
}

func (c *Command) policyTestCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [DIR…]",
		Short: "Run the tests of your rules",
		Long: `test runs the rules test_… of the files *_test.rego in each folder (policies by
default), under the limits that rules run under.

Tests see what rules see: data.catalog and data.entail.lib. Beside that they have
  data.entail.testing              helpers that build small input documents, such
                                   as testing.tuned("free", "limited")
  data.entail.testing.examples     the folder's own JSON files by their path, such
                                   as examples["examples/input.json"], which
                                   entail policy input writes

Of a test that fails it shows which of its expressions failed, what the values
were, and what the rules made of them. A test test_x[name] has a case for each
name; one called todo_test_… is skipped.

Exit status: 0 every test passes; 1 one does not, or fewer lines are covered than
--min-coverage asks for; 2 usage, or rules that do not compile; 3 no test ran.`,
		Example: `  entail policy test
  entail policy test policies --run dropped --verbose
  entail policy test policies --coverage --min-coverage 90
  entail policy test policies --format junit > tests.xml`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.policyTest(cmd.Context(), flags, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format", report.TestFormats())
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	f.StringVar(&flags.run, "run", "", "run the tests whose full name matches this regular expression")
	f.BoolVar(&flags.coverage, "coverage", false, "show which lines of your rules the tests reach")
	f.Float64Var(&flags.minCoverage, "min-coverage", 0, "exit 1 where fewer lines are reached, in percent")
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "show tests that pass, too")
	return cmd
}

func (c *Command) policyTest(ctx context.Context, flags testFlags, folders []string) error {
	if err := oneOf("policy test", "format", flags.format, report.TestFormats()); err != nil {
		return err
	}
	if err := oneOf("policy test", "color", flags.color, colors); err != nil {
		return err
	}
	if flags.minCoverage < 0 || flags.minCoverage > 100 {
		return usageError("see entail policy test --help", "--min-coverage %v: want a number from 0 to 100", flags.minCoverage)
	}
	options := policy.TestOptions{Coverage: flags.coverage || flags.minCoverage > 0}
	if flags.run != "" {
		expression, err := regexp.Compile(flags.run)
		if err != nil {
			return usageError("see entail policy test --help", "--run %q: %w", flags.run, err)
		}
		options.Run = expression
	}
	if len(folders) == 0 {
		folders = []string{"policies"}
	}
	run, err := runTests(ctx, folders, options)
	if err != nil {
		return err
	}
	look := c.look(flags.color, nil)
	look.Verbose = flags.verbose
	if err := report.WriteTests(c.Stdout, flags.format, run, look); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return testOutcome(run, flags.minCoverage)
}

func runTests(ctx context.Context, folders []string, options policy.TestOptions) (*model.TestRun, error) {
	own, licenses, closeAll, err := openCatalog("load the policies", folders)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	tests, err := policy.LoadTests(policies.FS, licenses.Data(), own...)
	if missing, ok := errors.AsType[*policy.NoExampleError](err); ok {
		return nil, undecided(nearest(missing.Name, missing.Known), "load the tests: %w", err)
	}
	if err != nil {
		return nil, usageError("", "load the tests: %w", err)
	}
	run, err := tests.Run(ctx, options)
	if none, ok := errors.AsType[*policy.NoTestError](err); ok {
		asked := ""
		if options.Run != nil {
			asked = options.Run.String()
		}
		var names []string
		for _, name := range none.Known {
			names = append(names, name[strings.LastIndex(name, ".")+1:])
		}
		return nil, undecided(nearest(asked[strings.LastIndex(asked, ".")+1:], names), "run the tests in %s: %w", strings.Join(folders, ", "), none)
	}
	if err != nil {
		return nil, usageError("", "run the tests in %s: %w", strings.Join(folders, ", "), err)
	}
	return run, nil
}

// nearest is a hint with the names that are spelled most like one; the first few
// of all where none is.
func nearest(name string, known []string) string {
	if near := catalog.NearestOf(name, known, 3); len(near) > 0 {
		return report.Plain(strings.Join(near, ", "))
	}
	if len(known) == 0 {
		return ""
	}
	return report.Plain("one of " + strings.Join(known[:min(5, len(known))], ", "))
}

// testOutcome turns a run of tests into the exit code.
func testOutcome(run *model.TestRun, minimum float64) error {
	ran := 0
	for _, test := range run.Tests {
		switch test.State {
		case model.TestFailed, model.TestError:
			return errFindings
		case model.TestPassed:
			ran++
		}
	}
	if ran == 0 {
		return undecided("take the todo_ from the name of one", "every test is skipped")
	}
	if run.Coverage != nil && run.Coverage.Percent < minimum {
		return &failure{ExitFindings, fmt.Errorf("the tests reach %.1f %% of the lines, --min-coverage wants %v %%", run.Coverage.Percent, minimum), ""}
	}
	return nil
}
