package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/entail-dev/entail/internal/testkit"
)

// registryKey is where a script keeps its registry.
type registryKey struct{}

// registry gives a script an OCI registry on loopback, called $REGISTRY:
//
//	registry start [basic|bearer]   with a password where one is named, which docker knows by
//	                                DOCKER_CONFIG
//	registry asked N                wants that many requests since the last such line
//	registry stop                   takes it off the network
func registry(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: registry start|asked|stop")
	}
	own, _ := ts.Value(registryKey{}).(*scriptRegistry)
	switch args[0] {
	case "start":
		how := testkit.RegistryOpen
		if len(args) > 1 {
			how = testkit.RegistryAuth(args[1])
		}
		own.Registry = testkit.StartRegistry(how)
		ts.Defer(own.Close)
		ts.Setenv("REGISTRY", own.Host())
		auth := base64.StdEncoding.EncodeToString([]byte(testkit.RegistryUser + ":" + testkit.RegistryPassword))
		text := fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, own.Host(), auth)
		folder := ts.MkAbs("docker")
		ts.Check(os.MkdirAll(folder, 0o700))
		ts.Check(os.WriteFile(filepath.Join(folder, "config.json"), []byte(text), 0o600))
		ts.Setenv("DOCKER_CONFIG", folder)
	case "asked":
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		all := own.Requests()
		if got := len(all) - own.counted; got != want {
			ts.Fatalf("%d requests, want %d: %v", got, want, all[own.counted:])
		}
		own.counted = len(all)
	case "stop":
		own.Close()
	default:
		ts.Fatalf("registry %s is not known", args[0])
	}
}

type scriptRegistry struct {
	*testkit.Registry
	counted int
}

// web serves a folder on loopback, as $WEB, whose host is $WEBHOST.
func web(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: web FOLDER")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("WEB", server.URL)
	ts.Setenv("WEBHOST", strings.TrimPrefix(server.URL, "http://"))
}

// keep puts what a regular expression finds in the last standard output into a
// variable.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME EXPRESSION")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("%s is not in stdout", args[1])
	}
	ts.Setenv(args[0], slices.Concat(found[1:], found[:1])[0])
}
