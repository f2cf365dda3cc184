package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/testkit"
)

// TestSnapshotRoundTrip: for each release, and for a model of the Hub, what the
// snapshot gives without a network is what the Hub gave.
func TestSnapshotRoundTrip(t *testing.T) {
	fake := familyHub(t)
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	root, out := lockable(t), t.TempDir()
	folders, err := filepath.Glob(filepath.Join(root, "*", "README.md"))
	if err != nil || len(folders) < 10 {
		t.Fatalf("%q, %v", folders, err)
	}
	targets, packed := []string{"odd/now"}, []string{}
	for _, card := range folders {
		targets = append(targets, filepath.Dir(card))
	}
	live := entail(t, env, slices.Concat([]string{"check", "--format", "json"}, targets)...)
	for _, target := range targets {
		file := filepath.Join(out, filepath.Base(target)+".tar.zst")
		packed = append(packed, file)
		if got := entail(t, env, "snapshot", target, "-o", file); got.code != ExitOK || got.stdout != "" {
			t.Fatalf("%s: snapshot: exit code %d, %s", target, got.code, got.stderr)
		}
	}
	for _, again := range []string{"odd", "again.tar.zst"} {
		if got := entail(t, env, "snapshot", root+"/odd", "-o", filepath.Join(out, again)); got.code != ExitOK {
			t.Fatal(got.stderr)
		}
	}
	first, err := os.ReadFile(filepath.Join(out, "odd.tar.zst"))
	if err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(filepath.Join(out, "again.tar.zst")); err != nil || string(first) != string(second) {
		t.Errorf("a second snapshot has other bytes: %v", err)
	}

	fake.Close()
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	got := entail(t, env, slices.Concat([]string{"check", "--format", "json"}, packed)...)
	if got.code != live.code || got.stderr != live.stderr {
		t.Errorf("exit code %d and %d, stderr %q", live.code, got.code, got.stderr)
	}
	sameButSources(t, "packed", live.stdout, got.stdout)
	file, folder := filepath.Join(out, "odd.tar.zst"), filepath.Join(out, "odd")
	if entail(t, env, "check", "--format", "json", file) != entail(t, env, "check", "--format", "json", folder) {
		t.Error("a folder gives another result than a file")
	}
	if tree := entail(t, env, "lineage", file); tree.code != ExitOK || !strings.Contains(tree.stdout, "mit  hub of 2026-01-02") {
		t.Errorf("lineage: exit code %d\n%s%s", tree.code, tree.stdout, tree.stderr)
	}

	// As a source: for another release, and for a lock.
	folder = filepath.Join(t.TempDir(), "other")
	write(t, folder, card("license: mit", "base_model: odd/now"))
	got = entail(t, env, "check", "--offline", "--format", "json", "--snapshot", filepath.Join(out, "now.tar.zst"), folder)
	ancestors := parse(t, got.stdout).Results[0].Lineage.Nodes[1:]
	if !slices.ContainsFunc(ancestors, func(n model.LineageNode) bool { return n.ID == "odd/root" && n.State == model.Resolved }) {
		t.Errorf("as a source: exit code %d, %s\n%v", got.code, got.stderr, ancestors)
	}
	pinned := entail(t, env, "lock", filepath.Join(out, "odd.tar.zst"))
	if pinned.code != ExitOK || !strings.Contains(pinned.stdout, "- id: odd/now\n  kind: model\n  asked_as: [odd/once]\n") {
		t.Errorf("lock of a snapshot: exit code %d, %s\n%s", pinned.code, pinned.stderr, pinned.stdout)
	}
}

// TestSnapshotOfFaults: what could not be read then is told again, and is
// asked of nobody.
func TestSnapshotOfFaults(t *testing.T) {
	limited := hubRepo("org/limited", "license: mit")
	limited.Fault = &testkit.HubFault{Kind: testkit.HubLimited, Seconds: 400}
	unread := hubRepo("org/unread", "license: mit")
	unread.Fault = &testkit.HubFault{Kind: testkit.HubLimited, Seconds: 400, On: "file"}
	fake := testkit.NewHub(t, limited, unread)
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: [org/limited, org/unread]"))
	live := entail(t, env, "check", "--format", "json", folder)
	packed := filepath.Join(t.TempDir(), "x.tar.zst")
	if got := entail(t, env, "snapshot", folder, "-o", packed); got.code != ExitUndecided || !strings.Contains(got.stderr, "not read: org/limited: ") {
		t.Fatalf("%d %s", got.code, got.stderr)
	}
	before := fake.Count("")
	sameButSources(t, "faults", live.stdout, entail(t, env, "check", "--format", "json", packed).stdout)
	if asked := fake.Count("") - before; asked != 0 {
		t.Errorf("%d requests for a snapshot, want none", asked)
	}
}
