package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestTools runs testdata/tools: bundles of entail's in the programs that other
// people have, and what those make in entail. ENTAIL_OPA, ENTAIL_CONFTEST and
// ENTAIL_REGISTRY name the programs opa, conftest and registry (the CNCF's
// distribution); .ci/run builds them.
func TestTools(t *testing.T) {
	params := scripts(t, "../../testdata/tools")
	setup := params.Setup
	params.Setup = func(env *testscript.Env) error {
		for _, name := range []string{"OPA", "CONFTEST", "REGISTRY"} {
			env.Setenv(name, os.Getenv("ENTAIL_"+name))
		}
		return setup(env)
	}
	for _, name := range []string{"OPA", "CONFTEST", "REGISTRY"} {
		if os.Getenv("ENTAIL_"+name) == "" {
			t.Skipf("ENTAIL_%s does not name the program; .ci/run builds it", name)
		}
	}
	params.Cmds["serve"], params.Cmds["ask"] = serve, ask
	testscript.Run(t, params)
}

// serve starts a program that listens on loopback, with what follows its name,
// and waits until it does. {addr} in what follows is where it listens, and $NAME
// from then on.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: serve NAME PROGRAM ARG…")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	addr := listener.Addr().String()
	ts.Check(listener.Close())
	ts.Setenv(args[0], addr)
	cmd := exec.Command(args[1])
	for _, arg := range args[2:] {
		cmd.Args = append(cmd.Args, strings.ReplaceAll(arg, "{addr}", addr))
	}
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = []string{"REGISTRY_HTTP_ADDR=" + addr, "REGISTRY_AUTH_HTPASSWD_PATH=" + filepath.Join(cmd.Dir, "htpasswd"), "OTEL_TRACES_EXPORTER=none"}
	log, err := os.Create(filepath.Join(cmd.Dir, args[0]+".log"))
	ts.Check(err)
	cmd.Stdout, cmd.Stderr = log, log
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		log.Close()
	})
	for range 600 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	ts.Fatalf("%s does not listen: %s", args[1], fmt.Sprintf("%.2000s", text))
}

// ask gets an address, or posts a file to it, until it answers with 200, and
// prints the answer.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: ask URL [FILE]")
	}
	client := &http.Client{Timeout: 10 * time.Second}
	var last string
	for range 600 {
		method, body := http.MethodGet, ""
		if len(args) == 2 {
			method, body = http.MethodPost, ts.ReadFile(args[1])
		}
		req, err := http.NewRequest(method, args[0], strings.NewReader(body))
		ts.Check(err)
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			last = err.Error()
		} else {
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			ts.Check(err)
			if last = string(text); resp.StatusCode == http.StatusOK {
				fmt.Fprint(ts.Stdout(), last)
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s: %.2000s", args[0], last)
}
