package source

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// clone makes a git clone of files at one commit, changed in the work tree
// afterwards, and returns its folder and the commit.
func clone(t *testing.T, files map[string]string) (dir, commit string) {
	t.Helper()
	dir = tree(t, files)
	run := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "-q")
	link(t, "README.md", filepath.Join(dir, "link"))
	run("add", "-A")
	run("commit", "-q", "-m", "x")
	commit = run("rev-parse", "HEAD")
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, commit
}

func TestCommit(t *testing.T) {
	dir, commit := clone(t, map[string]string{
		"README.md": "card", "models/a/readme.md": "a's card", "models/a/w ü.bin": "12345", "models/ab/README.md": "ab",
	})
	if err := os.Mkdir(filepath.Join(dir, "new"), 0o755); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string][]model.File{
		"":         {{Path: "README.md", Size: 4}, {Path: "link", Size: -1}, {Path: "models/a/readme.md", Size: 8}, {Path: "models/a/w ü.bin", Size: 5}, {Path: "models/ab/README.md", Size: 2}},
		"models/a": {{Path: "readme.md", Size: 8}, {Path: "w ü.bin", Size: 5}},
		"new":      {},
	} {
		c, err := OpenCommit(t.Context(), dir, filepath.Join(dir, folder), commit)
		if err != nil {
			t.Fatal(err)
		}
		c.SetID("org/a")
		s, err := c.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.Files, want) || s.ID != "org/a" || !s.Published || s.Revision != commit {
			t.Errorf("%q: %+v, want files %v", folder, s, want)
		}
		if found := s.State == model.Resolved; found != (len(want) > 0) {
			t.Errorf("%q: state %s", folder, s.State)
		}
		if folder == "new" {
			continue
		}
		if card, err := s.Read(t.Context(), "README.md"); err != nil || !strings.HasSuffix(string(card), "card") {
			t.Errorf("%q: card %q, %v: want that of the commit", folder, card, err)
		}
		for name, cause := range map[string]error{"LICENSE": ErrNotExist, "../README.md": ErrNotExist} {
			if _, err := s.Read(t.Context(), name); !errors.Is(err, cause) {
				t.Errorf("%q: Read(%q) fails with %v", folder, name, err)
			}
		}
	}
}

func TestCommitLink(t *testing.T) {
	dir, commit := clone(t, map[string]string{"README.md": "card"})
	c, err := OpenCommit(t.Context(), dir, dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), "link"); !errors.Is(err, errNotRegular) {
		t.Errorf("reading a link fails with %v", err)
	}
}

// TestCommitOfALink holds that a folder is found as it was spelled at the
// commit, whatever lies there now, and that a link was followed that it was then.
func TestCommitOfALink(t *testing.T) {
	dir := tree(t, map[string]string{"a/x": "of a", "b/x": "of b", "c d/tree/x": "of c"})
	link(t, "b", filepath.Join(dir, "l"))
	link(t, "/etc", filepath.Join(dir, "out"))
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	git("add", "-A")
	git("commit", "-q", "-m", "x")
	commit := git("rev-parse", "HEAD")
	if err := os.RemoveAll(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	link(t, "b", filepath.Join(dir, "a"))
	for folder, want := range map[string]string{"a": "of a", "b": "of b", "l": "of b", "c d/tree": "of c", "c d tree": "", "out": "", "a/x": "", "gone": "", "a\n": ""} {
		c, err := OpenCommit(t.Context(), dir, filepath.Join(dir, folder), commit)
		if err != nil {
			t.Fatal(err)
		}
		there := !slices.Contains([]string{"gone", "c d tree", "a\n"}, folder)
		if holds, err := c.Holds(t.Context()); err != nil || holds != there {
			t.Errorf("%q: holds %v, %v", folder, holds, err)
		}
		s, err := c.Snapshot(t.Context())
		if err != nil || (s.State == model.Resolved) != (want != "") {
			t.Errorf("%q: %v, %v", folder, s, err)
			continue
		}
		if text, err := s.Read(t.Context(), "x"); want != "" && (err != nil || string(text) != want) {
			t.Errorf("%q: %q, %v", folder, text, err)
		}
	}
}

func TestCloneOf(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ws/model/.git", "ws/model/rules/.git", ".git"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ root, folder, top, rel string }{
		{"ws", "ws/model", "ws/model", ""},
		{"ws", "ws/model/a", "ws/model", "a"},
		{"ws", "ws/model/rules/x", "ws/model", "rules/x"},
		{"ws/model/rules", "ws/model/rules/x", "ws/model/rules", "x"},
		// Nothing within root: the nearest there is.
		{"ws", "ws/other", ".", "ws/other"},
		{"elsewhere", "ws/model/rules/x", "ws/model/rules", "x"},
	} {
		top, rel, ok := CloneOf(filepath.Join(dir, tt.root), filepath.Join(dir, tt.folder))
		if !ok || top != filepath.Join(dir, tt.top) || rel != tt.rel {
			t.Errorf("%+v: %q, %q, %v", tt, top, rel, ok)
		}
	}
}

func TestCommitErrors(t *testing.T) {
	dir, _ := clone(t, map[string]string{"README.md": "card"})
	absent := strings.Repeat("0", 40)
	if _, err := OpenCommit(t.Context(), dir, dir, absent); !errors.Is(err, ErrNoCommit) {
		t.Errorf("a commit that is not there: %v", err)
	}
	if _, err := OpenCommit(t.Context(), dir, t.TempDir(), absent); !errors.Is(err, ErrNoCommit) {
		t.Errorf("a folder that is no clone: %v", err)
	}
	for _, name := range []string{"", "HEAD", "--help", "main", strings.Repeat("z", 40), absent + "0"} {
		if _, err := OpenCommit(t.Context(), dir, dir, name); err == nil || errors.Is(err, ErrNoCommit) {
			t.Errorf("commit %q: %v", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenCommit(ended, dir, dir, absent); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

func TestCommitOfLargeFile(t *testing.T) {
	dir, commit := clone(t, map[string]string{"README.md": strings.Repeat("x", MaxFileBytes+1)})
	c, err := OpenCommit(t.Context(), dir, dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), "README.md"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("reading it fails with %v", err)
	}
}
