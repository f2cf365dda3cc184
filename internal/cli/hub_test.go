package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

func hubRepo(id string, lines ...string) testkit.HubRepo {
	return testkit.HubRepo{ID: id, Files: map[string]string{
		"README.md":         "---\n" + strings.Join(lines, "\n") + "\n---\nA model.\n",
		"LICENSE":           "SPDX-License-Identifier: MIT\n",
		"model.safetensors": "weights",
	}}
}

// TestHubSubject checks a model of the Hub, named by its id, a revision and an
// address.
func TestHubSubject(t *testing.T) {
	fake := testkit.NewHub(t, hubRepo("org/model", "license: mit", "base_model: org/base"), hubRepo("org/base", "license: mit"))
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	first := entail(t, env, "check", "org/model")
	if first.code != ExitOK || first.stderr != "" || !strings.Contains(first.stdout, "PASS  org/model") {
		t.Fatalf("exit code %d, stderr %q\n%s", first.code, first.stderr, first.stdout)
	}
	for _, target := range []string{"org/model@main", "ORG/Model", fake.URL() + "/org/model", fake.URL() + "/org/model/tree/main", "hf://org/model"} {
		if got := entail(t, env, "check", target); got != first {
			t.Errorf("%s: exit code %d, stderr %q\n%s", target, got.code, got.stderr, got.stdout)
		}
	}
	for _, r := range fake.Requests() {
		if r.UserAgent != "entail/test (+https://github.com/entail-dev/entail)" {
			t.Errorf("user agent %q, want the program, its version and its address", r.UserAgent)
		}
		if r.Authorized {
			t.Errorf("%s came with a token, and there is none", r.Path)
		}
	}
}

// TestHubUnreadable: a subject that cannot be read is never decided, and the
// reason is said.
func TestHubUnreadable(t *testing.T) {
	private := hubRepo("org/private", "license: mit")
	private.Private = true
	disabled := hubRepo("org/disabled", "license: mit")
	disabled.Disabled = true
	limited := hubRepo("org/limited", "license: mit")
	limited.Fault = &testkit.HubFault{Kind: testkit.HubLimited, Seconds: 400}
	fake := testkit.NewHub(t, private, disabled, limited, hubRepo("org/model", "license: mit"))
	for _, tt := range []struct{ target, token, says string }{
		{"org/private", "", "private and an absent repository"},
		{"org/nobody-knows", "", "private and an absent repository"},
		{"org/nobody-knows", testkit.HubToken, "the Hub has no such repository"},
		{"org/disabled", "", "disabled"},
		{"org/limited", "", "limit of requests"},
		{"org/model@no-such-branch", "", "no such revision"},
	} {
		env := map[string]string{"HF_ENDPOINT": fake.URL(), "HF_TOKEN": tt.token}
		for _, format := range []string{"text", "json"} {
			got := entail(t, env, "check", "--fail-on", "never", "--format", format, tt.target)
			if got.code != ExitUndecided || !strings.Contains(got.stderr, tt.says) || !strings.HasPrefix(got.stderr, "entail: could not decide: ") {
				t.Errorf("%s: exit code %d, stderr %q; want %d and %q", tt.target, got.code, got.stderr, ExitUndecided, tt.says)
			}
			if format == "text" && !strings.Contains(got.stdout, "INCOMPLETE") {
				t.Errorf("%s: the report has another verdict:\n%s", tt.target, got.stdout)
			}
		}
	}
}

// TestHubToken: the token goes to the Hub, not to the host that its large files
// are on (the fake fails the test if it does), and is never shown.
func TestHubToken(t *testing.T) {
	gated := hubRepo("org/gated", "license: mit")
	gated.Gated, gated.Admitted, gated.LFS = "manual", true, []string{"LICENSE"}
	fake := testkit.NewHub(t, gated)
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: org/gated"))
	env := map[string]string{"HF_ENDPOINT": fake.URL(), "HF_TOKEN": testkit.HubToken}
	for _, format := range []string{"text", "json"} {
		got := entail(t, env, "check", "--format", format, folder)
		if got.code != ExitOK || strings.Contains(got.stdout+got.stderr, testkit.HubToken) {
			t.Errorf("exit code %d, or the token is shown:\n%s%s", got.code, got.stdout, got.stderr)
		}
	}
	var hub, storage int
	for _, r := range fake.Requests() {
		switch {
		case r.Storage:
			storage++
		case r.Authorized:
			hub++
		}
	}
	if hub == 0 || storage == 0 {
		t.Errorf("%d requests with the token to the Hub and %d to the second host, want some of each", hub, storage)
	}
}

// TestOffline opens no connection, whatever the environment says.
func TestOffline(t *testing.T) {
	fake := testkit.NewHub(t, hubRepo("org/base", "license: mit"))
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: [org/base, mistralai/Mistral-7B-v0.1]"))
	env := func(more ...string) map[string]string {
		all := map[string]string{"HF_ENDPOINT": fake.URL(), "HF_TOKEN": testkit.HubToken}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	for _, tt := range []struct {
		env  map[string]string
		args []string
	}{
		{env(), []string{"check", "--offline", folder}},
		{env(), []string{"check", "--offline", "org/base"}},
		{env(), []string{"check", "--offline", "--complete", "--definition", "osaid-1.0", folder}},
		{env("HF_HUB_OFFLINE", "1"), []string{"check", folder}},
		{env("HF_HUB_OFFLINE", "yes"), []string{"check", "org/base"}},
		{env("ENTAIL_OFFLINE", "true"), []string{"check", folder}},
		{env(), []string{"check", "--help"}},
		{env(), []string{"--version"}},
		{env(), []string{"check", "--format", "xml", "org/base"}},
	} {
		entail(t, tt.env, tt.args...)
		if n := fake.Count(""); n != 0 {
			t.Fatalf("%q made %d requests, want none", tt.args, n)
		}
	}
	if entail(t, env(), "check", folder); fake.Count("") == 0 {
		t.Error("without --offline no request was made either, so this test shows nothing")
	}
}

// failingWriter has no room.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errNoRoom }

// errNoRoom is what a full disk says.
const errNoRoom = constError("no room")

type constError string

func (e constError) Error() string { return string(e) }

// TestUnwritable: a report that nobody got is no success.
func TestUnwritable(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var stderr strings.Builder
		command := &Command{
			Stdin: strings.NewReader(""), Stdout: failingWriter{}, Stderr: &stderr,
			Getenv: func(string) string { return "" }, Now: now, Version: "test",
		}
		code := command.Main(t.Context(), []string{"check", "--offline", "--format", format, filepath.Join(repos, "scratch-open")})
		if code != ExitUndecided || !strings.Contains(stderr.String(), "no room") {
			t.Errorf("%s: exit code %d, stderr %q", format, code, stderr.String())
		}
	}
}
