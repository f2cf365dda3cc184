package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// TestFormats lists the formats of a run of tests, the default first.
func TestFormats() []string { return []string{"text", "json", "junit"} }

// WriteTests writes what tests of rules came to.
func WriteTests(w io.Writer, format string, run *model.TestRun, options Options) error {
	switch format {
	case "json":
		return writeIndented(w, run)
	case "junit":
		return writeTestsJUnit(w, run)
	}
	t := newText(w, options)
	for _, test := range run.Tests {
		if test.State != model.TestPassed || t.Verbose {
			t.test(&test)
		}
	}
	t.coverage(run.Coverage)
	fmt.Fprintln(t, testSummary(run))
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write tests: %w", err)
	}
	return nil
}

var testStyles = map[string]style{
	model.TestPassed: green, model.TestFailed: red, model.TestError: red, model.TestSkipped: yellow,
}

func (t *text) test(test *model.Test) {
	fmt.Fprintf(t, "%s %s  %s\n", t.paint(strings.ToUpper(test.State), bold, testStyles[test.State]), Plain(test.Name),
		t.paint(fmt.Sprintf("%s:%d", Plain(test.File), test.Line), dim))
	for _, one := range test.Cases {
		if !one.Passed {
			fmt.Fprintf(t, "  %s %s\n", t.paint("FAIL", red), Plain(one.Name))
			if one.Trace != nil {
				t.clauses("    ", one.Trace)
			}
		} else if t.Verbose {
			fmt.Fprintf(t, "  %s %s\n", t.paint("PASS", green), Plain(one.Name))
		}
	}
	if test.Why != "" {
		t.indented("  ", Plain(test.Why))
	}
	if test.Output != "" {
		for line := range strings.SplitSeq(test.Output, "\n") {
			fmt.Fprintf(t, "  print: %s\n", Plain(line))
		}
	}
	if test.Trace != nil {
		t.clauses("  ", test.Trace)
	}
	if test.State == model.TestFailed {
		fmt.Fprintln(t)
	}
}

func (t *text) coverage(c *model.Coverage) {
	if c == nil {
		return
	}
	for _, file := range c.Files {
		missed := ""
		for i, lines := range file.NotCovered {
			if i > 0 {
				missed += ","
			}
			if missed += fmt.Sprintf(" %d", lines[0]); lines[1] > lines[0] {
				missed += fmt.Sprintf("-%d", lines[1])
			}
		}
		if missed != "" {
			missed = "  not reached:" + missed
		}
		fmt.Fprintf(t, "%5.1f %%  %s (%d of %d lines)%s\n", file.Percent, Plain(file.File), file.Covered, file.Covered+file.Missed, missed)
	}
	fmt.Fprintf(t, "%5.1f %%  of all rules' lines\n", c.Percent)
}

// testSummary counts tests by how they ended.
func testSummary(run *model.TestRun) string {
	counts := map[string]int{}
	for _, test := range run.Tests {
		counts[test.State]++
	}
	words := fmt.Sprintf("%s: %d passed", plural(len(run.Tests), "test"), counts[model.TestPassed])
	for _, state := range []struct{ state, word string }{
		{model.TestFailed, "failed"}, {model.TestError, "ended in an error"}, {model.TestSkipped, "skipped"},
	} {
		if n := counts[state.state]; n > 0 {
			words += fmt.Sprintf(", %d %s", n, state.word)
		}
	}
	return words
}

// The parts of JUnit's XML that readers agree on: a suite for each package, a
// case for each test. Times are left out, so that the same tests give the same
// bytes.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Skipped *struct{}     `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeTestsJUnit(w io.Writer, run *model.TestRun) error {
	all := junitSuites{}
	for _, test := range run.Tests {
		i := strings.LastIndex(test.Name, ".")
		pkg, name := test.Name[:max(i, 0)], test.Name[i+1:]
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != Plain(pkg) {
			all.Suites = append(all.Suites, junitSuite{Name: Plain(pkg)})
		}
		suite := &all.Suites[len(all.Suites)-1]
		one := junitCase{Name: Plain(name), Class: Plain(pkg), File: Plain(test.File), Line: test.Line, Output: Plain(test.Output)}
		if len(test.Cases) == 0 || test.State == model.TestError || test.State == model.TestSkipped {
			suite.add(one, test.State, test.Why, test.Trace)
			continue
		}
		for _, c := range test.Cases {
			state := model.TestPassed
			if !c.Passed {
				state = model.TestFailed
			}
			one.Name = Plain(name + "[" + c.Name + "]")
			suite.add(one, state, "", c.Trace)
			one.Output = ""
		}
	}
	for _, suite := range all.Suites {
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	}
	if err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}

// add counts a case and says how it ended.
func (s *junitSuite) add(one junitCase, state, why string, told *model.RuleTrace) {
	s.Tests++
	switch state {
	case model.TestFailed:
		s.Failures++
		var trace strings.Builder
		if told != nil {
			t := newText(&trace, Options{})
			t.clauses("", told)
			t.Flush()
		}
		one.Failure = &junitProblem{Message: fmt.Sprintf("%s does not hold", one.Name), Text: trace.String()}
	case model.TestError:
		s.Errors++
		one.Error = &junitProblem{Message: Plain(why)}
	case model.TestSkipped:
		s.Skipped++
		one.Skipped = &struct{}{}
	}
	s.Cases = append(s.Cases, one)
}
