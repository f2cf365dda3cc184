package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxDiffLines bounds the lines that are shown of one file.
const maxDiffLines = 400

// difference shows where a text is not the licence that it is: lines with
// words that the licence does not have, and which of its parts lack words. The
// licence's own wording is not known, so that it cannot be shown.
func (t *text) difference(found *Identified) {
	missing, left := found.MissingParts, maxDiffLines
	gone := func(before int) {
		for len(missing) > 0 && missing[0].Line < before {
			t.gone(missing[0])
			missing = missing[1:]
		}
	}
	hidden := 0
	for _, span := range found.Added {
		gone(span.From)
		from := span.From
		if span.Words > 0 && len(missing) > 0 && missing[0].Line <= span.To {
			// Words that others stand for are told before those.
			gone(span.To + 1)
		}
		for ; from <= min(span.To, len(found.Lines)); from++ {
			if left--; left < 0 {
				hidden++
				continue
			}
			t.line(span, from, found.Lines[from-1])
		}
		t.found("            ", span.Terms)
	}
	gone(int(^uint(0) >> 1))
	if hidden > 0 {
		fmt.Fprintf(t, "    and %s more\n", plural(hidden, "line"))
	}
}

// gone tells of words that a text lacks.
func (t *text) gone(part model.MissingPart) {
	what := plural(part.Words, "word")
	switch {
	case part.Clause == "":
	case part.Clause[0] >= '0' && part.Clause[0] <= '9':
		what += " of section " + part.Clause
	default:
		what += " of " + part.Clause
	}
	fmt.Fprintf(t, "  %s\n", t.paint("-         "+what+", not here", red))
}

// line shows one line of a text, with a plus where it holds words that the
// licence does not have there.
func (t *text) line(span model.AddedSpan, number int, line string) {
	sign, look := "+", green
	if span.Words == 0 {
		sign, look = " ", dim
	}
	for i, part := range wrap(Plain(line), t.Width-12) {
		margin := fmt.Sprintf("%6d", number)
		if i > 0 {
			margin = "      "
		}
		fmt.Fprintf(t, "  %s\n", strings.TrimRight(t.paint(sign+" "+margin+"  "+part, look), " "))
	}
}

// found lists what lines restrict or ask for.
func (t *text) found(indent string, terms []model.FoundTerm) {
	for _, term := range terms {
		title := cmp.Or(t.Kinds[term.Term], term.Term)
		t.indented(indent, fmt.Sprintf("%s: %s", lineRange(term.Line, term.Line), title), yellow)
	}
}
