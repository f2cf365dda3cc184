package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// folderOf is a user's folder with these files.
func folderOf(files map[string]string) policy.Folder {
	held := fstest.MapFS{}
	for name, text := range files {
		held[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return policy.Folder{Name: "mine", FS: held}
}

const ownDefinition = `package custom.definitions.tidy

judgement := {"verdict": "fails", "requirements": [{"id": "TIDY", "state": "unmet"}]}
`

// TestUserPolicies: a user's own rules and definitions count as ours do.
func TestUserPolicies(t *testing.T) {
	folder := folderOf(map[string]string{
		"tidy/tidy.rego":      ownDefinition,
		"tidy/tidy_test.rego": "package whatever\n\ntest_x if false\n",
		"house/rule.rego":     "package custom.house.rule\n\nfindings contains {\"message\": \"so\"}\n",
		"notes.txt":           "not rego",
	})
	compiled, err := policy.Compile(policies.FS, folder)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	document := plainDocument("apache-2.0", "")
	document.Config.Definitions = []string{"tidy"}
	result := eval(t, engine, document)
	if judged := result.Definitions["tidy"]; judged.Verdict != "fails" || judged.Title != "tidy" || judged.Requirements[0].At == nil {
		t.Errorf("judged %+v", judged)
	}
	found := map[string]bool{}
	for _, f := range result.Findings {
		found[f.Rule+" "+string(f.Level)] = true
	}
	if !found["definition/not-met error"] || !found["custom/house/rule error"] || result.Verdict != "fail" {
		t.Errorf("verdict %s, findings %v", result.Verdict, found)
	}
	if engine.Digest() == realEngine(t).Digest() {
		t.Error("a user's rules do not change the digest")
	}
}

// TestUserPoliciesRefused: what would be evaluated by nobody, or could stand
// for a rule of ours, is refused by file and line.
func TestUserPoliciesRefused(t *testing.T) {
	link := t.TempDir()
	if err := os.WriteFile(filepath.Join(link, "a"), []byte(ownDefinition), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", filepath.Join(link, "a.rego")); err != nil {
		t.Fatal(err)
	}
	many := map[string]string{}
	for i := range 10_001 {
		many[fmt.Sprintf("%d.txt", i)] = ""
	}
	for _, tt := range []struct {
		folder policy.Folder
		says   string
	}{
		{folderOf(map[string]string{"a.rego": "\npackage entail.rules.lineage.cycle\n"}), "mine/a.rego:2: package entail.rules.lineage.cycle is not yours"},
		{folderOf(map[string]string{"a.rego": "package entail\n\nverdict := \"pass\"\n"}), "mine/a.rego:1: package entail is not yours"},
		{folderOf(map[string]string{"a.rego": "package catalog\n"}), "mine/a.rego:1: package catalog is not yours"},
		{folderOf(map[string]string{"a.rego": "package system.authz\n"}), "mine/a.rego:1: package system.authz is not yours to write; start its name with custom"},
		{folderOf(map[string]string{"a.rego": "package a[\"b c\"]\n\ndeny contains \"x\"\n"}), "mine/a.rego:1: a package with rules has a name of letters"},
		{folderOf(map[string]string{
			"a.rego": "package main\n\ndeny contains \"x\"\n",
			"b.rego": "package custom.main\n\ndeny contains \"y\"\n",
		}), "would both be the rule custom/main/deny"},
		{folderOf(map[string]string{"a.rego": "# x\npackage custom.definitions.tidy\n\nverdict := 1\n"}), "mine/a.rego:2: custom.definitions.tidy is a definition and has no rule `judgement`"},
		{folderOf(map[string]string{"a.rego": "package custom.a\n\nx := \n"}), "mine/a.rego:4: unexpected eof token"},
		{folderOf(map[string]string{"b/a.rego": "package custom.a\n\nx := input.nodez\n"}), "mine/b/a.rego:3:12: input has no field nodez; did you mean nodes?"},
		{folderOf(map[string]string{"a.rego": "package custom.a\n\nx := http.send({})\n"}), "mine/a.rego:3:6: there is no function http.send; rules reach no network"},
		{folderOf(map[string]string{"a.rego": "package custom.a\n#" + strings.Repeat("x", 1<<20)}), "a.rego: larger than 1024 KiB"},
		{folderOf(map[string]string{"a.txt": ""}), "no rule file"},
		{folderOf(map[string]string{"a_test.rego": "package custom.a\n"}), "no rule file"},
		{folderOf(many), "more than 10000 files and folders"},
		{policy.Folder{Name: "mine", FS: os.DirFS(link)}, "a.rego: not a regular file"},
		{policy.Folder{Name: "mine", FS: os.DirFS(filepath.Join(link, "nothing"))}, "read the policies in mine"},
	} {
		_, err := policy.Compile(policies.FS, tt.folder)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("got %v, want %q", err, tt.says)
		}
		if empty := strings.Contains(tt.says, "no rule file"); empty != errors.Is(err, policy.ErrNoPolicy) {
			t.Errorf("%q is ErrNoPolicy: %t", err, !empty)
		}
	}
}

// TestFoldersDoNotMix: a package of one folder cannot add to that of another.
func TestFoldersDoNotMix(t *testing.T) {
	one := folderOf(map[string]string{"a.rego": "package main\n\ndeny contains \"x\"\n"})
	two := one
	two.Name = "theirs"
	_, err := policy.Compile(policies.FS, one, two)
	if err == nil || !strings.Contains(err.Error(), "theirs/a.rego:1: package main is in mine too") {
		t.Errorf("got %v", err)
	}
}

// engineWith compiles our rules with those of a folder.
func engineWith(t testing.TB, files map[string]string) *policy.Engine {
	t.Helper()
	compiled, err := policy.Compile(policies.FS, folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// TestConftestRules: packages that were written for conftest count as they are.
func TestConftestRules(t *testing.T) {
	engine := engineWith(t, map[string]string{"a.rego": `package main

deny contains msg if {
	print("looking at", input.subject)
	msg := sprintf("%s is here", [input.subject])
}

deny_size contains {"msg": "too small", "size": 3}

warn contains "careful"

violation contains {"msg": "broken", "details": {"a": 1}}
`})
	result := eval(t, engine, plainDocument("apache-2.0", ""))
	var found []string
	for _, f := range result.Findings {
		if strings.HasPrefix(f.Rule, "custom/") {
			found = append(found, fmt.Sprintf("%s %s: %s", f.Level, f.Rule, f.Message))
		}
	}
	want := []string{
		"error custom/main/deny: " + result.Subject + " is here",
		"error custom/main/deny-size: too small",
		"error custom/main/violation: broken",
		"warning custom/main/warn: careful",
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}

// TestUserRuleFailsAlone: of a user's rules the one that fails is named, the
// others count, and nothing passes.
func TestUserRuleFailsAlone(t *testing.T) {
	engine := engineWith(t, map[string]string{
		"bad.rego":  "package custom.bad.rule\n\nfindings contains {\"message\": \"so\"} if 1 / count(input.nodes[\"none\"]) > 0\n\nfindings contains {\"message\": \"so\"} if 1 / (count(input.edges) - count(input.edges)) > 0\n",
		"good.rego": "package custom.good.rule\n\nfindings contains {\"message\": \"so\", \"level\": \"note\"}\n",
		"own.rego":  ownDefinition,
	})
	result := eval(t, engine, plainDocument("apache-2.0", ""))
	if len(result.Failed) != 1 || result.Failed[0].Rule != "custom/bad/rule" || result.Failed[0].Why != "mine/bad.rego:5: div: divide by zero" {
		t.Errorf("failed %+v", result.Failed)
	}
	if !slices.Contains(result.Rules, "custom/good/rule") || slices.Contains(result.Rules, "custom/bad/rule") {
		t.Errorf("evaluated %v", result.Rules)
	}
	if result.Verdict != model.Incomplete || result.Definitions["tidy"].Verdict != "fails" {
		t.Errorf("verdict %s, tidy %+v", result.Verdict, result.Definitions["tidy"])
	}
}

// TestUserJudgementsOfTheWrongShape: a definition whose verdict is none, or that
// calls itself by the name of one of ours, fails and is named. That it was asked
// for is not met in silence, and ours judge as they do without it.
func TestUserJudgementsOfTheWrongShape(t *testing.T) {
	for body, says := range map[string]string{
		`{"verdict": "fine"}`:  "it gives a judgement whose verdict is fine, want meets or",
		`{"requirements": []}`: "it gives a judgement without its verdict",
		`{"verdict": "meets", "requirements": [{"id": "A", "state": "ok"}]}`:   "it gives a requirement whose state is ok, want met or",
		`{"verdict": "meets", "requirements": [{"state": "met"}]}`:             "it gives a requirement without its id",
		`{"name": "osaid-1.0", "verdict": "meets", "requirements": []}`:        "its name is osaid-1.0, which is that of another definition",
		`{"name": "tidy", "verdict": "meets", "requirements": [], "class": 3}`: "it gives a judgement whose class is of type number",
	} {
		engine := engineWith(t, map[string]string{"a.rego": "package custom.definitions.tidy\n\njudgement := " + body + "\n"})
		document := plainDocument("apache-2.0", "")
		document.Config.Definitions = []string{"tidy"}
		result := eval(t, engine, document)
		if len(result.Failed) != 1 || result.Failed[0].Rule != "custom/definitions/tidy" || !strings.Contains(result.Failed[0].Why, says) {
			t.Errorf("%s: failed %+v, want %q", body, result.Failed, says)
		}
		if _, judged := result.Definitions["tidy"]; judged || result.Verdict != model.Incomplete {
			t.Errorf("%s: verdict %s, %v", body, result.Verdict, result.Definitions)
		}
		if ours := result.Definitions["osaid-1.0"]; ours.Verdict != "not-shown" {
			t.Errorf("%s: osaid-1.0 is %+v", body, ours.Verdict)
		}
		if !slices.Contains(result.Incomplete, "the definition tidy was asked for and gave no verdict") {
			t.Errorf("%s: incomplete %q", body, result.Incomplete)
		}
	}
}
