package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// outcomes says what each outcome means, PARENT and CHILD filled in.
var outcomes = map[string]string{
	"free":        "A model made from one under %[1]s may be released under %[2]s.",
	"obligations": "A model made from one under %[1]s may be released under %[2]s, and %[1]s asks for what stands below.",
	"dropped":     "A model made from one under %[1]s may not be released under %[2]s alone: limits of %[1]s have to pass through, and %[2]s does not carry them.",
	"forbidden":   "A model made from one under %[1]s may not be shared at all.",
	"unknown":     "Nobody can tell: one of the two names no licence with known terms.",
}

// WriteComparison writes a comparison as text or json.
func WriteComparison(w io.Writer, format string, c *model.Comparison, options Options) error {
	if format == "json" {
		return writeIndented(w, c)
	}
	t := newText(w, options)
	fmt.Fprintf(t, "%s → %s: %s\n", c.Parent, c.Child, t.paint(c.Outcome, bold, outcomeStyle(c.Outcome)))
	t.indented("", fmt.Sprintf(outcomes[c.Outcome], c.Parent, c.Child))
	t.terms("does not carry", c.Dropped)
	if c.Outcome != "forbidden" && c.Outcome != "unknown" {
		t.terms("owed", c.Owed)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func outcomeStyle(outcome string) style {
	switch outcome {
	case "free", "obligations":
		return green
	case "unknown":
		return yellow
	default:
		return red
	}
}

// terms writes a list of terms, each with its clause.
func (t *text) terms(heading string, terms []model.LicenseTerm) {
	if len(terms) == 0 {
		return
	}
	width := 0
	for _, term := range terms {
		width = max(width, len(term.Clause))
	}
	width = min(width, 20)
	fmt.Fprintf(t, "\n%s\n", t.paint(heading, bold))
	indent := strings.Repeat(" ", width+4)
	for _, term := range terms {
		fmt.Fprintf(t, "  %s  %s\n", pad(term.Clause, width), cmp.Or(t.Titles[term.Term], term.Term))
		t.indented(indent, term.Summary, dim)
	}
}

// WriteMatrix writes the outcome of every pair of keys: as text with one letter
// a pair, as csv with one word, or as json.
func WriteMatrix(w io.Writer, format string, keys []string, found map[string]map[string]string) error {
	switch format {
	case "json":
		chosen := map[string]map[string]string{}
		for _, parent := range keys {
			chosen[parent] = map[string]string{}
			for _, child := range keys {
				chosen[parent][child] = found[parent][child]
			}
		}
		return writeIndented(w, chosen)
	case "csv":
		return writeCSV(w, keys, found)
	}
	out := bufio.NewWriter(w)
	width := len("parent")
	for _, key := range keys {
		width = max(width, len(key))
	}
	fmt.Fprintln(out, "f free, o obligations, d dropped, x forbidden, ? unknown; parents down, children across")
	for i, child := range keys {
		fmt.Fprintf(out, "%s %s%s\n", pad("", width), strings.Repeat("│ ", i), child)
	}
	letters := map[string]string{"free": "f", "obligations": "o", "dropped": "d", "forbidden": "x", "unknown": "?"}
	for _, parent := range keys {
		fmt.Fprint(out, pad(parent, width))
		for _, child := range keys {
			fmt.Fprint(out, " ", letters[found[parent][child]])
		}
		fmt.Fprintln(out)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}

func writeCSV(w io.Writer, keys []string, found map[string]map[string]string) error {
	out := csv.NewWriter(w)
	rows := [][]string{append([]string{"parent"}, keys...)}
	for _, parent := range keys {
		row := []string{parent}
		for _, child := range keys {
			row = append(row, found[parent][child])
		}
		rows = append(rows, row)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write matrix: %w", err)
	}
	return nil
}
