package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/testkit"
)

// Variables that name the programs which run and check workflows; .ci/run
// builds them from tools/act.
const (
	actVariable  = "ENTAIL_ACT"
	lintVariable = "ENTAIL_ACTIONLINT"
)

// program is a program that a variable names; the test is skipped without it.
func program(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("no %s: cd tools/act && go build -o FILE, and name FILE there", variable)
	}
	return path
}

// Cards of the release that the workflows check.
const (
	clean    = "---\nlicense: apache-2.0\nbase_model: mistralai/Mistral-7B-v0.1\n---\n# A model\n"
	dropping = "---\nlicense: apache-2.0\nbase_model: meta-llama/Llama-3.1-8B\n---\n# A model\n"
)

// checkout is the step that brings a repository; the copy stands in for it
// where there is no network.
var checkout = regexp.MustCompile(`(?m)^      - uses: actions/checkout@.*\n(        with:\n(          .*\n)+)?`)

const copied = "      - run: cp -R \"${CHECKOUT:?}/.\" .\n"

// runner runs workflows on this machine, with the Action from a folder.
type runner struct {
	act, action, cache string
	// from is where the Action finds released archives; it builds itself from
	// its own folder where there are none.
	from string
}

// newRunner has an Action whose commit names a release: the program is built
// once, and got as from GitHub.
func newRunner(t *testing.T) *runner {
	t.Helper()
	act := program(t, actVariable)
	release := newTree(t, t.TempDir())
	release.build(t, "1.2.3")
	release.listen(t)
	return &runner{act: act, action: release.dir, cache: t.TempDir(), from: release.serve(t)}
}

// listen has the Action's program write what it says to a file as well: act may
// lose the end of what a step says that fails.
func (r tree) listen(t *testing.T) {
	t.Helper()
	path := filepath.Join(r.dir, "action.yml")
	const runs = `run: '"$ENTAIL_ACTION_BINARY" action'`
	text := read(t, path)
	if !strings.Contains(text, runs) {
		t.Fatalf("action.yml has changed:\n%s", text)
	}
	put(t, path, strings.Replace(text, runs, `run: '"$ENTAIL_ACTION_BINARY" action 2>&1 | tee "${OUT:?}/said"'`, 1))
}

// newRunnerFromSource has an Action that builds itself.
func newRunnerFromSource(t *testing.T) *runner {
	t.Helper()
	act := program(t, actVariable)
	source := newTree(t, t.TempDir())
	source.listen(t)
	return &runner{act: act, action: source.dir, cache: t.TempDir()}
}

// prepared is a folder with a repository.
type prepared struct{ dir string }

func (w prepared) put(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		put(t, filepath.Join(w.dir, name), text)
	}
}

func (w prepared) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", w.dir, "-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w prepared) commit(t *testing.T) string {
	t.Helper()
	w.git(t, "add", "-A")
	w.git(t, "commit", "-q", "-m", "x")
	return w.git(t, "rev-parse", "HEAD")
}

// scenario is a repository with a workflow, a change to it, and the servers
// around it.
type scenario struct {
	prepared
	on         *runner
	base, head string
	// from is the repository that the change comes from, token what its
	// workflow gets, and ref what it runs on.
	from, token, ref string
	env              map[string]string
	github           *testkit.GitHub
	hub              *testkit.Hub
	// event replaces the document of a pull request.
	event string
}

// newScenario makes a repository whose last commit is the change.
func newScenario(t *testing.T, on *runner, workflow string, before, change map[string]string) *scenario {
	t.Helper()
	workflow = checkout.ReplaceAllLiteralString(workflow, copied)
	if strings.Contains(workflow, "uses: actions/") {
		t.Fatalf("a step of somebody else's is left:\n%s", workflow)
	}
	s := &scenario{
		prepared: prepared{t.TempDir()}, on: on, from: "acme/model", token: testkit.GitHubWorkflowToken, ref: "refs/pull/7/merge",
		github: testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model", Files: before}),
		hub:    testkit.NewHub(t, testkit.HubRepo{ID: "meta-llama/Llama-3.1-8B", Files: map[string]string{"README.md": "---\nlicense: llama3.1\n---\n"}}),
		env:    map[string]string{},
	}
	s.put(t, before)
	s.put(t, map[string]string{".github/workflows/test.yml": workflow})
	s.git(t, "init", "-q", "-b", "main")
	s.git(t, "remote", "add", "origin", "https://huggingface.co/acme/model")
	s.base = s.commit(t)
	s.push(t, change)
	return s
}

// push adds a commit to the change.
func (s *scenario) push(t *testing.T, files map[string]string) {
	t.Helper()
	s.put(t, files)
	s.head = s.commit(t)
}

// locked is a lock that holds another licence of the base model than it has.
var locked = fmt.Sprintf("schema: entail.lock/v1\nsubject: acme/model\nancestors:\n- id: meta-llama/Llama-3.1-8B\n  kind: model\n  state: resolved\n  source: hub\n"+
	"  read: 2026-01-02T03:04:05Z\n  card: {present: true, sha256: %s, no_base_model: true}\n  license:\n  - {id: apache-2.0, from: card}\n", strings.Repeat("0", 64))

// ran is what a run left.
type ran struct {
	failed bool
	// log is what act says, and said what the Action's program does.
	log, said string
	// out are what the step after the Action found: outputs by name, the
	// summary as "summary", and the result as "report".
	out    map[string]string
	report model.Result
}

// has wants words in what was said.
func (r ran) has(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(r.log+r.said, w) {
			t.Errorf("the log lacks %q:\n%s", w, r.log)
		}
	}
}

// lacks wants no such words in what was said.
func (r ran) lacks(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(r.log+r.said, w) {
			t.Errorf("the log has %q:\n%s", w, r.log)
		}
	}
}

// masks matches the commands by which a runner learns of secrets.
var masks = regexp.MustCompile(`(?m)^::add-mask::.*\n`)

// run runs the workflow for an event.
func (s *scenario) run(t *testing.T, event string) ran {
	t.Helper()
	document := s.event
	if document == "" {
		text, err := json.Marshal(map[string]any{"pull_request": map[string]any{
			"number": 7, "base": map[string]any{"sha": s.base, "ref": "main"}, "head": map[string]any{"sha": s.head, "repo": map[string]any{"full_name": s.from}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		document = string(text)
	}
	temporary := t.TempDir()
	out := filepath.Join(temporary, "out")
	put(t, filepath.Join(temporary, "event.json"), document)
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"CHECKOUT": s.dir, "OUT": out, "GITHUB_REPOSITORY": "acme/model", "GITHUB_REF": s.ref, "ENTAIL_DOWNLOAD_URL": s.on.from,
		"ENTAIL_GITHUB_API_URL": s.github.URL(), "HF_ENDPOINT": s.hub.URL(), "HF_HOME": filepath.Join(temporary, "hub"),
	}
	maps.Copy(env, s.env)
	args := []string{
		event, "-P", "ubuntu-latest=-self-hosted", "--local-repository", "entail-dev/entail@v1=" + s.on.action,
		"--action-cache-path", s.on.cache, "-e", filepath.Join(temporary, "event.json"), "-s", "GITHUB_TOKEN=" + s.token,
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		args = append(args, "--env", name+"="+env[name])
	}
	cmd := exec.Command(s.on.act, args...)
	cmd.Dir = s.dir
	log, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	got := ran{failed: err != nil, log: string(log), out: map[string]string{}}
	files, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got.out[f.Name()] = read(t, out, f.Name())
	}
	// Commands that mask are not shown by a runner.
	got.said = masks.ReplaceAllString(got.out["said"], "")
	got.lacks(t, s.token)
	if text := got.out["report"]; text != "" {
		if err := json.Unmarshal([]byte(text), &got.report); err != nil {
			t.Errorf("the report: %v", err)
		}
	}
	return got
}
