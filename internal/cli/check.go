package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
	"github.com/entail-dev/entail/policies"
)

// Values that flags and configuration share.
var (
	failLevels = []string{"error", "warning", "note", "never"}
	readings   = []string{"text", "practice"}
	uses       = []string{"commercial", "redistribute", "hosted", "train"}
	colors     = []string{"auto", "always", "never"}
)

// checkFlags are the flags of check.
type checkFlags struct {
	format, failOn, color, config, reading string
	offline, complete, verbose             bool
	definitions                            []string
	use                                    useFlags
}

// useFlags declare a use.
type useFlags struct {
	uses, regions, fields []string
	users, revenue        int64
}

func (u useFlags) given() bool {
	return len(u.uses)+len(u.regions)+len(u.fields) > 0 || u.users > 0 || u.revenue > 0
}

func (u useFlags) input() input.Use {
	return input.Use{
		Commercial:         slices.Contains(u.uses, "commercial"),
		Redistribute:       slices.Contains(u.uses, "redistribute"),
		Hosted:             slices.Contains(u.uses, "hosted"),
		TrainOtherModels:   slices.Contains(u.uses, "train"),
		MonthlyActiveUsers: u.users, AnnualRevenueUSD: u.revenue,
		Regions: u.regions, Fields: u.fields,
	}
}

// run is one run of check.
type run struct {
	flags       checkFlags
	config      config
	walker      *lineage.Walker
	engine      *policy.Engine
	failOn      []string
	definitions []string
}

func (c *Command) checkCommand() *cobra.Command {
	r := &run{}
	cmd := &cobra.Command{
		Use:   "check [TARGET…]",
		Short: "Check releases: terms inherited and dropped, obligations, openness",
		Long: `check reads each target (a folder, by default this one; org/name or
org/name@revision; or a model's address on the Hub), walks its base models to
the roots, and says which terms bind the release, which of them its own licence
drops, and what it owes.

Ancestors are read from the Hub; where it cannot be reached, from the index
that entail carries, marked with its date. --offline opens no connection.

Exit status: 0 nothing at or above --fail-on; 1 findings at or above it;
2 usage or configuration; 3 could not decide.`,
		Example: `  entail check
  entail check meta-llama/Llama-3.1-8B-Instruct
  entail check ./model --offline --fail-on warning
  entail check . --use commercial,hosted --users 5000000 --region EU
  entail check . --definition osaid-1.0 --format json`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.check(cmd.Context(), r, args) },
	}
	f := cmd.Flags()
	f.StringVar(&r.flags.format, "format", "text", "report format: "+strings.Join(report.Formats(), ", "))
	f.StringVar(&r.flags.failOn, "fail-on", "", "exit 1 at this level or above: "+strings.Join(failLevels, ", ")+" (default error)")
	f.BoolVar(&r.flags.offline, "offline", false, "open no network connection")
	f.BoolVar(&r.flags.complete, "complete", false, "exit 3 where some ancestor or licence is not known")
	f.StringArrayVar(&r.flags.definitions, "definition", nil, "ask for a definition to be met, such as osaid-1.0 (repeats)")
	f.StringVar(&r.flags.reading, "reading", "", "how definitions are read: "+strings.Join(readings, ", ")+" (default text)")
	f.StringSliceVar(&r.flags.use.uses, "use", nil, "declare a use: "+strings.Join(uses, ", "))
	f.Int64Var(&r.flags.use.users, "users", 0, "declare the monthly active users of your products")
	f.Int64Var(&r.flags.use.revenue, "revenue", 0, "declare the yearly revenue in US dollars")
	f.StringSliceVar(&r.flags.use.regions, "region", nil, "declare where it is used, such as EU")
	f.StringSliceVar(&r.flags.use.fields, "field", nil, "declare what it is used for, such as military or medical-advice")
	f.StringVar(&r.flags.config, "config", "", "configuration file, in place of entail.yaml in each folder")
	f.StringVar(&r.flags.color, "color", "auto", "colour: "+strings.Join(colors, ", "))
	f.BoolVarP(&r.flags.verbose, "verbose", "v", false, "show notes in full")
	for name, values := range map[string][]string{
		"format": report.Formats(), "fail-on": failLevels, "reading": readings, "use": uses, "color": colors,
	} {
		// The only error is a flag that does not exist.
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

func (c *Command) check(ctx context.Context, r *run, args []string) error {
	if err := r.flags.validate(); err != nil {
		return err
	}
	endpoint, err := c.setup(ctx, r)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	var subjects []check.Subject
	for _, arg := range args {
		t, err := parseTarget(arg, endpoint)
		if err != nil {
			return err
		}
		found, err := r.subjects(ctx, t)
		if err != nil {
			return err
		}
		subjects = append(subjects, found...)
	}
	stop := c.progress(r.walker)
	checker := &check.Checker{
		Walker: r.walker, Engine: r.engine, Now: c.Now(),
		Tool: model.Tool{Name: "entail", Version: c.Version},
	}
	result, err := checker.Run(ctx, subjects)
	stop()
	if err != nil {
		return undecided("if it happens again, report it with the target", "%w", err)
	}
	if err := report.Write(c.Stdout, r.flags.format, result, c.options(r)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return r.outcome(result)
}

// validate checks the flags that have a fixed set of values.
func (f *checkFlags) validate() error {
	for _, flag := range []struct {
		name, value string
		values      []string
	}{
		{"format", f.format, report.Formats()},
		{"fail-on", f.failOn, append([]string{""}, failLevels...)},
		{"reading", f.reading, append([]string{""}, readings...)},
		{"color", f.color, colors},
	} {
		if !slices.Contains(flag.values, flag.value) {
			return usageError("see entail check --help", "--%s %q: want one of %s", flag.name, flag.value,
				strings.TrimPrefix(strings.Join(flag.values, ", "), ", "))
		}
	}
	for _, use := range f.use.uses {
		if !slices.Contains(uses, use) {
			return usageError("see entail check --help", "--use %q: want one of %s", use, strings.Join(uses, ", "))
		}
	}
	return nil
}

// setup loads the configuration, the catalogue, the rules and the sources. It
// returns the Hub's address.
func (c *Command) setup(ctx context.Context, r *run) (endpoint string, err error) {
	if r.flags.config != "" {
		if r.config, err = readConfig(r.flags.config); err != nil {
			return "", usageError("policies/schema/config.json lists every key", "%w", err)
		}
	}
	catalog, err := license.LoadCatalog(policies.FS)
	if err != nil {
		return "", usageError("", "load the licence catalogue: %w", err)
	}
	if err := r.flags.known(catalog); err != nil {
		return "", err
	}
	if r.engine, err = policy.New(ctx, policies.FS, catalog.Data()); err != nil {
		return "", usageError("", "%w", err)
	}
	settings := hub.ConfigFromEnv(c.Getenv, os.ReadFile)
	settings.UserAgent = "entail/" + c.Version
	hubSource, err := hub.New(settings)
	if err != nil {
		return "", usageError("set HF_ENDPOINT to an address such as https://host", "use the Hub: %w", err)
	}
	sources := []source.Source{source.Index()}
	if !r.flags.offline && !truthy(c.Getenv("HF_HUB_OFFLINE")) {
		sources = []source.Source{hubSource, source.Index()}
	}
	r.walker = &lineage.Walker{Sources: sources, Catalog: catalog}
	return settings.Endpoint, nil
}

// known checks the flags whose values are the catalogue's.
func (f *checkFlags) known(catalog *license.Catalog) error {
	fields, _ := catalog.Data()["fields"].(map[string]any)
	for _, field := range f.use.fields {
		if _, ok := fields[field]; !ok {
			names := make([]string, 0, len(fields))
			for name := range fields {
				names = append(names, name)
			}
			slices.Sort(names)
			return usageError("", "--field %q: want one of %s", field, strings.Join(names, ", "))
		}
	}
	return nil
}

// truthy reads a switch as the Hub's own clients do.
func truthy(value string) bool {
	return slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(value))
}

func (c *Command) options(r *run) report.Options {
	width, isTerminal := terminal(c.Stdout)
	titles := map[string]string{}
	for _, rule := range r.engine.Rules() {
		titles[rule.ID] = rule.Title
	}
	return report.Options{
		Color: c.color(r.flags.color, isTerminal), Width: width, Verbose: r.flags.verbose,
		Titles: titles, Definitions: r.definitions,
	}
}

// outcome turns a result into the exit code.
func (r *run) outcome(result *model.Result) error {
	levels := r.failOn
	if r.flags.failOn != "" {
		levels = []string{r.flags.failOn}
	}
	if len(levels) == 0 {
		levels = []string{string(model.LevelError)}
	}
	for _, one := range result.Results {
		for _, f := range one.Findings {
			if slices.ContainsFunc(levels, func(level string) bool { return reaches(f.Level, level) }) {
				return errFindings
			}
		}
	}
	var missing []error
	for _, one := range result.Results {
		unread := one.Lineage.Nodes[0].State != model.Resolved
		if unread || r.flags.complete && len(one.Incomplete) > 0 {
			missing = append(missing, fmt.Errorf("%s: %s", one.Subject, strings.Join(one.Incomplete, "; ")))
		}
	}
	if len(missing) > 0 {
		return undecided("", "could not decide: %w", errors.Join(missing...))
	}
	return nil
}

func reaches(found model.Level, threshold string) bool {
	return threshold != "never" && found.Rank() <= model.Level(threshold).Rank()
}
