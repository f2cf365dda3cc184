package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// LineageFormats lists the formats of a family tree, the default first.
func LineageFormats() []string { return []string{"text", "json", "mermaid", "dot"} }

// WriteLineage writes a family tree with the terms that come down it.
func WriteLineage(w io.Writer, format string, r *model.SubjectResult, options Options) error {
	switch format {
	case "json":
		return writeIndented(w, struct {
			Subject string                `json:"subject"`
			Lineage model.LineageView     `json:"lineage"`
			Terms   []model.InheritedTerm `json:"terms"`
		}{r.Subject, r.Lineage, r.Terms})
	case "mermaid":
		return writeGraph(w, r, mermaid)
	case "dot":
		return writeGraph(w, r, dot)
	}
	t := newText(w, options)
	t.tree(r)
	t.inherited(r)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write lineage: %w", err)
	}
	return nil
}

// inherited writes the terms by the licence that they come from.
func (t *text) inherited(r *model.SubjectResult) {
	terms := slices.Clone(r.Terms)
	if !t.Verbose {
		terms = slices.DeleteFunc(terms, func(term model.InheritedTerm) bool { return term.Effect == "condition" })
	}
	slices.SortStableFunc(terms, func(a, b model.InheritedTerm) int {
		return cmp.Or(strings.Compare(a.License, b.License), strings.Compare(a.From, b.From),
			strings.Compare(b.Effect, a.Effect), strings.Compare(a.Clause, b.Clause))
	})
	heading, clause, state := "", 0, 0
	for _, term := range terms {
		clause, state = max(clause, len(term.Clause)), max(state, len(term.State))
	}
	clause = min(clause, 18)
	for _, term := range terms {
		if now := term.License + "\x00" + term.From; now != heading {
			heading = now
			fmt.Fprintf(t, "\n%s %s\n", t.paint(term.License, bold), t.paint("from "+Plain(term.From), dim))
		}
		word := t.paint(pad(stateWord(term.State), state), termStyle(term.State))
		fmt.Fprintf(t, "  %s  %s  %s\n", word, pad(term.Clause, clause), cmp.Or(t.Titles[term.Term], term.Term))
	}
}

func termStyle(state string) style {
	switch state {
	case "carried", "met":
		return green
	case "dropped", "unmet":
		return red
	case "not-applicable":
		return dim
	default:
		return yellow
	}
}

// graph is how a graph language writes a lineage.
type graph struct {
	open, close string
	// node takes a name made here, a label and whether it is the subject.
	node func(name, id, label string, subject bool) string
	// edge goes from a base model to what was made from it.
	edge func(parent, child, relation string) string
}

// quoted makes text safe inside double quotes of mermaid and dot: what could
// end the quotes, or be taken for markup, is written as an entity or dropped.
func quoted(text string) string {
	text = Plain(text)
	return strings.NewReplacer(`"`, "#quot;", "%%", "% %", `\`, "/", "<", "#lt;", ">", "#gt;", "`", "'", "[", "(", "]", ")").Replace(text)
}

var mermaid = graph{
	open: "flowchart BT",
	node: func(name, id, label string, subject bool) string {
		shape := fmt.Sprintf(`  %s["%s<br/>%s"]`, name, quoted(id), quoted(label))
		if subject {
			shape = fmt.Sprintf(`  %s(["%s<br/>%s"])`, name, quoted(id), quoted(label))
		}
		return shape
	},
	edge: func(parent, child, relation string) string {
		return fmt.Sprintf("  %s -->|%s| %s", child, quoted(relation), parent)
	},
}

var dot = graph{
	open: "digraph lineage {\n  rankdir=BT\n  node [shape=box, fontname=\"sans-serif\"]", close: "}",
	node: func(name, id, label string, subject bool) string {
		style := ""
		if subject {
			style = ", style=bold"
		}
		return fmt.Sprintf(`  %s [label="%s\n%s"%s]`, name, dotText(id), dotText(label), style)
	},
	edge: func(parent, child, relation string) string {
		return fmt.Sprintf(`  %s -> %s [label="%s"]`, child, parent, dotText(relation))
	},
}

func dotText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(Plain(text))
}

func writeGraph(w io.Writer, r *model.SubjectResult, g graph) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, g.open)
	names := map[string]string{}
	for i, n := range r.Lineage.Nodes {
		names[n.ID] = fmt.Sprintf("n%d", i)
		label := n.License
		if n.State != model.Resolved {
			label = "not read: " + stateWord(string(n.State))
		}
		fmt.Fprintln(out, g.node(names[n.ID], n.ID, label, n.ID == r.Subject))
	}
	for _, e := range r.Lineage.Edges {
		fmt.Fprintln(out, g.edge(names[e.Parent], names[e.Child], string(e.Relation)))
	}
	if g.close != "" {
		fmt.Fprintln(out, g.close)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write lineage: %w", err)
	}
	return nil
}
