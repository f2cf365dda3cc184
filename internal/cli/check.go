package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
)

// Values that flags and configuration share.
var (
	failLevels = []string{"error", "warning", "note", "never"}
	readings   = []string{"text", "practice"}
	uses       = []string{"commercial", "redistribute", "hosted", "train"}
	colors     = []string{"auto", "always", "never"}
)

// headline is the definition whose verdict every report tells, asked for or not.
const headline = "osaid-1.0"

// checkFlags are the flags of check.
type checkFlags struct {
	format, failOn, color, config, reading string
	complete, verbose, datasets            bool
	trace                                  bool
	explain                                []string
	definitions, policies                  []string
	use                                    useFlags
	lock                                   lockFlags
	key                                    keyFlags
	sources                                sourceFlags
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
	sources     *sources
	walker      *lineage.Walker
	engine      *policy.Engine
	known       vocabulary
	definitions []string
	// demands are the policies that configurations ask for; nil where no rule
	// is asked for a verdict.
	demands *demands
	// failOn is the level that each subject's own configuration sets, in the
	// order of the subjects; empty where it sets none.
	failOn []string
	// configs are their configurations, in the same order.
	configs []config
	// folders has each subject's folder relative to the working directory, in
	// the same order; empty for one that has none there.
	folders []string
	// govern, where set, says which configuration governs a folder that has one
	// of its own.
	govern func(ctx context.Context, folder string, own config) (config, error)
	// pinned, where set, reads the lock whose policies govern a folder, in place
	// of the folder's own.
	pinned func(ctx context.Context, folder string) (path string, file *lock.File, err error)
}

func (c *Command) checkCommand() *cobra.Command {
	r := &run{}
	cmd := &cobra.Command{
		Use:   "check [TARGET…]",
		Short: "Check releases: terms inherited and dropped, obligations, openness",
		Long: `check reads each target, walks its base models to the roots, and says which
terms bind the release, which of them its own licence drops, and what it owes.

A target is
  a folder                             by default this one
  org/name[@revision]                  a model on the Hub
  github:owner/repo[/folder][@ref]     a repository on GitHub; ref is a branch,
                                       a tag or a commit
  https://…                            the address of either
  NAME.tar.zst                         a snapshot that "entail snapshot" wrote

Ancestors are read from the folder's entail.lock where there is one ("entail
lock" writes it). What it lacks is read from the local Hub cache where that has
enough of it, else from the Hub; from GitHub; and, where the card of a folder
names one by its path, from the folder beside it. Where the Hub cannot be
reached, what entail kept of earlier runs or the index that it carries stands
in, marked with its date. --refresh reads the state of now and says what changed
since it was locked. --offline opens no connection.

What no field of a card can say, entail.yaml declares:
  derived_from:
    - model: org/teacher      # or github:owner/repo, or a path
      relation: distilled     # adapter, distilled, finetune, merge, quantized
                              # or trained-on

Exit status: 0 nothing at or above --fail-on; 1 findings at or above it;
2 usage or configuration; 3 could not decide.`,
		Example: `  entail check
  entail check meta-llama/Llama-3.1-8B-Instruct
  entail check github:owner/repo@v1.0
  entail check ./model --offline --fail-on warning
  entail check . --use commercial,hosted --users 5000000 --region EU
  entail check . --definition osaid-1.0 --format json
  entail check . --explain lineage/dropped-restriction`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.check(cmd.Context(), r, args) },
	}
	f := cmd.Flags()
	choiceFlag(cmd, &r.flags.format, "format", "report format", report.Formats())
	f.StringVar(&r.flags.failOn, "fail-on", "", "exit 1 at this level or above: "+strings.Join(failLevels, ", ")+" (default error)")
	f.BoolVar(&r.flags.complete, "complete", false, "exit 3 where some ancestor or licence is not known")
	choiceFlag(cmd, &r.flags.color, "color", "colour", colors)
	f.BoolVarP(&r.flags.verbose, "verbose", "v", false, "show notes in full")
	f.StringArrayVar(&r.flags.explain, "explain", nil, "show on stderr why a rule found what it did, or nothing: RULE or RULE@MODEL (repeats)")
	f.BoolVar(&r.flags.trace, "trace", false, "--explain for every rule of yours, or every rule where you have none")
	offer(cmd, "fail-on", failLevels)
	c.addFacts(cmd, &r.flags)
	return cmd
}

// addFacts puts the flags on a command that change what rules see.
func (c *Command) addFacts(cmd *cobra.Command, flags *checkFlags) {
	f := cmd.Flags()
	flags.sources.add(f)
	f.BoolVar(&flags.datasets, "datasets", false, "read the datasets that the cards name, too")
	f.StringArrayVar(&flags.definitions, "definition", nil, "ask for a definition to be met, such as osaid-1.0 (repeats)")
	policyFlag(f, &flags.policies)
	flags.key.add(f)
	f.StringVar(&flags.reading, "reading", "", "how definitions are read: "+strings.Join(readings, ", ")+" (default text)")
	f.StringSliceVar(&flags.use.uses, "use", nil, "declare a use: "+strings.Join(uses, ", "))
	f.Int64Var(&flags.use.users, "users", 0, "declare the monthly active users of your products")
	f.Int64Var(&flags.use.revenue, "revenue", 0, "declare the yearly revenue in US dollars")
	f.StringSliceVar(&flags.use.regions, "region", nil, "declare where it is used: EU, or a country such as DE")
	f.StringSliceVar(&flags.use.fields, "field", nil, "declare what it is used for, such as military or medical")
	f.StringVar(&flags.config, "config", "", "configuration file, in place of entail.yaml in each folder")
	flags.lock.add(f)
	f.BoolVar(&flags.lock.refresh, "refresh", false, "read the state of now, and say how it differs from the lock's")
	offer(cmd, "reading", readings)
	offer(cmd, "use", uses)
	offerNames(cmd)
}

func (c *Command) check(ctx context.Context, r *run, args []string) error {
	if err := r.flags.validate(); err != nil {
		return err
	}
	subjects, err := c.open(ctx, r, args)
	if err != nil {
		return err
	}
	explained, err := newExplainer(ctx, r)
	if err != nil {
		return err
	}
	if strings.HasPrefix(r.flags.format, "badge") && (len(subjects) != 1 || len(r.definitions) > 1) {
		return usageError("name one release, and at most one --definition",
			"--format %s: a badge has room for one release and one definition", r.flags.format)
	}
	stop := c.progress(r.walker)
	checker := c.checker(r)
	checker.Judged = explained.judged
	result, err := checker.Run(ctx, subjects)
	stop()
	if err != nil {
		return checkFailed(err)
	}
	if err := report.Write(c.Stdout, r.flags.format, result, c.options(r)); err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	width, isTerminal := terminal(c.Stderr)
	if err := explained.write(c.Stderr, report.Options{Color: c.color(r.flags.color, isTerminal), Width: width}); err != nil {
		return err
	}
	return r.outcome(result)
}

// open makes a run ready and opens the releases that its arguments name; none
// is the folder that it runs in.
func (c *Command) open(ctx context.Context, r *run, args []string) ([]check.Subject, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	if err := r.demand(ctx, args); err != nil {
		return nil, err
	}
	endpoint, err := c.setup(ctx, r)
	if err != nil {
		return nil, err
	}
	var subjects []check.Subject
	for _, arg := range args {
		t, err := parseTarget(arg, endpoint)
		if err != nil {
			return nil, err
		}
		found, err := r.subjects(ctx, t)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, found...)
	}
	return subjects, r.vetRules()
}

// checkFailed says that no result came out.
func checkFailed(err error) error {
	if errors.Is(err, policy.ErrNoRules) {
		return undecided("leave a rule about the release on in the configuration", "%w", err)
	}
	return undecided("if it happens again, report it with the target", "%w", err)
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
		{"color", f.color, colors},
	} {
		if err := oneOf("check", flag.name, flag.value, flag.values); err != nil {
			return err
		}
	}
	return f.validateFacts("check")
}

// validateFacts checks those that change what rules see.
func (f *checkFlags) validateFacts(command string) error {
	if err := oneOf(command, "reading", cmp.Or(f.reading, readings[0]), readings); err != nil {
		return err
	}
	for _, use := range f.use.uses {
		if err := oneOf(command, "use", use, uses); err != nil {
			return err
		}
	}
	return f.lock.validate()
}

// setup loads the configuration, the catalogue, the rules and the sources. It
// returns the servers whose addresses targets may have.
func (c *Command) setup(ctx context.Context, r *run) (at endpoints, err error) {
	if r.flags.config != "" {
		if r.config, err = readConfig(r.flags.config); err != nil {
			return at, usageError("policies/schema/config.json lists every key", "%w", err)
		}
	}
	licenses, engine, err := c.loadRun(ctx, r)
	if err != nil {
		return at, err
	}
	r.engine = engine
	if r.sources, err = c.openSources(r.flags.sources, licenses.Models()); err != nil {
		return at, err
	}
	r.walker = &lineage.Walker{Sources: r.sources.ancestors, Catalog: licenses, Datasets: r.flags.datasets}
	r.known = vocabulary{
		fields: fieldNames(licenses), relations: relationNames(licenses.Data()), endpoints: r.sources.at,
		definitions: c.checker(r).Definitions,
	}
	r.flags.use.fields = r.known.widen(r.flags.use.fields)
	r.config.Use.Fields = r.known.widen(r.config.Use.Fields)
	if err := r.known.check(ctx, flagName, r.flags.use.input(), r.flags.definitions); err != nil {
		return at, err
	}
	return r.sources.at, r.vet(ctx, r.flags.config, r.config)
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
		Titles: titles, Definitions: r.definitions, Headline: []string{headline}, Rules: rules, Folders: r.folders,
	}
}

// outcome turns a result into the exit code.
func (r *run) outcome(result *model.Result) error {
	for i, one := range result.Results {
		level := cmp.Or(r.flags.failOn, r.failOn[i], string(model.LevelError))
		if slices.ContainsFunc(model.Counted(one.Findings), func(f model.Finding) bool { return reaches(f.Level, level) }) {
			return errFindings
		}
	}
	var missing []string
	for _, one := range result.Results {
		switch why, unread := unreadSubject(&one); {
		case unread:
			missing = append(missing, fmt.Sprintf("%s could not be read: %s", one.Subject, why))
		case len(one.Failed) > 0:
			missing = append(missing, fmt.Sprintf("%s: %s failed: %s", one.Subject, one.Failed[0].Rule, one.Failed[0].Why))
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
