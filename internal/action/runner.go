package action

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sethvargo/go-githubactions"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
)

// Limits of what the runner shows and takes of one step
// (docs.github.com, "Workflow commands", "Job summary limits").
const (
	maxAnnotations  = 10
	maxSummaryBytes = 1 << 20
	maxOutputBytes  = 1 << 20
)

// Runner is the runner of a workflow's job. The library behind it panics where
// it cannot write; its methods return that as an error.
type Runner struct {
	action *githubactions.Action
	out    io.Writer
	getenv func(string) string
	stop   string
}

// NewRunner returns the runner that reads this process's output. getenv tells
// where its files are; what it has no file for is left out.
func NewRunner(out io.Writer, getenv func(string) string) *Runner {
	return &Runner{
		action: githubactions.New(githubactions.WithWriter(out), githubactions.WithGetenv(getenv)),
		out:    out, getenv: getenv,
		stop: "entail-" + rand.Text(),
	}
}

// Input reads an input of the step by its name.
func (r *Runner) Input(name string) string {
	return r.action.GetInput(strings.ReplaceAll(name, "-", "_"))
}

// guard turns the library's panic at a failed write into an error.
func guard(what string, do func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			cause, ok := p.(error)
			if !ok {
				cause = fmt.Errorf("%v", p)
			}
			err = fmt.Errorf("%s: %w", what, cause)
		}
	}()
	do()
	return nil
}

// Mask keeps a secret out of the log. Nothing is masked for an empty one.
func (r *Runner) Mask(secret string) error {
	if secret == "" {
		return nil
	}
	return guard("mask a token", func() { r.action.AddMask(secret) })
}

// Log writes text to the job's log. The runner takes any line of it that looks
// like a command as one, so that commands are switched off around it, by a word
// that the text cannot know.
func (r *Runner) Log(text string) error {
	_, err := fmt.Fprintf(r.out, "::stop-commands::%s\n%s\n::%s::\n", r.stop, strings.TrimSuffix(text, "\n"), r.stop)
	if err != nil {
		return fmt.Errorf("write to the log: %w", err)
	}
	return nil
}

// Problem shows an error or a warning that is about no file.
func (r *Runner) Problem(level model.Level, title, message string) error {
	return r.annotation(level, map[string]string{"title": title}, message)
}

func (r *Runner) annotation(level model.Level, fields map[string]string, message string) error {
	to := r.action.WithFieldsMap(fields)
	message = report.Plain(message)
	return guard("annotate", func() {
		switch level {
		case model.LevelWarning:
			to.Warningf("%s", message)
		case model.LevelNote:
			to.Noticef("%s", message)
		default:
			to.Errorf("%s", message)
		}
	})
}

// Placed is a finding with the folder of its release, relative to the
// workspace.
type Placed struct {
	model.Finding
	Folder string
	// New is true of a finding that the base of a pull request does not have.
	New bool
}

// Annotate shows findings on the lines that cause them, most severe first and
// of those the new ones, and says how many of each level had no room: the
// runner shows ten of a level.
func (r *Runner) Annotate(findings []Placed, titles map[string]string) error {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b Placed) int {
		if a.New != b.New && a.Level == b.Level {
			if a.New {
				return -1
			}
			return 1
		}
		return a.Level.Rank() - b.Level.Rank()
	})
	shown := map[model.Level]int{}
	var errs []error
	for _, f := range sorted {
		if shown[f.Level]++; shown[f.Level] > maxAnnotations {
			continue
		}
		fields := map[string]string{"title": report.Plain(orElse(titles[f.Rule], f.Rule))}
		if len(f.At) > 0 {
			at := f.At[0]
			fields["file"] = report.Plain(path.Join(f.Folder, at.File))
			fields["line"] = strconv.Itoa(max(at.Line, 1))
			fields["col"] = strconv.Itoa(max(at.Column, 1))
		}
		message := f.Message
		if f.Fix != "" {
			message += " " + f.Fix
		}
		errs = append(errs, r.annotation(f.Level, fields, message))
	}
	for _, level := range model.Levels() {
		if left := shown[level] - maxAnnotations; left > 0 {
			errs = append(errs, r.Log(fmt.Sprintf("%d more findings of level %s have no annotation; the report has them.", left, level)))
		}
	}
	return errors.Join(errs...)
}

// SummaryLimit is how many characters Summary shows at most.
const SummaryLimit = maxSummaryBytes / 4

// Summary adds Markdown to the job's summary.
func (r *Runner) Summary(markdown string) error {
	if r.getenv("GITHUB_STEP_SUMMARY") == "" {
		return nil
	}
	if len(markdown) > maxSummaryBytes {
		return fmt.Errorf("write the summary: %d bytes, and GitHub takes %d", len(markdown), maxSummaryBytes)
	}
	return guard("write the summary", func() { r.action.AddStepSummary(markdown) })
}

// Output sets an output of the step. A value of several lines, or one that is
// too large, is refused: the runner's file has a form that such a value could
// break out of.
func (r *Runner) Output(name, value string) error {
	if r.getenv("GITHUB_OUTPUT") == "" {
		return nil
	}
	if strings.ContainsAny(value, "\r\n") || len(value) > maxOutputBytes {
		return fmt.Errorf("set output %s: want one line of at most %d bytes", name, maxOutputBytes)
	}
	return guard("set output "+name, func() { r.action.SetOutput(name, value) })
}
