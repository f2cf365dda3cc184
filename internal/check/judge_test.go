package check_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

// TestJudge: results are in the order of the documents, whichever is judged
// first, what cannot be read is told by its place, and each result is that of
// the release that the document was made of.
func TestJudge(t *testing.T) {
	index := source.Index()
	checker := newChecker(t, index)
	reader, err := input.NewReader(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	var texts [][]byte
	var want []*model.SubjectResult
	for _, id := range []string{"mistralai/Mistral-7B-v0.1", "google/gemma-2-2b", "Qwen/Qwen2-0.5B"} {
		snapshot, err := index.Fetch(t.Context(), model.Ref{Kind: model.Model, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		document, err := checker.Input(t.Context(), check.Subject{Snapshot: snapshot, Config: input.Config{Reading: "text"}})
		if err != nil {
			t.Fatal(err)
		}
		result, err := checker.Engine.Eval(t.Context(), document)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		texts, want = append(texts, text), append(want, result)
	}
	const n = 12
	lost := errors.New("lost")
	result, errs := checker.Judge(t.Context(), n, func(i int) (*input.Saved, error) {
		time.Sleep(time.Duration(n-i) * time.Millisecond)
		if i%4 == 3 {
			return nil, fmt.Errorf("document %d: %w", i, lost)
		}
		return reader.Read(texts[i%4])
	})
	if len(result.Results) != 9 || len(errs) != 3 || result.Summary.Subjects != 9 {
		t.Fatalf("%d results, %d errors, %+v", len(result.Results), len(errs), result.Summary)
	}
	for i, one := range result.Results {
		if got, want := asJSON(t, one), asJSON(t, want[i%3]); got != want {
			t.Errorf("result %d is not that of the release:\n%s\nwant\n%s", i, got, want)
		}
	}
	for _, i := range []int{3, 7, 11} {
		if !errors.Is(errs[i], lost) {
			t.Errorf("document %d: %v", i, errs[i])
		}
	}
}

func asJSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
