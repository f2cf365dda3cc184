package cli

import (
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// TestActionConfiguredPolicies holds that the policies which a configuration
// names count, and that on a pull request they are those of its base: the list,
// the files and the pins of the lock.
func TestActionConfiguredPolicies(t *testing.T) {
	says := func(what string) string {
		return "package custom.house.strict\n\nfindings contains {\"message\": \"the house says " + what + "\"}\n"
	}
	for name, tt := range map[string]struct {
		before, change map[string]string
		says, lacks    string
		log            string
	}{
		"a folder":          {map[string]string{"entail.yaml": "policies: [rules]\n", "rules/a.rego": says("no")}, map[string]string{"rules/a.rego": says("yes")}, "the house says no", "the house says yes", ""},
		"a file":            {map[string]string{"entail.yaml": "policies: [rules/a.rego]\n", "rules/a.rego": says("no"), "rules/b.rego": "package broken{"}, map[string]string{"rules/a.rego": says("yes")}, "the house says no", "the house says yes", ""},
		"another list":      {map[string]string{"entail.yaml": "policies: [rules]\n", "rules/a.rego": says("no")}, map[string]string{"entail.yaml": "{}\n"}, "the house says no", "the house says yes", "This pull request changes what entail.yaml demands"},
		"a new list":        {map[string]string{}, map[string]string{"entail.yaml": "policies: [rules]\n", "rules/a.rego": says("no")}, "", "the house says", "This pull request changes what entail.yaml demands"},
		"files still to be": {map[string]string{"entail.yaml": "policies: [rules/a.rego, more]\n"}, map[string]string{"rules/a.rego": says("no"), "more/b.rego": "package custom.b"}, "", "the house says", "The policies in rules/a.rego are not on the base branch"},
	} {
		before := map[string]string{"README.md": cleanCard}
		for file, text := range tt.before {
			before[file] = text
		}
		w := newWorkflow(t, before, tt.change)
		got := w.run(nil)
		if want := map[bool]int{true: ExitFindings, false: ExitOK}[tt.says != ""]; got.code != want || !strings.Contains(got.log, tt.says) || strings.Contains(got.log, tt.lacks) || !strings.Contains(got.log, tt.log) {
			t.Errorf("%s: exit code %d, want %d:\n%s", name, got.code, want, got.log)
		}
		w.env["GITHUB_EVENT_NAME"] = "schedule" // no pull request: what is there holds
		if got := w.run(nil); tt.change["entail.yaml"] != "{}\n" && got.code != ExitFindings && name != "a new list" {
			t.Errorf("%s: without a pull request: exit code %d:\n%s", name, got.code, got.log)
		}
	}
}

// TestActionPinnedPolicies holds that a pull request cannot pin other policies
// for itself, and that a lock does not take the registry off the run.
func TestActionPinnedPolicies(t *testing.T) {
	registry := testkit.NewRegistry(t, testkit.RegistryOpen)
	push := func(message string) string {
		folder := t.TempDir()
		write(t, folder, map[string]string{"a.rego": "package custom.house.strict\n\nfindings contains {\"message\": \"" + message + "\"} if \"" + message + "\" != \"\"\n"})
		got := entail(t, nil, "policy", "push", "oci://"+registry.Host()+"/acme/rules:v1", "--policy", folder)
		if got.code != ExitOK {
			t.Fatal(got.stderr)
		}
		_, digest, _ := strings.Cut(strings.TrimSpace(got.stdout), "@")
		return digest
	}
	strict, lenient := push("the house says no"), push("")
	lock := func(digest string) string {
		return "schema: entail.lock/v1\nsubject: acme/model\nancestors: []\npolicies:\n  - source: oci://" + registry.Host() + "/acme/rules:v1\n    digest: " + digest + "\n"
	}
	w := newWorkflow(t,
		map[string]string{"README.md": cleanCard, "entail.yaml": "policies: [\"oci://" + registry.Host() + "/acme/rules:v1\"]\n", "entail.lock": lock(strict)},
		map[string]string{"entail.lock": lock(lenient)})
	w.env["INPUT_OFFLINE"] = "false"
	if got := w.run(nil); got.code != ExitFindings || !strings.Contains(got.log, "the house says no") {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
	w.env["GITHUB_EVENT_NAME"] = "schedule"
	if got := w.run(nil); got.code != ExitOK {
		t.Errorf("without a pull request: exit code %d:\n%s", got.code, got.log)
	}
}
