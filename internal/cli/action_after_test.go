package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// after makes the workflow one that follows another one's run for a fork's
// branch, which has these files; nothing is checked out.
func (w *workflow) after(files map[string]string) {
	w.t.Helper()
	w.github.Add(testkit.GitHubRepo{ID: "stranger/model", Refs: map[string]map[string]string{"topic": files}, Files: map[string]string{"README.md": cleanCard}})
	w.head = w.github.Commit("stranger/model", "topic")
	w.github.AddPulls(testkit.GitHubPull{Repo: "acme/model", Number: 7, Base: w.base, Head: w.head, HeadRepo: "stranger/model", HeadBranch: "topic"})
	document := `{"workflow_run": {"event": "pull_request", "head_sha": "` + w.head + `", "head_branch": "topic", "head_repository": {"full_name": "stranger/model"}}}`
	if err := os.WriteFile(w.env["GITHUB_EVENT_PATH"], []byte(document), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.env["GITHUB_EVENT_NAME"], w.env["GITHUB_REF"], w.env["INPUT_OFFLINE"] = "workflow_run", "refs/heads/main", "false"
	w.t.Chdir(w.t.TempDir())
}

// TestActionAfterAnother holds that a workflow which follows another one's run
// for a fork comments without a checkout, and uploads for the head.
func TestActionAfterAnother(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, nil)
	w.after(map[string]string{"README.md": llamaCard})
	got := w.run(map[string]string{"comment": "on-change", "upload-sarif": "true"})
	comments := w.github.Comments()
	if got.code != ExitFindings || len(comments) != 1 || !strings.Contains(comments[0].Body, "adds base model `meta-llama/Llama-3.1-8B`") {
		t.Errorf("exit code %d, comments %+v:\n%s", got.code, comments, got.log)
	}
	if all := w.github.SARIF(); len(all) != 1 || all[0].Commit != w.head || all[0].Ref != "refs/pull/7/head" {
		t.Errorf("uploaded %+v", all)
	}
}

// TestActionAfterAnotherIsGoverned holds that the base's configuration governs a
// head that is read by the API as it does one in a checkout, and that the head's
// lock is read.
func TestActionAfterAnotherIsGoverned(t *testing.T) {
	hub := testkit.NewHub(t, hubRepo("org/base", "license: cc-by-nc-4.0"))
	card := "---\nlicense: cc-by-nc-4.0\nbase_model: org/base\n---\n"
	w := newWorkflow(t, map[string]string{"README.md": "---\nlicense: mit\n---\n", "entail.yaml": "use:\n  commercial: true\n"}, map[string]string{"README.md": card})
	if got := entail(t, map[string]string{"HF_ENDPOINT": hub.URL()}, "lock"); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	locked, err := os.ReadFile("entail.lock")
	if err != nil {
		t.Fatal(err)
	}
	w.env["HF_ENDPOINT"] = hub.URL()
	before := hub.Count("")
	w.after(map[string]string{"README.md": card, "entail.yaml": "fail_on: never\n", "entail.lock": string(locked)})
	got := w.run(nil)
	if got.code != ExitFindings || hub.Count("") != before {
		t.Errorf("exit code %d, %d requests:\n%s", got.code, hub.Count("")-before, got.log)
	}
	has(t, "log", got.log, "use/not-permitted", "::warning title=entail::This pull request changes what entail.yaml demands")
}

// TestActionAfterAnotherWithPolicies holds that policies which the base's
// configuration asks for judge a head that is read by the API.
func TestActionAfterAnotherWithPolicies(t *testing.T) {
	rule := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	w := newWorkflow(t, map[string]string{"README.md": cleanCard, "entail.yaml": "policies: [./rules]\n", "rules/strict.rego": rule}, nil)
	w.after(map[string]string{"README.md": cleanCard + "More words.\n"})
	if got := w.run(nil); got.code != ExitFindings || !strings.Contains(got.log, "the house says no") {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
}

// TestActionAfterAnotherOnBasesBeside holds that a base model beside the release
// is the same one in the fork and at the base.
func TestActionAfterAnotherOnBasesBeside(t *testing.T) {
	beside := "---\nlicense: apache-2.0\nbase_model: ../base\n---\n# A model\n"
	before := map[string]string{"models/base/README.md": llamaCard, "models/tuned/README.md": beside}
	w := newWorkflow(t, before, nil)
	w.after(map[string]string{"models/base/README.md": llamaCard, "models/tuned/README.md": beside + "More words.\n"})
	got := w.run(map[string]string{"path": "models/tuned"})
	if got.outputs["new-findings"] != "0" || got.outputs["changed-terms"] != `{"gained":[],"lost":[]}` || got.outputs["verdict"] != "fail" {
		t.Errorf("outputs %v:\n%s", got.outputs, got.log)
	}
}
