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
	testscript.Main(m, map[string]func(){"entail": main, "entail-no-socket": noSocket, "opa": opaEval})
}

// TestScripts runs testdata/script: the program as its users run it. A line
//
//	run CODE ARG…
//
// runs entail and wants that exit code; `cmp stdout` and `cmp stderr` then
// look at all that it wrote; -update rewrites what they expect, and the
// difference is to be read. $REPOS is testdata/repos. There is no network, no
// home and no other variable of the environment. The commands of hubs give a
// script a Hub of its own, github a GitHub, registry and web servers of policies.
func TestScripts(t *testing.T) {
	params := scripts(t, "../../testdata/script")
	params.UpdateScripts = testkit.Updating()
	testscript.Run(t, params)
}

// scripts are the scripts of a folder with the commands that they have.
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
			// Nothing listens there: a script that opens a connection has to
			// say that it could not.
			env.Setenv("HF_ENDPOINT", "http://127.0.0.1:1")
			env.Setenv("ENTAIL_CACHE_DIR", filepath.Join(env.WorkDir, "cache"))
			env.Values[hubKey{}] = &scriptHub{t: t}
			env.Values[registryKey{}] = &scriptRegistry{}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"run":      run,
			"repeat":   repeat,
			"mkfifo":   mkfifo,
			"github":   startGitHub(t),
			"full":     full,
			"hub":      hub,
			"dated":    dated,
			"registry": registry,
			"web":      web,
			"keep":     keep,
		},
	}
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
