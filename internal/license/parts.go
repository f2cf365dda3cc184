package license

import (
	"bytes"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// part is where a numbered part of a text begins, and how it is numbered:
// "4", "4.b.i", "Attachment A".
type part struct {
	at    int32
	label string
}

// listItem is a list mark at the start of a line, before token at.
type listItem struct {
	at   int32
	mark string
	// sure is false where the mark may be the end of a sentence instead.
	sure bool
}

// maxDepth of nested lists that is told, and maxParts of one text.
const (
	maxPartDepth = 5
	maxParts     = 2000
)

// parts lists the numbered parts of a text, in order.
func (w *wording) parts() []part {
	var out []part
	var n numbering
	items := w.items
	for i := 0; i < len(w.tokens) && len(out) < maxParts; i++ {
		for len(items) > 0 && int(items[0].at) < i {
			items = items[1:]
		}
		switch {
		case len(items) > 0 && int(items[0].at) == i:
			if items[0].sure || n.expects(items[0].mark) {
				out = append(out, part{int32(i), n.next(items[0].mark)})
			}
		case w.lineStart(i):
			if word, mark, ok := w.partHeading(i); ok {
				out = append(out, part{int32(i), n.heading(word, mark)})
			}
		}
	}
	return out
}

// partHeading reads a heading such as "Section 4" or "ATTACHMENT A" that
// begins with token i. A heading stands behind an empty line, so that a
// reference broken over two lines is none.
func (w *wording) partHeading(i int) (word, mark string, ok bool) {
	if i > 0 && w.tokens[i].line-w.tokens[i-1].line < 2 {
		return "", "", false
	}
	word = strings.ToLower(string(w.raw(i)))
	switch word {
	case "section", "article", "clause", "attachment", "appendix", "annex", "schedule", "exhibit", "addendum":
	default:
		return "", "", false
	}
	rest := bytes.TrimLeft(w.lineRest(i), " \t*_")
	n := bytes.IndexFunc(rest, func(r rune) bool { return r != '.' && (r > 'z' || !isWordByte(byte(r))) })
	if n < 0 {
		n = len(rest)
	}
	mark = strings.TrimRight(string(rest[:n]), ".")
	if after := bytes.TrimLeft(rest[n:], " \t"); len(after) > 0 && after[0] >= 'a' && after[0] <= 'z' {
		// A sentence that begins with a reference.
		return "", "", false
	}
	for _, p := range strings.Split(mark, ".") {
		if size, _ := markPart([]byte(p)); mark != "" && size != len(p) {
			return "", "", false
		}
	}
	return word, mark, w.lineEnd(i)-i <= maxTitle
}

// numbering keeps where in nested lists a text is.
type numbering struct {
	// within is the attachment that the lists are of.
	within string
	levels []level
}

// level is one list: the style of its marks and the place of the last one.
type level struct {
	style byte
	value int
	mark  string
}

func (n *numbering) label() string {
	marks := make([]string, 0, 1+len(n.levels))
	for _, l := range n.levels {
		marks = append(marks, l.mark)
	}
	return strings.TrimSpace(n.within + " " + strings.Join(marks, "."))
}

// heading begins a part that is named by a word.
func (n *numbering) heading(word, mark string) string {
	n.levels = n.levels[:0]
	switch word {
	case "section", "article", "clause":
		return n.next(mark)
	}
	n.within = strings.TrimSpace(strings.ToUpper(word[:1]) + word[1:] + " " + mark)
	return n.within
}

// next begins the item of a list mark, and says how it is numbered in full.
func (n *numbering) next(mark string) string {
	marks := strings.Split(strings.Trim(mark, "()[]. :"), ".")
	if len(marks) > 1 {
		n.levels = n.levels[:0]
		for _, m := range marks[:min(len(marks), maxPartDepth)] {
			n.levels = append(n.levels, readings(m)[0])
		}
		return n.label()
	}
	all := readings(marks[0])
	n.place(all)
	return n.label()
}

// expects says whether a mark is the next one of a list.
func (n *numbering) expects(mark string) bool {
	marks := strings.Split(strings.Trim(mark, "()[]. :"), ".")
	if len(n.levels) == 0 {
		return false
	}
	first, last := readings(marks[0])[0], readings(marks[len(marks)-1])[0]
	if len(marks) > 1 {
		top := n.levels[0]
		return first.style == top.style && last.value > 0 && (first.value == top.value || first.value == top.value+1)
	}
	return slices.ContainsFunc(n.levels, func(l level) bool {
		return slices.ContainsFunc(readings(marks[0]), func(r level) bool {
			return r.style == l.style && (r.value == l.value+1 || r.value == 1 && l.value == 1)
		})
	})
}

// place puts a mark into the list that it goes on with, else into a new one.
func (n *numbering) place(all []level) {
	for i := len(n.levels) - 1; i >= 0; i-- {
		for _, r := range all {
			if r.style == n.levels[i].style && r.value == n.levels[i].value+1 {
				n.levels = append(n.levels[:i], r)
				return
			}
		}
	}
	first := slices.IndexFunc(all, func(r level) bool { return r.value == 1 })
	for i := len(n.levels) - 1; i >= 0; i-- {
		for _, r := range all {
			// Markdown may number every item of a list 1.
			again := r.value == 1 && i == len(n.levels)-1 && n.levels[i].value == 1
			if r.style == n.levels[i].style && (first < 0 || again) {
				n.levels = append(n.levels[:i], r)
				return
			}
		}
	}
	if len(n.levels) == maxPartDepth {
		n.levels = n.levels[:maxPartDepth-1]
	}
	n.levels = append(n.levels, all[max(first, 0)])
}

// readings are what a list mark can mean: (i) follows (h), or comes first.
func readings(mark string) []level {
	if mark == "" {
		return []level{{'d', 0, mark}}
	}
	c := mark[0]
	if c >= '0' && c <= '9' {
		v := 0
		for _, d := range mark {
			v = min(10*v+int(d-'0'), 1<<20)
		}
		return []level{{'d', v, mark}}
	}
	letter, roman := byte('a'), byte('i')
	if c < 'a' {
		letter, roman = 'A', 'I'
	}
	var out []level
	if len(mark) == 1 {
		out = append(out, level{letter, int(c-letter) + 1, mark})
	}
	if v := romanValue(strings.ToLower(mark)); v > 0 {
		out = append(out, level{roman, v, mark})
	}
	if out == nil {
		out = append(out, level{letter, 0, mark})
	}
	return out
}

// romanValue reads a number of the letters i, v and x, 0 for none.
func romanValue(mark string) int {
	worth := map[byte]int{'i': 1, 'v': 5, 'x': 10}
	sum := 0
	for i := range len(mark) {
		v := worth[mark[i]]
		if v == 0 {
			return 0
		}
		if i+1 < len(mark) && worth[mark[i+1]] > v {
			v = -v
		}
		sum += v
	}
	return sum
}

// maxSlide is how many words a part may begin like the next one.
const maxSlide = 40

// atPart gives words that were left out as those from the start of a part on,
// where that is the same: parts that begin alike can be told apart by either.
func (v *variant) atPart(g gap) gap {
	if g.tn > 0 || g.l+g.ln >= v.tokens {
		return g
	}
	for k := shingle; k <= min(g.l, g.t, maxSlide); k++ {
		if v.shingles[g.l-k] != v.shingles[g.l+g.ln-k] {
			break
		}
		if _, start := v.partFrom(g.l - k); start {
			return gap{g.t - k, 0, g.l - k, g.ln}
		}
	}
	return g
}

// maxMissing bounds the missing parts that are told of one text.
const maxMissing = 200

// missingParts says of which parts of f's licence the text lacks words, and
// behind which of its lines they would stand.
func (f *found) missingParts(w *wording) []model.MissingPart {
	var out []model.MissingPart
	for _, g := range f.diffs {
		line := 0
		if g.t > 0 {
			line = int(w.tokens[min(g.t, len(w.tokens))-1].line)
		}
		for l := g.l; l < g.l+g.ln; {
			label, end := f.v.partAt(l)
			end = min(end, g.l+g.ln)
			if k := len(out) - 1; k >= 0 && out[k].Clause == label && out[k].Line == line {
				out[k].Words += end - l
			} else if len(out) < maxMissing {
				out = append(out, model.MissingPart{Clause: label, Words: end - l, Line: line})
			}
			l = end
		}
	}
	return out
}

// partFrom is the first part that begins at token l or behind, and whether it
// begins there.
func (v *variant) partFrom(l int) (int, bool) {
	return slices.BinarySearchFunc(v.parts, l, func(p part, l int) int { return int(p.at) - l })
}

// partAt is the label of the part that token l belongs to, and where it ends.
func (v *variant) partAt(l int) (label string, end int) {
	i, found := v.partFrom(l)
	end = v.tokens
	if found {
		i++
	}
	if i < len(v.parts) {
		end = int(v.parts[i].at)
	}
	if i > 0 {
		label = v.parts[i-1].label
	}
	return label, end
}
