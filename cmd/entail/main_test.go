package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/entail-dev/entail/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"entail": main, "entail-no-socket": noSocket})
}

// TestScripts runs testdata/script: the program as its users run it. A line
//
//	run CODE ARG…
//
// runs entail and wants that exit code; `cmp stdout` and `cmp stderr` then
// look at all that it wrote; -update rewrites what they expect, and the
// difference is to be read. $REPOS is testdata/repos. There is no home, no other
// variable of the environment, and no network. The commands of hubs and
// repositories give a script a Hub of its own, github a GitHub, and offline
// takes the Hub away again.
func TestScripts(t *testing.T) {
	params := scripts(t, "../../testdata/script")
	params.UpdateScripts = testkit.Updating()
	testscript.Run(t, params)
}

// nowhere is an address where nothing listens: a script that opens a connection
// has to say that it could not.
const nowhere = "http://127.0.0.1:1"

// scripts are the scripts in a folder, with the commands that they have.
func scripts(t *testing.T, folder string) testscript.Params {
	t.Helper()
	repos, err := filepath.Abs("../../testdata/repos")
	if err != nil {
		t.Fatal(err)
	}
	return testscript.Params{
		Dir:                 folder,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOS", repos)
			env.Setenv("HF_ENDPOINT", nowhere)
			env.Setenv("ENTAIL_GITHUB_API_URL", nowhere)
			env.Setenv("ENTAIL_CACHE_DIR", filepath.Join(env.WorkDir, "cache"))
			env.Values[hubKey{}] = &scriptHub{t: t}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"run":          run,
			"repeat":       repeat,
			"mkfifo":       mkfifo,
			"github":       startGitHub(t),
			"full":         full,
			"hub":          hub,
			"dated":        dated,
			"repositories": func(ts *testscript.TestScript, neg bool, args []string) { startHub(t, ts, neg, args) },
			"offline":      func(ts *testscript.TestScript, _ bool, _ []string) { ts.Setenv("HF_ENDPOINT", nowhere) },
		},
	}
}

// startHub starts a fake Hub with the repositories FOLDER/owner/name. A file
// .hub in one says what its files do not: gated, private, renamed=ID.
func startHub(t *testing.T, ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: repositories FOLDER")
	}
	folder := ts.MkAbs(args[0])
	found, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	ts.Check(err)
	var repos []testkit.HubRepo
	for _, path := range found {
		id, err := filepath.Rel(folder, path)
		ts.Check(err)
		repo := testkit.HubRepo{ID: filepath.ToSlash(id), Files: map[string]string{}}
		entries, err := os.ReadDir(path)
		ts.Check(err)
		for _, e := range entries {
			text, err := os.ReadFile(filepath.Join(path, e.Name()))
			ts.Check(err)
			repo.Files[e.Name()] = string(text)
		}
		for _, word := range strings.Fields(repo.Files[".hub"]) {
			switch key, value, _ := strings.Cut(word, "="); key {
			case "gated":
				repo.Gated = "manual"
			case "private":
				repo.Private = true
			case "renamed":
				repo.RenamedTo = value
			default:
				ts.Fatalf(".hub of %s: %q", id, word)
			}
		}
		delete(repo.Files, ".hub")
		repos = append(repos, repo)
	}
	ts.Setenv("HF_ENDPOINT", testkit.NewHub(t, repos...).URL())
}

// run runs entail and compares its exit code.
func run(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: run CODE ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts, ts.Exec("entail", args[1:]...)); got != want {
		ts.Fatalf("entail %s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("run entail: %v", err)
	return -1
}

// repeat writes a file of so many bytes of one character.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat FILE BYTES CHARACTER")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], n)), 0o644))
}

// dated sets the day on which a file was last written.
func dated(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: dated FILE YYYY-MM-DD")
	}
	day, err := time.Parse(time.DateOnly, args[1])
	ts.Check(err)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), day, day))
}

// mkfifo makes a pipe that nobody writes to.
func mkfifo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mkfifo FILE")
	}
	if err := exec.Command("mkfifo", ts.MkAbs(args[0])).Run(); err != nil {
		ts.Fatalf("mkfifo %s: %v", args[0], err)
	}
}

// full runs entail with its standard output on a device that has no room.
// Standard error becomes stdout.
func full(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: full CODE ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	shell := append([]string{"-c", `entail "$@" 2>&1 >/dev/full`, "sh"}, args[1:]...)
	if got := exitCode(ts, ts.Exec("sh", shell...)); got != want {
		ts.Fatalf("entail %s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}
