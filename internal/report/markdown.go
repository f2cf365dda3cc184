package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// budget says how much of a Markdown report is written. Each is poorer than
// the one before it; the first that fits is taken, so that what is cut is cut
// at the end of a row and counted.
type budget struct {
	// listed and subjects are how many of several releases have a row and a
	// section, rows how many rows there are of anything else.
	listed, subjects, rows int
	details                bool
	// untouched is whether releases that a change does not touch have sections.
	untouched bool
}

var budgets = []budget{
	{1_000, 1_000, 1_000, true, true},
	{1_000, 200, 100, true, false},
	{500, 100, 30, true, false},
	{500, 100, 30, false, false},
	{200, 50, 10, false, false},
	{200, 20, 3, false, false},
	{100, 0, 0, false, false},
	{0, 0, 0, false, false},
}

// WriteMarkdown writes a result as Markdown for GitHub. Changes, where there
// are any, has what changed of each subject, in the order of the results.
func WriteMarkdown(w io.Writer, result *model.Result, changes []model.Changes, options Options) error {
	_, err := io.WriteString(w, Markdown(result, changes, options, 0))
	if err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// Markdown is the report of WriteMarkdown in at most limit characters, 0 for
// as many as it takes. What does not fit is left out whole, and counted.
func Markdown(result *model.Result, changes []model.Changes, options Options, limit int) string {
	text := ""
	for _, b := range budgets {
		m := markdown{Options: options, budget: b}
		if limit == 0 {
			m.budget = budget{len(result.Results), len(result.Results), 1 << 30, true, true}
		}
		m.report(result, changes)
		if text = m.String(); limit == 0 || utf8.RuneCountInString(text) <= limit {
			return text
		}
	}
	return text
}

// markdown builds one report.
type markdown struct {
	strings.Builder
	Options
	budget
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) report(result *model.Result, changes []model.Changes) {
	if len(result.Results) == 1 && m.subjects > 0 {
		m.subject(&result.Results[0], changeOf(changes, 0), code(result.Results[0].Subject))
		return
	}
	s := result.Summary
	m.line("**%s**: %s; %d incomplete\n", plural(s.Subjects, "release"), summed(s), s.Incomplete)
	order := byInterest(result, changes)
	m.overview(result, changes, order)
	written, untouched, left := 0, 0, 0
	for _, i := range order {
		r, changed := &result.Results[i], changeOf(changes, i)
		touched := changed == nil || changed.Any()
		switch {
		case !touched && len(r.Findings) == 0 && r.Verdict == model.Pass && len(m.Definitions) == 0:
			// Its row has said everything.
		case !touched && !m.untouched:
			untouched++
		case written == m.subjects:
			left++
		default:
			written++
			m.subject(r, changed, m.placed(r.Subject, i))
		}
	}
	if untouched > 0 {
		m.line("%s which this change does not touch left out to keep this short.\n", plural(untouched, "release"))
	}
	if left > 0 {
		m.line("%s left out to keep this short.\n", plural(left, "more release"))
	}
}

func changeOf(changes []model.Changes, i int) *model.Changes {
	if i < len(changes) {
		return &changes[i]
	}
	return nil
}

// byInterest is the order in which releases are shown, as places among the
// results: those that a change touches first, then by verdict, the worst first.
func byInterest(result *model.Result, changes []model.Changes) []int {
	order := make([]int, len(result.Results))
	rank := make([]int, len(result.Results))
	for i := range order {
		order[i] = i
		rank[i] = slices.Index([]model.Verdict{model.Fail, model.Incomplete, model.Pass}, result.Results[i].Verdict)
		if changed := changeOf(changes, i); changed != nil && !changed.Any() {
			rank[i] += 3
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank[a] - rank[b] })
	return order
}

// overview has a row for each of several releases.
func (m *markdown) overview(result *model.Result, changes []model.Changes, order []int) {
	if m.listed == 0 || len(order) == 0 {
		return
	}
	last, under := "", ""
	if len(changes) > 0 {
		last, under = " what changes |", "---|"
	}
	m.line("| | release | license | findings |%s\n|---|---|---|---|%s", last, under)
	for n, i := range order {
		if n == m.listed {
			m.line("\n%s not listed here.", plural(len(order)-n, "more release"))
			break
		}
		r := &result.Results[i]
		row := fmt.Sprintf("| %s %s | %s | %s | %s |", verdictMarks[r.Verdict], r.Verdict, m.placed(r.Subject, i),
			Inert(cmp.Or(r.License.Effective, "none")), strings.Join(levels(r), ", "))
		if changed := changeOf(changes, i); changed != nil {
			row += " " + strings.Join(brief(changed), ", ") + " |"
		}
		m.line("%s", row)
	}
	m.line("")
}

// placed is a release's id with its folder, by which those of the same name are
// told apart.
func (m *markdown) placed(id string, i int) string {
	if i >= len(m.Folders) || m.Folders[i] == "" {
		return code(id)
	}
	if path.Base(m.Folders[i]) == id {
		return code(m.Folders[i])
	}
	return code(id) + " in " + code(m.Folders[i])
}

// brief says in a few words what changes.
func brief(c *model.Changes) []string {
	if !c.Any() {
		return []string{"nothing"}
	}
	var all []string
	switch {
	case c.Before == "":
		all = append(all, "new here")
	case c.Before != c.After:
		all = append(all, fmt.Sprintf("%s → %s", c.Before, c.After))
	}
	for _, one := range []struct {
		n    int
		what string
	}{{len(c.New), "new finding"}, {len(c.BasesAdded), "new base model"}, {len(c.Gained), "more term"}, {len(c.Lost), "term"}} {
		if one.n > 0 {
			all = append(all, plural(one.n, one.what))
		}
	}
	if len(c.Lost) > 0 {
		all[len(all)-1] += " less"
	}
	if n := len(c.Fixed); n > 0 {
		all = append(all, fmt.Sprintf("%d fixed", n))
	}
	if c.LicenseBefore != c.LicenseAfter && c.Before != "" {
		all = append(all, "another license")
	}
	return all
}

// levels counts findings by their level.
func levels(r *model.SubjectResult) []string {
	parts := counted(r.Findings)
	if len(r.Findings) == 0 {
		parts = append(parts, "no findings")
	}
	return parts
}

// verdictMarks are the signs of verdicts, beside their words.
var verdictMarks = map[model.Verdict]string{model.Pass: "✅", model.Fail: "❌", model.Incomplete: "⚠️"}

func (m *markdown) subject(r *model.SubjectResult, changed *model.Changes, name string) {
	m.line("### %s %s: %s\n", verdictMarks[r.Verdict], name, r.Verdict)
	m.line("%s\n", m.headline(r))
	if changed != nil {
		m.changes(changed)
	}
	m.findings(r, changed)
	m.open(r)
	for _, name := range m.Definitions {
		if judged, ok := r.Definitions[name]; ok && m.details {
			m.definition(name, &judged)
		}
	}
	if m.details {
		m.terms(r)
		m.family(r)
	}
}

// headline is the licence, the counts and the verdicts of definitions.
func (m *markdown) headline(r *model.SubjectResult) string {
	parts := []string{"License: " + Inert(cmp.Or(r.License.Effective, "none"))}
	parts = append(parts, levels(r)...)
	for _, name := range m.Definitions {
		if judged, ok := r.Definitions[name]; ok {
			parts = append(parts, Inert(name)+": "+stateWord(judged.Verdict))
		}
	}
	return strings.Join(parts, " · ")
}

// changes writes what a change does to what the release may be used for.
func (m *markdown) changes(c *model.Changes) {
	if !c.Any() {
		m.line("Nothing changes in what binds this release.\n")
		return
	}
	m.line("**What changes**\n")
	if c.Before != c.After && c.Before != "" {
		m.line("- verdict: %s → %s", c.Before, c.After)
	}
	if c.LicenseBefore != c.LicenseAfter {
		m.line("- license: %s → %s", Inert(cmp.Or(c.LicenseBefore, "none")), Inert(cmp.Or(c.LicenseAfter, "none")))
	}
	for i, id := range c.BasesAdded {
		if i == m.rows {
			m.line("- and %s", plural(len(c.BasesAdded)-i, "more new base model"))
			break
		}
		m.line("- adds base model %s%s", code(id), brings(c.Gained, id))
	}
	if n := len(c.BasesRemoved); n > 0 {
		m.line("- no longer made from %s", codes(c.BasesRemoved, m.rows))
	}
	m.termList("gained", c.Gained)
	m.termList("lost", c.Lost)
	m.line("- findings: %d new, %d fixed, %d as before\n", len(c.New), len(c.Fixed), len(c.Unchanged))
}

// brings counts what comes with one base model that was added, and tells the
// restriction that weighs most.
func brings(gained []model.InheritedTerm, id string) string {
	var restrictions, obligations int
	first := ""
	for _, term := range weighed(gained) {
		// The path begins with the release itself.
		if len(term.Path) < 2 || term.Path[1] != id {
			continue
		}
		switch term.Effect {
		case "restriction":
			restrictions++
			first = cmp.Or(first, term.Summary)
		case "obligation":
			obligations++
		}
	}
	var parts []string
	if restrictions > 0 {
		parts = append(parts, plural(restrictions, "inherited restriction"))
	}
	if obligations > 0 {
		parts = append(parts, plural(obligations, "inherited obligation"))
	}
	if len(parts) == 0 {
		return ""
	}
	text := ": " + strings.Join(parts, " and ")
	if first != "" && restrictions+obligations > 1 {
		text += "; first among them: " + Inert(first)
	}
	return text
}

// weighed is terms with restrictions first, and of those the ones with a
// measure, such as a number of users, which either is reached or is not.
func weighed(terms []model.InheritedTerm) []model.InheritedTerm {
	rank := func(t model.InheritedTerm) int {
		switch {
		case t.Effect != "restriction":
			return 2
		case measured(t.Parameters):
			return 0
		}
		return 1
	}
	sorted := slices.Clone(terms)
	slices.SortStableFunc(sorted, func(a, b model.InheritedTerm) int { return rank(a) - rank(b) })
	return sorted
}

// measured says whether a number is among the parameters of a term.
func measured(parameters map[string]any) bool {
	for _, value := range parameters {
		switch value.(type) {
		case json.Number, float64, int, int64:
			return true
		}
	}
	return false
}

// termList lists the summaries of terms, restrictions first.
func (m *markdown) termList(what string, terms []model.InheritedTerm) {
	if len(terms) == 0 {
		return
	}
	m.line("- %s %s:", plural(len(terms), "term"), what)
	for i, t := range weighed(terms) {
		if i == m.rows {
			m.line("  - and %d more", len(terms)-i)
			break
		}
		m.line("  - %s (%s, %s, from %s)", Inert(t.Summary), Inert(t.License), Inert(t.Clause), code(t.From))
	}
}

func codes(ids []string, most int) string {
	var all []string
	for i, id := range ids {
		if i == most {
			all = append(all, fmt.Sprintf("and %d more", len(ids)-i))
			break
		}
		all = append(all, code(id))
	}
	return strings.Join(all, ", ")
}

// findings writes the table of findings, most severe first, and those that are
// waived among them.
func (m *markdown) findings(r *model.SubjectResult, changed *model.Changes) {
	if len(r.Findings) == 0 {
		return
	}
	fresh := map[string]int{}
	if changed != nil && changed.Before != "" {
		for _, f := range changed.New {
			fresh[f.Fingerprint()]++
		}
	}
	m.line("| | finding | where | rule |")
	m.line("|---|---|---|---|")
	for i, f := range r.Findings {
		if i == m.rows {
			break
		}
		level := string(f.Level)
		text := Inert(f.Message)
		if f.Waived != nil {
			level += " (waived)"
			text += "<br>" + Inert("Waived: "+waiverText(f.Waived))
		} else if id := f.Fingerprint(); fresh[id] > 0 {
			fresh[id]--
			level += " (new)"
		}
		if f.Fix != "" {
			text += "<br>" + Inert("Fix: "+f.Fix)
		}
		m.line("| %s | %s | %s | %s |", level, text, Inert(places(f.At)), m.rule(f))
	}
	if left := len(r.Findings) - m.rows; left > 0 {
		m.line("\n%s not shown here.", plural(left, "more finding"))
	}
	m.line("")
}

// rule names a finding's rule, with a link to what it relies on.
func (m *markdown) rule(f model.Finding) string {
	if len(f.Refs) > 0 {
		return link(f.Rule, f.Refs[0])
	}
	return Inert(f.Rule)
}

// open lists what keeps a verdict from being certain.
func (m *markdown) open(r *model.SubjectResult) {
	for i, why := range r.Incomplete {
		if i == m.rows {
			m.line("- and %d more", len(r.Incomplete)-i)
			break
		}
		m.line("- not known: %s", Inert(why))
	}
	if len(r.Incomplete) > 0 {
		m.line("")
	}
	if len(r.Off) > 0 {
		m.line("Switched off: %s\n", Inert(strings.Join(offRules(r.Off), ", ")))
	}
}

func (m *markdown) fold(title string, inside func()) {
	m.line("<details><summary>%s</summary>\n", title)
	inside()
	m.line("\n</details>\n")
}

func (m *markdown) definition(name string, judged *model.Judgement) {
	m.fold(fmt.Sprintf("%s: %s", Inert(name), stateWord(judged.Verdict)), func() {
		m.line("| requirement | state | why |\n|---|---|---|")
		for _, one := range judged.Requirements {
			m.line("| %s | %s | %s |", Inert(one.Title), stateWord(one.State), Inert(one.Why))
		}
	})
}

// terms writes the terms that ancestors bind the release with.
func (m *markdown) terms(r *model.SubjectResult) {
	if len(r.Terms) == 0 {
		return
	}
	m.fold("Terms that bind this release ("+fmt.Sprint(len(r.Terms))+")", func() {
		m.line("| term | from | clause | state |\n|---|---|---|---|")
		for i, t := range r.Terms {
			if i == m.rows {
				m.line("\n%s not shown here.", plural(len(r.Terms)-i, "more term"))
				break
			}
			m.line("| %s | %s (%s) | %s | %s |", Inert(t.Summary), code(t.From), Inert(t.License), Inert(t.Clause), stateWord(t.State))
		}
	})
}

// Bounds of a drawn family. GitHub draws no diagram of more than 500 edges or
// 50,000 characters, and nobody reads one near that.
const (
	maxDrawnNodes = 60
	maxDrawnEdges = 200
)

// family draws the family tree where it has more than one model and is small
// enough to be read.
func (m *markdown) family(r *model.SubjectResult) {
	if len(r.Lineage.Edges) == 0 {
		return
	}
	m.fold("Family tree", func() {
		if len(r.Lineage.Nodes) > maxDrawnNodes || len(r.Lineage.Edges) > maxDrawnEdges {
			m.line("%s: too many to draw. `entail lineage` shows them.", plural(len(r.Lineage.Nodes), "model"))
			return
		}
		m.line("```mermaid")
		// A builder's writes do not fail.
		_ = writeGraph(m, r, mermaid)
		m.line("```")
	})
}
