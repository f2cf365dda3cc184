package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/testkit"
)

// startGitHub is the command
//
//	github FILE
//
// of scripts. It starts a fake GitHub with the repositories that a YAML file
// lists, by the fields of testkit.GitHubRepo in lower case, in the place of
// github.com, and sets $GITHUB to its address.
func startGitHub(t *testing.T) func(ts *testscript.TestScript, neg bool, args []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: github FILE")
		}
		var repos []testkit.GitHubRepo
		ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(args[0])), &repos))
		fake := testkit.NewGitHub(t, repos...)
		ts.Setenv("GITHUB", fake.URL())
		ts.Setenv("ENTAIL_GITHUB_API_URL", fake.URL())
	}
}
