package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/testkit"
)

func onGitHub(id string, lines ...string) testkit.GitHubRepo {
	return testkit.GitHubRepo{ID: id, SPDX: "MIT", Files: map[string]string{
		"README.md": "---\n" + strings.Join(lines, "\n") + "\n---\nA model.\n",
		"LICENSE":   "SPDX-License-Identifier: MIT\n",
	}}
}

// TestGitHubToken: each token goes to its own host, and is never shown.
func TestGitHubToken(t *testing.T) {
	hidden := onGitHub("org/hidden", "license: mit")
	hidden.Private, hidden.Admitted = true, true
	fake := testkit.NewGitHub(t, hidden)
	hub := testkit.NewHub(t, hubRepo("org/base", "license: mit", "base_model: github:org/hidden"))
	for _, name := range []string{"ENTAIL_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"} {
		env := map[string]string{"ENTAIL_GITHUB_API_URL": fake.URL(), "HF_ENDPOINT": hub.URL(), "HF_TOKEN": testkit.HubToken, name: testkit.GitHubToken}
		got := entail(t, env, "check", "--format", "json", "org/base")
		if got.code != ExitOK || !strings.Contains(got.stdout, `"github:org/hidden"`) || strings.Contains(got.stdout, "private-or-absent") {
			t.Errorf("%s: exit code %d\n%s%s", name, got.code, got.stdout, got.stderr)
		}
		if strings.Contains(got.stdout+got.stderr, testkit.GitHubToken) {
			t.Errorf("%s is shown", name)
		}
	}
	for _, r := range fake.Requests() {
		if r.Token != testkit.GitHubToken || !strings.HasPrefix(r.UserAgent, "entail/test") {
			t.Errorf("%s: token %q, user agent %q", r.Path, r.Token, r.UserAgent)
		}
	}
	if len(fake.Requests()) == 0 || hub.Count("") == 0 {
		t.Error("a server was not asked")
	}
}

// TestGitHubOffline opens no connection to GitHub, whatever names it.
func TestGitHubOffline(t *testing.T) {
	fake := testkit.NewGitHub(t, onGitHub("org/base", "license: mit"))
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: [github:org/base, https://github.com/org/base]"))
	env := func(more ...string) map[string]string {
		all := map[string]string{"ENTAIL_GITHUB_API_URL": fake.URL(), "HF_ENDPOINT": "http://127.0.0.1:1", "GITHUB_TOKEN": testkit.GitHubToken}
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
		{env(), []string{"lineage", "--offline", "github:org/base"}},
		{env("HF_HUB_OFFLINE", "1"), []string{"check", folder}},
		{env("ENTAIL_OFFLINE", "true"), []string{"check", "github:org/base"}},
		{env(), []string{"check", "--format", "xml", "github:org/base"}},
	} {
		got := entail(t, tt.env, tt.args...)
		if n := len(fake.Requests()); n != 0 {
			t.Fatalf("%q made %d requests, want none", tt.args, n)
		}
		if tt.args[0] == "check" && strings.Contains(got.stdout, "PASS") {
			t.Errorf("%q passes what was not read:\n%s", tt.args, got.stdout)
		}
	}
	got := entail(t, env(), "check", folder)
	if n := fake.Count("/repos/org/base"); got.code != ExitOK || n == 0 || n > 6 {
		t.Errorf("exit code %d, %d requests for one repository under two spellings\n%s", got.code, n, got.stdout)
	}
}
