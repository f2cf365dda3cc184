package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/action"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

func (c *Command) actionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "action",
		Short: "What action.yml runs in a GitHub workflow",
		Long: `action checks releases as check does, for a workflow on GitHub: it takes inputs,
event and repository from the runner's environment, compares a pull request with
its base, and writes annotations, the job's summary, outputs, one comment and
SARIF. docs/action.md has workflows to copy.

Policies and configuration of a pull request are those of its base, so that it
cannot waive anything for itself.

Exit status: 0 nothing that fails; 1 findings that do; 2 wrong inputs or
configuration; 3 could not decide.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.action(cmd.Context()) },
	}
}

// job is one run of the Action.
type job struct {
	*Command
	*run
	runner *action.Runner
	inputs action.Inputs
	event  action.Event
	client *action.Client
	base   *base
	said   map[string]bool
}

// action runs the Action. What goes wrong is shown as an annotation, too, since
// few people open the log of a step.
func (c *Command) action(ctx context.Context) error {
	runner := action.NewRunner(c.Stdout, c.Getenv)
	err := c.runJob(ctx, runner)
	if err != nil && !errors.Is(err, errFindings) {
		err = errors.Join(err, runner.Problem(model.LevelError, "entail", strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	return err
}

func (c *Command) runJob(ctx context.Context, runner *action.Runner) error {
	inputs, err := action.ReadInputs(runner.Input)
	if err != nil {
		return usageError("docs/action.md has every input", "%w", err)
	}
	event, err := action.ReadEvent(c.Getenv, os.ReadFile)
	if err != nil {
		return undecided("", "%w", err)
	}
	own := *c
	own.Getenv = func(name string) string {
		switch {
		case name == "HF_TOKEN" && inputs.HubToken != "":
			return inputs.HubToken
		case name == "GITHUB_TOKEN" && inputs.GitHubToken != "":
			return inputs.GitHubToken
		}
		return c.Getenv(name)
	}
	j := &job{Command: &own, run: &run{}, runner: runner, inputs: inputs, event: event, said: map[string]bool{}}
	if err := errors.Join(runner.Mask(inputs.GitHubToken), runner.Mask(inputs.HubToken)); err != nil {
		return undecided("", "%w", err)
	}
	if j.client, err = action.Connect(event, inputs.GitHubToken, "entail/"+c.Version+" (+"+homepage+")"); err != nil {
		return usageError("", "%w", err)
	}
	return j.do(ctx)
}

// do checks the releases and shows what came out.
func (j *job) do(ctx context.Context) error {
	targets, proceed, err := j.targets(ctx)
	if err != nil || !proceed {
		return err
	}
	if err := j.warnOfTarget(ctx); err != nil {
		return err
	}
	j.base = newBase(j)
	defer j.base.close()
	if err := j.configure(ctx, targets); err != nil {
		return err
	}
	at, err := j.setup(ctx, j.run)
	if err != nil {
		return err
	}
	var subjects []check.Subject
	for _, arg := range targets {
		t, err := parseTarget(arg, at)
		if err != nil {
			return err
		}
		found, err := j.subjects(ctx, t)
		if err != nil {
			return err
		}
		subjects = append(subjects, found...)
	}
	if stale, err := j.movedOn(subjects); stale || err != nil {
		return err
	}
	if err := j.complete(ctx, subjects); err != nil {
		return err
	}
	if err := j.run.vetRules(); err != nil {
		return err
	}
	result, err := j.checker(j.run).Run(ctx, subjects)
	if err != nil {
		return checkFailed(err)
	}
	changes, err := j.base.compare(ctx, result, subjects)
	if err != nil {
		return err
	}
	return j.show(ctx, result, changes)
}

// targets are what is checked. A workflow that follows another one's run for a
// pull request checks nothing out: it reads the head by GitHub's API, as data.
func (j *job) targets(ctx context.Context) (targets []string, proceed bool, err error) {
	if j.event.After == nil {
		return j.inputs.Targets, true, nil
	}
	if j.event.PullRequest, err = action.FindPullRequest(ctx, j.client, j.event); err != nil {
		return nil, false, undecided("", "%w", err)
	}
	if j.event.PullRequest == nil {
		return nil, false, j.runner.Log("entail: the workflow before this one ran for no pull request that is still open")
	}
	after := j.event.After
	ref, ok := j.event.Place(after.Owner, after.Repo, j.inputs.Path, after.Branch)
	if !ok {
		return nil, false, undecided("path is a folder within the repository", "read %s of %s/%s by the API of this server: no reference can name it", j.inputs.Path, after.Owner, after.Repo)
	}
	return []string{ref.String()}, true, nil
}

// complete gives a head that is read by GitHub's API what one in a checkout has:
// the configuration that governs it, and its lock.
func (j *job) complete(ctx context.Context, subjects []check.Subject) error {
	if j.event.After == nil || len(subjects) == 0 || subjects[0].Snapshot.State != model.Resolved {
		return nil
	}
	head, folder := subjects[0].Snapshot, j.inputs.Path
	if j.inputs.Config == "" {
		own, err := configAt(ctx, head, folder, "the pull request")
		if err != nil {
			return err
		}
		own.Use.Fields = j.known.widen(own.Use.Fields)
		if err := j.run.vet(ctx, path.Join(folder, configFile), own); err != nil {
			return err
		}
		governing, err := j.base.govern(ctx, folder, own)
		if err != nil {
			return err
		}
		j.run.folders, j.run.failOn, j.run.configs = nil, nil, nil
		subjects[0] = j.run.subject(head, governing, "")
	}
	return j.base.pin(ctx, &subjects[0], head, "the pull request")
}

// movedOn says whether the head has changed since the run that this one
// follows; another run then follows for it.
func (j *job) movedOn(subjects []check.Subject) (bool, error) {
	if j.event.After == nil || len(subjects) == 0 || subjects[0].Snapshot.State != model.Resolved || subjects[0].Snapshot.Revision == j.event.After.SHA {
		return false, nil
	}
	return true, j.runner.Log("entail: the pull request has changed since; the run for its present head will say what holds")
}

// warnOfTarget warns where a workflow with a token that may write has checked
// out the head of a pull request: what runs there next may be anybody's.
func (j *job) warnOfTarget(ctx context.Context) error {
	if j.event.Name != "pull_request_target" || j.event.PullRequest == nil {
		return nil
	}
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "HEAD").Output()
	if err != nil || strings.TrimSpace(string(out)) != j.event.PullRequest.Head {
		return nil
	}
	return j.runner.Problem(model.LevelWarning, "entail: pull_request_target",
		"This workflow runs with a token that may write, and has checked out the head of the pull request. Use pull_request, or check nothing out.")
}

// configure turns inputs into flags. On a pull request policies and a
// configuration named come from its base.
func (j *job) configure(ctx context.Context, targets []string) error {
	in := j.inputs
	j.flags.definitions, j.flags.use.uses = in.Definitions, in.Use
	j.flags.lock.file, j.flags.lock.refresh = in.Lock, in.Refresh
	j.flags.sources.offline = in.Offline || !in.Refresh && j.locked(targets)
	j.flags.sources.cacheSize = "0" // a runner is thrown away
	j.flags.failOn = in.FailOn
	for _, use := range in.Use {
		if err := oneOf("action", "use", use, uses); err != nil {
			return err
		}
	}
	var err error
	if j.flags.policies, err = j.base.folders(ctx, in.Policies); err != nil {
		return err
	}
	if in.Config != "" {
		if j.flags.config, err = j.base.file(ctx, in.Config); err != nil {
			return err
		}
	}
	j.govern, j.pinned = j.base.govern, j.base.lockOf
	return j.demandPolicies(ctx, targets)
}

// demandPolicies finds the policies that configurations ask for. On a pull
// request those are the ones of its base, and so are the files.
func (j *job) demandPolicies(ctx context.Context, targets []string) error {
	if err := j.demand(ctx, targets); err != nil {
		return err
	}
	j.demands.online = !j.inputs.Offline
	if !j.base.wanted() {
		return nil
	}
	if j.event.After != nil && j.flags.config == "" {
		if err := j.base.asked(ctx); err != nil {
			return err
		}
	}
	specs := j.demands.specs
	if j.flags.config != "" {
		named, err := readConfig(j.flags.config)
		if err != nil {
			return usageError("policies/schema/config.json lists every key", "%w", err)
		}
		specs = resolveSpecs(filepath.Dir(j.inputs.Config), named.Policies)
	}
	opened, err := j.base.folders(ctx, specs)
	j.demands.opened = append([]string{}, opened...)
	return err
}

// locked says whether every release has a lock: the Hub is then not asked.
func (j *job) locked(targets []string) bool {
	if j.inputs.Lock != "" {
		return true
	}
	for _, target := range targets {
		folders, err := source.FindReleases(target)
		if err != nil || len(folders) == 0 {
			return false
		}
		for _, folder := range folders {
			if info, err := os.Lstat(filepath.Join(folder, lock.FileName)); err != nil || !info.Mode().IsRegular() {
				return false
			}
		}
	}
	return true
}

// failing turns a result into the exit code.
func (j *job) failing(result *model.Result, changes []model.Changes) error {
	if j.inputs.WarnOnly {
		return nil
	}
	for i, one := range result.Results {
		findings := model.Counted(one.Findings)
		if j.inputs.OnlyNew && i < len(changes) && changes[i].Before != "" {
			findings = changes[i].New
		}
		level := cmp.Or(j.inputs.FailOn, j.run.failOn[i], string(model.LevelError))
		if slices.ContainsFunc(findings, func(f model.Finding) bool { return reaches(f.Level, level) }) {
			return errFindings
		}
	}
	var open []string
	if j.base.unread {
		// A pass could come from demands that nobody has read.
		open = append(open, "the base branch could not be read, and so what it demands is not known")
	}
	for _, one := range result.Results {
		if why, unread := unreadSubject(&one); unread {
			open = append(open, fmt.Sprintf("%s could not be read: %s", one.Subject, why))
		} else if j.inputs.Unknown == "fail" && len(one.Incomplete) > 0 {
			open = append(open, fmt.Sprintf("%s: %s", one.Subject, strings.Join(one.Incomplete, "; ")))
		}
	}
	if len(open) > 0 {
		return undecided("", "could not decide: %s", strings.Join(open, "; "))
	}
	return nil
}
