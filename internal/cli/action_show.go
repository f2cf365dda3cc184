package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/action"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
)

// show tells reviewers what came out, everywhere that the inputs ask for, and
// ends as the findings demand. Where GitHub does not let the token write, the
// rest is shown all the same.
func (j *job) show(ctx context.Context, result *model.Result, changes []model.Changes) error {
	options := j.options(j.run)
	options.Color = false
	if j.event.After != nil {
		options.Folders = []string{j.inputs.Path}
	}
	var log bytes.Buffer
	errs := []error{report.Write(&log, "text", result, options), j.runner.Log(log.String())}
	if j.inputs.Annotations {
		errs = append(errs, j.annotate(result, changes, options))
	}
	if j.inputs.Summary && (len(changes) > 0 || slices.ContainsFunc(result.Results, notable)) {
		errs = append(errs, j.runner.Summary(report.Markdown(result, changes, options, action.SummaryLimit)))
	}
	if err := errors.Join(errs...); err != nil {
		return undecided("", "show the result: %w", err)
	}
	files, err := j.write(result, options)
	if err != nil {
		return err
	}
	if err := j.outputs(result, changes, files); err != nil {
		return undecided("", "%w", err)
	}
	if err := j.tell(ctx, result, changes, files, options); err != nil {
		return undecided("", "%w", err)
	}
	return j.failing(result, changes)
}

// notable says whether there is anything to say of a release.
func notable(one model.SubjectResult) bool {
	return len(one.Findings) > 0 || one.Verdict != model.Pass
}

func (j *job) annotate(result *model.Result, changes []model.Changes, options report.Options) error {
	var placed []action.Placed
	var errs []error
	for i, one := range result.Results {
		findings := model.Counted(one.Findings)
		if j.inputs.OnlyNew && i < len(changes) && changes[i].Before != "" {
			findings = changes[i].New
		}
		fresh := map[string]bool{}
		if i < len(changes) {
			for _, f := range changes[i].New {
				fresh[f.Fingerprint()] = true
			}
		}
		for _, f := range findings {
			placed = append(placed, action.Placed{Finding: f, Folder: options.Folders[i], New: fresh[f.Fingerprint()]})
		}
		if j.inputs.Unknown == "warn" && len(one.Incomplete) > 0 {
			errs = append(errs, j.runner.Problem(model.LevelWarning, "entail: not everything is known",
				fmt.Sprintf("%s: %s", one.Subject, one.Incomplete[0])))
		}
	}
	return errors.Join(append(errs, j.runner.Annotate(placed, options.Titles))...)
}

// written are the files of a run.
type written struct{ report, sarif string }

// write writes the result, and SARIF where it is asked for.
func (j *job) write(result *model.Result, options report.Options) (written, error) {
	var files written
	folder := j.Getenv("RUNNER_TEMP")
	if folder == "" {
		folder = os.TempDir()
	}
	files.report = filepath.Join(folder, "entail-result.json")
	if err := j.writeReport(files.report, "json", result, options); err != nil {
		return files, err
	}
	if j.inputs.SARIFFile == "" && !j.inputs.UploadSARIF {
		return files, nil
	}
	if files.sarif = j.inputs.SARIFFile; files.sarif == "" {
		files.sarif = filepath.Join(folder, "entail.sarif")
	}
	return files, j.writeReport(files.sarif, "sarif", result, options)
}

func (j *job) writeReport(file, format string, result *model.Result, options report.Options) error {
	var text bytes.Buffer
	if err := report.Write(&text, format, result, options); err != nil {
		return undecided("", "%w", err)
	}
	if err := writeWhole(file, text.Bytes()); err != nil {
		return undecided("check that the folder can be written to", "%w", err)
	}
	return nil
}

// outputs sets the outputs of action.yml. They hold no words of a card: ids of
// licences and terms, numbers, and paths of this run.
func (j *job) outputs(result *model.Result, changes []model.Changes, files written) error {
	fresh := 0
	for _, c := range changes {
		fresh += len(c.New)
	}
	verdict := model.Pass
	for _, one := range result.Results {
		if one.Verdict == model.Fail || verdict == model.Pass {
			verdict = one.Verdict
		}
	}
	terms, err := json.Marshal(changedTerms(changes))
	if err != nil {
		return fmt.Errorf("set output changed-terms: %w", err)
	}
	var errs []error
	for _, o := range []struct{ name, value string }{
		{"verdict", string(verdict)}, {"osaid", worstVerdict(result, headline)},
		{"errors", fmt.Sprint(result.Summary.Errors)}, {"warnings", fmt.Sprint(result.Summary.Warnings)},
		{"new-findings", fmt.Sprint(fresh)}, {"report", files.report}, {"sarif", files.sarif}, {"changed-terms", string(terms)},
	} {
		errs = append(errs, j.runner.Output(o.name, o.value))
	}
	return errors.Join(errs...)
}

// worstVerdict is the worst verdict that a definition has for any release.
func worstVerdict(result *model.Result, name string) string {
	order := []string{"meets", "meets-but-for-licenses", "not-shown", "fails"}
	worst := -1
	for _, one := range result.Results {
		worst = max(worst, slices.Index(order, one.Definitions[name].Verdict))
	}
	if worst < 0 {
		return ""
	}
	return order[worst]
}

// changedTerm is one term of the output changed-terms.
type changedTerm struct {
	Term    string `json:"term"`
	Effect  string `json:"effect"`
	License string `json:"license"`
	Clause  string `json:"clause"`
}

// key is the form of a catalogue key. A license that is only a file's name is
// none, and stays out of an output.
var catalogKey = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*$`)

func changedTerms(changes []model.Changes) map[string][]changedTerm {
	all := map[string][]changedTerm{"gained": {}, "lost": {}}
	for _, c := range changes {
		for what, terms := range map[string][]model.InheritedTerm{"gained": c.Gained, "lost": c.Lost} {
			for _, t := range terms {
				one := changedTerm{Term: t.Term, Effect: t.Effect, License: t.License, Clause: t.Clause}
				if !catalogKey.MatchString(t.License) {
					one.License, one.Clause = "", ""
				}
				all[what] = append(all[what], one)
			}
		}
	}
	return all
}

// tell writes to GitHub: the comment, and SARIF.
func (j *job) tell(ctx context.Context, result *model.Result, changes []model.Changes, files written, options report.Options) error {
	var errs []error
	if j.inputs.Comment != "never" && j.event.PullRequest != nil {
		errs = append(errs, j.comment(ctx, result, changes, options))
	}
	if j.inputs.UploadSARIF {
		document, err := os.ReadFile(files.sarif)
		if err == nil {
			err = action.UploadSARIF(ctx, j.client, j.event, document)
		}
		errs = append(errs, err)
	}
	return j.refused(errors.Join(errs...))
}

// refused says once what GitHub did not take. The log, the annotations and the
// summary have said what there is to say.
func (j *job) refused(err error) error {
	if err == nil {
		return nil
	}
	message := "could not " + strings.ReplaceAll(err.Error(), "\n", ", nor ") + ". The log has the same"
	if errors.Is(err, action.ErrReadOnly) {
		message += "; docs/action.md says which permissions a job needs"
		if pull := j.event.PullRequest; pull != nil && pull.Fork {
			message += ", and how to comment on a pull request from a fork"
		}
	}
	return j.once(message)
}

func (j *job) comment(ctx context.Context, result *model.Result, changes []model.Changes, options report.Options) error {
	comments := &action.Comments{
		Client: j.client, Owner: j.event.Owner, Repo: j.event.Repo, Number: j.event.PullRequest.Number, Workflow: j.event.Workflow,
	}
	text := report.Markdown(result, changes, options, comments.BodyLimit()-len(struck))
	create, over := true, false
	switch j.inputs.Comment {
	case "on-findings":
		create = slices.ContainsFunc(result.Results, notable)
		over = !create
	case "on-change":
		create = slices.ContainsFunc(changes, func(c model.Changes) bool { return c.Any() })
		// Where nothing could be compared, what it said may well hold.
		over = !create && len(changes) > 0
	}
	if over {
		text = struck + text
	}
	_, err := comments.Put(ctx, text, create)
	return err
}

// struck begins a comment that has nothing to tell any more.
const struck = "~~What this comment told of~~ no longer holds.\n\n"
