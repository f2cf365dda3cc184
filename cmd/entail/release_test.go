package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tree is a copy of what a release is built from, in which a test may build.
type tree struct{ dir string }

func newTree(t *testing.T, dir string) tree {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	root := filepath.Join("..", "..")
	for _, name := range []string{"cmd", "internal", "policies", ".github"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "action.yml"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, name), string(text))
	}
	return tree{dir}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bash runs a script of the tree there.
func (r tree) bash(env []string, script string, args ...string) (string, error) {
	cmd := exec.Command("bash", append([]string{filepath.Join(".github", script)}, args...)...)
	cmd.Dir, cmd.Env = r.dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// build builds a release for this system.
func (r tree) build(t *testing.T, args ...string) {
	t.Helper()
	if out, err := r.bash(nil, "release/build.sh", append(args, here())...); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func (r tree) sums(t *testing.T) string { return read(t, r.dir, ".github", "action", "checksums.txt") }

// serve gives away the archives of the tree, as GitHub does those of releases.
func (r tree) serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		http.ServeFile(w, q, filepath.Join(r.dir, "dist", filepath.Base(q.URL.Path)))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// here is this system, as build.sh names it.
func here() string { return runtime.GOOS + "/" + runtime.GOARCH }

func archive(version string) string {
	return fmt.Sprintf("entail_%s_%s_%s.tar.gz", version, runtime.GOOS, runtime.GOARCH)
}

// TestRelease holds that a release comes out the same in another folder, that
// the Action runs what the release's commit names and nothing else, and that a
// release is refused whose commit names something else.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("links the program four times")
	}
	first := newTree(t, t.TempDir())
	before := first.sums(t)
	first.build(t, "1.2.3")
	built := read(t, first.dir, "dist", archive("1.2.3"))
	sums := first.sums(t)
	if added, ok := strings.CutPrefix(sums, before); !ok || !strings.HasPrefix(added, "# entail 1.2.3, built by "+runtime.Version()+"\n") || strings.Count(added, "\n") != 2 {
		t.Fatalf("checksums.txt:\n%s", sums)
	}

	second := newTree(t, filepath.Join(t.TempDir(), "further", "down"))
	put(t, filepath.Join(second.dir, ".github", "action", "checksums.txt"), sums)
	// What somebody has set of their own changes nothing.
	out, err := second.bash([]string{"GOFLAGS=-tags=other", "GOAMD64=v3", "TZ=Asia/Tokyo"}, "release/build.sh", "--check", "1.2.3", here())
	if err != nil || read(t, second.dir, "dist", archive("1.2.3")) != built {
		t.Errorf("built elsewhere: %v: %s", err, out)
	}
	changed := filepath.Join(second.dir, "cmd", "entail", "gc.go")
	put(t, changed, read(t, changed)+"\nfunc init() { println(\"another program\") }\n")
	if out, err := second.bash(nil, "release/build.sh", "--check", "1.2.3", here()); err == nil || !strings.Contains(out, "are not those that checksums.txt names") {
		t.Errorf("another program: %v: %s", err, out)
	}
	for _, version := range []string{"1.2.4", "1.2", "1x2.3"} {
		if out, err := second.bash(nil, "release/build.sh", "--check", version); err == nil || !strings.Contains(out, version) {
			t.Errorf("check of %s: %v: %s", version, err, out)
		}
	}

	url := first.serve(t)
	get := func(version string) (said, log string) {
		t.Helper()
		temporary := t.TempDir()
		output := filepath.Join(temporary, "output")
		log, err := first.bash([]string{"RUNNER_TEMP=" + temporary, "GITHUB_OUTPUT=" + output, "ENTAIL_DOWNLOAD_URL=" + url, "ENTAIL_ACTION_VERSION=" + version}, "action/get.sh")
		if err != nil {
			return "", log
		}
		binary := strings.TrimSpace(strings.TrimPrefix(read(t, output), "binary="))
		text, err := exec.Command(binary, "--version").CombinedOutput()
		if err != nil {
			t.Error(err)
		}
		return string(text), log
	}
	if said, log := get(""); !strings.Contains(said, "1.2.3") {
		t.Errorf("the Action runs %q: %s", said, log)
	}
	put(t, filepath.Join(first.dir, "dist", archive("1.2.3")), built+"\x00")
	if said, log := get("1.2.3"); said != "" || !strings.Contains(log, "it was not run") {
		t.Errorf("the Action runs another archive, %q: %s", said, log)
	}

	// The next one comes first, and the one before it is still known.
	first.build(t, "1.3.0")
	rest, _ := strings.CutPrefix(sums, before)
	if now := first.sums(t); !strings.HasPrefix(now, before+"# entail 1.3.0, ") || !strings.HasSuffix(now, "\n"+rest) {
		t.Errorf("checksums.txt:\n%s", now)
	}
	if said, log := get(""); !strings.Contains(said, "1.3.0") {
		t.Errorf("the Action runs %q: %s", said, log)
	}
}

// newGH puts a gh on the path that writes down what it is asked, and knows some
// tags and releases.
func newGH(t *testing.T, known ...string) (path, log string) {
	t.Helper()
	dir := t.TempDir()
	log = filepath.Join(dir, "log")
	script := `#!/bin/sh
echo "$GH_TOKEN: $*" >>'` + log + `'
known='` + strings.Join(known, " ") + `'
has() { case " $known " in *" $1 "*) return 0 ;; esac; return 1; }
case "$1 $2" in
"release view") has "release-$3" ;;
"api --paginate") for k in $known; do case $k in "${3##*/}"*) echo "refs/tags/$k" ;; esac; done ;;
"api repos/acme/entail/git/ref/tags/v1") has v1 ;;
esac
`
	put(t, filepath.Join(dir, "gh"), script)
	if err := os.Chmod(filepath.Join(dir, "gh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir + string(filepath.ListSeparator) + os.Getenv("PATH"), log
}

func TestPublish(t *testing.T) {
	script, err := filepath.Abs("../../.github/release/publish.sh")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		known []string
		tag   string
		want  []string
	}{
		"the first of its kind": {[]string{"v0.9.0", "v1.0.0"}, "v1.0.0", []string{"release create v1.0.0 dist/a.tar.gz dist/b.tar.gz", "--method POST repos/acme/entail/git/refs -f ref=refs/tags/v1 -f sha=COMMIT"}},
		"the newest":            {[]string{"v1", "v1.9.0", "v1.10.0", "v2.0.0"}, "v1.10.0", []string{"release create v1.10.0", "--method PATCH repos/acme/entail/git/refs/tags/v1 -f sha=COMMIT -F force=true"}},
		"an older one mended":   {[]string{"v1", "v1.0.1", "v1.1.0", "v1.1.0-rc1"}, "v1.0.1", []string{"release create v1.0.1"}},
		"once more":             {[]string{"v1", "v1.0.1", "release-v1.0.1"}, "v1.0.1", []string{"--method PATCH"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := prepared{dir: t.TempDir()}
			put(t, filepath.Join(w.dir, "dist", "a.tar.gz"), "a")
			put(t, filepath.Join(w.dir, "dist", "b.tar.gz"), "b")
			w.git(t, "init", "-q")
			commit := w.commit(t)
			path, log := newGH(t, tt.known...)
			cmd := exec.Command("bash", script, tt.tag)
			cmd.Dir, cmd.Env = w.dir, append(os.Environ(), "PATH="+path, "GITHUB_REPOSITORY=acme/entail", "GH_TOKEN=secret")
			if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "secret") {
				t.Fatalf("%v: %s", err, out)
			}
			var wrote []string
			for line := range strings.Lines(read(t, log)) {
				if strings.Contains(line, "release create") || strings.Contains(line, "--method") {
					wrote = append(wrote, line)
				}
			}
			if !slices.EqualFunc(wrote, tt.want, func(got, want string) bool {
				return strings.Contains(got, strings.ReplaceAll(want, "COMMIT", commit))
			}) {
				t.Errorf("wrote %q, want %q", wrote, tt.want)
			}
		})
	}
}

// TestReleaseWorkflow runs our own release workflow, but for the steps that need
// GitHub's machine, for a commit that names what it builds and for one that does
// not.
func TestReleaseWorkflow(t *testing.T) {
	act := program(t, actVariable)
	release := newTree(t, t.TempDir())
	release.build(t, "1.2.3")
	text := read(t, release.dir, ".github", "workflows", "release.yml")
	text = checkout.ReplaceAllLiteralString(text, "      - run: cp -R \"${CHECKOUT:?}/.\" .\n")
	for _, step := range []string{"actions/setup-go", "actions/attest-build-provenance"} {
		cut, ok := withoutStep(text, step)
		if !ok {
			t.Fatalf("no step uses %s", step)
		}
		text = cut
	}
	short := strings.Replace(text, `--check "${GITHUB_REF_NAME#v}"`, `--check "${GITHUB_REF_NAME#v}" `+here(), 1)
	if short == text || strings.Contains(short, "uses:") {
		t.Fatalf("the workflow has changed:\n%s", text)
	}
	if err := os.RemoveAll(filepath.Join(release.dir, ".github", "workflows")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(release.dir, ".github", "workflows", "release.yml"), short)
	w := prepared{dir: release.dir}
	w.git(t, "init", "-q")
	w.commit(t)
	for _, tag := range []string{"v1.2.3", "v1.2.4"} {
		path, log := newGH(t, "v1", tag)
		cmd := exec.Command(act, "push", "-P", "ubuntu-latest=-self-hosted", "-s", "GITHUB_TOKEN=secret", "--env", "CHECKOUT="+release.dir,
			"--env", "GITHUB_REPOSITORY=acme/entail", "--env", "GITHUB_REF_NAME="+tag, "--env", "PATH="+path)
		cmd.Dir = release.dir
		out, err := cmd.CombinedOutput()
		made, _ := os.ReadFile(log)
		if right := tag == "v1.2.3"; right != (err == nil) || right != bytes.Contains(made, []byte("secret: release create "+tag+" dist/"+archive("1.2.3"))) {
			t.Errorf("%s: %v, gh was asked:\n%s\n%s", tag, err, made, out)
		}
	}
}

// withoutStep takes the step that uses an action out of a workflow.
func withoutStep(text, action string) (string, bool) {
	var kept, step []string
	found := false
	flush := func() {
		if strings.Contains(strings.Join(step, ""), "uses: "+action+"@") {
			found = true
		} else {
			kept = append(kept, step...)
		}
		step = nil
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "      - ") {
			flush()
		}
		step = append(step, line)
	}
	flush()
	return strings.Join(kept, ""), found
}
