package report_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/report"
)

// hostileRun is a run of tests whose every text tries to be more than text.
func hostileRun() *model.TestRun {
	const text = "\x1b[31m]]></failure><x>&\x00\u202e\nnext"
	trace := &model.RuleTrace{Rule: text, Failed: text, Clauses: []model.TraceClause{{
		File: text, Line: 1, Head: text, Asked: 1, Missed: 1,
		Conditions: []model.TraceCondition{{Line: 2, Text: text, State: model.ConditionFailed, Values: []model.TraceValue{{Name: text, Value: text}}}},
	}}}
	return &model.TestRun{
		Tests: []model.Test{
			{Name: "data.a.test_a", State: model.TestPassed},
			{Name: "data.a." + text, File: text, State: model.TestFailed, Output: text, Trace: trace},
			{Name: "data.b.test_table", State: model.TestFailed, Cases: []model.TestCase{{Name: text, Trace: trace}, {Name: "fine", Passed: true}}},
			{Name: "data.b.test_x", State: model.TestError, Why: text},
			{Name: "data.b.todo_test_y", State: model.TestSkipped},
		},
		Coverage: &model.Coverage{Percent: 50, Covered: 1, Missed: 1, Files: []model.FileCoverage{{File: text, NotCovered: [][2]int{{3, 3}, {5, 7}}}}},
	}
}

// TestTestsAreInert: whatever rules print or are called, each format stays what
// it is and no character reaches a terminal that it would obey.
func TestTestsAreInert(t *testing.T) {
	for _, format := range report.TestFormats() {
		var text bytes.Buffer
		if err := report.WriteTests(&text, format, hostileRun(), report.Options{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(text.String(), "\x1b\x00\u202e") {
			t.Errorf("%s lets a control character through: %q", format, text.String())
		}
	}
}

// TestJUnit: what is written is XML, whose counts are those of its cases.
func TestJUnit(t *testing.T) {
	var text bytes.Buffer
	if err := report.WriteTests(&text, "junit", hostileRun(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Tests int    `xml:"tests,attr"`
			Cases []struct {
				Failure *string   `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatalf("%v in\n%s", err, text.String())
	}
	cases, failures := 0, 0
	for _, suite := range got.Suites {
		if suite.Tests != len(suite.Cases) {
			t.Errorf("suite %s says %d tests and has %d", suite.Name, suite.Tests, len(suite.Cases))
		}
		for _, one := range suite.Cases {
			cases++
			if one.Failure != nil {
				failures++
			}
		}
	}
	if got.Tests != 6 || cases != 6 || got.Failures != 2 || failures != 2 || got.Errors != 1 || got.Skipped != 1 {
		t.Errorf("%+v, %d cases, %d failures", got, cases, failures)
	}
}
