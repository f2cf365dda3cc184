package license

import (
	"slices"

	"github.com/entail-dev/entail/internal/model"
)

// gap is a place where a text and a licence differ: tn tokens from t of the
// text stand for ln tokens from l of the licence.
type gap struct{ t, tn, l, ln int }

// compare lists the differences that matter between a licence and the text
// from its first to its last token that agrees.
func compare(w *wording, f *found) []gap {
	var out []gap
	t, l := f.from(), 0
	for _, r := range f.runs {
		g := gap{t, r.t - t, l, r.l - l}
		if l == 0 {
			// Before the first run, text is judged apart from this licence.
			g = openingGap(w, f, g)
		}
		g = w.atLine(g)
		if (g.tn > 0 || g.ln > 0) && !harmless(w, f.v, g) {
			out = append(out, f.v.atPart(g))
		}
		t, l = r.t+r.n, r.l+r.n
	}
	if g := (gap{t, 0, l, f.v.tokens - l}); g.ln > 0 && !harmless(w, f.v, g) {
		out = append(out, g)
	}
	return out
}

// atLine gives words that were put in as those from the start of a line on, or
// of the lines that tell the page, where that is the same: they may end like
// what stands before them.
func (w *wording) atLine(g gap) gap {
	if g.ln > 0 || g.tn == 0 {
		return g
	}
	inLine := !w.lineStart(g.t)
	for k := 1; k <= min(g.t, maxSlide) && w.tokens[g.t-k].hash == w.tokens[g.t+g.tn-k].hash; k++ {
		if inLine && w.lineStart(g.t-k) || w.onlyPages(g.t-k, g.t-k+g.tn) {
			return gap{g.t - k, g.tn, g.l - k, 0}
		}
	}
	for k := 0; inLine && k < min(len(w.tokens)-g.t-g.tn, maxSlide) && w.tokens[g.t+k].hash == w.tokens[g.t+g.tn+k].hash; k++ {
		if w.lineStart(g.t + k + 1) {
			return gap{g.t + k + 1, g.tn, g.l + k + 1, 0}
		}
	}
	return g
}

// openingGap takes in the text right before the first run that can stand for
// the licence's first words, such as another heading.
func openingGap(w *wording, f *found, g gap) gap {
	if g.ln == 0 || f.from() == 0 {
		return g
	}
	first := f.from() - 1
	for lines := 0; first > 0 && f.from()-first < maxTitle+g.ln; first-- {
		if w.tokens[first-1].line < w.tokens[first].line {
			if lines++; lines > len(f.v.head) || w.lineEnd(first)-first > maxTitle || g.ln <= f.from()-first {
				break
			}
		}
	}
	return gap{first, f.from() - first, g.l, g.ln}
}

// harmless says whether a difference never matters. What may be absent from a
// licence may be so alone where a list mark was left out, else only with more
// of its kind: a number by itself might be one of the terms.
func harmless(w *wording, v *variant, g gap) bool {
	soft, name := v.isSoft(g.l, g.l+g.ln)
	switch {
	case g.tn == 0:
		return g.l+g.ln <= v.title || g.l >= v.tail || soft && (w.droppedAt(g.t) || g.ln > 1) || w.inStatement(v, g)
	case g.ln == 0:
		return w.onlyMarks(g.t, g.t+g.tn) || w.isStatement(g.t, g.t+g.tn) || w.holderWords(g.t, g.t+g.tn) ||
			w.properNames(g.t, g.t+g.tn) && w.inHolderSlot(g.t, g.t+g.tn) || w.onlyPages(g.t, g.t+g.tn)
	case soft:
		return w.onlyMarks(g.t, g.t+g.tn) && w.lineStart(g.t) || name && w.nameLike(g.t, g.t+g.tn) ||
			w.onlyPages(g.t, g.t+g.tn) && w.droppedAt(g.t+g.tn)
	}
	if len(v.head) > 0 && g.l+g.ln <= v.head[0] && w.goesOn(g.t, g.t+g.tn) {
		return true
	}
	return g.tn <= 12 && g.ln <= 12 && w.inHolderSlot(g.t, g.t+g.tn)
}

// onlyMarks says whether all tokens lo to hi look like list marks or belong
// to a copyright statement.
func (w *wording) onlyMarks(lo, hi int) bool {
	for _, t := range w.tokens[lo:hi] {
		if t.kind != mark && t.kind != statement {
			return false
		}
	}
	return true
}

// lineStart says whether token i is the first of its line.
func (w *wording) lineStart(i int) bool {
	return i == 0 || w.tokens[i-1].line < w.tokens[i].line
}

// slot is a place of a sentence where licences name who holds the rights.
type slot struct{ before, after []uint64 }

func hashWords(list ...string) []uint64 {
	out := make([]uint64, len(list))
	for i, s := range list {
		out[i] = hashWord(s)
	}
	return out
}

var holderSlots = []slot{
	{hashWords("name", "of"), hashWords("nor")},
	{hashWords("names", "of"), hashWords("nor")},
	{hashWords("provided", "by"), hashWords("as", "is")},
	{hashWords("provided", "by"), hashWords("and", "contributors")},
	{hashWords("event", "shall"), hashWords("or", "contributors")},
	{hashWords("event", "shall"), hashWords("be", "liable")},
}

// maxHolder is how many words of a name may stand on either side of those
// that differ.
const maxHolder = 3

// inHolderSlot says whether tokens lo to hi are a name, or a part of one, in a
// place where licences name who holds the rights.
func (w *wording) inHolderSlot(lo, hi int) bool {
	for _, s := range holderSlots {
		first, last := lo, hi
		for last < len(w.tokens) && last-hi < maxHolder && !w.has(last, s.after) {
			last++
		}
		for first > 0 && lo-first < maxHolder && !w.has(first-len(s.before), s.before) {
			first--
		}
		if w.has(last, s.after) && w.has(first-len(s.before), s.before) && w.nameLike(first, last) &&
			w.properNames(first, lo) && w.properNames(hi, last) {
			return true
		}
	}
	return false
}

// has says whether the tokens from i on have these hashes.
func (w *wording) has(i int, hashes []uint64) bool {
	if i < 0 || i+len(hashes) > len(w.tokens) {
		return false
	}
	for k, h := range hashes {
		if w.tokens[i+k].hash != h {
			return false
		}
	}
	return true
}

// outside lists the text that belongs to none of the licences found, without
// the lines that only present one.
func (lib *Library) outside(w *wording, all []found) []gap {
	var names []uint32
	for i := range all {
		names = append(names, all[i].v.names...)
	}
	var out []gap
	at := 0
	for i := 0; i <= len(all); i++ {
		end := len(w.tokens)
		if i < len(all) {
			end = all[i].from()
		}
		out = append(out, w.strange(at, end, names, len(all) > 0)...)
		if i < len(all) {
			at = max(at, all[i].to())
		}
	}
	return out
}

// strange lists the lines of tokens lo to hi that say something. framed is
// true where there is a licence that the others may present.
func (w *wording) strange(lo, hi int, names []uint32, framed bool) []gap {
	var out []gap
	holders := 0
	for lo < hi {
		end := min(w.lineEnd(lo), hi)
		if w.afterStatement(lo) {
			// A statement may go on over some lines.
			holders = 3
		}
		holder := holders > 0 && w.nameLike(lo, end) && w.properNames(lo, end)
		if !holder {
			holders = 0
		}
		holders--
		if !framed || !holder && !w.frameLine(lo, end, names) && !w.onlyMarks(lo, end) && !w.isStatement(lo, end) && !w.onlyPages(lo, end) {
			out = append(out, gap{t: lo, tn: end - lo})
		}
		lo = end
	}
	return out
}

// spans gives the lines of differences, in order. Words left out are told at
// the line of the word before.
func spans(w *wording, diffs []gap) []model.AddedSpan {
	out := []model.AddedSpan{}
	slices.SortFunc(diffs, func(a, b gap) int { return a.t - b.t })
	for _, g := range diffs {
		first, last := g.t, g.t+g.tn-1
		if g.tn == 0 {
			first = min(max(g.t-1, 0), len(w.tokens)-1)
			last = first
		}
		from, to := int(w.tokens[first].line), int(w.tokens[last].line)
		if k := len(out) - 1; k >= 0 && (from <= out[k].To || from == out[k].To+1 && (g.tn > 0) == (out[k].Words > 0)) {
			out[k].To = max(out[k].To, to)
			out[k].Words += g.tn
			continue
		}
		out = append(out, model.AddedSpan{From: from, To: to, Words: g.tn, Terms: []model.FoundTerm{}})
	}
	return out
}
