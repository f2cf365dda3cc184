package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/source/hub"
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
	offline, complete, verbose, datasets   bool
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
	known       vocabulary
	definitions []string
	// failOn is the level that each subject's own configuration sets, in the
	// order of the subjects; empty where it sets none.
	failOn []string
	// folders has each subject's folder relative to the working directory, in
	// the same order; empty for one that has none there.
	folders []string
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
	f.BoolVar(&r.flags.datasets, "datasets", false, "read the datasets that the cards name, too")
	f.BoolVar(&r.flags.complete, "complete", false, "exit 3 where some ancestor or licence is not known")
	f.StringArrayVar(&r.flags.definitions, "definition", nil, "ask for a definition to be met, such as osaid-1.0 (repeats)")
	f.StringVar(&r.flags.reading, "reading", "", "how definitions are read: "+strings.Join(readings, ", ")+" (default text)")
	f.StringSliceVar(&r.flags.use.uses, "use", nil, "declare a use: "+strings.Join(uses, ", "))
	f.Int64Var(&r.flags.use.users, "users", 0, "declare the monthly active users of your products")
	f.Int64Var(&r.flags.use.revenue, "revenue", 0, "declare the yearly revenue in US dollars")
	f.StringSliceVar(&r.flags.use.regions, "region", nil, "declare where it is used: EU, or a country such as DE")
	f.StringSliceVar(&r.flags.use.fields, "field", nil, "declare what it is used for, such as military or medical")
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
	result, err := c.checker(r).Run(ctx, subjects)
	stop()
	if err != nil {
		return undecided("if it happens again, report it with the target", "%w", err)
	}
	if err := report.Write(c.Stdout, r.flags.format, result, c.options(r)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return r.outcome(result)
}

func (c *Command) checker(r *run) *check.Checker {
	return &check.Checker{
		Walker: r.walker, Engine: r.engine, Now: c.Now(),
		Tool: model.Tool{Name: "entail", Version: c.Version},
	}
}

// validate checks the flags that have a fixed set of values.
func (f *checkFlags) validate() error {
	for _, flag := range []struct {
		name, value string
		values      []string
	}{
		{"format", f.format, report.Formats()},
		{"fail-on", cmp.Or(f.failOn, failLevels[0]), failLevels},
		{"reading", cmp.Or(f.reading, readings[0]), readings},
		{"color", f.color, colors},
	} {
		if err := oneOf("check", flag.name, flag.value, flag.values); err != nil {
			return err
		}
	}
	for _, use := range f.use.uses {
		if err := oneOf("check", "use", use, uses); err != nil {
			return err
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
	licenses, engine, err := loadPolicies(ctx)
	if err != nil {
		return "", err
	}
	r.engine = engine
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
	r.walker = &lineage.Walker{Sources: sources, Catalog: licenses, Datasets: r.flags.datasets}
	r.known = vocabulary{fields: fieldNames(licenses), definitions: c.checker(r).Definitions}
	r.flags.use.fields = r.known.widen(r.flags.use.fields)
	r.config.Use.Fields = r.known.widen(r.config.Use.Fields)
	if err := r.known.check(ctx, flagName, r.flags.use.input(), r.flags.definitions); err != nil {
		return "", err
	}
	return settings.Endpoint, r.vet(ctx, r.flags.config, r.config)
}

// truthy reads a switch as the Hub's own clients do.
func truthy(value string) bool {
	return slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(value))
}

func (c *Command) options(r *run) report.Options {
	width, isTerminal := terminal(c.Stdout)
	titles := map[string]string{}
	var rules []report.Rule
	for _, rule := range r.engine.Rules() {
		titles[rule.ID] = rule.Title
		rules = append(rules, report.Rule{
			ID: rule.ID, Title: rule.Title, Description: rule.Description, Level: rule.Level, Refs: rule.Refs,
		})
	}
	return report.Options{
		Color: c.color(r.flags.color, isTerminal), Width: width, Verbose: r.flags.verbose,
		Titles: titles, Definitions: r.definitions, Rules: rules, Folders: r.folders,
	}
}

// outcome turns a result into the exit code.
func (r *run) outcome(result *model.Result) error {
	for i, one := range result.Results {
		level := cmp.Or(r.flags.failOn, r.failOn[i], string(model.LevelError))
		if slices.ContainsFunc(one.Findings, func(f model.Finding) bool { return reaches(f.Level, level) }) {
			return errFindings
		}
	}
	var missing []string
	for _, one := range result.Results {
		switch why, unread := unreadSubject(&one); {
		case unread:
			missing = append(missing, fmt.Sprintf("%s could not be read: %s", one.Subject, why))
		case r.flags.complete && len(one.Incomplete) > 0:
			missing = append(missing, fmt.Sprintf("%s: %s", one.Subject, strings.Join(one.Incomplete, "; ")))
		}
	}
	if len(missing) > 0 {
		return undecided("", "could not decide: %s", strings.Join(missing, "; "))
	}
	return nil
}

// unreadSubject says why the subject itself could not be read, if it could not.
func unreadSubject(one *model.SubjectResult) (why string, unread bool) {
	for _, node := range one.Lineage.Nodes {
		if node.ID == one.Subject {
			return cmp.Or(node.Detail, string(node.State)), node.State != model.Resolved
		}
	}
	return "the rules say nothing of it", true
}

func reaches(found model.Level, threshold string) bool {
	return threshold != "never" && found.Rank() <= model.Level(threshold).Rank()
}
