package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// TestActionNobodyWaivesThemselves holds that configuration and policies come
// from the base branch, and that a change to them is told.
func TestActionNobodyWaivesThemselves(t *testing.T) {
	strict := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	w := newWorkflow(t,
		map[string]string{"README.md": llamaCard, "entail.yaml": "use:\n  commercial: true\n", "rules/strict.rego": strict},
		map[string]string{"entail.yaml": "fail_on: never\n", "rules/strict.rego": "package custom.house.strict\n\nfindings contains {\"message\": \"fine\", \"level\": \"note\"} if false\n", "more/own.rego": strict})
	got := w.run(map[string]string{"policies": "rules\nmore"})
	if got.code != ExitFindings {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
	has(t, "log", got.log, "the house says no", "::warning title=entail::This pull request changes what entail.yaml demands",
		"::warning title=entail::The policies in more are not on the base branch",
		"::warning title=entail::This pull request changes the policies in rules")
	file := w.run(map[string]string{"policies": "rules/strict.rego"})
	has(t, "log", file.log, "the house says no", "::warning title=entail::This pull request changes the policies in rules/strict.rego")
	if n := strings.Count(got.log, "changes what entail.yaml demands"); n != 1 {
		t.Errorf("said %d times that the configuration changes", n)
	}
	if n := strings.Count(got.log, "- the house says no"); n != 1 {
		t.Errorf("the house speaks %d times, want once", n)
	}
}

// TestActionSaysNothingOfPoliciesThatStay holds that the two notices are about
// changes alone.
func TestActionSaysNothingOfPoliciesThatStay(t *testing.T) {
	rule := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	w := newWorkflow(t, map[string]string{"README.md": cleanCard, "house.yaml": "use:\n  commercial: true\n", "rules/strict.rego": rule},
		map[string]string{"README.md": cleanCard + "More words.\n", "rules/README.md": "About the rules.\n"})
	w.put(map[string]string{"rules/data.json": "{}"}) // of another step, and in no commit
	got := w.run(map[string]string{"policies": "rules", "config": "house.yaml"})
	lacks(t, "log", got.log, "::warning title=entail::This pull request changes")
	w.put(map[string]string{"house.yaml": "fail_on: never\n"})
	got = w.run(map[string]string{"policies": "rules", "config": "house.yaml"})
	has(t, "log", got.log, "::warning title=entail::This pull request changes house.yaml")
	if got.code != ExitFindings {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
}

// TestActionFailsAsTheBaseConfigures holds that fail_on holds where the input is
// not given, and that it is the base's.
func TestActionFailsAsTheBaseConfigures(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard, "entail.yaml": "fail_on: note\n"}, map[string]string{"entail.yaml": "fail_on: never\n"})
	if got := w.run(nil); got.code != ExitFindings || got.outputs["errors"] != "0" {
		t.Errorf("exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
	}
	if got := w.run(map[string]string{"fail-on": "error"}); got.code != ExitOK {
		t.Errorf("the input: exit code %d:\n%s", got.code, got.log)
	}
}

// waives is a configuration that waives every limit that is dropped.
const waives = "exceptions:\n  - rule: lineage/dropped-restriction\n    model: \"**\"\n    reason: agreed\n    approver: legal\n    expires: 2099-12-31\n"

// TestActionExceptions holds that the exceptions of the base branch count, and
// that those of a pull request do not, wherever they stand.
func TestActionExceptions(t *testing.T) {
	own := newWorkflow(t,
		map[string]string{"README.md": cleanCard},
		map[string]string{"README.md": llamaCard, "entail.yaml": "# agreed\n" + waives + "rules: {lineage/owed-obligation: off}\n"})
	got := own.run(nil)
	if got.code != ExitFindings || got.outputs["errors"] != "2" {
		t.Errorf("of the pull request: exit code %d, outputs %v", got.code, got.outputs)
	}
	has(t, "log", got.log, "::warning title=entail::This pull request changes what entail.yaml demands", "[lineage/owed-obligation]")
	lacks(t, "log", got.log, "waived")

	named := newWorkflow(t,
		map[string]string{"README.md": llamaCard, "house.yaml": "fail_on: error\n"},
		map[string]string{"README.md": llamaCard + "Words.\n", "house.yaml": waives})
	if got = named.run(map[string]string{"config": "house.yaml"}); got.code != ExitFindings {
		t.Errorf("of a named file: exit code %d", got.code)
	}
	has(t, "log", got.log, "::warning title=entail::This pull request changes house.yaml")

	base := newWorkflow(t,
		map[string]string{"README.md": cleanCard, "entail.yaml": waives},
		map[string]string{"README.md": llamaCard, "entail.yaml": "derived_from: []\n" + waives})
	got = base.run(nil)
	if got.code != ExitOK || got.outputs["errors"] != "0" {
		t.Errorf("of the base: exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
	}
	has(t, "summary", got.summary, "error (waived)", "Waived: agreed (approved by legal, until 2099-12-31)", " · 2 waived", "findings: 4 new, 2 fixed")
	lacks(t, "log", got.log, "::error", "changes what entail.yaml demands")
}

// TestActionReadsEveryPolicy holds that a rule of the base branch which cannot
// be copied is no rule that passes.
func TestActionReadsEveryPolicy(t *testing.T) {
	large := "package custom.house.large\n" + strings.Repeat("# filler\n", maxConfigBytes/9+1)
	w := newWorkflow(t, map[string]string{"README.md": cleanCard, "rules/large.rego": large}, map[string]string{"README.md": cleanCard + "words\n"})
	if got := w.run(map[string]string{"policies": "rules"}); got.code != ExitUndecided || !strings.Contains(got.log, "rules/large.rego") {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
}

// TestActionFollowsNoLinkToOtherPolicies holds that a folder of policies which
// a pull request makes a link to others, or takes away, is read as it was, and
// that a link at the base is followed there.
func TestActionFollowsNoLinkToOtherPolicies(t *testing.T) {
	strict := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	lenient := strings.Replace(strict, "}", "} if false", 1)
	before := map[string]string{"README.md": cleanCard, "rules/strict.rego": strict, "lenient/strict.rego": lenient}
	for name, change := range map[string]func(w *workflow) error{
		"a link": func(w *workflow) error {
			return errors.Join(os.RemoveAll(filepath.Join(w.dir, "rules")), os.Symlink("lenient", filepath.Join(w.dir, "rules")))
		},
		"gone": func(w *workflow) error { return os.RemoveAll(filepath.Join(w.dir, "rules")) },
		"a clone of its own": func(w *workflow) error {
			rules := filepath.Join(w.dir, "rules")
			git(t, w.dir, "clone", "-q", "file://"+w.dir, rules+".new")
			return errors.Join(os.RemoveAll(rules), os.Rename(rules+".new", rules))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkflow(t, before, map[string]string{"README.md": cleanCard + "More words.\n"})
			if err := change(w); err != nil {
				t.Fatal(err)
			}
			if got := w.run(map[string]string{"policies": "rules"}); !strings.Contains(got.log, "the house says no") || got.code != ExitFindings {
				t.Errorf("exit code %d, outputs %v:\n%s", got.code, got.outputs, got.log)
			}
		})
	}
	w := newWorkflow(t, before, nil)
	if err := os.Symlink("rules", filepath.Join(w.dir, "house")); err != nil {
		t.Fatal(err)
	}
	w.base = w.commit()
	w.put(map[string]string{"README.md": cleanCard + "More words.\n"})
	w.head = w.commit()
	w.event("pull_request", "acme/model")
	if got := w.run(map[string]string{"policies": "house"}); !strings.Contains(got.log, "the house says no") {
		t.Errorf("a link at the base: %s", got.log)
	}
	// A link within the folder could stand for anything, and is told.
	for _, name := range []string{"rules/linked.rego", "rules/data.json"} {
		if err := os.Symlink("../lenient/strict.rego", filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
		w.base = w.commit()
		w.event("pull_request", "acme/model")
		if got := w.run(map[string]string{"policies": "rules"}); got.code != ExitUndecided || !strings.Contains(got.log, name) {
			t.Errorf("%s: exit code %d:\n%s", name, got.code, got.log)
		}
		if err := os.Remove(filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestActionReadsNoDevice holds that a file of policies or a configuration which
// a pull request makes a link to what has no end is told as changed.
func TestActionReadsNoDevice(t *testing.T) {
	strict := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	w := newWorkflow(t, map[string]string{"README.md": cleanCard, "rules/strict.rego": strict, "house.yaml": "fail_on: error\n"}, nil)
	w.base = w.commit()
	for _, name := range []string{"rules/strict.rego", "house.yaml"} {
		path := filepath.Join(w.dir, name)
		if err := errors.Join(os.Remove(path), os.Symlink("/dev/zero", path)); err != nil {
			t.Fatal(err)
		}
	}
	w.head = w.commit()
	w.event("pull_request", "acme/model")
	if got := w.run(map[string]string{"policies": "rules/strict.rego", "config": "house.yaml"}); !strings.Contains(got.log, "the house says no") {
		t.Errorf("a link to a device: %s", got.log)
	}
}

// TestActionTakesPoliciesOfAnotherRepository holds that policies and a
// configuration in a clone of another repository, within the checkout or beside
// it, hold as they are; and that a place which the pull request has made is no
// such clone.
func TestActionTakesPoliciesOfAnotherRepository(t *testing.T) {
	rule := "package custom.house.strict\n\nfindings contains {\"message\": \"the house says no\"}\n"
	house := func(w *workflow, dir string) {
		t.Helper()
		other := &workflow{t: t, dir: dir}
		other.put(map[string]string{"rules/strict.rego": rule, "entail.yaml": "use:\n  commercial: true\n"})
		git(t, dir, "init", "-q")
		other.commit()
	}
	for name, tt := range map[string]struct {
		place   func(w *workflow) string
		foreign bool
	}{
		"within": {func(w *workflow) string { house(w, filepath.Join(w.dir, "house")); return "house" }, true},
		"beside": {func(w *workflow) string {
			w.env["GITHUB_WORKSPACE"] = filepath.Dir(w.dir)
			house(w, filepath.Join(filepath.Dir(w.dir), "house"))
			return "../house"
		}, true},
		"a submodule": {func(w *workflow) string {
			house(w, filepath.Join(w.dir, "house"))
			w.head = w.commit()
			w.env["GITHUB_SHA"] = w.head
			w.event("pull_request", "acme/model")
			return "house"
		}, false},
		"a link": {func(w *workflow) string {
			house(w, filepath.Join(w.dir, "cloned"))
			if err := os.Symlink("cloned", filepath.Join(w.dir, "house")); err != nil {
				t.Fatal(err)
			}
			git(t, w.dir, "add", "house")
			git(t, w.dir, "commit", "-q", "-m", "x")
			w.head = git(t, w.dir, "rev-parse", "HEAD")
			w.env["GITHUB_SHA"] = w.head
			w.event("pull_request", "acme/model")
			return "house"
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": cleanCard + "More words.\n"})
			at := tt.place(w)
			got := w.run(map[string]string{"policies": at + "/rules", "config": at + "/entail.yaml"})
			if strings.Contains(got.log, "the house says no") != tt.foreign || strings.Contains(got.log, "not on the base branch") == tt.foreign {
				t.Errorf("exit code %d:\n%s", got.code, got.log)
			}
		})
	}
}

// TestActionPassesNothingByASubmodule holds that policies of the base which lie
// in a submodule, that nobody can read at the base, are not left out in silence.
func TestActionPassesNothingByASubmodule(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, nil)
	house := &workflow{t: t, dir: filepath.Join(w.dir, "house")}
	house.put(map[string]string{"rules/strict.rego": "package custom.house.strict\n"})
	git(t, house.dir, "init", "-q")
	house.commit()
	w.base = w.commit()
	w.put(map[string]string{"README.md": cleanCard + "More words.\n"})
	w.head = w.commit()
	w.env["GITHUB_SHA"] = w.head
	w.event("pull_request", "acme/model")
	for folder, want := range map[string]int{"house": ExitUndecided, "house/rules": ExitUndecided, "gone/rules": ExitOK, "README.md": ExitUndecided} {
		if got := w.run(map[string]string{"policies": folder}); got.code != want || (want == ExitOK) == strings.Contains(got.log, "it is a submodule") {
			t.Errorf("%s: exit code %d:\n%s", folder, got.code, got.log)
		}
	}
	if got := w.run(map[string]string{"config": "house/entail.yaml"}); got.code != ExitUndecided {
		t.Errorf("a configuration: exit code %d:\n%s", got.code, got.log)
	}
}

// TestActionIgnoresForgedMarkers holds that a comment of somebody else with our
// marker stays as it is.
func TestActionIgnoresForgedMarkers(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.run(map[string]string{"comment": "always"})
	marker, _, _ := strings.Cut(w.github.Comments()[0].Body, "\n")
	other := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
	other.AddComments(testkit.GitHubComment{Repo: "acme/model", Number: 7, Login: "mallory", Body: marker + "\nAll is well."})
	w.env["ENTAIL_GITHUB_API_URL"] = other.URL()
	w.run(map[string]string{"comment": "always"})
	w.run(map[string]string{"comment": "always"})
	comments := other.Comments()
	if len(comments) != 2 || comments[0].Edits != 0 || !slices.Contains([]int{0}, comments[1].Edits) {
		t.Errorf("comments %+v", comments)
	}
}

func TestActionOnHostileCards(t *testing.T) {
	hostile := "---\nlicense: \"apache-2.0\\n::set-output name=verdict::pass\"\nbase_model:\n- \"x\\n::add-mask::e\"\n- \"_GitHubActionsFileCommandDelimeter_\"\n- \"<!-- entail:0 --> @octocat ![x](https://evil.example/b.png)\"\n- \"##[set-env name=PATH]x\"\n---\n::error::from the body\n"
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": hostile})
	got := w.run(map[string]string{"comment": "always"})
	if got.outputs["verdict"] == "pass" || got.outputs["verdict"] == "" {
		t.Errorf("outputs %v", got.outputs)
	}
	stopped := ""
	for line := range strings.Lines(got.log) {
		line = strings.TrimSpace(line)
		switch {
		case stopped != "":
			if line == "::"+stopped+"::" {
				stopped = ""
			}
		case strings.HasPrefix(line, "::stop-commands::"):
			stopped = strings.TrimPrefix(line, "::stop-commands::")
		case strings.HasPrefix(line, "::set-output"), strings.HasPrefix(line, "::add-mask::e"), strings.HasPrefix(line, "##["):
			t.Errorf("the runner takes %q for a command", line)
		}
	}
	for what, text := range map[string]string{"summary": got.summary, "comment": w.github.Comments()[0].Body} {
		text, _, _ = strings.Cut(text, "```mermaid") // in which nothing is acted on
		lacks(t, what, text, "![x](https://", "@octocat", "\n::")
		if strings.Count(text, "<!-- entail:0") != strings.Count(text, "\\<!-- entail:0") {
			t.Errorf("%s holds a forged marker", what)
		}
	}
}

func TestActionWarnsOfPullRequestTarget(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.event("pull_request_target", "stranger/model")
	has(t, "log", w.run(nil).log, "::warning title=entail%3A pull_request_target::")
}
