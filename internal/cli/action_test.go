package cli

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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
	if comments := w.github.Comments(); len(comments) != 1 || comments[0].Edits != 1 || strings.Contains(comments[0].Body, "700 million") ||
		!strings.Contains(comments[0].Body, "~~What this comment told of~~ no longer holds.") {
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
