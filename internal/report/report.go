// Package report writes results. Each format is a pure function of a result:
// no clock, no environment, no file. It shows what was decided and decides
// nothing.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// Options say how a report looks. They never change what it says.
type Options struct {
	// Color allows ANSI colours.
	Color bool
	// Width is the number of columns to fill; 80 where zero.
	Width int
	// Verbose shows notes in full, and met terms.
	Verbose bool
	// Titles has the title of each rule by id.
	Titles map[string]string
	// Kinds has the title of each kind of term by id.
	Kinds map[string]string
	// Definitions are those shown in full.
	Definitions []string
	// Headline are those whose verdict stands on the last line, beside those
	// shown in full.
	Headline []string
	// Rules are all rules that were evaluated, for formats that list them.
	Rules []Rule
	// Folders has the folder of each result, relative to where places are
	// looked up, in the order of the results; "" for a subject with none.
	Folders []string
}

// Rule is what a report says of a rule itself.
type Rule struct {
	ID, Title, Description string
	Level                  model.Level
	// Refs are addresses, the first one to read.
	Refs []string
}

// Formats lists the names of the formats, the default first.
func Formats() []string { return []string{"text", "json", "markdown", "sarif", "badge", "badge-json"} }

// Write writes a result in a format. The error says that the format does not
// exist, or that w failed.
func Write(w io.Writer, format string, result *model.Result, options Options) error {
	switch format {
	case "text":
		return writeText(w, result, options)
	case "json":
		return writeJSON(w, result)
	case "badge":
		return writeBadge(w, result, options)
	case "badge-json":
		return writeBadgeJSON(w, result, options)
	case "markdown":
		return WriteMarkdown(w, result, nil, options)
	case "sarif":
		return writeSARIF(w, result, options)
	default:
		return fmt.Errorf("unknown format %q: one of %s", format, strings.Join(Formats(), ", "))
	}
}

// group is a run of findings that a reader takes as one: the same rule and
// level, about the same licence of the same ancestor.
type group struct {
	findings []model.Finding
}

func (g group) first() model.Finding { return g.findings[0] }

// groups joins the findings of a subject, which are sorted by level and rule.
func groups(findings []model.Finding) []group {
	var all []group
	for _, f := range findings {
		i := slices.IndexFunc(all, func(g group) bool {
			first := g.first()
			return first.Rule == f.Rule && first.Level == f.Level && first.License == f.License &&
				slices.Equal(first.Path, f.Path)
		})
		if i < 0 {
			all = append(all, group{[]model.Finding{f}})
			continue
		}
		all[i].findings = append(all[i].findings, f)
	}
	return all
}

// counted says how many findings of each level there are that count, and how
// many that do not; nothing for none.
func counted(findings []model.Finding) []string {
	var parts []string
	counting := model.Counted(findings)
	counts := count(counting)
	for _, level := range model.Levels() {
		if n := counts[level]; n > 0 {
			parts = append(parts, plural(n, string(level)))
		}
	}
	if n := len(findings) - len(counting); n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	return parts
}

// summed is the counts over several subjects.
func summed(s model.Summary) string {
	parts := []string{plural(s.Errors, "error"), plural(s.Warnings, "warning"), plural(s.Notes, "note")}
	if s.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", s.Waived))
	}
	return strings.Join(parts, ", ")
}

// waiverText is why a finding does not count, who said so and until when.
func waiverText(w *model.Waiver) string {
	var by []string
	if w.Approver != "" {
		by = append(by, "approved by "+w.Approver)
	}
	if w.Expires != "" {
		by = append(by, "until "+w.Expires)
	}
	if len(by) == 0 {
		return w.Reason
	}
	return w.Reason + " (" + strings.Join(by, ", ") + ")"
}

// offRules are rules that are switched off, in words.
func offRules(off []model.OffRule) []string {
	var all []string
	for _, one := range off {
		if one.ReplacedBy != "" {
			all = append(all, one.Rule+" (replaced by "+one.ReplacedBy+")")
			continue
		}
		all = append(all, one.Rule)
	}
	return all
}

// count counts the findings of each level.
func count(findings []model.Finding) map[model.Level]int {
	counts := map[model.Level]int{}
	for _, f := range findings {
		counts[f.Level]++
	}
	return counts
}

// plural is "1 error", "2 errors".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
