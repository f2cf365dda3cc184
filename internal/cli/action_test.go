package cli

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/entail-dev/entail/internal/testkit"
)

// Cards of a release before and after a pull request.
const (
	cleanCard = "---\nlicense: apache-2.0\nbase_model: mistralai/Mistral-7B-v0.1\n---\n# A model\n"
	llamaCard = "---\nlicense: apache-2.0\nbase_model: meta-llama/Llama-3.1-8B\n---\n# A model\n"
)

// workflow is a checkout with a base and a head commit, and the runner around
// it.
type workflow struct {
	t          *testing.T
	dir        string
	base, head string
	env        map[string]string
	github     *testkit.GitHub
}

// git runs git in a folder as nobody in particular.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// newWorkflow makes a checkout whose last commit changes files; one whose text
// is empty is taken away.
func newWorkflow(t *testing.T, before, change map[string]string) *workflow {
	t.Helper()
	temporary := t.TempDir()
	w := &workflow{t: t, dir: filepath.Join(t.TempDir(), "model"), github: testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model", Files: before})}
	w.put(before)
	git(t, w.dir, "init", "-q")
	git(t, w.dir, "remote", "add", "origin", "https://huggingface.co/acme/model")
	w.base = w.commit()
	w.put(change)
	w.head = w.commit()
	w.env = map[string]string{
		"GITHUB_REPOSITORY": "acme/model", "GITHUB_WORKFLOW": "Terms", "GITHUB_SHA": w.head, "GITHUB_WORKSPACE": w.dir,
		"GITHUB_API_URL": w.github.URL(), "GITHUB_SERVER_URL": "https://github.com", "ENTAIL_GITHUB_API_URL": w.github.URL(),
		"GITHUB_OUTPUT": filepath.Join(temporary, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(temporary, "summary"),
		"RUNNER_TEMP": temporary, "HF_ENDPOINT": "http://127.0.0.1:1",
		"INPUT_OFFLINE": "true", "INPUT_GITHUB_TOKEN": testkit.GitHubWorkflowToken,
	}
	w.event("pull_request", "acme/model")
	t.Chdir(w.dir)
	return w
}

func (w *workflow) put(files map[string]string) {
	w.t.Helper()
	for name, text := range files {
		path := filepath.Join(w.dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if text == "" {
			err = errors.Join(err, os.Remove(path))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte(text), 0o644))
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *workflow) commit() string {
	git(w.t, w.dir, "add", "-A")
	git(w.t, w.dir, "commit", "-q", "--allow-empty", "-m", "x")
	return git(w.t, w.dir, "rev-parse", "HEAD")
}

// event sets what started the workflow; a pull request comes from a repository.
func (w *workflow) event(name, from string) {
	w.t.Helper()
	document, err := json.Marshal(map[string]any{"pull_request": map[string]any{
		"number": 7, "base": map[string]any{"sha": w.base, "ref": "main"},
		"head": map[string]any{"sha": w.head, "repo": map[string]any{"full_name": from}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	path := filepath.Join(w.env["RUNNER_TEMP"], "event.json")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.env["GITHUB_EVENT_NAME"], w.env["GITHUB_EVENT_PATH"], w.env["GITHUB_REF"] = name, path, "refs/pull/7/merge"
}

// left is what a run of the Action left.
type left struct {
	code         int
	log, summary string
	outputs      map[string]string
}

// run runs the Action with further inputs.
func (w *workflow) run(inputs map[string]string) left {
	w.t.Helper()
	env := map[string]string{}
	for name, value := range w.env {
		env[name] = value
	}
	for name, value := range inputs {
		env["INPUT_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = value
	}
	for _, file := range []string{env["GITHUB_OUTPUT"], env["GITHUB_STEP_SUMMARY"]} {
		_ = os.Remove(file) // those of a run before
	}
	got := entail(w.t, env, "action")
	o := left{code: got.code, log: got.stdout, outputs: map[string]string{}}
	summary, _ := os.ReadFile(env["GITHUB_STEP_SUMMARY"])
	o.summary = string(summary)
	text, _ := os.ReadFile(env["GITHUB_OUTPUT"])
	lines := strings.Split(string(text), "\n")
	for i := 0; i+2 < len(lines); i += 3 {
		name, _, _ := strings.Cut(lines[i], "<<")
		o.outputs[name] = lines[i+1]
	}
	return o
}

// has wants words in a text.
func has(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, text)
		}
	}
}

func lacks(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%s has %q:\n%s", what, w, text)
		}
	}
}

func TestActionOnAPullRequestThatAddsALlamaBase(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	got := w.run(map[string]string{"comment": "on-change", "upload-sarif": "true"})
	if got.code != ExitFindings {
		t.Fatalf("exit code %d:\n%s", got.code, got.log)
	}
	has(t, "log", got.log, "::add-mask::", "::error col=10,file=README.md,line=2,title=", "::warning col=13,file=README.md,line=3,title=")
	has(t, "summary", got.summary, "❌ `acme/model`: fail", "adds base model `meta-llama/Llama-3.1-8B`: 2 inherited restrictions",
		"700 million monthly active users", "verdict: pass → fail", "error (new)", "```mermaid", "Terms that bind this release")
	for name, want := range map[string]string{"verdict": "fail", "errors": "2", "osaid": "not-shown"} {
		if got.outputs[name] != want {
			t.Errorf("output %s is %q, want %q", name, got.outputs[name], want)
		}
	}
	has(t, "changed-terms", got.outputs["changed-terms"], `{"gained":[{"term":`, `"term":"user-threshold","effect":"restriction","license":"llama3.1"`)
	if comments := w.github.Comments(); len(comments) != 1 || !strings.Contains(comments[0].Body, "700 million") || comments[0].Login != "github-actions[bot]" {
		t.Errorf("comments %+v", comments)
	}
	uploaded := w.github.SARIF()
	if len(uploaded) != 1 || uploaded[0].Commit != w.head || uploaded[0].Ref != "refs/pull/7/merge" {
		t.Fatalf("uploaded %d documents", len(uploaded))
	}
	document, err := sarif.FromBytes(uploaded[0].Document)
	if err != nil || len(document.Runs[0].Results) < 5 {
		t.Errorf("SARIF: %v", err)
	} else if err := document.Validate(); err != nil {
		t.Errorf("SARIF: %v", err)
	}
	if _, err := os.Stat(got.outputs["report"]); err != nil {
		t.Errorf("the report is not where the output says: %v", err)
	}

	// The next push mends it: the comment changes in place, and the run is quiet.
	w.put(map[string]string{"README.md": cleanCard})
	w.head = w.commit()
	w.env["GITHUB_SHA"] = w.head
	w.event("pull_request", "acme/model")
	mended := w.run(map[string]string{"comment": "on-change"})
	if mended.code != ExitOK || mended.outputs["verdict"] != "pass" || strings.Contains(mended.log, "::error") {
		t.Errorf("mended: exit code %d:\n%s", mended.code, mended.log)
	}
	if comments := w.github.Comments(); len(comments) != 1 || comments[0].Edits != 1 || strings.Contains(comments[0].Body, "700 million") {
		t.Errorf("comments %+v", comments)
	}
}

func TestActionOnACleanPullRequest(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": cleanCard + "More words.\n"})
	got := w.run(map[string]string{"comment": "on-change"})
	if got.code != ExitOK || len(w.github.Comments()) != 0 {
		t.Errorf("exit code %d, comments %+v", got.code, w.github.Comments())
	}
	has(t, "summary", got.summary, "Nothing changes in what binds this release")
	lacks(t, "log", got.log, "::error", "::set-output")
	if got := w.run(map[string]string{"comment": "always"}); got.code != ExitOK || len(w.github.Comments()) != 1 {
		t.Errorf("always: exit code %d, comments %+v", got.code, w.github.Comments())
	}
}

func TestActionOnAFork(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.event("pull_request", "stranger/model")
	got := w.run(map[string]string{"comment": "always", "upload-sarif": "true", "github-token": testkit.GitHubForkToken})
	if got.code != ExitFindings || len(w.github.Comments())+len(w.github.SARIF()) != 0 {
		t.Errorf("exit code %d, comments %+v", got.code, w.github.Comments())
	}
	if n := strings.Count(got.log, "::warning title=entail::Could not "); n != 1 || strings.Count(got.log, "Resource not accessible by integration") != 2 {
		t.Errorf("said %d times that the token may not write, want once, for both:\n%s", n, got.log)
	}
	has(t, "log", got.log, "how to comment on a pull request from a fork")
	has(t, "summary", got.summary, "adds base model")
}

func TestActionOnAPush(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.env["GITHUB_EVENT_NAME"], w.env["GITHUB_REF"] = "push", "refs/heads/main"
	got := w.run(map[string]string{"comment": "always"})
	if got.code != ExitFindings || got.outputs["new-findings"] != "0" || len(w.github.Requests()) != 0 {
		t.Errorf("exit code %d, outputs %v, %d requests", got.code, got.outputs, len(w.github.Requests()))
	}
	lacks(t, "summary", got.summary, "What changes", "(new)")
	if quiet := w.run(map[string]string{"warn-only": "true"}); quiet.code != ExitOK || quiet.outputs["verdict"] != "fail" {
		t.Errorf("warn-only: exit code %d, outputs %v", quiet.code, quiet.outputs)
	}
}

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
		"::warning title=entail::The policies in more are not on the base branch")
	if n := strings.Count(got.log, "- the house says no"); n != 1 {
		t.Errorf("the house speaks %d times, want once", n)
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

func TestActionOnSeveralModels(t *testing.T) {
	w := newWorkflow(t,
		map[string]string{"models/a/README.md": cleanCard, "models/b/README.md": llamaCard, "models/c/README.md": cleanCard},
		map[string]string{"models/c/README.md": llamaCard, "models/d/README.md": cleanCard})
	got := w.run(map[string]string{"only-new": "true", "sarif-file": "out.sarif"})
	if got.code != ExitFindings {
		t.Errorf("exit code %d:\n%s", got.code, got.log)
	}
	has(t, "log", got.log, "file=models/c/README.md,line=2")
	lacks(t, "log", got.log, "file=models/b/README.md", "file=models/a/README.md")
	has(t, "summary", got.summary, "**4 releases**: 4 errors", "| ✅ pass | `models/a` |", "| ❌ fail | `models/b` |", "| ❌ fail | `models/c` | apache-2.0 | 2 errors, 2 warnings, 2 notes | pass → fail, ",
		"| ✅ pass | `models/d` | apache-2.0 | 1 note | new here, 1 new finding", "### ❌ `models/c`: fail")
	document, err := sarif.Open("out.sarif")
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]bool{}
	for _, r := range document.Runs[0].Results {
		places[*r.Locations[0].PhysicalLocation.ArtifactLocation.URI] = true
	}
	if !places["models/b/README.md"] || !places["models/c/README.md"] || got.outputs["sarif"] != "out.sarif" {
		t.Errorf("SARIF %q places findings at %v", got.outputs["sarif"], places)
	}
}

// shallow makes the checkout one that lacks the base.
func (w *workflow) shallow() {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "model")
	git(w.t, w.dir, "clone", "-q", "--depth", "1", "file://"+w.dir, dir)
	w.dir, w.env["GITHUB_WORKSPACE"] = dir, dir
	w.t.Chdir(dir)
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

func TestActionWhereGitHubFails(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	for name, fault := range map[string]*testkit.GitHubFault{"rate limit": {Kind: testkit.GitHubLimited}, "server error": {Kind: testkit.GitHubUnicorn}} {
		w.github.Break(fault)
		got := w.run(map[string]string{"comment": "always"})
		if got.code != ExitFindings || !strings.Contains(got.log, "::warning title=entail::Could not ") || got.summary == "" {
			t.Errorf("%s: exit code %d:\n%s", name, got.code, got.log)
		}
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

func TestActionUnknown(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": "---\nlicense: apache-2.0\nbase_model: nobody/has-this\n---\n"})
	for unknown, want := range map[string]int{"fail": ExitUndecided, "warn": ExitOK, "ignore": ExitOK} {
		got := w.run(map[string]string{"unknown": unknown, "fail-on": "never"})
		if got.code != want || strings.Contains(got.log, "not everything is known") != (unknown == "warn") || got.outputs["verdict"] != "incomplete" {
			t.Errorf("unknown %s: exit code %d, want %d:\n%s", unknown, got.code, want, got.log)
		}
	}
}

// TestActionWithALock holds that a lock is all that is read, though the run is
// not called offline.
func TestActionWithALock(t *testing.T) {
	hub := testkit.NewHub(t, hubRepo("org/base", "license: mit"))
	card := "---\nlicense: mit\nbase_model: org/base\n---\n"
	w := newWorkflow(t, map[string]string{"README.md": card}, map[string]string{"README.md": card + "words\n"})
	w.env["HF_ENDPOINT"], w.env["INPUT_OFFLINE"] = hub.URL(), "false"
	if got := entail(t, map[string]string{"HF_ENDPOINT": hub.URL()}, "lock"); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	before := hub.Count("")
	if got := w.run(nil); got.code != ExitOK || hub.Count("") != before {
		t.Errorf("exit code %d, %d requests:\n%s", got.code, hub.Count("")-before, got.log)
	}
	hub.Add(hubRepo("org/base", "license: cc-by-nc-4.0"))
	w.env["GITHUB_EVENT_NAME"] = "schedule"
	got := w.run(map[string]string{"refresh": "true"})
	if got.code != ExitFindings {
		t.Errorf("refresh: exit code %d:\n%s", got.code, got.log)
	}
	has(t, "log", got.log, "lineage/drift")
}

func TestActionWarnsOfPullRequestTarget(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.event("pull_request_target", "stranger/model")
	has(t, "log", w.run(nil).log, "::warning title=entail%3A pull_request_target::")
}

// TestActionAfterAnother holds that a workflow which follows another one's run
// for a fork comments without a checkout.
func TestActionAfterAnother(t *testing.T) {
	w := newWorkflow(t, map[string]string{"README.md": cleanCard}, map[string]string{"README.md": llamaCard})
	w.github.Add(testkit.GitHubRepo{ID: "stranger/model", Files: map[string]string{"README.md": cleanCard},
		Refs: map[string]map[string]string{"topic": {"README.md": llamaCard}}})
	head := w.github.Commit("stranger/model", "topic")
	w.github.AddPulls(testkit.GitHubPull{Repo: "acme/model", Number: 7, Base: w.base, Head: head, HeadRepo: "stranger/model", HeadBranch: "topic"})
	document := `{"workflow_run": {"event": "pull_request", "head_sha": "` + head + `", "head_branch": "topic", "head_repository": {"full_name": "stranger/model"}}}`
	if err := os.WriteFile(w.env["GITHUB_EVENT_PATH"], []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	w.env["GITHUB_EVENT_NAME"], w.env["INPUT_OFFLINE"] = "workflow_run", "false"
	t.Chdir(t.TempDir())
	got := w.run(map[string]string{"comment": "on-change"})
	comments := w.github.Comments()
	if got.code != ExitFindings || len(comments) != 1 || !strings.Contains(comments[0].Body, "adds base model `meta-llama/Llama-3.1-8B`") {
		t.Errorf("exit code %d, comments %+v:\n%s", got.code, comments, got.log)
	}
}
