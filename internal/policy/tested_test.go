package policy

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/policies"
)

// TestTested makes sure that our rules pass all checks, and that a compiler
// that leaves them out makes the same of them: no stage that is left out
// changes a rule, nor does one that was put after it.
func TestTested(t *testing.T) {
	full, err := Compile(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ReadTested(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	tested, err := Compile(ours)
	if err != nil {
		t.Fatal(err)
	}
	if full.digest != tested.digest {
		t.Errorf("digest %s, want %s", tested.digest, full.digest)
	}
	if len(full.compiler.Modules) != len(tested.compiler.Modules) {
		t.Fatalf("%d modules, want %d", len(tested.compiler.Modules), len(full.compiler.Modules))
	}
	for name, want := range full.compiler.Modules {
		got := tested.compiler.Modules[name]
		if got.String() != want.String() {
			t.Errorf("%s is compiled otherwise without checks:\n%s\nwant\n%s", name, got, want)
		}
		if got, want := indexed(tested.compiler, got), indexed(full.compiler, want); got != want {
			t.Errorf("%s: %d comprehensions have an index, want %d", name, got, want)
		}
	}
}

// indexed counts the comprehensions of a module that are answered from an index.
func indexed(compiler *ast.Compiler, module *ast.Module) int {
	count := 0
	ast.WalkTerms(module, func(term *ast.Term) bool {
		if compiler.ComprehensionIndex(term) != nil {
			count++
		}
		return false
	})
	return count
}

// TestTestedWithUser makes sure that a user's rules are checked all the same,
// those that ask ours for what is not there included.
func TestTestedWithUser(t *testing.T) {
	ours, err := ReadTested(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	for want, rule := range map[string]string{
		"input has no field nodez":    "findings contains {\"message\": id} if some id, _ in input.nodez",
		"data.entail.lib has no rule": "findings contains {\"message\": \"x\"} if data.entail.lib.no_such(1)",
		"recursive":                   "findings contains {\"message\": \"x\"} if count(findings) > 0",
		"match error":                 "findings contains {\"message\": \"x\"} if \"1\" == count(input.edges)",
	} {
		folder := Folder{Name: "mine", FS: fstest.MapFS{
			"mine.rego": {Data: []byte("package custom.rules.mine\n\n" + rule + "\n")},
		}}
		if _, err := Compile(ours, folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", rule, err, want)
		}
	}
}

// TestValues makes sure that a catalogue that was converted before counts as
// the one that it was made from.
func TestValues(t *testing.T) {
	plain := map[string]any{
		"licenses": map[string]any{"one": map[string]any{"terms": []any{"a", int64(2), true}}},
		"regions":  map[string]any{"EU": []any{"DE"}},
	}
	values, err := Values(plain)
	if err != nil {
		t.Fatal(err)
	}
	rules := []Rule{{ID: "a/b", Title: "one"}}
	got, want := ast.MustInterfaceToValue(Data(values, rules)), ast.MustInterfaceToValue(Data(plain, rules))
	if got.Compare(want) != 0 {
		t.Errorf("got %v, want %v", got, want)
	}
}
