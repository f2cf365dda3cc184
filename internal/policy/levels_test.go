package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/policy"
)

const levelFile = "lib/own_level.rego"

// levelsOf are the levels of a user's rules, of what they find, and of what data
// says of them, each as a line, with a file of ours changed.
func levelsOf(t *testing.T, changed map[string]string) []string {
	t.Helper()
	compiled, err := policy.Compile(overlay(t, "", changed), folderOf(map[string]string{
		"main.rego":  "package main\n\ndeny_size contains \"a\"\n\nwarn contains {\"msg\": \"b\"}\n\nviolation contains \"c\"\n",
		"house.rego": "package custom.house.rule\n\nfindings contains {\"message\": data.catalog.rules[\"custom/main/warn\"].level}\n",
		"said.rego":  "# METADATA\n# custom:\n#   level: note\npackage custom.house.said\n\nfindings contains {\"message\": \"e\"}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := compiled.Prepare(t.Context(), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, rule := range engine.Rules() {
		if rule.Own {
			lines = append(lines, fmt.Sprintf("%s %s", rule.ID, rule.Level))
		}
	}
	for _, f := range eval(t, engine, plainDocument("apache-2.0", "")).Findings {
		if strings.HasPrefix(f.Rule, "custom/") {
			lines = append(lines, fmt.Sprintf("%s %s: %s", f.Rule, f.Level, f.Message))
		}
	}
	slices.Sort(lines)
	return lines
}

// TestUsualLevels: the level of what gives none is said in Rego alone, and is
// that of the finding, of the rule and of the data about it.
func TestUsualLevels(t *testing.T) {
	want := []string{
		"custom/house/rule %[1]s", "custom/house/rule %[1]s: %[3]s",
		"custom/house/said note", "custom/house/said note: e",
		"custom/main/deny-size %[2]s", "custom/main/deny-size %[2]s: a",
		"custom/main/violation %[1]s", "custom/main/violation %[1]s: c",
		"custom/main/warn %[3]s", "custom/main/warn %[3]s: b",
	}
	for changed, levels := range map[string][]any{
		"": {"error", "error", "warning"},
		`{"findings": "note", "deny": "warning", "violation": "note", "warn": "error"}`: {"note", "warning", "error"},
	} {
		files := map[string]string{}
		if changed != "" {
			files[levelFile] = "package entail.lib\n\nlevels := " + changed + "\n"
		}
		if got := levelsOf(t, files); strings.Join(got, "\n") != fmt.Sprintf(strings.Join(want, "\n"), levels...) {
			t.Errorf("with levels %s:\n%s", changed, strings.Join(got, "\n"))
		}
	}
}

// TestUsualLevelsMissing: a rule without any level would count for nothing.
func TestUsualLevelsMissing(t *testing.T) {
	for text, says := range map[string]string{
		"levels := {\"findings\": \"error\", \"deny\": \"error\", \"violation\": \"error\"}": `lib/own_level.rego: the level of warn is ""`,
		"levels := {\"findings\": \"fatal\"}":                                                "lib/own_level.rego: the level of ",
		"levels := input.levels":                                                             "undefined",
		"levels := nothing":                                                                  "lib/own_level.rego:3",
	} {
		fsys := overlay(t, "", map[string]string{levelFile: "package entail.lib\n\n" + text + "\n"})
		_, err := policy.Compile(fsys, folderOf(map[string]string{"a.rego": "package main\n\nwarn contains \"x\"\n"}))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", text, err, says)
		}
	}
}
