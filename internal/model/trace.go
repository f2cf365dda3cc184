package model

// RuleTrace is why a rule found something in one subject, or did not.
type RuleTrace struct {
	// Rule is the id of a rule, or the full name of a test.
	Rule    string `json:"rule"`
	Subject string `json:"subject,omitempty"`
	// About is the model that was asked after; empty for any.
	About string `json:"about,omitempty"`
	// Findings is how many findings it gives; 0 for a test.
	Findings int `json:"findings"`
	// Failed is why the rule could not be evaluated; empty where it could.
	Failed string `json:"failed,omitempty"`
	// Clauses are those of its package, in the order of the files.
	Clauses []TraceClause `json:"clauses"`
}

// TraceClause is one clause of a rule: its head, and what has to hold for it.
type TraceClause struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Head is the first line of the clause as it is written.
	Head string `json:"head"`
	// Asked is how many times the clause was asked, Held in how many ways it
	// held, and Missed in how many it did not.
	Asked  int `json:"asked"`
	Held   int `json:"held"`
	Missed int `json:"missed"`
	// Conditions are of the one way that is shown: one in which the clause held,
	// else the one that got furthest.
	Conditions []TraceCondition `json:"conditions,omitempty"`
}

// States of a condition.
const (
	ConditionHeld       = "held"
	ConditionFailed     = "failed"
	ConditionNotReached = "not-reached"
)

// TraceCondition is one expression of a clause.
type TraceCondition struct {
	Line int `json:"line"`
	// Text is the expression as it is written, on one line and clipped.
	Text string `json:"text"`
	// State is held, failed or not-reached.
	State string `json:"state"`
	// Values are those of what the expression names, clipped.
	Values []TraceValue `json:"values,omitempty"`
}

// TraceValue is what a part of an expression stood for.
type TraceValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// States of a test.
const (
	TestPassed  = "pass"
	TestFailed  = "fail"
	TestError   = "error"
	TestSkipped = "skipped"
)

// TestRun is what the tests of rules came to.
type TestRun struct {
	// Tests are sorted by name.
	Tests []Test `json:"tests"`
	// Coverage is nil where it was not asked for.
	Coverage *Coverage `json:"coverage,omitempty"`
}

// Test is one rule test_… of a package.
type Test struct {
	// Name is that of the rule with its package, such as
	// data.custom.house_test.test_open.
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line"`
	// State is pass, fail, error or skipped.
	State string `json:"state"`
	// Why tells of an error.
	Why string `json:"why,omitempty"`
	// Cases are those of a test over a table, sorted by name.
	Cases []TestCase `json:"cases,omitempty"`
	// Output is what print wrote.
	Output string `json:"output,omitempty"`
	// Trace tells of a failed test which of its expressions failed, and what the
	// rules made of its input; of one with cases, each case has its own.
	Trace *RuleTrace `json:"trace,omitempty"`
}

// TestCase is one case of a test over a table.
type TestCase struct {
	Name   string     `json:"name"`
	Passed bool       `json:"passed"`
	Trace  *RuleTrace `json:"trace,omitempty"`
}

// Coverage is which lines of rules were reached by tests.
type Coverage struct {
	// Percent is of all lines that can be reached; 100 where there is none.
	Percent float64        `json:"percent"`
	Covered int            `json:"covered"`
	Missed  int            `json:"missed"`
	Files   []FileCoverage `json:"files"`
}

// FileCoverage is Coverage of one file.
type FileCoverage struct {
	File    string  `json:"file"`
	Percent float64 `json:"percent"`
	Covered int     `json:"covered"`
	Missed  int     `json:"missed"`
	// NotCovered are the lines that no test reached, as first and last line of
	// each run.
	NotCovered [][2]int `json:"not_covered"`
}

// RuleBench is how long rules take.
type RuleBench struct {
	// Inputs is how many documents they were asked about.
	Inputs int `json:"inputs"`
	// Rules are the slowest first.
	Rules []RuleTime `json:"rules"`
	// Lines are those that most time goes to, the slowest first.
	Lines []LineTime `json:"lines"`
}

// RuleTime is how long one rule takes with all that it asks of others.
type RuleTime struct {
	Rule string `json:"rule"`
	File string `json:"file"`
	Line int    `json:"line"`
	// Nanoseconds are for one document, the mean of the fastest round.
	Nanoseconds int64 `json:"nanoseconds"`
	// Share is of the time of all rules that were timed, from 0 to 1.
	Share float64 `json:"share"`
	// Failed is why it could not be timed; empty where it could.
	Failed string `json:"failed,omitempty"`
}

// LineTime is how long one line takes by itself, as OPA's profiler measures it.
type LineTime struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
	// Share is of the time of all lines, from 0 to 1; what a profile measures is
	// slower than without it.
	Share float64 `json:"share"`
	// Evaluations and Redos are over all documents.
	Evaluations int `json:"evaluations"`
	Redos       int `json:"redos"`
}
