package action

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// job is a runner with its log, files and environment.
type job struct {
	*Runner
	log    bytes.Buffer
	output string
	page   string
}

func newJob(t *testing.T) *job {
	t.Helper()
	dir := t.TempDir()
	j := &job{output: filepath.Join(dir, "output"), page: filepath.Join(dir, "summary")}
	env := map[string]string{"GITHUB_OUTPUT": j.output, "GITHUB_STEP_SUMMARY": j.page, "INPUT_FAIL_ON": " warning "}
	j.Runner = NewRunner(&j.log, func(name string) string { return env[name] })
	return j
}

// commands are the commands that a runner would take from a log, as the real
// one reads it: at the start of a line, blanks aside, or in the old form
// anywhere in it, unless they are switched off.
func commands(log string) []string {
	var all []string
	stopped := ""
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		switch {
		case stopped != "":
			if line == "::"+stopped+"::" {
				stopped = ""
			}
		case strings.HasPrefix(line, "::stop-commands::"):
			stopped = strings.TrimPrefix(line, "::stop-commands::")
		case strings.HasPrefix(line, "::"):
			all = append(all, name)
		case strings.Contains(line, "##["):
			all = append(all, line)
		}
	}
	return all
}

var hostile = []string{
	"::set-output name=verdict::pass", "  ::add-mask::e", "x\n::error::y", "##[set-env name=PATH]x", "a\r\n::stop-commands::x",
	"%0A::warning::z", "x::y,z:w", "_GitHubActionsFileCommandDelimeter_", "entail<<EOF",
}

func TestLogRunsNothing(t *testing.T) {
	for _, text := range hostile {
		j := newJob(t)
		if err := j.Log("before\n" + text + "\nafter"); err != nil {
			t.Fatal(err)
		}
		if err := j.Problem(model.LevelWarning, "t", "behind"); err != nil {
			t.Fatal(err)
		}
		if got := commands(j.log.String()); len(got) != 1 || !strings.HasPrefix(got[0], "warning") {
			t.Errorf("%q: the runner takes %q", text, got)
		}
		if !strings.Contains(j.log.String(), text) {
			t.Errorf("%q is not in the log", text)
		}
	}
}

func TestAnnotate(t *testing.T) {
	j := newJob(t)
	var findings []Placed
	for i := range 12 {
		findings = append(findings,
			Placed{model.Finding{Rule: "a/note", Level: model.LevelNote, Message: fmt.Sprint("note ", i)}, "", i == 11},
			Placed{model.Finding{Rule: "a/b", Level: model.LevelError, Message: "no: 100%", Fix: "Mend.",
				At: []model.Position{{File: "README.md", Line: 3, Column: 2}, {File: "x", Line: 9}}}, "models/a,b", false},
		)
	}
	if err := j.Annotate(findings, map[string]string{"a/b": "A rule"}); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(j.log.String()), "\n")
	if want := "::error col=2,file=models/a%2Cb/README.md,line=3,title=A rule::no: 100%25 Mend."; got[0] != want {
		t.Errorf("first\n got %s\nwant %s", got[0], want)
	}
	count := map[string]int{}
	for _, c := range commands(j.log.String()) {
		level, _, _ := strings.Cut(c, " ")
		count[level]++
	}
	if count["error"] != 10 || count["notice"] != 10 || len(count) != 2 {
		t.Errorf("annotations %v, want ten of each level", count)
	}
	if first := got[slices.IndexFunc(got, func(line string) bool { return strings.HasPrefix(line, "::notice ") })]; !strings.HasSuffix(first, "::note 11") {
		t.Errorf("the first note is %s, want the one that is new", first)
	}
	for _, words := range []string{"2 more findings of level error", "2 more findings of level note"} {
		if !strings.Contains(j.log.String(), words) {
			t.Errorf("the log does not say %q", words)
		}
	}
}

func TestHostileAnnotations(t *testing.T) {
	for _, text := range hostile {
		j := newJob(t)
		f := model.Finding{Rule: text, Level: model.LevelError, Message: text, Fix: text, At: []model.Position{{File: text, Line: 1}}}
		if err := j.Annotate([]Placed{{f, text, false}}, map[string]string{text: text}); err != nil {
			t.Fatal(err)
		}
		if got := commands(j.log.String()); len(got) != 1 || strings.Count(j.log.String(), "\n") != 1 {
			t.Errorf("%q: the runner takes %q", text, got)
		}
	}
}

func TestOutput(t *testing.T) {
	j := newJob(t)
	if err := j.Output("verdict", "pass"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(j.output)
	if err != nil || !strings.HasPrefix(string(text), "verdict<<") || !strings.Contains(string(text), "\npass\n") {
		t.Errorf("wrote %q, %v", text, err)
	}
	for _, value := range []string{"a\nb", "a\rb", strings.Repeat("x", maxOutputBytes+1)} {
		if err := j.Output("verdict", value); err == nil {
			t.Errorf("took %.20q", value)
		}
	}
	if after, _ := os.ReadFile(j.output); !bytes.Equal(after, text) {
		t.Error("a refused output was written")
	}
}

func TestSummary(t *testing.T) {
	j := newJob(t)
	if err := errors.Join(j.Summary("# one"), j.Summary("two")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(j.page); string(text) != "# one\ntwo\n" {
		t.Errorf("wrote %q, %v", text, err)
	}
	if err := j.Summary(strings.Repeat("x", maxSummaryBytes+1)); err == nil {
		t.Error("took a summary that GitHub refuses")
	}
}

// TestOutsideOfARunner holds that without its files nothing is written, and
// that a file that cannot be written is an error and no panic.
func TestOutsideOfARunner(t *testing.T) {
	var log bytes.Buffer
	r := NewRunner(&log, func(string) string { return "" })
	if err := errors.Join(r.Summary("x"), r.Output("a", "b"), r.Mask("")); err != nil || log.Len() > 0 {
		t.Errorf("%v, log %q", err, log.String())
	}
	r = NewRunner(failing{}, func(string) string { return t.TempDir() })
	for what, err := range map[string]error{
		"summary": r.Summary("x"), "output": r.Output("a", "b"), "mask": r.Mask("x"), "log": r.Log("x"), "problem": r.Problem(model.LevelError, "", "x"),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestMask(t *testing.T) {
	j := newJob(t)
	if err := j.Mask("secret"); err != nil || j.log.String() != "::add-mask::secret\n" {
		t.Errorf("wrote %q, %v", j.log.String(), err)
	}
	if got := j.Input("fail-on"); got != "warning" {
		t.Errorf("input %q", got)
	}
}
