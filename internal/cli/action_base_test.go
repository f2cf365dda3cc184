package cli

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// TestActionOnlyNew holds that what the base has too fails nobody, and that the
// base is read by the API where the checkout lacks it.
func TestActionOnlyNew(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": llamaCard}, map[string]string{"README.md": llamaCard + "More words.\n"})
	inputs := map[string]string{"only-new": "true"}
	if got := w.run(inputs); got.code != ExitOK || got.outputs["new-findings"] != "0" || got.outputs["verdict"] != "fail" {
		t.Errorf("exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
	}
	w.shallow()
	got := w.run(inputs)
	if got.code != ExitFindings {
		t.Errorf("shallow and offline: exit code %d", got.code)
	}
	has(t, "log", got.log, "::warning title=entail::The checkout does not hold the base")
	w.put(map[string]string{"README.md": cleanCard})
	if got := w.run(inputs); got.code != ExitUndecided || !strings.Contains(got.log, "what it demands is not known") {
		t.Errorf("clean, and what the base demands is not known: exit code %d", got.code)
	}
	w.put(map[string]string{"README.md": llamaCard})
	inputs["offline"] = "false"
	if got := w.run(inputs); got.code != ExitOK || got.outputs["new-findings"] != "0" || w.github.Count("/git/trees/") == 0 {
		t.Errorf("shallow: exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
	}
}

// TestActionOnBasesBeside holds that a base model beside the release, named by
// its path, is the same one at the base of the pull request, wherever that is
// read.
func TestActionOnBasesBeside(t *testing.T) {
	beside := "---\nlicense: apache-2.0\nbase_model: ../base\n---\n# A model\n"
	before := map[string]string{"models/base/README.md": llamaCard, "models/tuned/README.md": beside, "models/other/README.md": cleanCard}
	for name, prepare := range map[string]func(w *workflow){
		"from the clone": func(*workflow) {},
		"by the API":     func(w *workflow) { w.shallow(); w.env["INPUT_OFFLINE"] = "false" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkflow(t, before, map[string]string{"models/tuned/README.md": beside + "More words.\n"})
			prepare(w)
			got := w.run(nil)
			if got.outputs["new-findings"] != "0" || got.outputs["changed-terms"] != `{"gained":[],"lost":[]}` || got.outputs["verdict"] != "fail" {
				t.Errorf("outputs %v", got.outputs)
			}
			lacks(t, "summary", got.summary, "adds base model", "no longer made from", "(new)")
		})
	}
	w := newWorkflow(t, before, map[string]string{"models/other/README.md": beside, "models/base/README.md": cleanCard})
	got := w.run(nil)
	has(t, "summary", got.summary, "adds base model `dir:models/base`", "no longer made from `meta-llama/Llama-3.1-8B`")
	if got.code != ExitOK || got.outputs["verdict"] != "pass" {
		t.Errorf("mended: exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
	}
}

// TestActionWithANamedLock holds that the base has the lock that it had, under
// the name that the workflow gives.
func TestActionWithANamedLock(t *testing.T) {
	hub := testkit.NewHub(t, hubRepo("org/base", "license: cc-by-nc-4.0"))
	card := "---\nlicense: mit\nbase_model: org/base\n---\n"
	w := newWorkflow(t, map[string]string{"README.md": card}, nil)
	if got := entail(t, map[string]string{"HF_ENDPOINT": hub.URL()}, "lock"); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	if err := errors.Join(os.Mkdir("locks", 0o755), os.Rename("entail.lock", "locks/model.lock")); err != nil {
		t.Fatal(err)
	}
	w.base = w.commit()
	w.put(map[string]string{"README.md": card + "More words.\n"})
	w.head = w.commit()
	w.event("pull_request", "acme/model")
	got := w.run(map[string]string{"lock": "locks/model.lock", "offline": "false"})
	if got.outputs["new-findings"] != "0" || got.outputs["errors"] == "0" || got.outputs["changed-terms"] != `{"gained":[],"lost":[]}` {
		t.Errorf("outputs %v:\n%s", got.outputs, got.log)
	}
}

// TestActionKeepsACommentThatMayHold holds that a comment is not struck where
// nothing could be compared.
func TestActionKeepsACommentThatMayHold(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.run(map[string]string{"comment": "on-change"})
	w.shallow()
	w.run(map[string]string{"comment": "on-change"})
	if all := w.github.Comments(); len(all) != 1 || strings.Contains(all[0].Body, "~~") {
		t.Errorf("comments %+v", all)
	}
}
