package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxRanges is how many stretches of lines are listed of one file.
const maxRanges = 12

// Identified is what a licence file was found to be. Lines are those of the
// file where the differences are to be shown, else none.
type Identified struct {
	model.LicenseText
	Lines []string
}

// WriteIdentified writes what licence texts are, as text or json. Titles of
// the options has the name of each licence by its key; a file "-" is standard
// input.
func WriteIdentified(w io.Writer, format string, texts []Identified, options Options) error {
	if format == "json" {
		plain := make([]model.LicenseText, len(texts))
		for i, one := range texts {
			plain[i] = one.LicenseText
		}
		return writeIndented(w, plain)
	}
	t := newText(w, options)
	for i := range texts {
		if i > 0 {
			fmt.Fprintln(t)
		}
		t.identified(&texts[i])
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write what the texts are: %w", err)
	}
	return nil
}

// identified writes a block of lines about one file.
func (t *text) identified(found *Identified) {
	file := found.File
	if file == "-" {
		file = "standard input"
	}
	fmt.Fprintf(t, "%s\n", t.paint(Plain(file), bold))
	if found.ID != "" {
		t.field("  ", "is", t.named(found.ID))
	}
	state, style := identifiedState(&found.LicenseText)
	for i, line := range wrap(state, t.Width-9) {
		name := "       "
		if i == 0 && found.ID == "" {
			name = t.paint("is    ", dim) + " "
		}
		fmt.Fprintf(t, "  %s%s\n", name, t.paint(line, style))
	}
	if near := found.Nearest; near != nil {
		t.field("  ", "like", fmt.Sprintf("%s, of which it has %s", t.named(near.ID), percent(1-near.Missing)))
	}
	known := found.ID != "" || len(found.Also) > 0
	if known {
		says := "differ"
		if found.Reference {
			says = "say more"
		}
		t.field("  ", "lines", ranges(found.Added, says))
	}
	for _, span := range found.Added {
		if span.Script != "" {
			t.field("  ", "note", fmt.Sprintf("%s, in %s script, may be a translation: nothing has compared it",
				lineRange(span.From, span.To), Plain(span.Script)))
		}
	}
	if shown := known && found.Lines != nil; !shown {
		for _, span := range found.Added {
			t.found("         ", span.Terms)
		}
	}
	name := "also"
	for i, other := range found.Also {
		if i == maxRanges {
			t.field("  ", name, fmt.Sprintf("and %d more", len(found.Also)-i))
			break
		}
		t.field("  ", name, t.named(other.ID)+", "+lineRange(other.From, other.To))
		name = ""
	}
	if known && found.Lines != nil {
		t.difference(found)
	}
}

// named is a licence's name with its key.
func (t *text) named(id string) string {
	return fmt.Sprintf("%s (%s)", cmp.Or(t.Titles[id], "no entry in the catalogue"), id)
}

// identifiedState says in words how a text stands to the licence it is.
func identifiedState(found *model.LicenseText) (string, style) {
	switch {
	case found.ID == "" && found.Reference && len(found.Also) > 0:
		return "a note that names several licences", yellow
	case found.ID == "" && found.Reference:
		return "a note that points to a licence, and to none that is known", red
	case found.ID == "" && len(found.Also) > 0:
		return "no known licence on the whole; parts of it are", red
	case found.ID == "" && found.Modified:
		return "no known licence", red
	case found.ID == "":
		return "nothing: there are no words in it", red
	case found.Reference && found.Modified:
		return "named here, without its text, and with more said about it", yellow
	case found.Reference:
		return "named here, without its text", green
	case !found.Modified:
		return "as published", green
	}
	missing := "nothing"
	if found.Missing > 0 {
		missing = percent(found.Missing)
	}
	return fmt.Sprintf("changed: %s of this text is the licence, %s of the licence is missing",
		percent(found.Coverage), missing), yellow
}

// percent rounds a fraction so that neither a part looks like the whole nor
// little like nothing.
func percent(fraction float64) string {
	switch {
	case fraction > 0 && fraction < 0.01:
		return "under 1%"
	case fraction > 0.99 && fraction < 1:
		return "over 99%"
	}
	return fmt.Sprintf("%.0f%%", 100*fraction)
}

// ranges lists the lines where a text is not the licence, and what they do.
func ranges(added []model.AddedSpan, says string) string {
	var all []string
	for i, span := range added {
		if i == maxRanges {
			all = append(all, fmt.Sprintf("and %d more", len(added)-i))
			break
		}
		all = append(all, strings.TrimPrefix(lineRange(span.From, span.To), "line "))
	}
	if len(all) == 0 {
		return ""
	}
	return strings.ReplaceAll(strings.Join(all, ", "), "lines ", "") + " " + says
}

func lineRange(from, to int) string {
	if from == to {
		return fmt.Sprintf("line %d", from)
	}
	return fmt.Sprintf("lines %d-%d", from, to)
}
