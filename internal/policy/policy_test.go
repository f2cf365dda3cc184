package policy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// overlay is the policies folder with some files added or replaced, and those
// below `without` left out.
func overlay(t testing.TB, without string, files map[string]string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(policies.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || without != "" && strings.HasPrefix(name, without) {
			return err
		}
		text, err := fs.ReadFile(policies.FS, name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const addedRule = "rules/test/added/added.rego"

// aboutConfig is a rule that says nothing of a release, and that main.rego calls.
const aboutConfig = "rules/config/unused_exception/unused_exception.rego"

// regoText is the text of one of our rule files.
func regoText(t testing.TB, name string) string {
	t.Helper()
	text, err := fs.ReadFile(policies.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ruleText is a rule of one finding with the conditions given.
func ruleText(body string) string {
	return `# METADATA
# title: Added
# description: A rule of a test.
# related_resources:
#   - https://example.org/
# custom:
#   level: warning
package entail.rules.test.added

findings contains finding if {
` + body + `
}
`
}

// firstBodyLine is where the conditions of ruleText start.
const firstBodyLine = 11

func TestCompileErrors(t *testing.T) {
	here := fmt.Sprintf("%s:%d", addedRule, firstBodyLine)
	cases := map[string]struct {
		text string
		want []string
	}{
		"a misspelt field of the input": {
			ruleText("\tsome id, _ in input.nodez\n\tfinding := {\"message\": id}"),
			[]string{here, "nodez"},
		},
		"a misspelt use": {
			ruleText("\tinput.use.comercial\n\tfinding := {\"message\": \"so\"}"),
			[]string{here, "comercial"},
		},
		"the network":     {ruleText("\tfinding := http.send({\"method\": \"get\", \"url\": \"x\"})"), []string{here, "http.send"}},
		"the environment": {ruleText("\tfinding := opa.runtime()"), []string{here, "opa.runtime"}},
		"the clock":       {ruleText("\tfinding := time.now_ns()"), []string{here, "time.now_ns"}},
		"a name server":   {ruleText("\tfinding := net.lookup_ip_addr(\"x\")"), []string{here, "net.lookup_ip_addr"}},
		"chance":          {ruleText("\tfinding := rand.intn(\"x\", 5)"), []string{here, "rand.intn"}},
		"an unused name":  {ruleText("\tfinding := {}\n\tunused := 1"), []string{addedRule, "unused"}},
		"no Rego":         {"package entail.rules.test.added\n\nfindings contains", []string{addedRule + ":3"}},
		"an older Rego":   {"package entail.rules.test.added\n\nfindings[x] { x := 1 }", []string{addedRule + ":3"}},
		"no METADATA":     {"package entail.rules.test.added\n\nfindings := set()", []string{addedRule, "METADATA", "custom.level"}},
		"a level of its own": {
			strings.Replace(ruleText("\tfinding := {}"), "level: warning", "level: fatal", 1),
			[]string{addedRule, "custom.level (error, warning or note)"},
		},
		"no source": {
			strings.Replace(ruleText("\tfinding := {}"), "#   - https://example.org/\n", "", 1),
			[]string{addedRule, "related_resources"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := policy.New(t.Context(), overlay(t, "", map[string]string{addedRule: c.text}), realCatalog(t))
			if err == nil {
				t.Fatal("compiled")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error does not say %q: %v", want, err)
				}
			}
		})
	}
}

func TestSchemaErrors(t *testing.T) {
	for name, text := range map[string]string{"broken": "{", "missing": ""} {
		t.Run(name, func(t *testing.T) {
			files := overlay(t, "", map[string]string{"schema/input.json": text})
			if text == "" {
				delete(files, "schema/input.json")
			}
			if _, err := policy.New(t.Context(), files, realCatalog(t)); err == nil || !strings.Contains(err.Error(), "input schema") {
				t.Errorf("got %v, want an error about the input schema", err)
			}
		})
	}
}

func TestCapabilities(t *testing.T) {
	capabilities := policy.Capabilities()
	if capabilities.AllowNet == nil || len(capabilities.AllowNet) > 0 {
		t.Errorf("AllowNet is %v: nil would allow every host", capabilities.AllowNet)
	}
	names := map[string]bool{}
	for _, builtin := range capabilities.Builtins {
		names[builtin.Name] = true
		if builtin.IsNondeterministic() {
			t.Errorf("%s is no function of its arguments", builtin.Name)
		}
		for _, prefix := range []string{"net.", "rand.", "http."} {
			if strings.HasPrefix(builtin.Name, prefix) {
				t.Errorf("%s is there", builtin.Name)
			}
		}
	}
	for _, name := range []string{"http.send", "opa.runtime", "time.now_ns", "uuid.rfc4122", "trace"} {
		if names[name] {
			t.Errorf("%s is there", name)
		}
	}
	for _, name := range []string{"count", "graph.reachable", "sprintf", "print"} {
		if !names[name] {
			t.Errorf("%s is not there", name)
		}
	}
}

func TestEvalErrors(t *testing.T) {
	cases := map[string]struct {
		without string
		files   map[string]string
		want    string
		is      error
	}{
		"a builtin fails": {
			files: map[string]string{addedRule: ruleText("\tfinding := {\"message\": sprintf(\"%d\", [to_number(input.subject)])}")},
			want:  addedRule,
		},
		"a level that is none": {
			files: map[string]string{addedRule: ruleText("\tfinding := {\"message\": \"so\", \"level\": \"fatal\"}")},
			want:  `rule test/added gives a finding with level "fatal"`,
		},
		"no message": {
			files: map[string]string{addedRule: ruleText("\tfinding := {\"level\": \"note\"}")},
			want:  `rule test/added gives a finding with level "note" and message ""`,
		},
		"a message that is no text": {
			files: map[string]string{addedRule: ruleText("\tfinding := {\"message\": 5}")},
			want:  "read the policies' result",
		},
		"two values for one": {
			files: map[string]string{addedRule: ruleText("\tfinding := {\"message\": two}") + "\ntwo := \"a\"\n\ntwo := \"b\" if count(input.nodes) > 0\n"},
			want:  "conflicting values",
		},
		"no rules about the release": {
			without: "rules/", files: map[string]string{aboutConfig: regoText(t, aboutConfig)},
			want: "no rule was evaluated", is: policy.ErrNoRules,
		},
		"no result": {
			without: "main.rego",
			files:   map[string]string{"main.rego": "package entail\n\nresult := {} if input.subject == \"nobody\"\n"},
			want:    "data.entail.result is undefined",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			engine, err := policy.New(t.Context(), overlay(t, c.without, c.files), realCatalog(t))
			if err != nil {
				t.Fatal(err)
			}
			result, err := engine.Eval(t.Context(), plainDocument("mit", "mit"))
			if err == nil {
				t.Fatalf("no error, and verdict %s", result.Verdict)
			}
			for _, want := range []string{c.want, "own/release"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error does not say %q: %v", want, err)
				}
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
		})
	}
}

// TestEvalEnds stops a rule that would run for ages.
func TestEvalEnds(t *testing.T) {
	endless := ruleText("\tsome x in numbers.range(1, 100000)\n\tsome y in numbers.range(1, 100000)\n\tx * y < 0\n\tfinding := {\"message\": \"so\"}")
	engine, err := policy.New(t.Context(), overlay(t, "", map[string]string{addedRule: endless}), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	running, stop := context.WithTimeout(t.Context(), policy.DefaultTimeout/200)
	defer stop()
	for name, ctx := range map[string]context.Context{"before it starts": ended, "while it runs": running} {
		t.Run(name, func(t *testing.T) {
			result, err := engine.Eval(ctx, plainDocument("mit", "mit"))
			if err == nil {
				t.Fatalf("no error, and verdict %s", result.Verdict)
			}
			if !topdown.IsCancel(err) && !errors.Is(err, context.Canceled) {
				t.Errorf("not told as an end: %v", err)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	digest := func(files fstest.MapFS) string {
		t.Helper()
		compiled, err := policy.New(t.Context(), files, realCatalog(t))
		if err != nil {
			t.Fatal(err)
		}
		return compiled.Digest()
	}
	own := digest(overlay(t, "", nil))
	if !strings.HasPrefix(own, "sha256:") || len(own) != len("sha256:")+64 {
		t.Errorf("digest is %q", own)
	}
	if again := realEngine(t).Digest(); again != own {
		t.Errorf("the same policies have the digests %s and %s", own, again)
	}
	changes := map[string]map[string]string{
		"a rule added":      {addedRule: ruleText("\tfinding := {\"message\": \"so\"}")},
		"a rule changed":    {"main.rego": string(overlay(t, "", nil)["main.rego"].Data) + "\n# changed\n"},
		"a licence changed": {"catalog/mit.yaml": string(overlay(t, "", nil)["catalog/mit.yaml"].Data) + "\n# changed\n"},
	}
	seen := map[string]string{own: "nothing changed"}
	for name, files := range changes {
		changed := digest(overlay(t, "", files))
		if other, known := seen[changed]; known {
			t.Errorf("%s: same digest as with %s", name, other)
		}
		seen[changed] = name
	}
	if test := digest(overlay(t, "", map[string]string{"main_test.rego": "package entail_test\n"})); test != own {
		t.Error("a test changes the digest")
	}
}

func TestRules(t *testing.T) {
	rules := realEngine(t).Rules()
	if len(rules) == 0 {
		t.Fatal("no rules")
	}
	if !slices.IsSortedFunc(rules, func(a, b policy.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("not sorted by id")
	}
	var ids []string
	for _, rule := range rules {
		ids = append(ids, rule.ID)
		for _, ref := range rule.Refs {
			if !strings.HasPrefix(ref, "https://") {
				t.Errorf("%s: %q is no address", rule.ID, ref)
			}
		}
		if _, err := fs.Stat(policies.FS, rule.File); err != nil {
			t.Error(err)
		}
	}
	if ran := eval(t, realEngine(t), plainDocument("mit", "")).Rules; !slices.Equal(ran, ids) {
		t.Errorf("evaluated %q, want %q", ran, ids)
	}
}

// TestDeterminism evaluates each fixture again and again, one after the other
// and side by side: every result is the same, to the byte.
func TestDeterminism(t *testing.T) {
	engine := realEngine(t)
	documents := fixtures(t)
	for _, folder := range slices.Sorted(maps.Keys(documents)) {
		text := func() string {
			result, err := engine.Eval(context.Background(), documents[folder])
			if err != nil {
				return err.Error()
			}
			out, err := json.Marshal(result)
			if err != nil {
				return err.Error()
			}
			return string(out)
		}
		want := text()
		for range 20 {
			if got := text(); got != want {
				t.Fatalf("%s: %s\nthen %s", folder, want, got)
			}
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 3 {
					if got := text(); got != want {
						t.Errorf("%s, side by side: %s\nthen %s", folder, want, got)
					}
				}
			})
		}
		group.Wait()
	}
}

// problemKinds are the kinds of problem that our packages report: constants
// named kind…, and what stands as a text in a model.Problem.
func problemKinds(t testing.TB) []string {
	t.Helper()
	kinds := map[string]bool{}
	literal := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds[text] = true
		}
	}
	inspect := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			if len(n.Values) == 1 && strings.HasPrefix(n.Names[0].Name, "kind") {
				literal(n.Values[0])
			}
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Problem" {
				for _, e := range n.Elts {
					if pair, ok := e.(*ast.KeyValueExpr); ok && fmt.Sprint(pair.Key) == "Kind" {
						literal(pair.Value)
					}
				}
			}
		}
		return true
	}
	for _, pkg := range []string{"card", "evidence", "lineage"} {
		files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, inspect)
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// TestEveryProblemIsTold wants a finding for each kind of problem that Go
// reports of a card: one that no rule knows would be lost in silence.
func TestEveryProblemIsTold(t *testing.T) {
	kinds := problemKinds(t)
	if len(kinds) < 15 {
		t.Fatalf("found only the kinds %q", kinds)
	}
	engine := realEngine(t)
	for _, kind := range kinds {
		document := plainDocument("mit", "")
		document.Nodes[document.Subject].Card.Problems = []model.Problem{{
			Kind: kind, Detail: "told of in a test", At: model.Position{File: "README.md", Line: 2},
		}}
		told := slices.ContainsFunc(eval(t, engine, document).Findings, func(f model.Finding) bool {
			return strings.Contains(f.Message, "told of in a test") && f.Fix != ""
		})
		if !told {
			t.Errorf("no rule tells of a problem of kind %q", kind)
		}
	}
}
