package policy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/policies"
)

// renamed gives every id of a document another, and returns how to read the
// new ids as the old ones. Facts that were measured of the names stay.
func renamed(t testing.TB, document *input.Document, name func(i, n int) string) (*input.Document, *strings.Replacer) {
	t.Helper()
	out := copyOf(t, document)
	ids := slices.Sorted(maps.Keys(document.Nodes))
	names, back := map[string]string{}, []string{}
	for i, id := range ids {
		names[id] = name(i, len(ids))
		back = append(back, names[id], id)
	}
	out.Subject = names[out.Subject]
	out.Nodes = map[string]*model.Node{}
	for id, node := range copyOf(t, document).Nodes {
		node.ID = names[id]
		out.Nodes[names[id]] = node
	}
	for i := range out.Edges {
		out.Edges[i].Child, out.Edges[i].Parent = names[out.Edges[i].Child], names[out.Edges[i].Parent]
	}
	out.Paths = map[string][]string{}
	for id, path := range document.Paths {
		for _, step := range path {
			out.Paths[names[id]] = append(out.Paths[names[id]], names[step])
		}
	}
	return out, strings.NewReplacer(back...)
}

// TestRenaming gives every model another name: the findings name the others,
// and nothing else changes. In one pass the names keep their order, in the
// other they sort the other way round, which also turns the order of nodes.
func TestRenaming(t *testing.T) {
	engine := realEngine(t)
	orders := map[string]func(i, n int) string{
		"same order":     func(i, _ int) string { return fmt.Sprintf("renamed-%03d/model", i) },
		"reversed order": func(i, n int) string { return fmt.Sprintf("renamed-%03d/model", n-i) },
	}
	found := 0
	for folder, document := range fixtures(t) {
		for order, name := range orders {
			t.Run(folder+", "+order, func(t *testing.T) {
				want := eval(t, engine, document)
				other, back := renamed(t, document, name)
				text, err := json.Marshal(eval(t, engine, other))
				if err != nil {
					t.Fatal(err)
				}
				got := new(model.SubjectResult)
				if err := json.Unmarshal([]byte(back.Replace(string(text))), got); err != nil {
					t.Fatal(err)
				}
				for part, d := range map[string]string{
					"findings":   difference(asSet(t, got.Findings), asSet(t, want.Findings)),
					"terms":      difference(asSet(t, got.Terms), asSet(t, want.Terms)),
					"nodes":      difference(asSet(t, got.Lineage.Nodes), asSet(t, want.Lineage.Nodes)),
					"edges":      difference(asSet(t, got.Lineage.Edges), asSet(t, want.Lineage.Edges)),
					"incomplete": difference(asSet(t, got.Incomplete), asSet(t, want.Incomplete)),
					"the rest": difference(
						asSet(t, []any{got.Subject, got.Verdict, got.License, got.Definitions, got.Rules}),
						asSet(t, []any{want.Subject, want.Verdict, want.License, want.Definitions, want.Rules})),
				} {
					if d != "" {
						t.Errorf("%s changed:%s", part, d)
					}
				}
				found += len(want.Findings)
			})
		}
	}
	if found == 0 {
		t.Error("no fixture has a finding")
	}
}

// inheritedTerms is what of an inherited term does not depend on which
// ancestor is told of, or on what the subject's own terms make of it.
func inheritedTerms(t testing.TB, result *model.SubjectResult) []string {
	var terms []map[string]any
	for _, term := range result.Terms {
		terms = append(terms, map[string]any{
			"term": term.Term, "license": term.License, "clause": term.Clause, "parameters": term.Parameters,
		})
	}
	return slices.Compact(asSet(t, terms))
}

// TestMoreParentsBindMore adds a parent to the subject, and to each ancestor:
// whatever it is under, no term that bound the subject goes away.
func TestMoreParentsBindMore(t *testing.T) {
	engine := realEngine(t)
	keys := []string{"mit", "llama3.1", "cc-by-nc-nd-4.0", "gemma", "gpl-3.0", "other", "no such licence"}
	bound := 0
	for folder, document := range fixtures(t) {
		before := inheritedTerms(t, eval(t, engine, document))
		bound += len(before)
		for i, key := range keys {
			for _, child := range slices.Sorted(maps.Keys(document.Nodes)) {
				with := copyOf(t, document)
				id := fmt.Sprintf("added/parent-%d", i)
				with.Nodes[id] = plainNode(id, key)
				with.Edges = append(with.Edges, plainEdge(child, id))
				with.Paths[id] = append(slices.Clone(with.Paths[child]), id)
				after := inheritedTerms(t, eval(t, engine, with))
				for _, term := range before {
					if !slices.Contains(after, term) {
						t.Errorf("%s: a parent of %s under %s takes away %s", folder, child, key, term)
					}
				}
			}
		}
	}
	if bound == 0 {
		t.Error("no fixture inherits a term")
	}
}

// TestMoreUseFindsMore declares more use of each fixture: nothing that was
// found goes away, so a fail never turns into a pass.
func TestMoreUseFindsMore(t *testing.T) {
	engine := realEngine(t)
	uses := map[string]func(*input.Use){
		"commercial":   func(u *input.Use) { u.Commercial = true },
		"users":        func(u *input.Use) { u.MonthlyActiveUsers = 5_000_000_000 },
		"revenue":      func(u *input.Use) { u.AnnualRevenueUSD = 5_000_000_000 },
		"regions":      func(u *input.Use) { u.Regions = []string{"EU", "UK", "KR"} },
		"redistribute": func(u *input.Use) { u.Redistribute = true },
		"train":        func(u *input.Use) { u.TrainOtherModels = true },
		"hosted":       func(u *input.Use) { u.Hosted = true },
		"fields":       func(u *input.Use) { u.Fields = []string{"military", "medical-advice"} },
	}
	found := 0
	for folder, document := range fixtures(t) {
		before := eval(t, engine, withoutUse(t, document))
		for name, declare := range uses {
			with := withoutUse(t, document)
			declare(&with.Use)
			after := eval(t, engine, with)
			if lost := difference(asSet(t, before.Findings), asSet(t, after.Findings)); strings.Contains(lost, "not wanted") {
				t.Errorf("%s: declaring %s takes findings away:%s", folder, name, lost)
			}
			if before.Verdict == model.Fail && after.Verdict != model.Fail {
				t.Errorf("%s: declaring %s turns a fail into %s", folder, name, after.Verdict)
			}
			found += len(after.Findings) - len(before.Findings)
		}
	}
	if found == 0 {
		t.Error("no use of any fixture is found wanting")
	}
}

func withoutUse(t testing.TB, document *input.Document) *input.Document {
	t.Helper()
	out := copyOf(t, document)
	out.Use = input.Use{}
	return out
}

// TestEveryLicenseCarriesItself tunes a model under each licence of the
// catalogue and releases it under the same: no restriction is dropped, but for
// a ban on derivatives, which nothing can carry.
func TestEveryLicenseCarriesItself(t *testing.T) {
	engine := realEngine(t)
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	carried := 0
	for _, key := range known.Keys() {
		result := eval(t, engine, plainDocument(key, key))
		for _, term := range result.Terms {
			switch {
			case term.State == "dropped" && term.Term != "no-derivatives":
				t.Errorf("%s over itself drops %s (%s)", key, term.Term, term.Clause)
			case term.State == "carried" && term.Term == "no-derivatives":
				t.Errorf("%s over itself carries %s", key, term.Term)
			case term.State == "carried":
				carried++
			}
		}
	}
	if carried == 0 {
		t.Error("no restriction was carried")
	}
}

// TestEveryDropIsTold tunes a release that anybody may use from a model under
// each licence: every restriction that it drops is told in a finding, with a
// source to read it up in.
func TestEveryDropIsTold(t *testing.T) {
	engine := realEngine(t)
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	dropped := 0
	for _, key := range known.Keys() {
		result := eval(t, engine, plainDocument("mit", key))
		for _, term := range result.Terms {
			if term.State != "dropped" {
				continue
			}
			dropped++
			told := slices.ContainsFunc(result.Findings, func(f model.Finding) bool {
				return f.License == key && f.Term == term.Term && strings.Contains(f.Clause, term.Clause) && len(f.Refs) > 0
			})
			if !told {
				t.Errorf("mit over %s drops %s (%s), and no finding says so", key, term.Term, term.Clause)
			}
		}
	}
	if dropped == 0 {
		t.Error("no restriction was dropped")
	}
}
