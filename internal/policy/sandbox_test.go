package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// TestHostileSources: files that are too long, too many or nested too deeply
// are refused before they take what there is.
func TestHostileSources(t *testing.T) {
	many, rules := map[string]string{}, strings.Builder{}
	for i := range 20 {
		many[fmt.Sprintf("%d.rego", i)] = fmt.Sprintf("package custom.p%d.a\n\n# %s\n", i, strings.Repeat("x", 1<<20-100))
	}
	rules.WriteString("package main\n")
	for i := range 1001 {
		fmt.Fprintf(&rules, "\ndeny_%d contains \"x\"\n", i)
	}
	for name, c := range map[string]struct {
		files map[string]string
		says  string
	}{
		"one long file":       {map[string]string{"a.rego": "package custom.a\n#" + strings.Repeat("x", 1<<20)}, "larger than 1024 KiB"},
		"long files":          {many, "files of more than 16 MiB together"},
		"many rules":          {map[string]string{"a.rego": rules.String()}, "1001 rules and definitions, want 1000 at most"},
		"deep nesting":        {map[string]string{"a.rego": "package custom.a\n\nx := " + strings.Repeat("[", 400_000)}, "max parsing recursion depth exceeded"},
		"deep calls":          {map[string]string{"a.rego": "package custom.a\n\nx := " + strings.Repeat("count(", 100_000)}, "a.rego:3"},
		"a long name":         {map[string]string{"a.rego": "package custom.a\n\nx := " + strings.Repeat("y", 500_000)}, "a.rego:3"},
		"a text without end":  {map[string]string{"a.rego": "package custom.a\n\nx := \"" + strings.Repeat("y", 500_000)}, "a.rego:3"},
		"a number of numbers": {map[string]string{"a.rego": "package custom.a\n\nx := 1e999999999"}, "number too big"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Compile(policies.FS, folderOf(c.files))
			if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 5_000 {
				t.Errorf("got %.1000v, want %q", err, c.says)
			}
		})
	}
}

// TestManyAtOnce: of evaluations that run side by side only the rule that takes
// too much fails, whoever was stopped because of it.
func TestManyAtOnce(t *testing.T) {
	engine := engineWith(t, map[string]string{
		"good.rego": goodRule,
		"bad.rego": `package custom.bad.rule

findings contains {"message": "so"} if {
	count({sprintf("%d %d", [x, y]) | some x in numbers.range(1, 10000); some y in numbers.range(1, 10000)}) < 5
}
`,
	})
	engine.SetLimits(time.Minute, 64<<20)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			result, err := engine.Eval(t.Context(), plainDocument("apache-2.0", ""))
			if err != nil {
				t.Error(err)
				return
			}
			if len(result.Failed) != 1 || result.Failed[0].Rule != "custom/bad/rule" ||
				!strings.HasPrefix(result.Failed[0].Why, "it took more than 64 MiB of memory") || result.Verdict != model.Incomplete {
				t.Errorf("verdict %s, failed %+v", result.Verdict, result.Failed)
			}
		})
	}
	group.Wait()
}

// fuzzPolicies are our policies with few rules, which compile fast.
func fuzzPolicies(t testing.TB) fstest.MapFS {
	t.Helper()
	files := overlay(t, "rules/", map[string]string{addedRule: ruleText("\tinput.subject == \"nobody\"\n\tfinding := {\"message\": \"so\"}")})
	for name, file := range overlay(t, "", nil) {
		if strings.HasPrefix(name, "rules/config/") || strings.HasPrefix(name, "rules/definition/") {
			files[name] = file
		}
	}
	for name := range files {
		if strings.HasSuffix(name, "_test.rego") || strings.HasPrefix(name, "packs/") {
			delete(files, name)
		}
	}
	return files
}

// FuzzUserRules: whatever a user's file holds, it is refused, or evaluated
// within its limits; it never ends the run, and never makes what fails a pass.
func FuzzUserRules(f *testing.F) {
	for i, one := range hostileFolders(f) {
		if i%6 > 0 { // TestHostile has them all.
			continue
		}
		for _, text := range one.files {
			f.Add(text)
		}
	}
	ours, data := fuzzPolicies(f), realCatalog(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "x24 :=") { // Types that double take the whole time that compiling has.
			return
		}
		compiled, err := policy.Compile(ours, folderOf(map[string]string{"a.rego": text, "good.rego": goodRule}))
		if err != nil {
			return
		}
		engine, err := compiled.Prepare(t.Context(), data)
		if err != nil {
			return
		}
		engine.SetLimits(300*time.Millisecond, hostileMemory)
		document := plainDocument("apache-2.0", "")
		result, err := engine.Eval(t.Context(), document)
		if errors.Is(err, policy.ErrRunaway) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Failed) > 0 && result.Verdict == model.Pass {
			t.Errorf("%v failed, and the verdict is %s", result.Failed, result.Verdict)
		}
		asked := len(result.Failed)
		for _, rule := range result.Rules {
			if strings.HasPrefix(rule, "custom/") {
				asked++
			}
		}
		if asked == 0 {
			t.Error("the good rule is neither evaluated nor told to have failed")
		}
	})
}
