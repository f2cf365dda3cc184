package policy_test

import (
	"fmt"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// TestReachable asks what the rules get for graph.reachable, and what plain OPA
// gives: the same, of graphs with circles, strangers and arrays.
func TestReachable(t *testing.T) {
	for _, call := range []string{
		`graph.reachable({}, {"a"})`,
		`graph.reachable({"a": {"b"}, "b": {"a", "c"}, "c": {"x"}, "d": {"a"}}, {"a"})`,
		`graph.reachable({"a": ["b", "b"], "b": ["a"], "c": []}, ["c", "a", "y", "c"])`,
		`graph.reachable({1: {[2]}, [2]: {1, "x"}, "x": set()}, [1])`,
		`graph.reachable({"a": {"a"}}, set())`,
	} {
		module := "package custom.about.ways\n\nanswer := " + call + "\n\nfindings contains {\"message\": \"x\"} if count(answer) > 99\n"
		plain, err := rego.New(rego.Query(call)).Eval(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var own []any
		ask(t, module, &own)
		if got, want := asSet(t, own), asSet(t, plain[0].Expressions[0].Value.([]any)); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", call, got, want)
		}
	}
}

// ask evaluates the rule answer of a user's module.
func ask(t *testing.T, module string, out any) {
	t.Helper()
	compiled, err := policy.Compile(policies.FS, folderOf(map[string]string{"ways.rego": module}))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Ask(t.Context(), out, "custom", "about", "ways", "answer"); err != nil {
		t.Fatal(err)
	}
}

// TestManyWays: two hundred models, each merged from three of the next
// generation, are reached by more ways than can be gone, and are judged.
func TestManyWays(t *testing.T) {
	result := eval(t, realEngine(t), manyAncestors(200))
	if len(result.Lineage.Nodes) != 201 || len(result.Findings) == 0 {
		t.Errorf("%d nodes, %d findings", len(result.Lineage.Nodes), len(result.Findings))
	}
}
