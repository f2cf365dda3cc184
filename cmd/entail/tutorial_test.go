package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/testkit"
)

// fence is a block of code in Markdown, with what stands behind its fence.
var fence = regexp.MustCompile("(?ms)^```([^\n`]*)\n(.*?)^```$")

// tutorial is a folder in which a page is followed as a reader follows it.
type tutorial struct {
	*testing.T
	folder string
	env    []string
	// registry is what stands in for the registry of the page.
	registry string
}

// pageRegistry is what pages call a registry of their reader's.
const pageRegistry = "registry.example.org"

// TestTutorials does what docs/policies.md and its pages on data and bundles
// say, block after block: it writes each file that a block names, and runs each
// command. What a command prints is what the page shows; `[…]` stands for lines
// that are left out. A command ends with 0 unless the next one, `echo $?`, shows another number. With -update the
// page is made to show what is printed, where nothing is left out.
func TestTutorials(t *testing.T) {
	for _, page := range []string{"policies.md", "policies/data.md", "policies/bundles.md"} {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../docs", page))
			if err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			follow := &tutorial{T: t, folder: t.TempDir(), env: []string{
				"PATH=" + os.Getenv("PATH"), "HOME=" + home, "ENTAIL_CACHE_DIR=" + filepath.Join(home, "cache"),
				"HF_ENDPOINT=http://127.0.0.1:1",
			}}
			follow.registry = testkit.NewRegistry(t, testkit.RegistryOpen).Host()
			blocks := fence.FindAllStringSubmatch(string(text), -1)
			if len(blocks) < 5 || 2*len(blocks) != strings.Count(string(text), "\n```") {
				t.Fatalf("%d blocks could be read", len(blocks))
			}
			for _, block := range blocks {
				if shown := follow.block(block[1], block[2]); testkit.Updating() && shown != "" {
					text = bytes.Replace(text, []byte(block[2]), []byte(shown), 1)
				}
			}
			if testkit.Updating() {
				if err := os.WriteFile(filepath.Join("../../docs", page), text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// block does one block: a session, or the text of a file. Of a session it gives
// what it should look like, if that can be told.
func (t *tutorial) block(info, text string) string {
	t.Helper()
	language, about, _ := strings.Cut(info, " ")
	if language == "console" {
		return t.session(text)
	}
	if about == "" {
		return "" // an example that stands for itself
	}
	name, ok := strings.CutPrefix(about, "file=")
	if !ok || !filepath.IsLocal(name) {
		t.Fatalf("a block of %q names no file", info)
	}
	path := filepath.Join(t.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return ""
}

// session runs the commands of one block.
func (t *tutorial) session(text string) (shown string) {
	t.Helper()
	commands := strings.Split("\n"+strings.TrimSuffix(text, "\n"), "\n$ ")
	if commands[0] != "" {
		t.Fatalf("the session starts with no command:\n%s", text)
	}
	for i := 1; i < len(commands); i++ {
		line, want, _ := strings.Cut(commands[i], "\n")
		code := 0
		if i+1 < len(commands) && strings.HasPrefix(commands[i+1], "echo $?\n") {
			number := strings.TrimPrefix(commands[i+1], "echo $?\n")
			var err error
			if code, err = strconv.Atoi(strings.TrimSpace(number)); err != nil {
				t.Fatal(err)
			}
			i++
		}
		got, ended := t.sh(line)
		shown += "$ " + line + "\n" + got
		if ended != 0 {
			shown += fmt.Sprintf("$ echo $?\n%d\n", ended)
		}
		if testkit.Updating() {
			continue
		}
		if ended != code {
			t.Fatalf("$ %s\nended with %d, want %d:\n%s", line, ended, code, got)
		}
		if !shows(strings.TrimSpace(want), strings.TrimSpace(got)) {
			t.Errorf("$ %s\nprints\n%s\nand the page shows\n%s", line, got, want)
		}
	}
	if strings.Contains(text, elision) {
		return ""
	}
	return shown
}

// sh runs a line as a shell does, and gives what it prints and its exit code.
func (t *tutorial) sh(line string) (string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(line, pageRegistry, t.registry))
	cmd.Dir, cmd.Env, cmd.WaitDelay = t.folder, t.env, time.Minute
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

// shows says whether what is shown is what was printed, but for what is left
// out.
func shows(shown, printed string) bool {
	parts := strings.Split(shown, elision)
	rest, ok := strings.CutPrefix(printed, parts[0])
	for _, part := range parts[1:] {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, strings.TrimPrefix(part, "\n"))
	}
	return ok && (strings.TrimSpace(rest) == "" || strings.HasSuffix(shown, elision))
}
