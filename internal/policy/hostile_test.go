package policy_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/policies"
)

// hostileTime and hostileMemory are what hostile rules may take in tests: a
// small part of what a user's may, and far more than the good ones need.
const (
	hostileTime   = 2 * time.Second
	hostileMemory = 128 << 20
)

// hostile is one of the folders of testdata/hostile.
type hostile struct {
	name string
	// outcome is refused, failed or inert; id is the rule that has to fail, and
	// want what is said then, any one of what | divides.
	outcome, id string
	want        []string
	files       map[string]string
}

// hostileFolders reads testdata/hostile. The first line of one file of each
// folder says what has to become of it.
func hostileFolders(t testing.TB) []hostile {
	t.Helper()
	names, err := filepath.Glob("testdata/hostile/*/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*hostile{}
	var all []hostile
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Base(filepath.Dir(name))
		one := found[folder]
		if one == nil {
			one = &hostile{name: folder, files: map[string]string{}}
			found[folder] = one
		}
		one.files[filepath.ToSlash(name)] = string(text)
		first, _, _ := strings.Cut(string(text), "\n")
		if want, ok := strings.CutPrefix(first, "# want: "); ok {
			outcome, rest, _ := strings.Cut(want, " ")
			if outcome == "failed" {
				one.id, rest, _ = strings.Cut(rest, ": ")
			}
			one.outcome, one.want = outcome, strings.Split(rest, "|")
		}
	}
	for _, one := range found {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b hostile) int { return strings.Compare(a.name, b.name) })
	if len(all) < 100 {
		t.Fatalf("only %d hostile folders", len(all))
	}
	return all
}

const goodRule = "package custom.good.rule\n\nfindings contains {\"message\": \"so\", \"level\": \"note\"}\n"

// engineOf is an engine with some hostile folders, and a good rule beside them.
func hostileEngine(list ...hostile) (*policy.Engine, error) {
	files := fstest.MapFS{"good.rego": &fstest.MapFile{Data: []byte(goodRule)}}
	for _, one := range list {
		for name, text := range one.files {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	compiled, err := policy.Compile(policies.FS, policy.Folder{Name: ".", FS: files})
	if err != nil {
		return nil, err
	}
	loaded, err := catalog.Load(policies.FS)
	if err != nil {
		return nil, err
	}
	return compiled.Prepare(context.Background(), loaded.Data())
}

// says holds where a text has one of those that are wanted.
func (h hostile) says(text string) bool {
	return slices.ContainsFunc(h.want, func(want string) bool { return strings.Contains(text, want) })
}

// plainResult is what our rules alone say of a release that passes.
func plainResult(t testing.TB) *model.SubjectResult {
	t.Helper()
	plain := eval(t, realEngine(t), plainDocument("apache-2.0", ""))
	if plain.Verdict != model.Pass {
		t.Fatalf("without rules of a user's the verdict is %s", plain.Verdict)
	}
	return plain
}

// TestHostileRefused: what no rule may do or say is told by file and line when
// rules are compiled.
func TestHostileRefused(t *testing.T) {
	for _, one := range hostileFolders(t) {
		if one.outcome != "refused" {
			continue
		}
		t.Run(one.name, func(t *testing.T) {
			_, err := hostileEngine(one)
			if err == nil || !one.says(err.Error()) || len(err.Error()) > 20_000 {
				t.Errorf("got %.2000v, want %q", err, one.want)
			}
		})
	}
}

// TestHostileInert: what a user's package says of ours changes nothing of ours.
func TestHostileInert(t *testing.T) {
	plain := plainResult(t)
	for _, one := range hostileFolders(t) {
		if one.outcome != "inert" {
			continue
		}
		t.Run(one.name, func(t *testing.T) {
			engine, err := hostileEngine(one)
			if err != nil {
				t.Fatal(err)
			}
			result := eval(t, engine, plainDocument("apache-2.0", ""))
			if len(result.Failed) > 0 {
				t.Errorf("failed %v", result.Failed)
			}
			oursUnchanged(t, result, plain)
			if result.Verdict != plain.Verdict || fmt.Sprint(result.Incomplete) != fmt.Sprint(plain.Incomplete) {
				t.Errorf("verdict %s, incomplete %q", result.Verdict, result.Incomplete)
			}
		})
	}
}

// oursUnchanged wants our rules and definitions to say what they say alone, and
// the good rule to count.
func oursUnchanged(t *testing.T, result, plain *model.SubjectResult) {
	t.Helper()
	if !slices.Contains(result.Rules, "custom/good/rule") {
		t.Errorf("the good rule was not evaluated: %q, failed %v", result.Rules, result.Failed)
	}
	ours := slices.DeleteFunc(slices.Clone(result.Findings), func(f model.Finding) bool { return strings.HasPrefix(f.Rule, "custom") })
	if fmt.Sprint(ours) != fmt.Sprint(plain.Findings) {
		t.Errorf("our rules found %v, want %v", ours, plain.Findings)
	}
	if fmt.Sprint(result.Definitions) != fmt.Sprint(plain.Definitions) {
		t.Errorf("our definitions judge %v, want %v", result.Definitions, plain.Definitions)
	}
}

// TestHostile: each hostile rule fails alone. It is named with the reason, all
// others count, and the release does not pass. Those whose answer has the wrong
// shape are asked with all others, those that cannot be evaluated then one by
// one.
func TestHostile(t *testing.T) {
	plain := plainResult(t)
	var shapes, all []hostile
	single := map[string][]hostile{} // All answers are one unit.
	for _, one := range hostileFolders(t) {
		switch {
		case one.outcome != "failed":
		case one.id == "custom/answers":
			single[one.name] = []hostile{one}
		default:
			all = append(all, one)
			if strings.HasPrefix(one.name, "shape_") {
				shapes = append(shapes, one)
			}
		}
	}
	groups := map[string][]hostile{"all": all, "shapes": shapes}
	maps.Copy(groups, single)
	for name, group := range groups {
		t.Run(name, func(t *testing.T) {
			engine, err := hostileEngine(group...)
			if err != nil {
				t.Fatal(err)
			}
			if name == "all" {
				engine.SetLimits(hostileTime, hostileMemory)
			}
			for _, again := range []bool{false, true} {
				result := eval(t, engine, plainDocument("apache-2.0", ""))
				oursUnchanged(t, result, plain)
				checkFailed(t, group, result, again)
			}
			if apart := engine.Apart(); apart != (name == "all") {
				t.Errorf("asked one by one from then on: %t", apart)
			}
		})
	}
}

// checkFailed wants exactly these to have failed, each for its reason.
func checkFailed(t *testing.T, group []hostile, result *model.SubjectResult, again bool) {
	t.Helper()
	why := map[string]string{}
	for _, one := range result.Failed {
		why[one.Rule] = one.Why
		if len(one.Why) > 1000 {
			t.Errorf("%s fails for a reason of %d bytes", one.Rule, len(one.Why))
		}
	}
	for _, one := range group {
		said, failed := why[one.id]
		if !failed || !one.says(said) {
			t.Errorf("%s: %q, want %q", one.id, said, one.want)
		}
		if spent := strings.Contains(said, "was not asked again"); spent != (again && (strings.Contains(said, "it ran for") || strings.Contains(said, "it took"))) {
			t.Errorf("%s: %q, asked again: %t", one.id, said, again)
		}
		if slices.Contains(result.Rules, one.id) {
			t.Errorf("%s is told to have been evaluated", one.id)
		}
		delete(why, one.id)
	}
	if len(why) > 0 {
		t.Errorf("these failed too: %v", why)
	}
	if result.Verdict != model.Incomplete {
		t.Errorf("verdict %s", result.Verdict)
	}
}
