package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/cli"
)

// elision stands in the README for lines that are left out of a session.
const elision = "[…]"

// TestReadmeSession runs the session on the README's first screen and compares
// what is shown, part by part where lines are left out.
func TestReadmeSession(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```console\n$ go run ./cmd/entail ")
	session, _, closed := strings.Cut(rest, "\n```")
	if !ok || !closed {
		t.Fatal("the README has no session")
	}
	line, want, _ := strings.Cut(session, "\n")
	var stdout, stderr bytes.Buffer
	command := &cli.Command{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Now: time.Now, Version: "test",
	}
	// The README promises the session without a network, and says so of no
	// flag; with one, ancestors would be fresher than the session shows.
	if code := command.Main(t.Context(), append(strings.Fields(line), "--offline")); code != cli.ExitFindings {
		t.Fatalf("exit status %d, want %d; %s", code, cli.ExitFindings, stderr.String())
	}
	got := stdout.String()
	for part := range strings.SplitSeq(want, elision+"\n") {
		_, after, found := strings.Cut(got, strings.TrimSuffix(part, "\n"))
		if !found {
			t.Fatalf("the README shows\n%s\nthe program prints\n%s", part, stdout.String())
		}
		got = after
	}
}
