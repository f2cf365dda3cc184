package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// around opens a folder of a tree with what lies beside it.
func around(t *testing.T, top, named, folder, id string, declared map[string]string) *Snapshot {
	t.Helper()
	d, err := OpenDir(filepath.Join(top, folder))
	if err != nil {
		t.Fatal(err)
	}
	d.SetID(id)
	s, err := d.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = Beside(s, filepath.Join(top, named), filepath.Join(top, folder), func(folder string) string { return declared[filepath.Base(folder)] })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLocate(t *testing.T) {
	top := tree(t, map[string]string{
		"outside/README.md": "", "named/a/README.md": "", "named/b/README.md": "", "named/a/inner/README.md": "",
		"clone/.git/config": "", "clone/x/y/README.md": "", "clone/z/README.md": "", "clone/x/sub/.git": "gitdir: ../../.git/modules/sub",
		"clone/x/sub/README.md": "",
	})
	for name, target := range map[string]string{
		"named/a/out": "../../outside", "named/a/over": "../b", "named/a/gone": "nowhere", "named/a/round": "round",
	} {
		if err := os.Symlink(target, filepath.Join(top, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ named, folder, written, id, says string }{
		{"named", "named/a", "../b", "dir:b", ""},
		{"named", "named/a", "./inner", "dir:a/inner", ""},
		{"named", "named/a", "../a/../b/.", "dir:b", ""},
		{"named", "named/a", "./over", "dir:b", ""},
		{"named", "named/a", "..", "dir:.", ""},
		{"named", "named/a", ".", "acme/release", ""},
		{"named", "named/a", "../../outside", "", "leads out of"},
		{"named", "named/a", "../../named/b", "dir:b", ""},
		{"named", "named/a", "../../named-not", "", "leads out of"},
		{"named", "named/a", "./out", "", "leads out of"},
		{"named", "named/a", "./gone", "", "no folder that is there"},
		{"named", "named/a", "./round", "", "no folder that is there"},
		{"named", "named/a", "./README.md", "", "a file"},
		{"named", "named/a", "/etc", "", "leads out of"},
		{"named", "named/a", "./x\x00y", "", "no folder that is there"},
		{"named/a", "named/a", "../b", "", "leads out of"},
		{"clone/x/y", "clone/x/y", "../../z", "dir:z", ""},
		{"clone/x/y", "clone/x/y", "../../..", "", "leads out of"},
		{"clone", "clone/x/sub", "../y", "dir:x/y", ""},
	} {
		t.Run(tt.folder+" "+tt.written, func(t *testing.T) {
			s := around(t, top, tt.named, tt.folder, "acme/release", nil)
			ref, err := s.Locate(tt.written)
			if tt.says != "" {
				if err == nil || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("leads to %+v, %v; want %q", ref, err, tt.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			next, err := s.Near.Fetch(t.Context(), ref)
			if err != nil || next.State != model.Resolved || next.ID != tt.id || next.Near == nil {
				t.Errorf("%+v: %+v, %v; want id %s", ref, next, err, tt.id)
			}
			if strings.Contains(next.ID, "tmp") {
				t.Errorf("id %s tells where the folder lies on this machine", next.ID)
			}
		})
	}
}

// TestBesideIDs: a folder's own word on its id counts within the namespace of
// the release, and nowhere else.
func TestBesideIDs(t *testing.T) {
	top := tree(t, map[string]string{
		"me/README.md": "", "mine/README.md": "", "theirs/README.md": "", "bare/README.md": "", "plain/README.md": "",
		"clone/.git/config": "[remote \"origin\"]\nurl = https://hf.co/Acme/cloned\n",
	})
	declared := map[string]string{"me": "acme/other", "mine": "acme/mine", "theirs": "vendor/model", "bare": "gpt2"}
	s := around(t, top, "", "me", "acme/me", declared)
	for folder, want := range map[string]string{
		"me": "acme/me", "mine": "acme/mine", "theirs": "dir:theirs", "bare": "dir:bare", "plain": "dir:plain", "clone": "Acme/cloned",
	} {
		ref, err := s.Locate("../" + folder)
		if err != nil {
			t.Fatal(err)
		}
		next, err := s.Near.Fetch(t.Context(), ref)
		if err != nil || next.ID != want || next.Published != !strings.HasPrefix(want, "dir:") && folder != "plain" {
			t.Errorf("%s: id %s, published %v, %v; want %s", folder, next.ID, next.Published, err, want)
		}
	}
	if next, err := s.Near.Fetch(t.Context(), model.Ref{Host: model.OnDisk, ID: filepath.Dir(top)}); err != nil || next.State != model.NotFound {
		t.Errorf("a folder outside, asked for by name: %+v, %v", next, err)
	}
	if Serves(s.Near, model.OnHub) || !Serves(s.Near, model.OnDisk) || !Serves(Index(), model.OnHub) || Serves(Index(), model.OnGitHub) {
		t.Error("a source is asked for what is not its own")
	}
}
