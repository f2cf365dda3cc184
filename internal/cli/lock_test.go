package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
)

// familyHub is a fake Hub with every ancestor of the fixtures, as the embedded
// index has them, each with a licence file; some are renamed, gated, private
// or asked for in another letter case.
func familyHub(t testing.TB) *testkit.Hub {
	t.Helper()
	var all []testkit.HubRepo
	for _, name := range releases(t) {
		got := parse(t, entail(t, nil, "check", "--offline", "--format", "json", filepath.Join(repos, name)).stdout)
		for _, node := range got.Results[0].Lineage.Nodes {
			if node.Source != "index" || node.State != model.Resolved {
				continue
			}
			snapshot, err := source.Index().Fetch(t.Context(), model.Ref{Kind: model.Model, ID: node.ID})
			if err != nil {
				t.Fatal(err)
			}
			metadata := maps.Clone(snapshot.Metadata)
			var bases []string
			for _, b := range snapshot.Bases {
				bases = append(bases, b.Ref.ID)
			}
			if bases != nil && metadata["base_model"] == nil {
				metadata["base_model"] = bases
			}
			card, err := json.Marshal(metadata)
			if err != nil {
				t.Fatal(err)
			}
			repo := testkit.HubRepo{ID: node.ID, Files: map[string]string{
				"README.md":         "---\n" + string(card) + "\n---\nA model.\n",
				"LICENSE":           "SPDX-License-Identifier: Apache-2.0\n",
				"model.safetensors": "weights",
			}}
			all = append(all, repo)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d ancestors, which cannot be all", len(all))
	}
	gated, private := hubRepo("odd/gated", "license: mit"), hubRepo("odd/private", "license: mit")
	gated.Gated, private.Private = "manual", true
	all = append(all, gated, private,
		testkit.HubRepo{ID: "odd/once", RenamedTo: "odd/now"}, hubRepo("odd/now", "license: other", "license_name: ours", "base_model: [odd/root, not an id, ODD/Gated]"),
		hubRepo("odd/root", "license: mit", "base_model: []", "pipeline_tag: text-generation"))
	return testkit.NewHub(t, all...)
}

// teacher is a fake GitHub with the ancestor that a fixture has there.
func teacher(t testing.TB) *testkit.GitHub {
	t.Helper()
	return testkit.NewGitHub(t, testkit.GitHubRepo{
		ID: "acme/trainer", Files: map[string]string{"README.md": "---\nlicense: mit\n---\n", "LICENSE": "SPDX-License-Identifier: MIT\n"}, SPDX: "MIT",
	})
}

// lockable copies the fixtures to a folder, with a release whose ancestors are
// odd in every way.
func lockable(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(repos)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "odd"), card("license: mit", "base_model: [odd/once, odd/private, nobody/has-this, ODD/root, odd/gated]"))
	return root
}

// sameButSources wants two reports to differ in nothing but where facts came
// from.
func sameButSources(t testing.TB, what, a, b string) {
	t.Helper()
	plain := func(text string) *model.Result {
		result := parse(t, text)
		for i := range result.Results {
			for j := range result.Results[i].Lineage.Nodes {
				node := &result.Results[i].Lineage.Nodes[j]
				node.Source, node.AsOf = "", ""
			}
		}
		return result
	}
	if x, y := plain(a), plain(b); !reflect.DeepEqual(x, y) {
		first, _ := json.MarshalIndent(x, "", " ")
		second, _ := json.MarshalIndent(y, "", " ")
		t.Errorf("%s: the results differ: %s", what, firstDifference(string(first), string(second)))
	}
}

// TestLockedCheck: for each release, what the lock gives without a network is
// what the Hub gave, and no connection is opened for it.
func TestLockedCheck(t *testing.T) {
	fake, trainer := familyHub(t), teacher(t)
	env := map[string]string{"HF_ENDPOINT": fake.URL(), "ENTAIL_GITHUB_API_URL": trainer.URL()}
	root := lockable(t)
	live := entail(t, env, "check", "--format", "json", root)
	if got := entail(t, env, "lock", root); got.code != ExitOK || got.stdout != "" {
		t.Fatalf("lock: exit code %d, %s", got.code, got.stderr)
	}
	before := fake.Count("") + len(trainer.Requests())
	pinned := entail(t, env, "check", "--format", "json", root)
	if asked := fake.Count("") + len(trainer.Requests()) - before; asked != 0 {
		t.Errorf("%d requests with full locks, want none", asked)
	}
	if live.code != pinned.code || live.stderr != pinned.stderr {
		t.Errorf("exit code %d and %d, stderr %q and %q", live.code, pinned.code, live.stderr, pinned.stderr)
	}
	sameButSources(t, "locked", live.stdout, pinned.stdout)
	locked := 0
	for _, one := range parse(t, pinned.stdout).Results {
		for _, node := range one.Lineage.Nodes[1:] {
			if node.Source != "lock" && node.Source != "none" {
				t.Errorf("%s: %s was read from %s", one.Subject, node.ID, node.Source)
			}
			locked++
		}
	}
	if locked < 15 {
		t.Errorf("only %d ancestors were locked", locked)
	}
	if again := entail(t, env, "lock", "--check", "--update", root); again.code != ExitOK {
		t.Errorf("fresh locks would change when read anew: %s", again.stderr)
	}
	sameButSources(t, "refreshed", live.stdout, entail(t, env, "check", "--refresh", "--format", "json", root).stdout)
	fake.Close()
	if gone := entail(t, env, "check", "--format", "json", root); gone != pinned {
		t.Error("without the Hub the result is another one")
	}
}

// TestGoldenLock is a lock as it is committed.
func TestGoldenLock(t *testing.T) {
	env := map[string]string{"HF_ENDPOINT": familyHub(t).URL(), "ENTAIL_GITHUB_API_URL": teacher(t).URL()}
	const name = "three-generations"
	file := filepath.Join(t.TempDir(), "x.lock")
	if got := entail(t, env, "lock", "--output", file, filepath.Join(repos, name)); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, filepath.Join(goldens, name+".lock"), text)
}

// TestLockedDatasets locks data sets where they are asked for.
func TestLockedDatasets(t *testing.T) {
	set := hubRepo("own/set", "license: cc-by-nc-4.0")
	set.Kind = model.Dataset
	fake := testkit.NewHub(t, set, hubRepo("org/base", "license: mit", "datasets: [own/set]"))
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: org/base"))
	live := entail(t, env, "check", "--datasets", "--format", "json", folder)
	if got := entail(t, env, "lock", "--datasets", folder); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	before := fake.Count("")
	sameButSources(t, "datasets", live.stdout, entail(t, env, "check", "--datasets", "--format", "json", folder).stdout)
	if asked := fake.Count("") - before; asked != 0 {
		t.Errorf("%d requests with a full lock, want none", asked)
	}
	if got := entail(t, env, "check", "--format", "json", folder); slices.Contains(rules(parse(t, got.stdout).Results[0]), "note lineage/outdated-lock") {
		t.Error("a data set that nobody asked for counts as no longer needed")
	}
}

// drifts are the ways in which a base model changes under a lock: what the
// Hub has then in place of a model of such a name under mit, tuned from
// org/root, and what is said of it.
var drifts = []struct {
	id     string
	change func(testkit.HubRepo) []testkit.HubRepo
	level  model.Level
	says   string
}{
	{"org/same", func(r testkit.HubRepo) []testkit.HubRepo {
		return []testkit.HubRepo{hubRepo(r.ID, "license: MIT", "base_model: [org/root]")}
	}, "", ""},
	{"org/license", func(r testkit.HubRepo) []testkit.HubRepo {
		return []testkit.HubRepo{hubRepo(r.ID, "license: cc-by-nc-4.0", "base_model: [org/root]")}
	}, model.LevelError, "the licence of org/license is cc-by-nc-4.0 AND mit, and was mit when it was locked"},
	{"org/text", func(r testkit.HubRepo) []testkit.HubRepo {
		r.Files["LICENSE"] = "SPDX-License-Identifier: MIT \n"
		return []testkit.HubRepo{r}
	}, model.LevelWarning, "LICENSE of org/text was changed since it was locked, and is still read as mit"},
	{"org/bare", func(r testkit.HubRepo) []testkit.HubRepo {
		delete(r.Files, "LICENSE")
		return []testkit.HubRepo{r}
	}, model.LevelWarning, "org/bare no longer has a licence file that it had when it was locked: LICENSE"},
	{"org/gone", func(r testkit.HubRepo) []testkit.HubRepo {
		r.Private = true
		return []testkit.HubRepo{r}
	}, model.LevelWarning, "org/gone has gone since it was locked: "},
	{"org/renamed", func(r testkit.HubRepo) []testkit.HubRepo {
		r.ID = "org/now"
		return []testkit.HubRepo{r, {ID: "org/renamed", RenamedTo: "org/now"}}
	}, model.LevelNote, "org/now was called org/renamed when it was locked"},
	{"org/gated", func(r testkit.HubRepo) []testkit.HubRepo {
		r.Gated = "manual"
		return []testkit.HubRepo{r}
	}, model.LevelWarning, "org/gated has been put behind a gate since it was locked"},
	{"org/gained", func(r testkit.HubRepo) []testkit.HubRepo {
		return []testkit.HubRepo{hubRepo(r.ID, "license: mit", "base_model: [org/root, org/more]"), hubRepo("org/more", "license: llama3.1")}
	}, model.LevelError, "org/gained names a base model that it did not have when it was locked: org/more"},
	{"org/lost", func(r testkit.HubRepo) []testkit.HubRepo {
		return []testkit.HubRepo{hubRepo(r.ID, "license: mit")}
	}, model.LevelWarning, "org/lost no longer names a base model that it had when it was locked: org/root"},
}

// TestDrift changes a Hub under a lock, in each way that is told.
func TestDrift(t *testing.T) {
	var ids []string
	fake := testkit.NewHub(t, hubRepo("org/root", "license: mit"))
	for _, d := range drifts {
		ids = append(ids, d.id)
		fake.Add(hubRepo(d.id, "license: mit", "base_model: [org/root]"))
	}
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: ["+strings.Join(ids, ", ")+"]"))
	if got := entail(t, env, "lock", folder); got.code != ExitOK {
		t.Fatal(got.stderr)
	}
	pinned := entail(t, env, "check", "--format", "json", folder)
	for _, d := range drifts {
		fake.Add(d.change(hubRepo(d.id, "license: mit", "base_model: [org/root]"))...)
	}
	if after := entail(t, env, "check", "--format", "json", folder); after != pinned {
		t.Error("a check without --refresh sees the change")
	}
	result := parse(t, entail(t, env, "check", "--refresh", "--format", "json", folder).stdout).Results[0]
	var got, want []string
	for _, f := range result.Findings {
		if f.Rule == "lineage/drift" || f.Rule == "lineage/outdated-lock" {
			got = append(got, string(f.Level)+" "+strings.SplitAfter(f.Message, "locked: the")[0])
		}
	}
	for _, d := range drifts {
		if d.says != "" {
			want = append(want, string(d.level)+" "+d.says)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	incomplete := []string{"whether LICENSE of org/gated changed since then is not known (gated)"}
	if !reflect.DeepEqual(result.Incomplete, incomplete) {
		t.Errorf("incomplete %q, want %q", result.Incomplete, incomplete)
	}
}

// TestRefreshUnread: a state of now that cannot be read is neither drift nor
// silence.
func TestRefreshUnread(t *testing.T) {
	for name, change := range map[string]func(*testkit.Hub){
		"offline":      (*testkit.Hub).Close,
		"rate-limited": func(h *testkit.Hub) { h.Break(&testkit.HubFault{Kind: testkit.HubLimited, Seconds: 400}) },
		"failed":       func(h *testkit.Hub) { h.Break(&testkit.HubFault{Kind: testkit.HubHTML}) },
	} {
		fake := testkit.NewHub(t, hubRepo("org/base", "license: mit"))
		env := map[string]string{"HF_ENDPOINT": fake.URL()}
		folder := filepath.Join(t.TempDir(), "release")
		write(t, folder, card("license: mit", "base_model: org/base"))
		if got := entail(t, env, "lock", folder); got.code != ExitOK {
			t.Fatal(got.stderr)
		}
		change(fake)
		got := entail(t, env, "check", "--refresh", "--format", "json", folder)
		result := parse(t, got.stdout).Results[0]
		want := "whether org/base changed since it was locked is not known (" + name + ")"
		if result.Verdict != model.Incomplete || !slices.Contains(result.Incomplete, want) || slices.ContainsFunc(result.Findings, func(f model.Finding) bool { return f.Rule == "lineage/drift" }) {
			t.Errorf("%s: %s, incomplete %q, findings %v", name, result.Verdict, result.Incomplete, rules(result))
		}
		before, err := os.ReadFile(filepath.Join(folder, "entail.lock"))
		if err != nil {
			t.Fatal(err)
		}
		update := entail(t, env, "lock", "--update", folder)
		after, err := os.ReadFile(filepath.Join(folder, "entail.lock"))
		if err != nil || update.code != ExitUndecided || string(before) != string(after) || !strings.Contains(update.stderr, "kept as it was: org/base") {
			t.Errorf("%s: lock --update: exit code %d, %v\n%s%s", name, update.code, err, update.stderr, after)
		}
	}
}

// TestUpdateOne reads one entry anew and leaves the others.
func TestUpdateOne(t *testing.T) {
	fake := testkit.NewHub(t, hubRepo("org/a", "license: mit"), hubRepo("org/b", "license: mit"))
	env := map[string]string{"HF_ENDPOINT": fake.URL()}
	folder := filepath.Join(t.TempDir(), "release")
	write(t, folder, card("license: mit", "base_model: [org/a, org/b]"))
	entail(t, env, "lock", folder)
	fake.Add(hubRepo("org/a", "license: apache-2.0"), hubRepo("org/b", "license: apache-2.0"))
	if got := entail(t, env, "lock", folder); got.code != ExitOK || strings.Contains(got.stderr, "changed") {
		t.Errorf("without --update: %d %s", got.code, got.stderr)
	}
	if got := entail(t, env, "lock", "--check", "--update", folder); got.code != ExitFindings || !strings.Contains(got.stderr, "changed: org/a\nchanged: org/b\n") {
		t.Errorf("--check: %d %s", got.code, got.stderr)
	}
	if got := entail(t, env, "lock", "--update", folder, "org/b"); got.code != ExitOK || !strings.Contains(got.stderr, "changed: org/b") || strings.Contains(got.stderr, "org/a") {
		t.Errorf("--update org/b: %d %s", got.code, got.stderr)
	}
}
