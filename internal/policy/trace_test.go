package policy_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// told is a trace as lines: of each clause that was asked how it came out, and
// of each condition its state with the values.
func told(trace *model.RuleTrace) []string {
	var lines []string
	for _, clause := range trace.Clauses {
		if clause.Asked == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%d held %d missed %d", clause.Line, clause.Held, clause.Missed))
		for _, one := range clause.Conditions {
			line := fmt.Sprintf("  %d %s", one.Line, one.State)
			for _, value := range one.Values {
				line += fmt.Sprintf(" %s=%s", value.Name, value.Value)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// TestExplain: each clause is told with the way that got furthest, and values by
// the names that they have in the rule.
func TestExplain(t *testing.T) {
	document := plainDocument("mit", "gemma")
	for name, tt := range map[string]struct {
		rule, about string
		findings    int
		want        []string
	}{
		"it holds": {rule: `findings contains {"message": id} if {
	some id, node in input.nodes
	node.kind == "model"
}`, findings: 2, want: []string{"3 held 2 missed 0", `  4 held node=… id="base/model"`, `  5 held node.kind="model"`}},
		"the furthest way": {rule: `findings contains {"message": id} if {
	some id in ["a", "b", "c"]
	id >= "b"
	id == "d"
}`, want: []string{"3 held 0 missed 3", `  4 held id="b"`, "  5 held", `  6 failed id="b"`}},
		"a model that was asked after": {about: "own/release", rule: `findings contains {"message": id} if {
	some id, _ in input.nodes
	input.nodes[id].license.declared[0].id == "none"
}`, want: []string{"3 held 0 missed 2", `  4 held id="own/release"`, `  5 failed input.nodes[id].license.declared[0].id="mit" id="own/release"`}},
		"undefined": {rule: `findings contains {"message": "so"} if input.use.commercial`,
			want: []string{"3 held 0 missed 1", "  3 failed input.use.commercial=undefined"}},
		"a call": {rule: `findings contains {"message": "so"} if {
	count(input.edges) > limit
}

limit := 4`, want: []string{"3 held 0 missed 1", "  4 failed input.edges=… count(input.edges)=1 limit=4", "7 held 1 missed 0"}},
		"negation and a helper": {rule: `findings contains {"message": "so"} if not fine("base/model")

fine(id) if input.nodes[id].state == "resolved"`, want: []string{"3 held 0 missed 1", "  3 failed",
			"5 held 1 missed 0", `  5 held input.nodes[id].state="resolved" id="base/model"`}},
		"skipped by an index": {rule: `findings contains {"message": level(input.subject)} if input.subject == "x"

level("x") := "a"`, want: []string{"3 held 0 missed 1", `  3 failed input.subject="own/release"`}},
		"every": {rule: `findings contains {"message": "so"} if {
	every id in ["a", "b"] { id == "a" }
}`, want: []string{"3 held 0 missed 2", "  4 failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			engine := engineOf(t, folderOf(map[string]string{"a.rego": "package custom.house\n\n" + tt.rule + "\n"}))
			trace, err := engine.Explain(t.Context(), document, "custom/house", tt.about)
			if err != nil {
				t.Fatal(err)
			}
			got := told(trace)
			match := len(got) == len(tt.want) && trace.Findings == tt.findings
			for i := range min(len(got), len(tt.want)) {
				pattern := strings.ReplaceAll(regexp.QuoteMeta(tt.want[i]), "…", ".*")
				match = match && regexp.MustCompile("^"+pattern+"$").MatchString(got[i])
			}
			if !match {
				t.Errorf("%d findings\n%s\nwant %d\n%s", trace.Findings, strings.Join(got, "\n"), tt.findings, strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestExplainAgrees: a rule that is explained finds as much as it does in a
// result, in every fixture, and a clause holds where it finds something.
func TestExplainAgrees(t *testing.T) {
	engine := realEngine(t)
	found := 0
	for folder, document := range fixtures(t) {
		result := eval(t, engine, document)
		for _, rule := range engine.Rules() {
			trace, err := engine.Explain(t.Context(), document, rule.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, f := range result.Findings {
				if f.Rule == rule.ID {
					want++
				}
			}
			held := slices.ContainsFunc(trace.Clauses, func(c model.TraceClause) bool {
				return strings.HasPrefix(c.Head, "findings") && c.Held > 0
			})
			if trace.Findings != want || held != (want > 0) || trace.Failed != "" {
				t.Errorf("%s, %s: explained %d findings (%v, %q), want %d", folder, rule.ID, trace.Findings, held, trace.Failed, want)
			}
			found += want
		}
	}
	if found == 0 {
		t.Error("no fixture has a finding")
	}
}

// TestLoadTests: what users build inputs with is there, and a test that asks for
// what is not there does not run.
func TestLoadTests(t *testing.T) {
	const plain = "package custom.a_test\n\n"
	const head = plain + "import data.entail.testing\n\n"
	for name, tt := range map[string]struct {
		files  map[string]string
		run    string
		states string
		err    string
	}{
		"helpers": {states: "pass", files: map[string]string{
			"a_test.rego": head + `test_a if count(data.entail.findings) > 0 with input as testing.tuned("mit", "llama3.1")` + "\n"}},
		"examples": {states: "pass", files: map[string]string{
			"a_test.rego": head + `test_a if testing.examples["in/one.json"].subject == "x"` + "\n", "in/one.json": `{"subject": "x"}`}},
		"data": {states: "pass", files: map[string]string{
			"a_test.rego": plain + "test_a if data.mine.limit == 3\n", "mine/data.json": `{"limit": 3}`}},
		"an example that is not there": {err: `no example is called "in/two.json"`, files: map[string]string{
			"a_test.rego": head + `test_a if not testing.examples["in/two.json"].subject` + "\n", "in/one.json": `{}`}},
		"an example by its whole path": {err: `no example is called "x"`, files: map[string]string{
			"a_test.rego": "package custom.a_test\n\ntest_a if not data.entail.testing.examples.x\n"}},
		"no test":      {err: "no test: ", files: map[string]string{"a.rego": "package custom.a\n\nfindings := []\n"}},
		"none of them": {err: "no test has such a name", run: "test_b", files: map[string]string{"a_test.rego": plain + "test_a if true\n"}},
		"a name twice": {states: "pass fail", files: map[string]string{"a_test.rego": plain + "test_a if true\n\ntest_a if false\n"}},
		"an error of a builtin": {states: "error", files: map[string]string{
			"a_test.rego": head + "test_a if 1 / count(input.edges) > 0 with input as testing.alone({})\n"}},
		"a loop": {states: "error pass", files: map[string]string{
			"a_test.rego": plain + "test_a if count([1 | some i in numbers.range(1, 60000); some j in numbers.range(1, 60000); i == j]) > 3\n\ntest_b if true\n"}},
		"ours": {err: "is not yours to write", files: map[string]string{"a_test.rego": "package entail.testing\n\nown_id := 1\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			var run *model.TestRun
			tests, err := policy.LoadTests(policies.FS, realCatalog(t), folderOf(tt.files))
			if err == nil {
				var expression *regexp.Regexp
				if tt.run != "" {
					expression = regexp.MustCompile(tt.run)
				}
				run, err = tests.Run(t.Context(), policy.TestOptions{Run: expression})
			}
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var states []string
			for _, one := range run.Tests {
				states = append(states, one.State)
			}
			if got := strings.Join(states, " "); got != tt.states {
				t.Errorf("states %s, want %s: %+v", got, tt.states, run.Tests)
			}
		})
	}
	var none *policy.NoTestError
	tests, err := policy.LoadTests(policies.FS, realCatalog(t), folderOf(map[string]string{"a.rego": "package custom.a\n"}))
	if err == nil {
		_, err = tests.Run(t.Context(), policy.TestOptions{})
	}
	if !errors.As(err, &none) {
		t.Errorf("%v is no NoTestError", err)
	}
}
