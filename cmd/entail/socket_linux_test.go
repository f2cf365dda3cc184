package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/entail-dev/entail/internal/testkit"
)

// noSocketFails is the exit code where the kernel takes no filter.
const noSocketFails = 77

// noSocket runs entail in a process that the kernel kills if it opens a socket
// of any kind: the proof that it opens none is that it ends as it should.
func noSocket() {
	// Load the number of the system call; kill if it is socket.
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 0, Jf: 1, K: unix.SYS_SOCKET},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_KILL_PROCESS},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// Without new rights no privilege is needed; TSYNC has every thread obey.
	runtime.LockOSThread()
	_, _, errno := unix.Syscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0)
	if errno == 0 {
		_, _, errno = unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	}
	runtime.UnlockOSThread()
	if errno != 0 {
		fmt.Fprintln(os.Stderr, "no filter for sockets:", errno)
		os.Exit(noSocketFails)
	}
	main()
}

// TestOfflineOpensNoSocket runs the whole program without a network, in every
// way to ask for that, under a kernel that allows no socket.
func TestOfflineOpensNoSocket(t *testing.T) {
	fake := testkit.NewHub(t,
		testkit.HubRepo{ID: "org/base", Files: map[string]string{"README.md": "---\nlicense: mit\n---\n", "LICENSE": "SPDX-License-Identifier: MIT\n"}},
	)
	folder, kept := t.TempDir(), t.TempDir()
	card := "---\nlicense: mit\nbase_model: [org/base, org/unknown]\n---\nA model.\n"
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte(card), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, env []string, args ...string) (string, int) {
		cmd := exec.Command(name, args...)
		cmd.Env = append([]string{"HF_ENDPOINT=" + fake.URL(), "HF_TOKEN=" + testkit.HubToken, "ENTAIL_CACHE_DIR=" + kept, "PATH=" + os.Getenv("PATH")}, env...)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, code := run("entail-no-socket", nil, "--version"); code == noSocketFails {
		t.Skip(out)
	}
	if out, code := run("entail-no-socket", nil, "check", folder); code != -1 {
		t.Fatalf("with a network the program opens sockets and is not killed, so that this test shows nothing: %d\n%s", code, out)
	}
	// Fill the cache, so that reading it is tried too.
	if out, code := run("entail", nil, "check", "--datasets", folder); code != 0 {
		t.Fatalf("%d\n%s", code, out)
	}
	asked := fake.Count("")
	for _, tt := range []struct {
		env  []string
		args []string
	}{
		{nil, []string{"check", "--offline", folder}},
		{nil, []string{"check", "--offline", "--datasets", "--format", "json", folder}},
		{nil, []string{"check", "--offline", "--no-cache", folder}},
		{nil, []string{"check", "--offline", "org/base"}},
		{nil, []string{"lineage", "--offline", folder}},
		{[]string{"HF_HUB_OFFLINE=1"}, []string{"check", folder}},
		{[]string{"TRANSFORMERS_OFFLINE=1"}, []string{"check", folder}},
		{[]string{"ENTAIL_OFFLINE=true", "HTTPS_PROXY=http://127.0.0.1:1"}, []string{"lineage", folder}},
		{nil, []string{"explain", "mit"}},
		{nil, []string{"compare", "mit", "apache-2.0"}},
		{nil, []string{"cache", "info"}},
		{nil, []string{"cache", "clear"}},
		{nil, []string{"--help"}},
	} {
		out, code := run("entail-no-socket", tt.env, tt.args...)
		if code != 0 {
			t.Errorf("%q %q: exit code %d\n%s", tt.env, tt.args, code, out)
		}
		if len(tt.args) > 1 && tt.args[len(tt.args)-1] == folder && tt.args[0] == "lineage" && !strings.Contains(out, "cache of ") {
			t.Errorf("%q: what was kept is not read:\n%s", tt.args, out)
		}
	}
	if n := fake.Count(""); n != asked {
		t.Errorf("%d requests", n-asked)
	}
}
