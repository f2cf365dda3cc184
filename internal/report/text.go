package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of the width that text is set to. Longer lines are hard to read, and
// shorter ones hold no message.
const (
	minWidth     = 40
	maxWidth     = 120
	defaultWidth = 80
)

// text writes for people.
type text struct {
	*bufio.Writer
	Options
}

// writeText writes a report for people: for each subject its family tree, what
// was found, most severe first, and one line with the verdict.
func writeText(w io.Writer, result *model.Result, options Options) error {
	t := newText(w, options)
	shown := 0
	for i := range result.Results {
		one := result.Results[i]
		if t.together(result) && inTable(&one) {
			continue
		}
		if shown++; shown > 1 {
			fmt.Fprintln(t)
		}
		t.subject(&one, t.together(result))
	}
	if t.together(result) {
		t.sideBySide(result, shown > 0)
		t.beside(result)
	}
	if len(result.Results) > 1 {
		t.summary(result)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write text report: %w", err)
	}
	return nil
}

// subject writes what there is to say of one release; without what a table of
// several tells, where there is one.
func (t *text) subject(r *model.SubjectResult, together bool) {
	t.tree(r)
	heading := ""
	for _, g := range groups(model.Counted(r.Findings)) {
		first := g.first()
		if first.Level == model.LevelNote && !t.Verbose || together && first.Rule == tabled {
			continue
		}
		fmt.Fprintln(t)
		if now := string(first.Level) + first.Rule; now != heading {
			heading = now
			t.heading(first)
		}
		t.group(g)
	}
	t.notes(r)
	t.waived(r)
	for _, name := range t.Definitions {
		if judged, ok := r.Definitions[name]; ok && !together {
			t.definition(name, judged)
		}
	}
	fmt.Fprintln(t)
	t.verdict(r)
}

// levelStyles and levelWords are how a level looks.
var levelStyles = map[model.Level]style{
	model.LevelError: red, model.LevelWarning: yellow, model.LevelNote: blue,
}

// heading names the rule that the findings below it come from.
func (t *text) heading(f model.Finding) {
	title := t.Titles[f.Rule]
	label := t.paint(string(f.Level), bold, levelStyles[f.Level])
	rule := "[" + f.Rule + "]"
	gap := " "
	if title == "" {
		gap = ""
	}
	if len(string(f.Level))+len(title)+len(rule)+3 > t.Width {
		gap = "\n  "
	}
	fmt.Fprintf(t, "%s: %s%s%s\n", label, t.paint(title, bold), gap, t.paint(rule, dim))
}

// group writes findings of one rule about one licence: what is wrong, and
// under it, once, what they share.
func (t *text) group(g group) {
	first := g.first()
	shared := sharedFields(g)
	for _, f := range g.findings {
		t.bullet(Plain(f.Message))
		if f.Why != "" && !shared["why"] {
			t.indented("      ", Plain(f.Why), dim)
		}
		if !shared["where"] {
			t.field("      ", "where", places(f.At))
		}
		if !shared["fix"] {
			t.field("      ", "fix", Plain(f.Fix))
		}
	}
	if shared["why"] {
		t.indented("  ", Plain(first.Why), dim)
	}
	if len(first.Path) > 1 {
		t.field("  ", "chain", Plain(strings.Join(first.Path, " → ")))
	}
	if shared["where"] {
		t.field("  ", "where", places(first.At))
	}
	if shared["fix"] {
		t.field("  ", "fix", Plain(first.Fix))
	}
}

// sharedFields tells which fields all findings of a group have in common.
func sharedFields(g group) map[string]bool {
	shared := map[string]bool{"why": len(g.findings) > 1, "where": true, "fix": true}
	first := g.first()
	for _, f := range g.findings {
		shared["why"] = shared["why"] && f.Why == first.Why
		shared["where"] = shared["where"] && slices.Equal(f.At, first.At)
		shared["fix"] = shared["fix"] && f.Fix == first.Fix
	}
	return shared
}

func (t *text) bullet(message string) {
	for i, line := range wrap(message, t.Width-4) {
		mark := "  - "
		if i > 0 {
			mark = "    "
		}
		fmt.Fprintf(t, "%s%s\n", mark, line)
	}
}

func (t *text) indented(indent, message string, styles ...style) {
	for _, line := range wrap(message, t.Width-len(indent)) {
		fmt.Fprintf(t, "%s%s\n", indent, t.paint(line, styles...))
	}
}

// field writes a named line, with what follows set under its start.
func (t *text) field(indent, name, value string) {
	if value == "" {
		return
	}
	lines := wrap(value, t.Width-len(indent)-7)
	fmt.Fprintf(t, "%s%s %s\n", indent, t.paint(fmt.Sprintf("%-6s", name), dim), lines[0])
	for _, line := range lines[1:] {
		fmt.Fprintf(t, "%s       %s\n", indent, line)
	}
}

func places(at []model.Position) string {
	var all []string
	for _, p := range at {
		place := p.File
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, max(p.Column, 1))
		}
		if place = Plain(place); !slices.Contains(all, place) {
			all = append(all, place)
		}
	}
	return strings.Join(all, ", ")
}

// notes writes one line a note, where they are not shown in full.
func (t *text) notes(r *model.SubjectResult) {
	findings := model.Counted(r.Findings)
	if t.Verbose || count(findings)[model.LevelNote] == 0 {
		return
	}
	fmt.Fprintln(t)
	for _, f := range findings {
		if f.Level != model.LevelNote {
			continue
		}
		lines := wrap(Plain(f.Message), t.Width-6)
		fmt.Fprintf(t, "%s: %s\n", t.paint("note", blue), lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(t, "      %s\n", line)
		}
	}
}

// waived writes what does not count, and who agreed to that.
func (t *text) waived(r *model.SubjectResult) {
	first := true
	for _, f := range r.Findings {
		if f.Waived == nil {
			continue
		}
		if first {
			fmt.Fprintln(t)
			first = false
		}
		lines := wrap(fmt.Sprintf("%s: %s [%s]", f.Level, Plain(f.Message), f.Rule), t.Width-8)
		fmt.Fprintf(t, "%s: %s\n", t.paint("waived", dim), lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(t, "        %s\n", line)
		}
		t.indented("        ", Plain(waiverText(f.Waived)), dim)
	}
}

// verdict writes the one line that says how it came out.
func (t *text) verdict(r *model.SubjectResult) {
	styles := map[model.Verdict]style{model.Pass: green, model.Fail: red, model.Incomplete: yellow}
	line := []string{t.paint(strings.ToUpper(string(r.Verdict)), bold, styles[r.Verdict]), Plain(r.Subject)}
	parts := counted(r.Findings)
	if len(parts) > 0 {
		line = append(line, strings.Join(parts, ", "))
	}
	names := slices.Concat(t.Headline, t.Definitions)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if judged, ok := r.Definitions[name]; ok {
			line = append(line, Plain(name)+": "+outcome(judged))
		}
	}
	fmt.Fprintln(t, strings.Join(line, "  "))
	for _, why := range r.Incomplete {
		t.field("  ", "open", Plain(why))
	}
	t.field("  ", "off", Plain(strings.Join(offRules(r.Off), ", ")))
}

// summary writes the counts over several subjects.
func (t *text) summary(result *model.Result) {
	s := result.Summary
	fmt.Fprintf(t, "\n%s: %s; %d incomplete\n", plural(s.Subjects, "subject"), summed(s), s.Incomplete)
}

// columns pads text to a width, counting characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}
