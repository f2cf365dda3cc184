package policy_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
)

// What is kept from one release to the next must not change what is said of it,
// whichever came before and whatever is judged beside it.
func TestReleasesAreJudgedAloneAsAmongOthers(t *testing.T) {
	engine := realEngine(t)
	documents := fixtures(t)
	documents["many ancestors"], documents["many base models"] = manyAncestors(40), manyBases(12)
	want := map[string]string{}
	for name, document := range documents {
		result, err := engine.EvalAlone(t.Context(), document)
		if err != nil {
			t.Fatal(err)
		}
		want[name] = asJSON(t, result)
	}
	names := slices.Sorted(maps.Keys(documents))
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	var judging sync.WaitGroup
	for _, order := range [][]string{names, backwards, names, backwards} {
		judging.Go(func() {
			for _, name := range order {
				result, err := engine.Eval(t.Context(), documents[name])
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if got := asJSON(t, result); got != want[name] {
					t.Errorf("%s is judged otherwise among others:\n%s\nwant\n%s", name, got, want[name])
				}
			}
		})
	}
	judging.Wait()
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// A function that gives two values fails every time, though OPA keeps the first
// value before it knows of the second.
func TestWhatFailsOnceFailsAgain(t *testing.T) {
	engine, err := policy.New(t.Context(), overlay(t, "", map[string]string{addedRule: `# METADATA
# title: Two values
# description: A function that gives two.
# related_resources:
#   - https://example.org/two
# custom:
#   level: error
package entail.rules.test.added

findings contains {"message": sprintf("%d", [_value("x")])} if input.subject

_value(x) := 1 if x != ""

_value(x) := 2 if x == "x"
`}), realCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if _, err := engine.Eval(t.Context(), plainDocument("mit", "")); err == nil || !strings.Contains(err.Error(), "conflict") {
			t.Errorf("time %d: got error %v, want a conflict", i+1, err)
		}
	}
}

// A user's answers may hang on the release; what definitions make of them is
// not another release's.
func TestAnswersThatHangOnTheReleaseStayWithIt(t *testing.T) {
	engine := engineOf(t, folderOf(map[string]string{
		"answers.rego": `package custom.answers["eu-ai-act"]["EUAIA-7"]

state := "met" if input.use.commercial

why := "a report" if input.use.commercial
`,
	}))
	for i := range 6 {
		document := plainDocument("mit", "")
		document.Use.Commercial = i%2 == 0
		result, err := engine.Eval(t.Context(), document)
		if err != nil {
			t.Fatal(err)
		}
		answered := slices.ContainsFunc(result.Definitions["eu-ai-act"].Requirements, func(r model.Requirement) bool {
			return r.ID == "EUAIA-7" && r.State == "met"
		})
		if answered != document.Use.Commercial {
			t.Errorf("release %d: answered is %t, want %t", i+1, answered, document.Use.Commercial)
		}
	}
}
