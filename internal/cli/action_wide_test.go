package cli

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/action"
)

// TestActionOnAWideMonorepo holds that a change to a few of many models is what
// reviewers see first, and that a change to all of them is still shown within
// GitHub's limits, in Markdown that is whole.
func TestActionOnAWideMonorepo(t *testing.T) {
	const models = 40
	before, all := map[string]string{}, map[string]string{}
	for i := range models - 2 {
		name := fmt.Sprintf("models/m%02d/README.md", i)
		before[name], all[name] = llamaCard, cleanCard
	}
	before["models/y/README.md"] = cleanCard
	w := newWorkflow(t, before, map[string]string{"models/y/README.md": llamaCard, "models/z/README.md": llamaCard})
	got := w.run(map[string]string{"comment": "on-change"})
	comment := func() string {
		t.Helper()
		body := w.github.Comments()[0].Body
		if n := utf8.RuneCountInString(body); n > action.CommentLimit {
			t.Errorf("a comment of %d characters", n)
		}
		for what, n := range map[string]int{"rows": strings.Count(body, " fail | `models/") + strings.Count(body, " pass | `models/")} {
			if n != models {
				t.Errorf("%d %s, want one for each of %d releases:\n%s", n, what, models, body)
			}
		}
		if strings.Count(body, "<details>") != strings.Count(body, "</details>") || strings.Count(body, "```")%2 != 0 {
			t.Errorf("broken Markdown:\n%s", body)
		}
		return body
	}
	body := comment()
	has(t, "comment", body, "### ❌ `models/y`: fail", "### ❌ `models/z`: fail", "38 releases which this change does not touch left out", "first among them: Whoever had more than 700 million")
	lacks(t, "comment", body, "### ❌ `models/m00`")
	has(t, "summary", got.summary, "### ❌ `models/y`: fail", "### ❌ `models/m37`: fail")
	if strings.Index(got.log, "::error col=10,file=models/z/") > strings.Index(got.log, "::error col=10,file=models/m00/") {
		t.Error("annotations of what is new come last")
	}

	w.put(all)
	w.head = w.commit()
	w.event("pull_request", "acme/model")
	w.run(map[string]string{"comment": "on-change"})
	has(t, "comment", comment(), "### ✅ `models/m00`: pass", "more findings not shown here")
}
