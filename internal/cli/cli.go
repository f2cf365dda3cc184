// Package cli is entail's command line: commands, flags, configuration and
// exit codes. It alone reads the environment, and hands everything else in.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/entail-dev/entail/internal/report"
)

// Exit codes. The report's format never changes them.
const (
	// ExitOK: nothing at or above --fail-on.
	ExitOK = 0
	// ExitFindings: findings at or above --fail-on.
	ExitFindings = 1
	// ExitUsage: wrong usage, configuration, or a policy that does not compile.
	ExitUsage = 2
	// ExitUndecided: no rule ran, no subject was found, a rule failed, a
	// subject could not be read, or --complete was asked for and something
	// is missing.
	ExitUndecided = 3
)

// Command is one run of entail, with everything it may reach outside itself.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv reads one variable of the environment; empty where it is not set.
	Getenv func(string) string
	Now    func() time.Time
	// Version is printed by --version and named to servers.
	Version string
}

// failure is an error with the exit code it ends the program with, and a hint
// at what to try.
type failure struct {
	code int
	err  error
	hint string
}

// Error is what went wrong, without the hint.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.err }

func usageError(hint, format string, args ...any) error {
	return &failure{ExitUsage, fmt.Errorf(format, args...), hint}
}

func undecided(hint, format string, args ...any) error {
	return &failure{ExitUndecided, fmt.Errorf(format, args...), hint}
}

// errFindings ends a run with ExitFindings; the report has said why.
var errFindings = errors.New("findings")

// Main runs the command line args (without the program's name) and returns the
// exit code.
func (c *Command) Main(ctx context.Context, args []string) int {
	root := c.root()
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		c.completions(root)
	}
	root.SetArgs(args)
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	if errors.Is(err, errFindings) {
		return ExitFindings
	}
	code, hint := ExitUsage, "see entail --help"
	var known *failure
	if errors.As(err, &known) {
		code, hint = known.code, known.hint
	}
	if errors.Is(err, context.Canceled) {
		code, hint = ExitUndecided, ""
	}
	// The message may quote a file's name or contents.
	lead := "entail: "
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		fmt.Fprintf(c.Stderr, "%s%s\n", lead, report.Plain(strings.TrimSpace(line)))
		lead = "  "
	}
	if hint != "" {
		fmt.Fprintf(c.Stderr, "  try: %s\n", hint)
	}
	return code
}

func (c *Command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "entail",
		Short: "Tell what an AI model release may be used for, and whether it is what it says",
		Long: `entail reads an AI model release (card, licence files, base models), walks its
base models to the roots, and lets Rego policies say which terms bind it, which
of them it drops, and whether it is Open Source AI.`,
		Example: `  entail check                          the release in this folder
  entail check org/name                 a model on the Hub
  entail check . --use commercial       may it be used commercially?`,
		Version:           c.Version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return c.environment(cmd.Flags()) },
	}
	root.SetVersionTemplate("entail {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		hint := "see " + cmd.CommandPath() + " --help"
		if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
			return usageError(hint, "--%s %q: want %s", bad.GetFlag().Name, bad.GetValue(), wanted(bad.GetFlag()))
		}
		return usageError(hint, "%w", err)
	})
	root.AddCommand(c.actionCommand(), c.cacheCommand(), c.checkCommand(), c.compareCommand(), c.evidenceCommand(), c.explainCommand(),
		c.identifyCommand(), c.lineageCommand(), c.lockCommand(), c.policyCommand(), c.snapshotCommand())
	return root
}

// environment sets each flag that the command line leaves alone from
// ENTAIL_<FLAG>, where that is set.
func (c *Command) environment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "ENTAIL_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := c.Getenv(name)
		if f.Changed || value == "" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s %q: want %s", name, value, wanted(f)))
		}
	})
	if len(errs) > 0 {
		return usageError("unset the variable or correct its value", "read the environment: %w", errors.Join(errs...))
	}
	return nil
}

// wanted says in words what values a flag's type has.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "int64":
		return "a whole number"
	case "float64":
		return "a number"
	default:
		return "text"
	}
}

// terminal says whether w is a terminal, and how wide it is.
func terminal(w io.Writer) (width int, ok bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0, true
	}
	return width, true
}

// color decides whether to use colour: as asked, else on a terminal, unless
// NO_COLOR is set or the terminal is dumb (no-color.org).
func (c *Command) color(asked string, isTerminal bool) bool {
	switch asked {
	case "always":
		return true
	case "never":
		return false
	default:
		return isTerminal && c.Getenv("NO_COLOR") == "" && c.Getenv("TERM") != "dumb"
	}
}
