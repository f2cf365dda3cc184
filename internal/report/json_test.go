package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// TestJSONInParts: a document whose results are written one by one is that of
// all of them at once, whatever its texts hold.
func TestJSONInParts(t *testing.T) {
	for _, n := range []int{0, 1, 2, 50} {
		r := result(nil)
		one := r.Results[0]
		r.Tool.Version, r.Results = `"results": [] "results": [`, []model.SubjectResult{}
		for i := range n {
			one.Subject = fmt.Sprintf("acme/%d", i)
			one.Findings = []model.Finding{finding("a/b", model.LevelError, strings.Repeat("], <&> \u2028\u202e 模型 \"results\": []\n", i*i))}
			r.Results = append(r.Results, one)
		}
		var whole bytes.Buffer
		if err := writeIndented(&whole, r); err != nil {
			t.Fatal(err)
		}
		if got := render(t, "json", r, Options{}); got != whole.String() {
			t.Errorf("%d results are written otherwise than at once:\n%s", n, got)
		}
		if err := Write(&full{whole.Len() - 1}, "json", r, Options{}); !errors.Is(err, errFull) {
			t.Errorf("%d results, no room for the end: %v", n, err)
		}
	}
}
