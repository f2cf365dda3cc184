package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// tabled is the rule whose findings say what the table of several releases
// says as well.
const tabled = "definition/not-met"

// together is true where several releases are held against a definition, and
// are shown side by side in place of one table each.
func (t *text) together(result *model.Result) bool {
	return len(result.Results) > 1 && len(t.Definitions) > 0 && !t.Verbose
}

// inTable is true for a release of which the table of several, and the list
// below it, tell enough: nothing but the definition fails it.
func inTable(r *model.SubjectResult) bool {
	return !slices.ContainsFunc(model.Counted(r.Findings), func(f model.Finding) bool {
		return f.Rule != tabled && f.Level == model.LevelError
	})
}

// beside lists, in a line each, what was found beside the table of releases
// that are not shown in full.
func (t *text) beside(result *model.Result) {
	first := true
	line := func(word string, as style, message, rule string) {
		if first {
			fmt.Fprintln(t)
			first = false
		}
		lines := wrap(message+" "+rule, t.Width-len(word)-2)
		fmt.Fprintf(t, "%s: %s\n", t.paint(word, as), lines[0])
		for _, more := range lines[1:] {
			fmt.Fprintf(t, "%s  %s\n", strings.Repeat(" ", len(word)), more)
		}
	}
	for i := range result.Results {
		r := &result.Results[i]
		if !inTable(r) {
			continue
		}
		for _, f := range r.Findings {
			if f.Waived != nil {
				line("waived", dim, fmt.Sprintf("%s: %s", Plain(f.Message), Plain(waiverText(f.Waived))), "["+f.Rule+"]")
			} else if f.Rule != tabled && f.Level != model.LevelNote {
				line(string(f.Level), levelStyles[f.Level], Plain(f.Message), "["+f.Rule+"]")
			}
		}
		for _, why := range r.Incomplete {
			line("open", yellow, Plain(why), "")
		}
	}
	if !first {
		fmt.Fprintln(t, t.paint("-v shows each in full", dim))
	}
}

// Widths of the first columns of a definition's table.
const (
	stateWidth = 9
	maxPlace   = 23
)

// definition writes a table of every requirement: its state, what it asks for
// and why it is so judged, and where that stands.
func (t *text) definition(name string, judged model.Judgement) {
	reading := ""
	if judged.Reading != "" {
		reading = t.paint(" ("+judged.Reading+" reading)", dim)
	}
	fmt.Fprintf(t, "\n%s%s: %s\n", t.paint(name, bold), reading,
		t.paint(stateWord(judged.Verdict), bold, stateStyle(judged.Verdict)))
	if len(judged.Progress) > 0 {
		t.indented("  ", progress(judged.Progress), dim)
	}
	if judged.Note != "" {
		t.indented("  ", Plain(judged.Note), dim)
	}
	labels, id, place := labels(judged.Requirements), 2, 5
	for i, r := range judged.Requirements {
		id = max(id, utf8.RuneCountInString(labels[i]))
		place = max(place, utf8.RuneCountInString(lines(r.At)))
	}
	place = min(place, maxPlace)
	room := t.Width - stateWidth - id - place - 8
	t.row(t.dimmed(pad("state", stateWidth)), t.dimmed(pad("id", id)), []string{t.dimmed(pad("requirement, and why", room))}, t.dimmed("where"), "")
	for i, r := range judged.Requirements {
		state := t.paint(pad(stateWord(r.State), stateWidth), stateStyle(r.State))
		why := wrap(Plain(r.Title)+": "+Plain(r.Why)+optional(r), room)
		where := lines(r.At)
		if utf8.RuneCountInString(where) > place {
			why, where = append(why, where), ""
		}
		why[0] = pad(why[0], room)
		t.row(state, pad(labels[i], id), why, where, strings.Repeat(" ", stateWidth+id+6))
	}
}

// progress says how far it is to each class, the easiest first.
func progress(of map[string]float64) string {
	names := slices.Sorted(maps.Keys(of))
	slices.Reverse(names)
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("class %s %g%%", Plain(name), of[name]))
	}
	return strings.Join(parts, ", ")
}

func (t *text) dimmed(s string) string { return t.paint(s, dim) }

// row writes one row whose text may take several lines.
func (t *text) row(state, id string, why []string, where, indent string) {
	fmt.Fprintln(t, strings.TrimRight(fmt.Sprintf("  %s  %s  %s  %s", state, id, why[0], where), " "))
	for _, line := range why[1:] {
		fmt.Fprintln(t, indent+line)
	}
}

func optional(r model.Requirement) string {
	if r.Optional {
		return " (told, not counted)"
	}
	return ""
}

// lines are places by file and line, one file's lines together.
func lines(at []model.Position) string {
	var all []string
	file := ""
	for _, p := range at {
		switch {
		case p.Line == 0:
			all = append(all, Plain(p.File))
		case p.File == file:
			all = append(all, fmt.Sprint(p.Line))
		default:
			all = append(all, fmt.Sprintf("%s:%d", Plain(p.File), p.Line))
		}
		file = p.File
	}
	return strings.Join(slices.Compact(all), ",")
}

// labels are the ids of requirements without what they all begin with.
func labels(requirements []model.Requirement) []string {
	ids := make([]string, len(requirements))
	for i, r := range requirements {
		ids[i] = Plain(r.ID)
	}
	if len(ids) == 0 {
		return ids
	}
	first := ids[0]
	cut := strings.LastIndexByte(first, '-') + 1
	for _, id := range ids {
		if !strings.HasPrefix(id, first[:cut]) {
			return ids
		}
	}
	for i := range ids {
		ids[i] = ids[i][cut:]
	}
	return ids
}

// marks are the states as they stand in a table of several releases.
var marks = []struct{ state, mark, meaning string }{
	{"met", "+", "met"},
	{"unmet", "-", "not there"},
	{"license", "L", "there, under terms that are not open"},
	{"not-shown", "?", "not shown"},
}

func (t *text) mark(state string) string {
	for _, m := range marks {
		if m.state == state {
			return t.paint(m.mark, stateStyle(state))
		}
	}
	return "?"
}

// sideBySide writes, for each definition, releases by requirement with the
// states as marks, and what the marks mean.
func (t *text) sideBySide(result *model.Result, below bool) {
	for i, name := range t.Definitions {
		if below || i > 0 {
			fmt.Fprintln(t)
		}
		t.compared(name, result.Results)
	}
	fmt.Fprintln(t)
	legend := make([]string, len(marks))
	for i, m := range marks {
		legend[i] = m.mark + " " + m.meaning
	}
	fmt.Fprintln(t, t.paint(strings.Join(legend, "   "), dim))
}

// compared writes the table of one definition. The names of requirements stand
// upright, one letter a line.
func (t *text) compared(name string, results []model.SubjectResult) {
	judged := results[0].Definitions[name]
	differ := slices.ContainsFunc(results, func(r model.SubjectResult) bool { return r.Definitions[name].Reading != judged.Reading })
	reading := " (" + judged.Reading + " reading)"
	if differ || judged.Reading == "" {
		reading = ""
	}
	fmt.Fprintln(t, t.paint(name, bold)+t.paint(reading, dim))
	names := labels(judged.Requirements)
	width := 0
	for _, r := range results {
		width = max(width, utf8.RuneCountInString(Plain(r.Subject)))
	}
	for _, line := range upright(names) {
		fmt.Fprintln(t, strings.TrimRight(strings.Repeat(" ", width+4)+t.paint(line, dim), " "))
	}
	for _, r := range results {
		one := r.Definitions[name]
		var b strings.Builder
		for i, requirement := range one.Requirements {
			b.WriteString(gap(names, i))
			b.WriteString(t.mark(requirement.State))
		}
		verdict := t.paint(stateWord(one.Verdict), stateStyle(one.Verdict))
		if differ {
			verdict += t.paint(" ("+one.Reading+")", dim)
		}
		fmt.Fprintf(t, "  %s  %s  %s\n", pad(Plain(r.Subject), width), b.String(), verdict)
	}
	var told []string
	for i, requirement := range judged.Requirements {
		if requirement.Optional {
			told = append(told, names[i])
		}
	}
	if len(told) > 0 {
		t.indented("  ", "told, and not counted: "+strings.Join(told, ", "), dim)
	}
}

// upright sets labels side by side, one letter a line.
func upright(names []string) []string {
	height := 0
	for _, name := range names {
		height = max(height, utf8.RuneCountInString(name))
	}
	all := make([]string, height)
	for i, name := range names {
		letters := []rune(pad(name, height))
		for j := range all {
			all[j] += gap(names, i) + string(letters[j])
		}
	}
	return all
}

// gap parts the groups of requirements, those whose names begin with the same
// letter. Numbers have no groups.
func gap(names []string, i int) string {
	if i == 0 || initial(names[i]) == initial(names[i-1]) {
		return ""
	}
	return " "
}

// initial is the letter that a name begins with; empty where it is none.
func initial(name string) string {
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return ""
	}
	return name[:1]
}

func stateWord(state string) string { return strings.ReplaceAll(state, "-", " ") }

func stateStyle(state string) style {
	switch state {
	case "met", "meets":
		return green
	case "unmet", "fails":
		return red
	default:
		return yellow
	}
}
