package policy

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

const memoRules = `package entail.some

double(x) := x * 2

list(n) := numbers.range(1, n)
`

func doubled(x ast.Value) ast.Ref {
	return ast.Ref{ast.NewTerm(ast.MustParseRef("data.entail.some.double")), ast.NewTerm(x)}
}

func TestWhatAnEvaluationFindsIsKeptOnceItEndedWell(t *testing.T) {
	m := newMemo(ast.MustCompileModules(map[string]string{"a.rego": memoRules}))
	key := doubled(ast.Number("1"))
	failed := m.cache()
	failed.Put(key, ast.InternedTerm(2))
	if value, _ := failed.Get(key); value == nil {
		t.Error("an evaluation does not see what it found itself")
	}
	if value, _ := m.cache().Get(key); value != nil {
		t.Error("the next evaluation sees what one found that did not end well")
	}
	other := m.cache()
	other.Push()
	other.Put(key, ast.InternedTerm(3))
	other.Pop()
	other.keep()
	if value, _ := m.cache().Get(key); value != nil {
		t.Error("what was found under other data is kept")
	}
	good := m.cache()
	good.Put(key, ast.InternedTerm(2))
	// OPA uses the key's slice again for the next call.
	asked := doubled(ast.Number("1"))
	key[1] = ast.InternedTerm(7)
	good.keep()
	next := m.cache()
	if value, _ := next.Get(asked); value == nil || !value.Equal(ast.InternedTerm(2)) {
		t.Errorf("the next evaluation gets %v, want 2", value)
	}
	next.Push()
	if value, _ := next.Get(asked); value != nil {
		t.Errorf("under other data it gets %v, want nothing", value)
	}
}

func TestAnUndefinedRuleIsKeptAsSuch(t *testing.T) {
	m := newMemo(ast.MustCompileModules(map[string]string{"a.rego": "package entail.some\n\nnone if data.catalog.none\n"}))
	key := ast.MustParseRef("data.entail.some.none")
	if _, undefined := m.cache().Get(key); undefined {
		t.Fatal("undefined before it was asked")
	}
	found := m.cache()
	found.Put(key, nil)
	found.keep()
	if value, undefined := m.cache().Get(key); value != nil || !undefined {
		t.Errorf("got %v, undefined %t", value, undefined)
	}
}

func TestMemoIsBounded(t *testing.T) {
	m := newMemo(ast.MustCompileModules(map[string]string{"a.rego": memoRules}))
	often := doubled(ast.String("often"))
	m.put(memoEntry{often, ast.StringTerm("kept")})
	long := ast.NewArray()
	for range 1000 {
		long = long.Append(ast.InternedTerm(0))
	}
	for i := range 20_000 {
		m.put(memoEntry{doubled(ast.Number(ast.InternedTerm(i).String())), ast.NewTerm(long)})
		if !kept(m, often) {
			t.Fatalf("what is asked for all the time is gone after %d others", i)
		}
	}
	terms := 0
	for i := range m.shards {
		for _, half := range []map[uint64][]memoEntry{m.shards[i].newer, m.shards[i].old} {
			for _, entries := range half {
				for _, entry := range entries {
					left := largestEntry
					settle(entry.value, &left)
					terms += largestEntry - left
				}
			}
		}
	}
	if most := 2 * memoShards * memoTerms; terms > most || terms < most/4 {
		t.Errorf("%d terms are kept, want up to %d", terms, most)
	}
	long = ast.NewArray()
	for range largestEntry {
		long = long.Append(ast.InternedTerm(0))
	}
	nested := ast.InternedTerm(0)
	for range 100 {
		nested = ast.ArrayTerm(nested, nested)
	}
	for name, value := range map[string]*ast.Term{"long": ast.NewTerm(long), "nested": nested, "nested in a set": ast.SetTerm(nested), "nested in an object": ast.ObjectTerm(ast.Item(nested, nested))} {
		key := doubled(ast.String(name))
		if m.put(memoEntry{key, value}); kept(m, key) {
			t.Errorf("a value that crowds out all others is kept: %s", name)
		}
	}
	if kept(m, doubled(ast.String("never put"))) {
		t.Error("what was never put is there")
	}
}

func kept(m *memo, key ast.Ref) bool {
	_, ok := m.get(key)
	return ok
}
