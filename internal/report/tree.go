package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// maxTreeLines bounds the tree in the text report; a merge of merges has
// hundreds of ancestors, which other formats hold in full.
const maxTreeLines = 40

// row is one line of the family tree.
type row struct {
	lead  string // branches
	id    string
	node  model.LineageNode
	how   string // relation to its child
	again bool   // its own ancestors stand elsewhere in the tree
}

// name is the row's branches and what hangs on them.
func (r row) name() string {
	if r.how == "" {
		return r.lead + r.id
	}
	return r.lead + r.how + " " + r.id
}

// tree writes the family tree: each model with its licence, its base models
// below it.
func (t *text) tree(r *model.SubjectResult) {
	rows, left := treeRows(r)
	var stale []string
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row.name()))
	}
	width = min(width, t.Width-20)
	for i, row := range rows {
		name := pad(row.name(), width)
		if i == 0 {
			name = t.paint(name, bold)
		}
		license := Plain(row.node.License)
		if row.node.State != model.Resolved {
			license = t.paint("not read: "+strings.ReplaceAll(string(row.node.State), "-", " "), yellow)
		}
		if row.node.State == model.Resolved && row.node.Detail != "" && !slices.Contains(stale, row.node.Detail) {
			stale = append(stale, row.node.Detail)
		}
		line := name + "  " + license
		if remark := remarks(row); remark != "" {
			line += "  " + t.paint(remark, dim)
		}
		fmt.Fprintln(t, line)
	}
	for _, why := range stale {
		t.indented("", Plain(why), dim)
	}
	if left > 0 {
		fmt.Fprintf(t, "%s\n", t.paint(fmt.Sprintf("… and %d more; --format json has them all", left), dim))
	}
}

// remarks says how a model was made, and how fresh and how open its facts are.
func remarks(r row) string {
	var parts []string
	if r.node.State != model.Resolved {
		return ""
	}
	if from := stored(r.node.Source); r.node.AsOf != "" {
		parts = append(parts, from+" of "+r.node.AsOf)
	} else if from == "index" {
		parts = append(parts, from)
	}
	switch {
	case r.node.Source == "policy":
		// The detail says where it is stated.
	case r.node.Detail != "" && r.node.Source == "hub":
		parts = append(parts, "read in part")
	case r.node.Detail != "":
		parts = append(parts, "not refreshed")
	}
	if r.node.Gated != "" && r.node.Gated != "false" {
		parts = append(parts, "gated")
	}
	if r.again {
		parts = append(parts, "see above")
	}
	return strings.Join(parts, ", ")
}

// stored is the word for a source that keeps facts of an earlier day.
func stored(source string) string {
	switch source {
	case "hub-cache":
		return "local Hub cache"
	case "policy":
		return "stated by a policy, as"
	}
	return Plain(source)
}

// treeRows lays the graph out as a tree from the subject to the roots. A model
// that several share is expanded once.
func treeRows(r *model.SubjectResult) (rows []row, left int) {
	nodes := map[string]model.LineageNode{}
	for _, n := range r.Lineage.Nodes {
		nodes[n.ID] = n
	}
	parents := map[string][]model.LineageEdge{}
	for _, e := range r.Lineage.Edges {
		parents[e.Child] = append(parents[e.Child], e)
	}
	seen := map[string]bool{}
	var walk func(id, how, lead, below string)
	walk = func(id, how, lead, below string) {
		current := row{lead: lead, id: Plain(id), node: nodes[id], how: how}
		again := seen[id] && len(parents[id]) > 0
		current.again = again
		seen[id] = true
		if len(rows) < maxTreeLines {
			rows = append(rows, current)
		} else {
			left++
		}
		if again {
			return
		}
		for i, e := range parents[id] {
			branch, next := "├─ ", "│  "
			if i == len(parents[id])-1 {
				branch, next = "└─ ", "   "
			}
			walk(e.Parent, howMade[e.Relation], below+branch, below+next)
		}
	}
	walk(r.Subject, "", "", "")
	return rows, left
}

// howMade says how a model comes from the one named after it.
var howMade = map[model.Relation]string{
	model.Finetune:  "fine-tuned from",
	model.Adapter:   "adapter for",
	model.Quantized: "converted from",
	model.Merge:     "merged from",
	model.Distilled: "distilled from",
	model.TrainedOn: "trained on",
	model.Unknown:   "built on",
}
