package cli

import (
	"encoding/json"
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
	fake, trainer := familyHub(t), teacher(t)
	env := map[string]string{"HF_ENDPOINT": fake.URL(), "ENTAIL_GITHUB_API_URL": trainer.URL()}
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
	trainer.Close()
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
	bases := []string{"org/absent", "org/sound"}
	repos := []testkit.HubRepo{hubRepo("org/sound", "license: mit")}
	spoiled := func(name string, spoil func(*testkit.HubRepo)) {
		one := hubRepo("org/"+name, "license: mit")
		spoil(&one)
		repos, bases = append(repos, one), append(bases, one.ID)
	}
	for _, kind := range []testkit.HubFaultKind{testkit.HubHTML, testkit.HubCut, testkit.HubPortal, testkit.HubLoop} {
		spoiled(string(kind), func(r *testkit.HubRepo) { r.Fault = &testkit.HubFault{Kind: kind} })
		spoiled(string(kind)+"-files", func(r *testkit.HubRepo) { r.Fault = &testkit.HubFault{Kind: kind, On: "file"} })
	}
	spoiled("private", func(r *testkit.HubRepo) { r.Private = true })
	spoiled("disabled", func(r *testkit.HubRepo) { r.Disabled = true })
	spoiled("refused", func(r *testkit.HubRepo) { r.Refused = true })
	spoiled("gated", func(r *testkit.HubRepo) { r.Gated = "manual" })
	fake := testkit.NewHub(t, repos...)
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: ["+strings.Join(bases, ", ")+"]"))
	live := entail(t, env, "check", "--format", "json", folder)
	packed := filepath.Join(t.TempDir(), "x.tar.zst")
	got := entail(t, env, "snapshot", folder, "-o", packed)
	if got.code != ExitUndecided {
		t.Fatalf("%d %s", got.code, got.stderr)
	}
	for _, node := range parse(t, live.stdout).Results[0].Lineage.Nodes {
		if told := strings.Contains(got.stderr, "not read: "+node.ID+": "); told != (node.State != model.Resolved) {
			t.Errorf("%s is %s, and snapshot says so: %v", node.ID, node.State, told)
		}
	}
	before := fake.Count("")
	sameButSources(t, "faults", live.stdout, entail(t, env, "check", "--format", "json", packed).stdout)
	if asked := fake.Count("") - before; asked != 0 {
		t.Errorf("%d requests for a snapshot, want none", asked)
	}
}

// TestSnapshotOfASpentQuota: a base model that the limit kept back is told as
// such again, and is asked of nobody.
func TestSnapshotOfASpentQuota(t *testing.T) {
	fake := testkit.NewHub(t, hubRepo("org/base", "license: mit"))
	fake.Break(&testkit.HubFault{Kind: testkit.HubLimited, Seconds: 3000})
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder, packed := filepath.Join(t.TempDir(), "release"), filepath.Join(t.TempDir(), "x.tar.zst")
	write(t, folder, card("license: mit", "base_model: org/base"))
	if got := entail(t, env, "snapshot", folder, "-o", packed); got.code != ExitUndecided || !strings.Contains(got.stderr, "not read: org/base: ") {
		t.Fatalf("%d %s", got.code, got.stderr)
	}
	fake.Break(nil)
	before := fake.Count("")
	result := parse(t, entail(t, env, "check", "--format", "json", packed).stdout).Results[0]
	if state := result.Lineage.Nodes[1].State; state != model.RateLimited || result.Verdict == model.Pass {
		t.Errorf("org/base is %s, the verdict %s", state, result.Verdict)
	}
	if asked := fake.Count("") - before; asked != 0 {
		t.Errorf("%d requests for a snapshot, want none", asked)
	}
}

// TestOtherHosts locks, and takes a snapshot of, a release with base models on
// GitHub, at two revisions and by a path, and in folders beside it.
func TestOtherHosts(t *testing.T) {
	tool := onGitHub("acme/tool", "license: mit", "base_model: ./parts/one")
	tool.Files["parts/one/README.md"] = "---\nlicense: apache-2.0\n---\nA part.\n"
	tool.Refs = map[string]map[string]string{"v1": {"README.md": "---\nlicense: cc-by-nc-4.0\n---\nThe first.\n"}}
	github := testkit.NewGitHub(t, tool)
	hub := testkit.NewHub(t, hubRepo("org/base", "license: mit"))
	env := map[string]string{"ENTAIL_GITHUB_API_URL": github.URL(), "HF_ENDPOINT": hub.URL()}
	root, packed := t.TempDir(), filepath.Join(t.TempDir(), "x.tar.zst")
	folder := filepath.Join(root, "release")
	write(t, folder, card("license: mit", "base_model: [github:acme/tool, 'https://github.com/acme/tool/tree/v1', ../near, ../nowhere]"))
	write(t, filepath.Join(root, "near"), card("license: mit", "base_model: [org/base, ../release]"))
	one := func(result string) string {
		all := parse(t, result)
		all.Results = slices.DeleteFunc(all.Results, func(r model.SubjectResult) bool { return r.Subject != "release" })
		all.Summary = model.Summary{}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	live := entail(t, env, "check", "--format", "json", root)
	if nodes := parse(t, one(live.stdout)).Results[0].Lineage.Nodes; len(nodes) < 7 {
		t.Fatalf("only %v", nodes)
	}
	if got := entail(t, env, "lock", root); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	before := len(github.Requests()) + hub.Count("")
	sameButSources(t, "locked", live.stdout, entail(t, env, "check", "--format", "json", root).stdout)
	if asked := len(github.Requests()) + hub.Count("") - before; asked != 0 {
		t.Errorf("%d requests with full locks, want none", asked)
	}
	if again := entail(t, env, "lock", "--check", "--update", root); again.code != ExitOK {
		t.Errorf("fresh locks would change: %s", again.stderr)
	}

	// A folder by itself leads no further than its git work tree.
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	live = entail(t, env, "check", "--no-lock", "--format", "json", folder)
	if got := entail(t, env, "snapshot", folder, "-o", packed); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	before = len(github.Requests()) + hub.Count("")
	sameButSources(t, "packed", one(live.stdout), one(entail(t, env, "check", "--format", "json", packed).stdout))
	if asked := len(github.Requests()) + hub.Count("") - before; asked != 0 {
		t.Errorf("%d requests for a snapshot, want none", asked)
	}
}
