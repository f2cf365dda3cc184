package policy_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// smallPolicies are as much of our policies as a user's rules rest on. They
// compile in a tenth of the time that all take.
func smallPolicies(t *testing.T) fs.FS {
	t.Helper()
	small := fstest.MapFS{}
	for _, pattern := range []string{"lib/*.rego", "schema/*.json", "testing/*.rego", "rules/lineage/cycle/*.rego"} {
		names, err := fs.Glob(policies.FS, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(policies.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			small[name] = &fstest.MapFile{Data: text}
		}
	}
	return small
}

// TestMisspeltNames: a field that the input does not have, a helper or a
// function that is not there, is refused with its place and the nearest name,
// however the rule comes by it; what may be there is not.
func TestMisspeltNames(t *testing.T) {
	small := smallPolicies(t)
	for _, tt := range []struct{ body, says string }{
		{"x := input.nodez", "mine/a.rego:5:12: input has no field nodez; did you mean nodes?"},
		{"x contains id if { some id, node in input.nodes; node.licens }", "5:55: node has no field licens; did you mean license?"},
		{"x contains id if { some id; input.nodes[id].stat }", "input.nodes[id] has no field stat; did you mean state?"},
		{"x contains 1 if { input.nodes[_].license.declared[_].idd == \"a\" }", "has no field idd; did you mean id?"},
		{"x contains n.licens if n := input.nodes[input.subject]", "n has no field licens"},
		{"x contains n.licens if n = input.nodes[input.subject]", "n has no field licens"},
		{"x contains n.licens if [_, n] := [1, input.nodes[_]]", "n has no field licens"},
		{"x := [e | some e in input.edges; e.chid == \"a\"]", "e has no field chid; did you mean child?"},
		{"x := {k: v | some k, v in input.edges[0].at; v == input.use.comercial}", "input.use has no field comercial; did you mean commercial?"},
		{"x if input.nodes.a.card.sections[0].titel", "has no field titel; did you mean title?"},
		{"x if input.nodes.a.evidence[_][_].availabilty", "has no field availabilty; did you mean availability?"},
		{"x if lib.subject.licens", "data.entail.lib.subject has no field licens"},
		{"x contains i.froom if some i in lib.inherited", "i has no field froom; did you mean from?"},
		{"x contains i.licence if some i in lib.bearing", "i has no field licence; did you mean license?"},
		{"x contains i.termm if some i in lib.bound_by", "i has no field termm; did you mean term?"},
		{"x contains n.kindd if some n in lib.unread", "n has no field kindd; did you mean kind?"},
		{"x contains n.lincense if some n in lib.found[input.subject]", "n has no field lincense"},
		{"x contains e.parrent if some e in lib.edges_by_child[input.subject]", "parrent"},
		{"x if lib.subjekt.license", "5:10: data.entail.lib has no rule subjekt; did you mean subject?"},
		{"x if lib.titel(\"a\")", "5:6: data.entail.lib has no rule titel; did you mean title?"},
		{"x if data.entail.libs.subject", "data.entail has no rule libs; did you mean lib?"},
		{"x if cuont(input.edges) > 0", "there is no function cuont; did you mean count?"},
		{"x if time.now_ns() > 0", "there is no function time.now_ns; the time is input.now"},
		{"x if { input.nodez; input.edgez }", "2 errors\nmine/a.rego:5:14: input has no field nodez"},

		{"x if input.nodes[\"any/id\"].license.texts[0].sha256", ""},
		{"x if input.nodes.a.card.metadata.whatever.holds", ""},
		{"x if input.nodes.a.evidence[\"code.training\"][0].license", ""},
		{"x if input.nodes.a.card.at[\"license.1\"].line", ""},
		{"x if { some key; input.nodes.a[key] }", ""},
		{"x if data.custom.other.thing", ""},
		{"x if data.entail.rules[_][_].findings", ""},
		{"x if data.entail.rules.lineage.cycle.findings", ""},
	} {
		text := "package custom.a\n\nimport data.entail.lib\n\n" + tt.body + "\n\nfindings contains {\"message\": lib.subject.state}\n"
		_, err := policy.Compile(small, folderOf(map[string]string{"a.rego": text}))
		switch {
		case tt.says == "" && err != nil:
			t.Errorf("%s: %v, want nothing", tt.body, err)
		case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
			t.Errorf("%s: got %v, want %q", tt.body, err, tt.says)
		}
	}
}

// TestMisspeltFieldsOfOurRules: every rule of ours passes, and with any one
// field of the input misspelt where the rule names it, does not.
func TestMisspeltFieldsOfOurRules(t *testing.T) {
	schemas, err := policy.Schemas(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	compile := func(modules map[string]*ast.Module) ast.Errors {
		c := policy.CheckFields(policy.NewCompiler().SetErrorLimit(1000).WithSchemas(schemas), schemas)
		c.Compile(modules)
		return c.Errors
	}
	good := map[string]*ast.Module{}
	for name, module := range regoModules(t) {
		if !isTest(name) {
			good[name] = module
		}
	}
	if found := compile(regoModules(t)); len(found) > 0 {
		t.Fatalf("our own rules and tests: %v", found)
	}
	// One field of each module at a time, of all modules together.
	tried, step := 0, 1
	if testing.Short() {
		step = 5
	}
	for i := 0; ; i += step {
		mutated, changed := map[string]*ast.Module{}, map[string]string{}
		for name, module := range good {
			mutated[name], changed[name] = module.Copy(), ""
			fields := fieldsOfInput(mutated[name])
			if i < len(fields) {
				changed[name] = fields[i].String()
				fields[i].Value = ast.String(strings.Trim(fields[i].Value.String(), `"`) + "z")
			}
		}
		maps.DeleteFunc(changed, func(_, field string) bool { return field == "" })
		if len(changed) == 0 {
			break
		}
		tried += len(changed)
		found := compile(mutated)
		for _, name := range slices.Sorted(maps.Keys(changed)) {
			if !slices.ContainsFunc(found, func(e *ast.Error) bool { return e.Location.File == name }) {
				t.Errorf("%s: %s misspelt is not seen", name, changed[name])
			}
		}
	}
	if tried < 200/step {
		t.Errorf("only %d fields", tried)
	}
	t.Logf("%d fields", tried)
}

// fieldsOfInput are the names of fields in references that start with input.
func fieldsOfInput(module *ast.Module) []*ast.Term {
	var fields []*ast.Term
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if ref.HasPrefix(ast.InputRootRef) {
			for i, term := range ref[1:] {
				opaque := i > 0 && (ref[i].Equal(ast.StringTerm("nodes")) || ref[i].Equal(ast.StringTerm("paths")) || ref[i].Equal(ast.StringTerm("metadata")))
				if _, ok := term.Value.(ast.String); ok && !opaque {
					fields = append(fields, term)
				}
			}
		}
		return false
	})
	return fields
}
