package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// ownFindings are what a user's rules find, in a line each.
func ownFindings(result *model.SubjectResult) []string {
	var found []string
	for _, f := range result.Findings {
		if !strings.HasPrefix(f.Rule, "custom/") {
			continue
		}
		line := fmt.Sprintf("%s %s: %s", f.Level, f.Rule, f.Message)
		if f.Waived != nil {
			line += " (" + f.Waived.Reason + ")"
		}
		found = append(found, line)
	}
	return found
}

// TestConftestExceptions: a package written for conftest waives its own rules,
// by what follows the underscore in their names, and those of no other package.
// One that fails beside them changes nothing in that.
func TestConftestExceptions(t *testing.T) {
	files := map[string]string{
		"a.rego": `package main

deny contains "plain"

deny_run contains "run"

violation_run contains {"msg": "run too"}

deny_stay contains "stay"

warn_small contains "small"
`,
		"b.rego": `package main

exception contains rules if {
	input.subject
	rules := ["run", ""]
}

exception contains ["small"]

exception contains ["stay"] if input.subject == "nobody"
`,
		"c.rego": "package other\n\ndeny_run contains \"run\"\n",
		"d.rego": "package odd\n\ndeny_run contains \"run\"\n\nexception := \"run\"\n",
	}
	want := []string{
		"error custom/main/deny: plain (package main makes an exception of it)",
		"error custom/main/deny-run: run (package main makes an exception of it)",
		"error custom/main/deny-stay: stay",
		"error custom/main/violation-run: run too (package main makes an exception of it)",
		"error custom/odd/deny-run: run",
		"error custom/other/deny-run: run",
		"warning custom/main/warn-small: small (package main makes an exception of it)",
	}
	result := eval(t, engineWith(t, files), plainDocument("apache-2.0", ""))
	if found := ownFindings(result); !slices.Equal(found, want) {
		t.Errorf("found %q\nwant %q", found, want)
	}
	files["e.rego"] = "package broken\n\ndeny contains msg if {\n\tsome x in [1, 2]\n\tmsg := _one\n}\n\n_one := x if some x in [\"a\", \"b\"]\n"
	result = eval(t, engineWith(t, files), plainDocument("apache-2.0", ""))
	if found := ownFindings(result); !slices.Equal(found, want) || len(result.Failed) != 1 {
		t.Errorf("beside one that fails: failed %v, found %q\nwant %q", result.Failed, found, want)
	}
}

// TestEffectiveOn: before its day a rule's errors are warnings, and on it they
// are errors; a date that is none is refused with its place.
func TestEffectiveOn(t *testing.T) {
	rule := func(date string) map[string]string {
		return map[string]string{"a.rego": `# METADATA
# title: Later
# custom:
#   effective_on: ` + date + `
package house.later

findings contains {"message": "so"}

findings contains {"message": "a note", "level": "note"}
`}
	}
	for date, want := range map[string][]string{
		`"2026-06-01"`: {"error custom/house/later: so", "note custom/house/later: a note"},
		`"2026-06-02"`: {"warning custom/house/later: so (counts as an error from 2026-06-02)", "note custom/house/later: a note"},
		"2026-06-02":   {"warning custom/house/later: so (counts as an error from 2026-06-02)", "note custom/house/later: a note"},
	} {
		document := plainDocument("apache-2.0", "")
		document.Now = "2026-06-01T23:59:59Z"
		result := eval(t, engineWith(t, rule(date)), document)
		if found := ownFindings(result); !slices.Equal(found, want) {
			t.Errorf("effective on %s: found %q, want %q", date, found, want)
		}
	}
	for _, date := range []string{"soon", `"2026-02-30"`, "2026", "[2026]", `""`} {
		_, err := policy.Compile(policies.FS, folderOf(rule(date)))
		if err == nil || !strings.Contains(err.Error(), "mine/a.rego:1: custom.effective_on is") {
			t.Errorf("effective on %s: got %v", date, err)
		}
	}
}

// TestExceptionsLeaveTheRest: an exception and settings of the configuration
// change findings as they say, and nothing of the other facts of a result.
func TestExceptionsLeaveTheRest(t *testing.T) {
	engine := realEngine(t)
	waived, off := 0, 0
	for folder, document := range fixtures(t) {
		before := eval(t, engine, document)
		with := copyOf(t, document)
		with.Config.Exceptions = []input.Exception{{
			Rule: "**", Model: "**", Reason: "so", Approver: "legal", Expires: "2099-12-31",
		}}
		after := eval(t, engine, with)
		all := len(before.Findings) > 0
		for _, f := range after.Findings {
			all = all && f.Waived != nil
		}
		if all {
			waived++
		}
		bare := slices.Clone(after.Findings)
		for i := range bare {
			bare[i].Waived = nil
		}
		if d := difference(asSet(t, bare), asSet(t, before.Findings)); all && d != "" {
			t.Errorf("%s: waiving changes findings:%s", folder, d)
		}
		if after.Verdict == model.Fail || after.Verdict == model.Pass && len(before.Incomplete) > 0 {
			t.Errorf("%s: with all waived it is %s", folder, after.Verdict)
		}
		for _, f := range before.Findings {
			with := copyOf(t, document)
			with.Config.Rules = map[string]input.RuleSetting{f.Rule: {Level: "off"}}
			without := eval(t, engine, with)
			left := slices.ContainsFunc(without.Findings, func(g model.Finding) bool { return g.Rule == f.Rule })
			if left || len(without.Off) != 1 || slices.Contains(without.Rules, f.Rule) || len(without.Rules) != len(before.Rules)-1 {
				t.Errorf("%s: %s is off: still found %t, off %v", folder, f.Rule, left, without.Off)
			}
			off++
		}
	}
	if waived == 0 || off == 0 {
		t.Error("no fixture has a finding")
	}
}
