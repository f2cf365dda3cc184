package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
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

// TestWorkflowsRun runs workflows as GitHub does, but for the machine that they
// run on, with one release of the program.
func TestWorkflowsRun(t *testing.T) {
	on := newRunner(t)
	t.Run("documented", func(t *testing.T) { runDocumented(t, on) })
	t.Run("scenarios", func(t *testing.T) { runScenarios(t, on) })
}

// runDocumented runs the documented workflows, for a change that drops what a
// licence asks for.
func runDocumented(t *testing.T, released *runner) {
	built := newRunnerFromSource(t)
	workflows := documented(t)
	for _, tt := range []struct {
		name, event string
		on          *runner
		fails       bool
		log         []string
		check       func(t *testing.T, github *testkit.GitHub)
	}{
		{"basic", "pull_request", built, true, []string{"This licence drops limits that come with a base model", "::error", "verdict=fail"}, nil},
		{"strict", "pull_request", released, true, []string{"::error", "is not shown to meet open weights"}, nil},
		{"comment", "pull_request", released, true, []string{"new-findings=6"}, func(t *testing.T, github *testkit.GitHub) {
			if all := github.Comments(); len(all) != 1 || !strings.Contains(all[0].Body, "adds base model `meta-llama/Llama-3.1-8B`") {
				t.Errorf("comments %+v", all)
			}
		}},
		{"several", "pull_request", released, false, []string{"2 errors", "verdict=fail"}, nil},
		{"scanning", "push", released, true, []string{"sarif=/"}, func(t *testing.T, github *testkit.GitHub) {
			if all := github.SARIF(); len(all) != 1 || all[0].Ref != "refs/heads/main" || !bytes.Contains(all[0].Document, []byte("lineage/dropped-restriction")) {
				t.Errorf("uploaded %d documents: %+v", len(all), all)
			}
		}},
		{"drift", "schedule", released, true, []string{"lineage/drift"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := map[string]string{"README.md": clean, "models/small/README.md": clean, "models/large/README.md": clean}
			if tt.name == "drift" {
				before["entail.lock"] = locked
			}
			s := newScenario(t, tt.on, workflows[tt.name], before, map[string]string{"README.md": dropping, "models/small/README.md": dropping})
			if tt.event != "pull_request" {
				s.ref = "refs/heads/main"
			}
			got := s.run(t, tt.event)
			if got.failed != tt.fails {
				t.Errorf("failed %v, want %v", got.failed, tt.fails)
			}
			got.has(t, tt.log...)
			if tt.check != nil {
				tt.check(t, s.github)
			}
		})
	}
}

// TestWorkflowOfOurOwn runs the job of our own workflow that uses the Action on
// a release in testdata, as the commit has it.
func TestWorkflowOfOurOwn(t *testing.T) {
	act, cache := program(t, actVariable), t.TempDir()
	own := newTree(t, t.TempDir())
	release := filepath.Join("testdata", "repos", "apache-on-llama")
	if err := os.CopyFS(filepath.Join(own.dir, release), os.DirFS(filepath.Join("..", "..", release))); err != nil {
		t.Fatal(err)
	}
	text, ok := withoutStep(checkout.ReplaceAllLiteralString(read(t, own.dir, ".github", "workflows", "ci.yml"), copied), "actions/setup-go")
	if !ok || !strings.Contains(text, "uses: ./\n") || !strings.Contains(text, filepath.ToSlash(release)) {
		t.Fatalf("the workflow has changed:\n%s", text)
	}
	if err := os.RemoveAll(filepath.Join(own.dir, ".github", "workflows")); err != nil {
		t.Fatal(err)
	}
	w := prepared{own.dir}
	w.put(t, map[string]string{".github/workflows/ci.yml": text})
	w.git(t, "init", "-q")
	w.commit(t)
	for _, want := range []struct {
		card  string
		fails bool
	}{{dropping, false}, {clean, true}} {
		// The job fails where the Action finds nothing.
		w.put(t, map[string]string{filepath.Join(release, "README.md"): want.card})
		cmd := exec.Command(act, "push", "-j", "action", "-P", "ubuntu-latest=-self-hosted", "--action-cache-path", cache,
			"-s", "GITHUB_TOKEN=secret", "--env", "CHECKOUT="+own.dir, "--env", "GITHUB_REPOSITORY=acme/entail")
		cmd.Dir = own.dir
		if out, err := cmd.CombinedOutput(); (err != nil) != want.fails || !strings.Contains(string(out), "Run Main Check") {
			t.Errorf("%q: %v: %s", want.card, err, out)
		}
	}
}
