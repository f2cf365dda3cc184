package hubcache

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

const readmeText = "---\nlicense: mit\nbase_model: org/base\n---\n# A model\n"

// Commits of the test.
var (
	commit = strings.Repeat("c0ffee00", 5)
	older  = strings.Repeat("deadbeef", 5)
)

// build writes a cache: files by their path in it. Contents that start with
// "-> " are a link.
func build(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "hub")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, ok := strings.CutPrefix(files[name], "-> "); ok {
			err = os.Symlink(to, at)
		} else {
			err = os.WriteFile(at, []byte(files[name]), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func fetch(t *testing.T, cfg Config, ref model.Ref) *source.Snapshot {
	t.Helper()
	snap, err := New(cfg).Fetch(t.Context(), ref)
	if err != nil || snap.Read == nil || snap.Source != "hub-cache" || (snap.State != model.Resolved) != (snap.Detail != "") {
		t.Fatalf("Fetch(%s) = %+v, %v", ref, snap, err)
	}
	return snap
}

func TestFetch(t *testing.T) {
	const in = "models--org--name/"
	at := in + "snapshots/" + commit + "/"
	linked := map[string]string{
		in + "refs/main": commit, at + "README.md": "-> ../../blobs/aa", in + "blobs/aa": readmeText,
		at + "sub/x.bin": "-> ../../../blobs/bb", in + "blobs/bb": "0123456789",
	}
	with := func(more ...string) map[string]string {
		all := maps.Clone(linked)
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	without := func(names ...string) map[string]string {
		all := maps.Clone(linked)
		for _, n := range names {
			delete(all, n)
		}
		return all
	}
	tree := `{"format_version": 1, "files": {"README.md": {"size": 1, "blob_id": "x"}, "LICENSE": {"size": 2, "blob_id": "y"}}}`
	tests := []struct {
		name    string
		files   map[string]string
		ref     model.Ref
		state   model.State
		settled bool // whether it is enough where licence files must be settled
	}{
		{"links", linked, model.Ref{ID: "org/name"}, model.Resolved, false},
		{"by branch", linked, model.Ref{ID: "org/name", Revision: "main"}, model.Resolved, false},
		{"by commit", linked, model.Ref{ID: "org/name", Revision: commit}, model.Resolved, false},
		{"by another commit", linked, model.Ref{ID: "org/name", Revision: older}, model.Offline, false},
		{"by a tag", with(in+"refs/v1.0", commit+"\n"), model.Ref{ID: "org/name", Revision: "v1.0"}, model.Resolved, false},
		{"by a nested branch", with(in+"refs/refs/pr/1", commit), model.Ref{ID: "org/name", Revision: "refs/pr/1"}, model.Resolved, false},
		{"by no branch", linked, model.Ref{ID: "org/name", Revision: "v2"}, model.Offline, false},
		{"by a path", linked, model.Ref{ID: "org/name", Revision: "../snapshots/" + commit + "/README.md"}, model.Offline, false},
		{"copies", map[string]string{in + "refs/main": commit, at + "README.md": readmeText}, model.Ref{ID: "org/name"}, model.Resolved, false},
		{"a dataset", map[string]string{"datasets--org--name/refs/main": commit, "datasets--org--name/snapshots/" + commit + "/README.md": readmeText},
			model.Ref{Kind: model.Dataset, ID: "org/name"}, model.Resolved, false},
		{"a bare name", map[string]string{"models--gpt2/refs/main": commit, "models--gpt2/snapshots/" + commit + "/README.md": readmeText}, model.Ref{ID: "gpt2"}, model.Resolved, false},
		{"a model asked for as a dataset", linked, model.Ref{Kind: model.Dataset, ID: "org/name"}, model.Offline, false},
		{"nobody's", linked, model.Ref{ID: "org/other"}, model.Offline, false},
		{"no branch is current", without(in + "refs/main"), model.Ref{ID: "org/name"}, model.Offline, false},
		{"no commit in the branch", with(in+"refs/main", "garbage"), model.Ref{ID: "org/name"}, model.Offline, false},
		{"an endless branch", with(in+"refs/main", strings.Repeat("c", 1<<20)), model.Ref{ID: "org/name"}, model.Offline, false},
		{"no card", without(at + "README.md"), model.Ref{ID: "org/name"}, model.Offline, false},
		{"contents gone", without(in + "blobs/aa"), model.Ref{ID: "org/name"}, model.Offline, false},
		{"known to have no card", map[string]string{in + "refs/main": commit, in + ".no_exist/" + commit + "/README.md": "", at + "LICENSE": "x"},
			model.Ref{ID: "org/name"}, model.Resolved, true},
		{"licence file", with(at+"LICENSE", "terms"), model.Ref{ID: "org/name"}, model.Resolved, true},
		{"licence further down", with(at+"sub/LICENSE", "terms"), model.Ref{ID: "org/name"}, model.Resolved, false},
		{"whole download", with(at+".gitattributes", "x"), model.Ref{ID: "org/name"}, model.Resolved, true},
		{"whole download under way", with(at+".gitattributes", "x", in+"blobs/cc.incomplete", "x"), model.Ref{ID: "org/name"}, model.Resolved, false},
		{"listed, licence not downloaded", with(in+"trees/"+commit+".json", tree), model.Ref{ID: "org/name"}, model.Resolved, false},
		{"listed, licence downloaded", with(in+"trees/"+commit+".json", tree, at+"LICENSE", "xx"), model.Ref{ID: "org/name"}, model.Resolved, true},
		{"id that is a path", linked, model.Ref{ID: "../hub/models--org--name"}, model.Offline, false},
		{"id that is another's folder", linked, model.Ref{ID: "org--name"}, model.Offline, false},
		{"card leads out", with(at+"README.md", "-> ../../../../secret.md"), model.Ref{ID: "org/name"}, model.Offline, false},
		{"commit leads out", with("models--org--name/snapshots/"+older, "-> /etc", in+"refs/main", older), model.Ref{ID: "org/name"}, model.Offline, false},
		{"folder is a link", map[string]string{"models--x--y/refs/main": commit, "models--x--y/snapshots/" + commit + "/README.md": readmeText, "models--org--name": "-> models--x--y"},
			model.Ref{ID: "org/name"}, model.Offline, false},
		{"card is a folder", map[string]string{in + "refs/main": commit, at + "README.md/x": "y"}, model.Ref{ID: "org/name"}, model.Offline, false},
		{"card is huge", with(in+"blobs/aa", strings.Repeat("x", source.MaxFileBytes+1)), model.Ref{ID: "org/name"}, model.Offline, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := build(t, tt.files)
			if err := os.WriteFile(filepath.Join(dir, "..", "secret.md"), []byte(readmeText), 0o644); err != nil {
				t.Fatal(err)
			}
			snap := fetch(t, Config{Dir: dir}, tt.ref)
			if snap.State != tt.state || snap.ID != tt.ref.ID {
				t.Fatalf("%s (%s), want %s", snap.State, snap.Detail, tt.state)
			}
			if got := fetch(t, Config{Dir: dir, Settled: true}, tt.ref); (got.State == model.Resolved) != tt.settled {
				t.Errorf("settled: %s (%s), want resolved %v", got.State, got.Detail, tt.settled)
			}
			if snap.Gated != "" || len(snap.Tags)+len(snap.Bases) != 0 {
				t.Errorf("says what no cache knows: %+v", snap)
			}
		})
	}
	if snap := fetch(t, Config{}, model.Ref{ID: "org/name"}); snap.State != model.Offline {
		t.Errorf("no cache at all: %s", snap.State)
	}
}

func TestFacts(t *testing.T) {
	const in = "models--Org--Name/"
	at := in + "snapshots/" + commit + "/"
	dir := build(t, map[string]string{
		in + "refs/main": commit, at + "README.md": "-> ../../blobs/aa", in + "blobs/aa": readmeText,
		at + "sub/x.bin": "-> ../../../blobs/bb", in + "blobs/bb": "0123456789", in + ".no_exist/" + commit + "/LICENSE": "",
		at + "out": "-> /etc/passwd", at + "secret": "-> ../../../../secret",
	})
	if err := os.WriteFile(filepath.Join(dir, "..", "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, in, "refs/main"), day, day); err != nil {
		t.Fatal(err)
	}
	snap := fetch(t, Config{Dir: dir}, model.Ref{ID: "Org/Name"})
	want := []model.File{{Path: "README.md", Size: int64(len(readmeText))}, {Path: "out", Size: -1}, {Path: "secret", Size: -1}, {Path: "sub/x.bin", Size: 10}}
	if snap.AsOf != "2025-03-04" || snap.Revision != commit || snap.FilesKnown || !slices.Equal(snap.Files, want) || snap.Metadata["base_model"] != "org/base" {
		t.Errorf("got %+v", snap)
	}
	for _, tt := range []struct {
		path, want string
		state      model.State
	}{
		{"README.md", readmeText, ""},
		{"sub/x.bin", "0123456789", ""},
		{"LICENSE", "", model.NotFound},
		{"NOTICE", "", model.Offline},
		{"sub", "", model.Failed},
		{"out", "", model.Failed},
		{"secret", "", model.Failed},
		{"../../refs/main", "", model.NotFound},
		{"/etc/passwd", "", model.NotFound},
	} {
		text, err := snap.Read(t.Context(), tt.path)
		part, partErr := snap.ReadAt(t.Context(), tt.path, 1, 3)
		var failed *source.ReadError
		switch {
		case tt.state == "" && (err != nil || partErr != nil || string(text) != tt.want || string(part) != tt.want[1:4]):
			t.Errorf("%s: %q, %v; part %q, %v", tt.path, text, err, part, partErr)
		case tt.state != "" && (!errors.As(err, &failed) || failed.State != tt.state || text != nil):
			t.Errorf("%s: %q, %v; want %s", tt.path, text, err, tt.state)
		case tt.state != "" && (!errors.As(partErr, &failed) || failed.State != tt.state):
			t.Errorf("part of %s: %v; want %s", tt.path, partErr, tt.state)
		}
	}
	if part, err := snap.ReadAt(t.Context(), "sub/x.bin", 8, 100); string(part) != "89" || err != nil {
		t.Errorf("the end: %q, %v", part, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(Config{Dir: dir}).Fetch(ended, model.Ref{ID: "Org/Name"}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}

// A pipe in the place of a file must not be waited for.
func TestPipe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no pipes in folders there")
	}
	const in = "models--org--name/"
	dir := build(t, map[string]string{in + "refs/x": commit, in + "snapshots/" + commit + "/LICENSE": "x"})
	for _, name := range []string{in + "refs/main", in + "snapshots/" + commit + "/README.md"} {
		if err := exec.Command("mkfifo", filepath.Join(dir, name)).Run(); err != nil {
			t.Skip("no mkfifo:", err)
		}
	}
	for _, revision := range []string{"main", commit} {
		if snap := fetch(t, Config{Dir: dir}, model.Ref{ID: "org/name", Revision: revision}); snap.State != model.Offline {
			t.Errorf("%s: %s", revision, snap.State)
		}
	}
}

func FuzzParseTree(f *testing.F) {
	f.Add([]byte(`{"format_version": 1, "files": {"README.md": {"size": 1, "blob_id": "x"}}}`))
	f.Add([]byte(`{"format_version": 1, "files": {"../x": {"size": 1}}}`))
	f.Add([]byte(`{"format_version": 2, "files": {}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		files, ok := parseTree(text)
		if !ok && files != nil {
			t.Error("files of no list")
		}
		for _, file := range files {
			if strings.HasPrefix(file.Path, "/") || slices.Contains(strings.Split(file.Path, "/"), "..") || file.Size < 0 {
				t.Errorf("%q: %+v", text, file)
			}
		}
	})
}
