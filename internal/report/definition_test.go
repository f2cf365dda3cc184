package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func place(line int) []model.Position {
	return []model.Position{{File: "entail-evidence.yaml", Line: line, Column: 3}}
}

func requirement(id, state string, at []model.Position) model.Requirement {
	return model.Requirement{ID: id, Title: "Title of " + id, State: state, Why: "because", At: at}
}

// judged is a release under a definition with a requirement in each state.
func judged(subject, verdict, reading string, findings ...model.Finding) model.SubjectResult {
	optional := requirement("OPEN-B2", "not-shown", nil)
	optional.Optional = true
	return model.SubjectResult{
		Subject: subject, Verdict: model.Pass, Findings: findings,
		Definitions: map[string]model.Judgement{"open": {
			Verdict: verdict, Title: "the Open Definition", Reading: reading,
			Requirements: []model.Requirement{
				requirement("OPEN-A1", "met", place(3)), requirement("OPEN-A12", "unmet", append(place(4), place(9)...)),
				requirement("OPEN-B1", "license", []model.Position{{File: strings.Repeat("long/", 10) + "name.json", Line: 7}}), optional,
			},
		}},
	}
}

func written(t *testing.T, options Options, results ...model.SubjectResult) string {
	t.Helper()
	var out bytes.Buffer
	options.Definitions = []string{"open"}
	if err := Write(&out, "text", &model.Result{Results: results}, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestDefinition: a table of states, requirements with their reasons, and
// places, within 80 columns.
func TestDefinition(t *testing.T) {
	const want = `
open (text reading): fails
  state      id   requirement, and why                   where
  met        A1   Title of OPEN-A1: because              entail-evidence.yaml:3
  unmet      A12  Title of OPEN-A12: because
                  entail-evidence.yaml:4,9
  license    B1   Title of OPEN-B1: because
                  long/long/long/long/long/long/long/long/long/long/name.json:7
  not shown  B2   Title of OPEN-B2: because (told, not
                  counted)
`
	got := written(t, Options{}, judged("own/release", "fails", "text"))
	table := got[strings.Index(got, "\nopen ") : strings.Index(got, "\n\nPASS")+1]
	if table != want {
		t.Errorf("got\n%s\nwant\n%s", table, want)
	}
}

// TestSideBySide: several releases are one table, with what else was found in a
// line each; -v has a table for each.
func TestSideBySide(t *testing.T) {
	told := model.Finding{Rule: "definition/not-met", Level: model.LevelError, Message: "told by the table"}
	warned := model.Finding{Rule: "some/rule", Level: model.LevelWarning, Message: "something else"}
	noted := model.Finding{Rule: "some/note", Level: model.LevelNote, Message: "a note"}
	open := judged("b", "not-shown", "text", warned, noted)
	open.Incomplete = []string{"a model could not be read"}
	const want = `open (text reading)
                 AA BB
                 11 12
                  2
  own/release    +- L?  fails
  b              +- L?  not shown
  \u001b[31mred  +- L?  meets
  told, and not counted: B2

+ met   - not there   L there, under terms that are not open   ? not shown

warning: something else [some/rule]
open: a model could not be read
-v shows each in full

0 subjects: 0 errors, 0 warnings, 0 notes; 0 incomplete
`
	results := []model.SubjectResult{judged("own/release", "fails", "text", told), open, judged("\x1b[31mred", "meets", "text")}
	if got := written(t, Options{}, results...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := written(t, Options{Verbose: true}, results...); strings.Count(got, "requirement, and why") != 3 || !strings.Contains(got, "told by the table") {
		t.Errorf("in full:\n%s", got)
	}
	if got := written(t, Options{Color: true}, results...); !strings.Contains(got, "\x1b[32m+\x1b[0m\x1b[31m-\x1b[0m") {
		t.Errorf("in colour:\n%q", got)
	}
	// An error of another rule is shown in full, above the table, without what
	// the table says.
	failing := judged("c", "fails", "text", told, model.Finding{Rule: "some/rule", Level: model.LevelError, Message: "very wrong", Fix: "do this"})
	got := written(t, Options{}, results[0], failing)
	if !strings.Contains(got, "do this") || strings.Contains(got, "told by the table") || strings.Index(got, "very wrong") > strings.Index(got, "open (text") {
		t.Errorf("with an error:\n%s", got)
	}
	// Readings that differ stand in each row.
	got = written(t, Options{}, results[0], judged("d", "meets", "practice"))
	if !strings.HasPrefix(got, "open\n") || !strings.Contains(got, "  d            +- L?  meets (practice)\n") {
		t.Errorf("two readings:\n%s", got)
	}
}

// TestUpright: names stand upright, in groups by their letter.
func TestUpright(t *testing.T) {
	for names, want := range map[string]string{
		"A1 A12 B": "AA B\n11  \n 2  ", "1 20 3": "123\n 0 ", "": "",
	} {
		if got := strings.Join(upright(strings.Fields(names)), "\n"); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}

// TestLabels: what all ids begin with is left out, unless one does not.
func TestLabels(t *testing.T) {
	for _, tt := range []struct{ ids, want string }{
		{"", ""}, {"X-1 X-2", "1 2"}, {"X-Y-1 X-Y-2", "1 2"}, {"X-1 Y-2", "X-1 Y-2"}, {"1 2", "1 2"},
	} {
		var list []model.Requirement
		for _, id := range strings.Fields(tt.ids) {
			list = append(list, model.Requirement{ID: id})
		}
		if got := strings.Join(labels(list), " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.ids, got, tt.want)
		}
	}
}

// TestWriteProblems: a line for each problem with its place, and how many.
func TestWriteProblems(t *testing.T) {
	problems := []model.Problem{
		{Kind: "k", Detail: "wrong \x1b[2J", At: model.Position{File: "f.yaml", Line: 3}},
		{Kind: "k", Detail: strings.Repeat("long words ", 10), At: model.Position{File: "f.yaml"}},
	}
	for _, tt := range []struct {
		format   string
		problems []model.Problem
		want     string
	}{
		{"text", nil, "f.yaml: nothing wrong\n"},
		{"text", problems[:1], "f.yaml:3: wrong \\u001b[2J\nf.yaml: 1 problem\n"},
		{"text", problems[1:], "f.yaml:1: " + strings.Repeat("long words ", 6) + "long\n" + strings.Repeat(" ", 10) +
			"words long words long words long words\nf.yaml: 1 problem\n"},
		{"json", nil, "{\n  \"schema\": \"entail.problems/v1\",\n  \"file\": \"f.yaml\",\n  \"problems\": []\n}\n"},
	} {
		var out bytes.Buffer
		if err := WriteProblems(&out, tt.format, "f.yaml", tt.problems, Options{}); err != nil || out.String() != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.format, out.String(), err, tt.want)
		}
	}
}
