package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// newText prepares a writer for people.
func newText(w io.Writer, options Options) *text {
	options.Width = min(max(cmp.Or(options.Width, defaultWidth), minWidth), maxWidth)
	return &text{bufio.NewWriter(w), options}
}

// effects are the parts of an explanation, by what its terms do.
var effects = []struct{ effect, heading string }{
	{"restriction", "Limits what may be done"},
	{"obligation", "Asks of whoever passes it on or builds on it"},
	{"condition", "Ends or changes what is granted"},
}

// WriteExplanation writes what is known of a licence, as text or json.
func WriteExplanation(w io.Writer, format string, e *model.Explanation, options Options) error {
	if format == "json" {
		return writeIndented(w, e)
	}
	t := newText(w, options)
	fmt.Fprintf(t, "%s  %s\n", t.paint(e.Key, bold), e.Name)
	t.indented("  ", strings.Join(standing(e), " · "))
	t.indented("  ", e.Source, dim)
	if e.File != "" {
		whose := e.File
		if e.Replaces {
			whose += ", in place of entail's own entry"
		}
		t.field("  ", "from", Plain(whose))
	}
	if len(e.Members) > 0 {
		t.field("  ", "one of", strings.Join(e.Members, ", "))
	}
	for _, part := range effects {
		t.explained(part.heading, part.effect, e.Terms)
	}
	if e.DerivativesBecause != "" {
		fmt.Fprintf(t, "\n%s\n", t.paint("Derivatives: "+strings.ReplaceAll(e.Derivatives, "-", " "), bold))
		t.indented("  ", fmt.Sprintf("%s (%s)", e.DerivativesBecause, e.DerivativesClause))
	}
	if len(e.Checklist) > 0 {
		fmt.Fprintf(t, "\n%s\n", t.paint("Before you release a model made from one under it", bold))
		for _, todo := range e.Checklist {
			for i, line := range wrap(Plain(todo), t.Width-6) {
				lead := "  [ ] "
				if i > 0 {
					lead = "      "
				}
				fmt.Fprintf(t, "%s%s\n", lead, line)
			}
		}
	}
	if e.Notes != "" {
		fmt.Fprintf(t, "\n%s\n", t.paint("Notes", bold))
		t.indented("  ", e.Notes)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

// standing says in a few words what kind of licence it is.
func standing(e *model.Explanation) []string {
	words := []string{e.Class}
	if e.Version != "" {
		words = append(words, "version "+e.Version)
	}
	if e.Released != "" {
		words = append(words, "of "+e.Released)
	}
	if e.OSIApproved {
		words = append(words, "approved by OSI")
	} else if e.Class != "family" && e.Class != "unknown" {
		words = append(words, "not approved by OSI")
	}
	if e.Status == "cited" {
		words = append(words, "from other sources than its text")
	}
	return words
}

func (t *text) explained(heading, effect string, terms []model.ExplainedTerm) {
	width, some := 0, false
	for _, term := range terms {
		if term.Effect == effect {
			width, some = max(width, len(term.Clause)), true
		}
	}
	if !some {
		return
	}
	width = min(width, 18)
	fmt.Fprintf(t, "\n%s\n", t.paint(heading, bold))
	indent := strings.Repeat(" ", width+4)
	for _, term := range terms {
		if term.Effect != effect {
			continue
		}
		fmt.Fprintf(t, "  %s  %s\n", pad(term.Clause, width), term.Title)
		t.indented(indent, term.Summary, dim)
		if len(term.Flows) > 0 {
			t.indented(indent, "reaches "+strings.Join(term.Flows, ", "), dim)
		}
	}
}

// WriteRule writes what a rule looks for, as text or json.
func WriteRule(w io.Writer, format string, r model.RuleInfo, options Options) error {
	if format == "json" {
		return writeIndented(w, r)
	}
	t := newText(w, options)
	fmt.Fprintf(t, "%s  %s\n", t.paint(r.ID, bold), r.Title)
	t.indented("  ", r.Description)
	t.field("  ", "level", string(r.Level))
	t.field("  ", "from", r.EffectiveOn)
	t.field("  ", "for", r.Requirement)
	t.field("  ", "text", r.File)
	for _, ref := range r.Refs {
		t.field("  ", "see", ref)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

// WriteList writes a line for each licence and each rule, as text or json.
func WriteList(w io.Writer, format string, licenses []*model.Explanation, rules []model.RuleInfo, options Options) error {
	if format == "json" {
		return writeIndented(w, map[string]any{"licenses": licenses, "rules": rules})
	}
	t := newText(w, options)
	width := 0
	for _, e := range licenses {
		width = max(width, len(e.Key))
	}
	fmt.Fprintf(t, "%s\n", t.paint("licences", bold))
	for _, e := range licenses {
		fmt.Fprintf(t, "  %s  %-15s  %s\n", pad(e.Key, width), e.Class, e.Name)
	}
	fmt.Fprintf(t, "\n%s\n", t.paint("rules", bold))
	for _, r := range rules {
		fmt.Fprintf(t, "  %s  %-7s  %s\n", pad(r.ID, width), r.Level, r.Title)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}
