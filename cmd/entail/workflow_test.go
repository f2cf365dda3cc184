package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

// Variables that name the programs which run and check workflows; .ci/run
// builds them from tools/act.
const (
	actVariable  = "ENTAIL_ACT"
	lintVariable = "ENTAIL_ACTIONLINT"
)

// documented finds the workflows of docs/action.md by their names.
func documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/action.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)<!-- workflow: ([a-z-]+) -->\n```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = m[2]
	}
	if len(found) < 6 || strings.Count(string(text), "```yaml") != len(found) {
		t.Fatalf("%d workflows have names, of %d", len(found), strings.Count(string(text), "```yaml"))
	}
	return found
}

// program is a program that a variable names; the test is skipped without it.
func program(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("no %s: cd tools/act && go build -o FILE, and name FILE there", variable)
	}
	return path
}

// TestWorkflowsAreValid checks the documented workflows and our own.
func TestWorkflowsAreValid(t *testing.T) {
	lint := program(t, lintVariable)
	dir := filepath.Join(t.TempDir(), ".github", "workflows")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"-no-color", "-shellcheck=", "-pyflakes="}
	for name, text := range documented(t) {
		path := filepath.Join(dir, name+".yml")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	own, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(own) == 0 {
		t.Fatalf("no workflows of our own: %v", err)
	}
	if out, err := exec.Command(lint, append(args, own...)...).CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

// Cards of the release that the workflows check.
const (
	clean    = "---\nlicense: apache-2.0\nbase_model: mistralai/Mistral-7B-v0.1\n---\n# A model\n"
	dropping = "---\nlicense: apache-2.0\nbase_model: meta-llama/Llama-3.1-8B\n---\n# A model\n"
)

// checkout is the step that brings a repository; the copy stands in for it
// where there is no network.
var checkout = regexp.MustCompile(`(?m)^      - uses: actions/checkout@.*\n(        with:\n(          .*\n)+)?`)

// upload is the step that keeps a file, which needs GitHub.
var upload = regexp.MustCompile(`(?m)^      - uses: actions/upload-artifact@.*\n(        with:\n(          .*\n)+)?`)

// TestWorkflowsRun runs the documented workflows as GitHub does, but for the
// machine that they run on, for a change that drops what a licence asks for.
func TestWorkflowsRun(t *testing.T) {
	act := program(t, actVariable)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	workflows := documented(t)
	for _, tt := range []struct {
		name, event string
		fails       bool
		log         []string
		check       func(t *testing.T, github *testkit.GitHub)
	}{
		{"basic", "pull_request", true, []string{"This licence drops limits that come with a base model", "::error", "verdict=fail"}, nil},
		{"comment", "pull_request", true, []string{"new-findings=6"}, func(t *testing.T, github *testkit.GitHub) {
			if all := github.Comments(); len(all) != 1 || !strings.Contains(all[0].Body, "adds base model `meta-llama/Llama-3.1-8B`") {
				t.Errorf("comments %+v", all)
			}
		}},
		{"several", "pull_request", false, []string{"2 errors", "verdict=fail"}, nil},
		{"scanning", "push", true, []string{"sarif=/"}, func(t *testing.T, github *testkit.GitHub) {
			if all := github.SARIF(); len(all) != 1 || all[0].Ref != "refs/heads/main" || !bytes.Contains(all[0].Document, []byte("lineage/dropped-restriction")) {
				t.Errorf("uploaded %d documents: %+v", len(all), all)
			}
		}},
		{"drift", "schedule", true, []string{"lineage/drift"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			github := testkit.NewGitHub(t, testkit.GitHubRepo{ID: "acme/model"})
			hub := testkit.NewHub(t, testkit.HubRepo{ID: "meta-llama/Llama-3.1-8B", Files: map[string]string{"README.md": "---\nlicense: llama3.1\n---\n"}})
			w := newCheckout(t, workflows[tt.name])
			cmd := exec.Command(act, tt.event, "-P", "ubuntu-latest=-self-hosted", "--local-repository", "entail-dev/entail@v1="+root,
				"-e", w.event, "-s", "GITHUB_TOKEN="+testkit.GitHubWorkflowToken, "--env", "CHECKOUT="+w.dir, "--env", "GITHUB_REPOSITORY=acme/model",
				"--env", "ENTAIL_GITHUB_API_URL="+github.URL(), "--env", "HF_ENDPOINT="+hub.URL(), "--env", "GITHUB_REF=refs/heads/main")
			cmd.Dir = w.dir
			out, err := cmd.CombinedOutput()
			if (err != nil) != tt.fails {
				t.Errorf("failed %v, want %v", err != nil, tt.fails)
			}
			for _, words := range tt.log {
				if !strings.Contains(string(out), words) {
					t.Errorf("the log lacks %q", words)
				}
			}
			if tt.check != nil {
				tt.check(t, github)
			}
			if t.Failed() {
				t.Logf("%s", out)
			}
		})
	}
}

// prepared is a checkout with a workflow, and the event that starts it.
type prepared struct{ dir, event string }

// newCheckout makes a repository whose last commit makes the model a
// derivative of another one, with locks that hold what was true before.
func newCheckout(t *testing.T, workflow string) prepared {
	t.Helper()
	w := prepared{dir: t.TempDir(), event: filepath.Join(t.TempDir(), "event.json")}
	workflow = checkout.ReplaceAllLiteralString(workflow, "      - run: cp -R \"${CHECKOUT:?}/.\" .\n")
	workflow = upload.ReplaceAllLiteralString(workflow, "")
	if strings.Contains(workflow, "uses: actions/") {
		t.Fatalf("a step of somebody else's is left:\n%s", workflow)
	}
	locked := fmt.Sprintf("schema: entail.lock/v1\nsubject: acme/model\nancestors:\n- id: meta-llama/Llama-3.1-8B\n  kind: model\n  state: resolved\n  source: hub\n"+
		"  read: 2026-01-02T03:04:05Z\n  card: {present: true, sha256: %s, no_base_model: true}\n  license:\n  - {id: apache-2.0, from: card}\n", strings.Repeat("0", 64))
	files := map[string]string{".github/workflows/test.yml": workflow}
	for _, folder := range []string{"", "models/small/", "models/large/"} {
		files[folder+"README.md"] = clean
	}
	if strings.Contains(workflow, "refresh: true") {
		files["entail.lock"] = locked
	}
	w.put(t, files)
	w.git(t, "init", "-q", "-b", "main")
	w.git(t, "remote", "add", "origin", "https://huggingface.co/acme/model")
	base := w.commit(t)
	w.put(t, map[string]string{"README.md": dropping, "models/small/README.md": dropping})
	head := w.commit(t)
	document, err := json.Marshal(map[string]any{"pull_request": map[string]any{
		"number": 7, "base": map[string]any{"sha": base, "ref": "main"}, "head": map[string]any{"sha": head, "repo": map[string]any{"full_name": "acme/model"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.event, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w prepared) put(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(w.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
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
