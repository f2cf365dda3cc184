package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// tree writes files below a new directory: contents by slash path; a path
// that ends in a slash is an empty folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my-release")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(full, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

func snapshot(t *testing.T, dir string) *Snapshot {
	t.Helper()
	d, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDirFiles(t *testing.T) {
	dir := tree(t, map[string]string{
		"README.md": "card", "a/b/model.safetensors": "12345", "a/.git/config": "x", ".git/config": "x",
		".cache/x": "x", "a/.cache/y": "x", ".gitattributes": "", "empty/": "", "src/train.py": "ok",
	})
	outside := tree(t, map[string]string{"secret": "s", "sub/x": "y"})
	link(t, "README.md", filepath.Join(dir, "inside"))
	link(t, filepath.Join(outside, "secret"), filepath.Join(dir, "leaves"))
	link(t, filepath.Join(outside, "sub"), filepath.Join(dir, "leaves-dir"))
	link(t, "a", filepath.Join(dir, "loop"))
	link(t, "nowhere", filepath.Join(dir, "dangling"))
	s := snapshot(t, dir)
	want := []model.File{
		{Path: ".gitattributes", Size: 0}, {Path: "README.md", Size: 4}, {Path: "a/b/model.safetensors", Size: 5},
		{Path: "dangling", Size: -1}, {Path: "inside", Size: 4}, {Path: "leaves", Size: -1}, {Path: "leaves-dir", Size: -1},
		{Path: "src/train.py", Size: 2},
	}
	if !slices.Equal(s.Files, want) {
		t.Errorf("files\n got %v\nwant %v", s.Files, want)
	}
	if !s.FilesKnown || s.State != model.Resolved || s.Source != "dir" || s.Kind != model.Model || s.Published || s.ID != "my-release" {
		t.Errorf("snapshot %+v", s)
	}
	for name, wantText := range map[string]string{"README.md": "card", "a/b/model.safetensors": "12345", "inside": "card"} {
		if got, err := s.Read(t.Context(), name); string(got) != wantText || err != nil {
			t.Errorf("Read(%q) = %q, %v", name, got, err)
		}
	}
}

func TestDirReadErrors(t *testing.T) {
	dir := tree(t, map[string]string{"README.md": "card", "sub/x": ""})
	outside := tree(t, map[string]string{"secret": "s"})
	link(t, filepath.Join(outside, "secret"), filepath.Join(dir, "leaves"))
	big, err := os.Create(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(big.Truncate(MaxFileBytes+1), big.Close()); err != nil {
		t.Fatal(err)
	}
	s := snapshot(t, dir)
	tests := []struct {
		name  string
		state model.State
		err   error
	}{
		{"LICENSE", model.NotFound, ErrNotExist},
		{"sub/none", model.NotFound, ErrNotExist},
		{"sub", model.Failed, errNotRegular},
		{"big", model.Failed, ErrTooLarge},
		{"leaves", model.Failed, errOutside},
		{"../" + filepath.Base(outside) + "/secret", model.Failed, errOutside},
	}
	for _, tt := range tests {
		_, err := s.Read(t.Context(), tt.name)
		r, ok := errors.AsType[*ReadError](err)
		if !ok || r.State != tt.state || !errors.Is(err, tt.err) || r.Path != tt.name || r.ID != "my-release" {
			t.Errorf("Read(%q) fails with %v, want %v in state %s", tt.name, err, tt.err, tt.state)
		}
		if ok && strings.Contains(err.Error(), dir) {
			t.Errorf("Read(%q) tells where the directory is: %v", tt.name, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(gone, "README.md"); !errors.Is(err, context.Canceled) {
		t.Errorf("Read after the end of its context: %v", err)
	}
}

// TestDirPipe: opening a pipe without a writer would wait for ever.
func TestDirPipe(t *testing.T) {
	dir := tree(t, map[string]string{"x": ""})
	if err := mkfifo(filepath.Join(dir, "README.md")); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	s := snapshot(t, dir)
	if len(s.Files) != 1 {
		t.Errorf("files %v", s.Files)
	}
	if _, err := s.Read(t.Context(), "README.md"); !errors.Is(err, errNotRegular) {
		t.Errorf("Read of a pipe: %v", err)
	}
	if found, err := FindReleases(dir); len(found) != 0 || err != nil {
		t.Errorf("FindReleases = %v, %v", found, err)
	}
}

func TestDirCardInAnyCase(t *testing.T) {
	s := snapshot(t, tree(t, map[string]string{"Readme.MD": "one"}))
	if got, err := s.Read(t.Context(), "README.md"); string(got) != "one" || err != nil {
		t.Errorf("Read = %q, %v", got, err)
	}
	s = snapshot(t, tree(t, map[string]string{"README.MD": "one", "README.md": "two"}))
	if len(s.Files) == 1 {
		t.Skip("letter case does not matter to this file system")
	}
	if got, err := s.Read(t.Context(), "README.md"); string(got) != "two" || err != nil {
		t.Errorf("Read = %q, %v", got, err)
	}
}

func TestDirID(t *testing.T) {
	origin := func(url string) string { return "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = " + url + "\n" }
	tests := []struct {
		name, config, id string
		kind             model.Kind
		published        bool
	}{
		{"Hub", origin("https://huggingface.co/org/name"), "org/name", model.Model, true},
		{"Hub with credentials", origin("https://user:hf_secret@huggingface.co/org/name.git"), "org/name", model.Model, true},
		{"Hub by ssh", origin("git@hf.co:org/name"), "org/name", model.Model, true},
		{"Hub by ssh address", origin("ssh://git@hf.co/org/name"), "org/name", model.Model, true},
		{"Hub data set", origin("https://huggingface.co/datasets/org/name"), "org/name", model.Dataset, true},
		{"Hub Space", origin("https://huggingface.co/spaces/org/name"), "my-release", model.Model, false},
		{"GitHub", origin(`"https://github.com/owner/repo.git" ; mine`), "github:owner/repo", model.Model, true},
		{"GitHub by ssh", origin("git@github.com:owner/repo.git"), "github:owner/repo", model.Model, true},
		{"Hub before GitHub", origin("https://github.com/owner/repo") + "[remote \"hub\"]\nURL=https://hf.co/org/name\n", "org/name", model.Model, true},
		{"origin first", "[remote \"fork\"]\nurl = https://hf.co/x/y\n" + origin("https://hf.co/org/name"), "org/name", model.Model, true},
		{"elsewhere", origin("https://example.org/org/name"), "my-release", model.Model, false},
		{"not an id", origin("https://github.com/owner/re%20po"), "my-release", model.Model, false},
		{"a path", origin("/srv/git/x.git"), "my-release", model.Model, false},
		{"no remote", "[core]\nurl = https://hf.co/org/name\n", "my-release", model.Model, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := snapshot(t, tree(t, map[string]string{".git/config": tt.config}))
			if s.ID != tt.id || s.Published != tt.published || s.Kind != tt.kind {
				t.Errorf("id %q, published %v, kind %s; want %q, %v, %s", s.ID, s.Published, s.Kind, tt.id, tt.published, tt.kind)
			}
		})
	}
}

func TestDirIDGiven(t *testing.T) {
	d, err := OpenDir(tree(t, map[string]string{".git/config": "[remote \"origin\"]\nurl = https://hf.co/org/name\n"}))
	if err != nil {
		t.Fatal(err)
	}
	d.SetID("mine/own")
	s, err := d.Snapshot(t.Context())
	if err != nil || s.ID != "mine/own" || !s.Published {
		t.Errorf("snapshot %+v, %v", s, err)
	}
}

func TestDirIDOfWorktree(t *testing.T) {
	top := tree(t, map[string]string{
		"main/.git/config":                 "[remote \"origin\"]\nurl = https://hf.co/org/name\n",
		"main/.git/worktrees/wt/commondir": "../..\n",
		"wt/.git":                          "gitdir: ../main/.git/worktrees/wt\n",
		"broken/.git":                      "not a link",
		"main/models/one/README.md":        "",
	})
	for dir, want := range map[string]string{"wt": "org/name", "main": "org/name", "broken": "broken", "main/models/one": "one"} {
		if s := snapshot(t, filepath.Join(top, filepath.FromSlash(dir))); s.ID != want || s.Published != (want == "org/name") {
			t.Errorf("%s has the id %q (published %v), want %q", dir, s.ID, s.Published, want)
		}
	}
}

func TestOpenDirErrors(t *testing.T) {
	dir := tree(t, map[string]string{"file": ""})
	for _, name := range []string{"none", "file"} {
		if _, err := OpenDir(filepath.Join(dir, name)); err == nil || !strings.HasPrefix(err.Error(), "open directory ") {
			t.Errorf("OpenDir(%s) = %v", name, err)
		}
		if _, err := FindReleases(filepath.Join(dir, name)); err == nil {
			t.Errorf("FindReleases(%s) has no error", name)
		}
	}
	d, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Snapshot(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Snapshot after the end of its context: %v", err)
	}
}

func TestFindReleases(t *testing.T) {
	const card = "---\nlicense: mit\n---\n"
	tests := []struct {
		name  string
		files map[string]string
		want  []string // "." for the root
	}{
		{"card", map[string]string{"README.md": card, "sub/README.md": card}, []string{"."}},
		{"card in another case", map[string]string{"readme.md": "\ufeff\n--- \r\nx: y\n"}, []string{"."}},
		{"entail.yaml", map[string]string{"entail.yaml": ""}, []string{"."}},
		{"evidence", map[string]string{"entail-evidence.yaml": ""}, []string{"."}},
		{"weights", map[string]string{"model.safetensors": ""}, []string{"."}},
		{"torch weights", map[string]string{"pytorch_model-00001-of-2.bin": "", "sub/README.md": card}, []string{"."}},
		{"licence file", map[string]string{"LICENSE.md": "", "data.bin": ""}, []string{"."}},
		{"licence file of a collection", map[string]string{"LICENSE": "", "b/README.md": card, "a/x/entail.yaml": ""}, []string{"a/x", "b"}},
		{"folders", map[string]string{"README.md": "# no card", "b/README.md": card, "a/README.md": card, "c/README.md": "#"}, []string{"a", "b"}},
		{"three deep", map[string]string{"1/2/3/README.md": card, "x/2/3/4/README.md": card}, []string{"1/2/3"}},
		{"within a release", map[string]string{"a/README.md": card, "a/b/README.md": card}, []string{"a"}},
		{"hidden", map[string]string{".github/README.md": card, "LICENSES/": ""}, nil},
		{"card in UTF-16", map[string]string{"README.md": "\xff\xfe-\x00-\x00-\x00\n\x00x\x00"}, []string{"."}},
		{"four dashes", map[string]string{"README.md": "----\n", "a/README.md": "---x\n"}, nil},
		{"nothing", map[string]string{"main.py": ""}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.files)
			found, err := FindReleases(root)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				rel, err := filepath.Rel(root, f)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, filepath.ToSlash(rel))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDirUnreadableFolder(t *testing.T) {
	dir := tree(t, map[string]string{"a/x": "", "b": ""})
	if err := os.Chmod(filepath.Join(dir, "a"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "a"), 0o755) })
	if _, err := os.ReadDir(filepath.Join(dir, "a")); !errors.Is(err, syscall.EACCES) {
		t.Skip("permissions do not bind this user")
	}
	s := snapshot(t, dir)
	if s.FilesKnown || !strings.Contains(s.Detail, "a could not be listed") || len(s.Files) != 1 {
		t.Errorf("snapshot %+v", s)
	}
}

func TestDirTooDeep(t *testing.T) {
	dir := tree(t, map[string]string{strings.Repeat("d/", maxDirDepth+3) + "x": "", "y": ""})
	s := snapshot(t, dir)
	if s.FilesKnown || !strings.Contains(s.Detail, "deeper than 32") || len(s.Files) != 1 {
		t.Errorf("snapshot %+v", s)
	}
}

// TestReadAt returns the part asked for, however much is asked for, and of
// nothing but regular files within the folder.
func TestReadAt(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "model.gguf"), []byte("0123456789"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	dir, err := OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := dir.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		offset int64
		n      int
		want   string
		state  model.State
	}{
		{"model.gguf", 0, 4, "0123", ""}, {"model.gguf", 8, 100, "89", ""}, {"model.gguf", 50, 4, "", ""},
		{"model.gguf", 0, 1 << 62, "0123456789", ""}, {"none", 0, 4, "", model.NotFound}, {"link", 0, 4, "", model.Failed},
		{"model.gguf", -1, 4, "", model.Failed},
	} {
		got, err := s.ReadAt(t.Context(), tt.name, tt.offset, tt.n)
		failure, _ := errors.AsType[*ReadError](err)
		if string(got) != tt.want || (failure == nil) != (tt.state == "") || failure != nil && failure.State != tt.state {
			t.Errorf("%d bytes of %s at %d: %q, %v", tt.n, tt.name, tt.offset, got, err)
		}
	}
}
