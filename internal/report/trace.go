package report

import (
	"cmp"
	"fmt"
	"io"

	"github.com/entail-dev/entail/internal/model"
)

// maxClauses bounds how many clauses of one trace are shown to people.
const maxClauses = 60

// WriteTraces tells why rules found what they did, as text or json.
func WriteTraces(w io.Writer, format string, traces []model.RuleTrace, options Options) error {
	if format == "json" {
		return writeIndented(w, traces)
	}
	t := newText(w, options)
	for i, one := range traces {
		if i > 0 {
			fmt.Fprintln(t)
		}
		about := ""
		if one.About != "" && one.About != one.Subject {
			about = ", looking for " + Plain(one.About)
		}
		fmt.Fprintf(t, "%s on %s%s: %s\n", t.paint(Plain(one.Rule), bold), Plain(one.Subject), about, outcomeOf(one))
		t.clauses("  ", &one)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

func outcomeOf(one model.RuleTrace) string {
	switch one.Findings {
	case 0:
		return "no finding"
	default:
		return plural(one.Findings, "finding")
	}
}

// clauses writes each clause that was asked, with its conditions and what they
// stood for.
func (t *text) clauses(indent string, trace *model.RuleTrace) {
	if trace.Failed != "" {
		t.indented(indent, "it could not be evaluated: "+Plain(trace.Failed), red)
	}
	file, shown := "", 0
	for _, clause := range trace.Clauses {
		if clause.Asked == 0 || len(clause.Conditions) == 0 && clause.Held > 0 {
			continue // it says no more than that it was not needed, or holds always
		}
		if shown++; shown > maxClauses {
			continue
		}
		if clause.File != file {
			file = clause.File
			fmt.Fprintf(t, "%s%s\n", indent, t.paint(Plain(file), dim))
		}
		fmt.Fprintf(t, "%s%5d  %s  %s\n", indent, clause.Line, t.paint(Plain(clause.Head), bold), t.paint(asked(clause), dim))
		for _, condition := range clause.Conditions {
			t.condition(indent, condition)
		}
	}
	if shown > maxClauses {
		fmt.Fprintf(t, "%sand %s more; --format json has all\n", indent, plural(shown-maxClauses, "clause"))
	}
}

// asked says how a clause came out.
func asked(clause model.TraceClause) string {
	switch {
	case clause.Held > 0 && clause.Missed > 0:
		return fmt.Sprintf("held in %d of %d ways", clause.Held, clause.Held+clause.Missed)
	case clause.Held > 0:
		return "held " + times(clause.Held)
	case clause.Missed > 1:
		return fmt.Sprintf("did not hold in any of %d ways", clause.Missed)
	}
	return "did not hold"
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

var conditionMarks = map[string]struct {
	word  string
	style style
}{
	model.ConditionHeld:       {"holds", green},
	model.ConditionFailed:     {"fails", red},
	model.ConditionNotReached: {"-", dim},
}

func (t *text) condition(indent string, condition model.TraceCondition) {
	mark := conditionMarks[condition.State]
	words := Plain(condition.Text)
	if condition.State == model.ConditionNotReached {
		words = t.paint(words, dim)
	}
	fmt.Fprintf(t, "%s%5d  %s  %s\n", indent, condition.Line, t.paint(fmt.Sprintf("%-5s", cmp.Or(mark.word, "-")), mark.style), words)
	for _, value := range condition.Values {
		fmt.Fprintf(t, "%s                 %s = %s\n", indent, Plain(value.Name), Plain(value.Value))
	}
}
