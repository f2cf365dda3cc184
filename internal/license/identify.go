package license

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/entail-dev/entail/internal/model"
)

// Identify says which licence the text of one file is, and how it differs
// from the licence as published. file is the path of the file, used for its
// name alone.
//
// The licence named is one whose own wording the text holds, for the most
// part; where that is in doubt between licences none is named. Text of which
// no licence is known counts as modified, with all its lines as added.
// Of a text longer than MaxTextBytes the beginning is read; it counts as
// modified, with what was not read as added.
func Identify(file string, text []byte) model.LicenseText {
	return known().Identify(file, text)
}

// Identify is as the function of this name, by the fingerprints of lib.
func (lib *Library) Identify(file string, text []byte) model.LicenseText {
	sum := sha256.Sum256(text)
	out := model.LicenseText{File: file, Added: []model.AddedSpan{}, SHA256: hex.EncodeToString(sum[:])}
	out.Covers, _ = LicenseFile(file)
	w := tokenize(text, compared)
	w.trimFrame()
	lib.name(&w, &out)
	if len(text) > MaxTextBytes {
		last := len(Lines(text))
		out.Modified = true
		out.Added = append(out.Added, model.AddedSpan{From: last, To: last, Terms: []model.FoundTerm{}})
	}
	return out
}

// name fills in what a text is.
func (lib *Library) name(w *wording, out *model.LicenseText) {
	all, near := lib.search(w)
	if len(all) == 0 && lib.refer(w, out) || len(w.tokens) == 0 {
		return
	}
	lib.describe(w, all, out)
	if out.ID == "" && near != nil {
		out.Nearest = &model.NearestLicense{
			ID: lib.ids[near.v.id], Coverage: ratio(near.matched, len(w.tokens)), Missing: ratio(near.missing(), near.v.tokens),
		}
	}
}

// search finds the licences of a text, in the order of the text, and the one
// most like it of those that it does not hold; nil where none is.
func (lib *Library) search(w *wording) ([]found, *found) {
	text := shingles(w.tokens)
	list := lib.instances(text)
	slices.SortFunc(list, func(a, b instance) int {
		if a.lo != b.lo {
			return a.lo - b.lo
		}
		return a.n - b.n
	})
	var out []found
	var near *found
	for len(list) > 0 && len(out) < maxFound {
		// An island is a chain of instances that overlap.
		end, hi := 1, list[0].hi
		for end < len(list) && list[end].lo < hi {
			hi = max(hi, list[end].hi)
			end++
		}
		out, near = lib.island(w, text, list[:end], out, near)
		list = list[end:]
	}
	slices.SortFunc(out, func(a, b found) int { return a.from() - b.from() })
	return out, near
}

// island finds the licences of one stretch of text, the best explained
// first, then those of what is left before and behind it.
func (lib *Library) island(w *wording, text []uint32, list []instance, out []found, near *found) ([]found, *found) {
	type stretch struct {
		lo, hi int
		list   []instance
	}
	work := []stretch{{0, len(w.tokens), list}}
	for len(work) > 0 && len(out) < maxFound {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		top, other := best(w, text, s.list)
		if other != nil && (near == nil || other.matched > near.matched) {
			near = other
		}
		if top == nil {
			continue
		}
		out = append(out, *top)
		before, after := stretch{lo: s.lo, hi: top.from()}, stretch{lo: top.to(), hi: s.hi}
		for _, in := range s.list {
			for _, part := range []*stretch{&before, &after} {
				cut := in
				cut.measure(part.lo, part.hi)
				if cut.score*10 >= cut.v.tokens*5 {
					part.list = append(part.list, cut)
				}
			}
		}
		work = append(work, before, after)
	}
	return out, near
}

// best picks the variant that explains a stretch best; nil where it cannot be
// sure which licence that is. near is then the one that comes nearest, nil
// where not even half of any is there.
func best(w *wording, text []uint32, list []instance) (top, near *found) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b instance) int {
		if x, y := a.rank(), b.rank(); x != y {
			return y - x
		}
		return a.n - b.n
	})
	list = list[:min(len(list), maxAligned)]
	done := make([]*found, len(list))
	if top := whole(w, text, list, done); top != nil {
		return top, nil
	}
	var all []found
	for i := range list {
		if f := list[i].located(w, text, &done[i]); len(f.runs) > 0 {
			all = append(all, *f)
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return b.value() - a.value() })
	if i := slices.IndexFunc(all, func(f found) bool { return !f.v.notice && f.matched*2 >= f.v.tokens }); i >= 0 {
		f := all[i]
		near = &f
	}
	all = slices.DeleteFunc(all, func(f found) bool { return !f.convincing() })
	for i := range all {
		all[i].diffs = compare(w, &all[i])
	}
	named := slices.DeleteFunc(slices.Clone(all), func(f found) bool { return f.renamed(w) })
	if len(named) == 0 || doubtful(named) {
		return nil, near
	}
	return pick(named, all), near
}

// whole looks for the variant that explains a stretch best among those that
// may, and gives it where every word of its terms is there, nil where another
// look has to be taken. Most texts are a licence as published, and need no
// comparison with all that are like it.
func whole(w *wording, text []uint32, list []instance, done []*found) *found {
	var top *found
	doubt := false
	for i := range list {
		if top != nil && list[i].most() < top.value() {
			continue
		}
		f := list[i].located(w, text, &done[i])
		switch {
		case len(f.runs) == 0:
		case top == nil || f.value() > top.value():
			top, doubt = f, false
		case f.value() == top.value() && f.v.id != top.v.id:
			doubt = true
		}
	}
	if top == nil || doubt || !top.convincing() {
		return nil
	}
	if top.diffs = compare(w, top); top.lacks() > 0 || top.renamed(w) {
		return nil
	}
	return top
}

// located aligns an instance with the text in full, unless that was done.
func (in *instance) located(w *wording, text []uint32, done **found) *found {
	if *done == nil {
		f, _ := in.locate(text)
		w.work += f.work
		*done = &f
	}
	return *done
}

// most bounds value from above, as far as the sample can tell: what it has
// found may be a quarter less than there is.
func (in *instance) most() int {
	return 3*min(in.score+in.score/4+50, in.v.tokens, in.hi-in.lo) - in.v.tokens
}

// rank estimates value from the sample.
func (in *instance) rank() int { return 3*in.score - in.v.tokens }

// convincing says whether enough of the variant is there to name it.
func (f *found) convincing() bool {
	tenths := 7
	if f.v.notice {
		tenths = 9
	}
	return f.matched*10 >= f.v.tail*tenths && f.matched*10 >= f.inside*6
}

// doubtful says whether a licence other than the first explains the stretch
// just as well.
func doubtful(all []found) bool {
	f := &all[0]
	if f.missing() == 0 && f.inside == f.matched {
		return false
	}
	return slices.ContainsFunc(all, func(o found) bool {
		return o.v.id != f.v.id && !o.v.notice && o.value() >= f.value()
	})
}

// fewGaps is how many differences a copy of a licence has at most under a
// heading of its own.
const fewGaps = 2

// renamed says whether the first lines name something else and more differs
// than they: then this is the licence of something else. One word that stands
// for another throughout is no more than that other thing's name.
func (f *found) renamed(w *wording) bool {
	end, head, elsewhere := len(f.v.headWords), sameName, 0
	for _, g := range f.diffs {
		if g.l == end && end > 0 && g.tn > 0 && !w.lineStart(g.t) {
			// The last line goes on.
			g = gap{t: g.t, tn: min(w.lineEnd(g.t)-g.t, g.tn), l: g.l}
		} else if g.l >= end {
			elsewhere++
			continue
		}
		head = max(head, f.v.renames(w, g))
	}
	other := head == otherName && elsewhere > 0 || elsewhere > fewGaps && (head == oneName || f.underTitle(w))
	return other && !f.oneWord(w)
}

// oneWord says whether all differences are one word of the text, which is no
// version number, in the place of one of the licence.
func (f *found) oneWord(w *wording) bool {
	last := func(g gap) uint64 { return w.tokens[g.t+g.tn-1].hash }
	for _, g := range f.diffs {
		// What stands before the first three words that agree is not told apart.
		if g.tn == 0 || g.tn != g.ln || g.tn > 1 && g.l > 0 || g.tn >= shingle || last(g) != last(f.diffs[0]) {
			return false
		}
	}
	return len(f.diffs) > 0 && !bytes.ContainsAny(w.raw(f.diffs[0].t+f.diffs[0].tn-1), "0123456789")
}

// naming says how the first lines of a text and a licence agree.
type naming uint8

const (
	sameName naming = iota
	// oneName: behind the title, one of them names what the other does not.
	oneName
	// otherName: both name something, and not the same.
	otherName
)

// renames says whether a difference in the first lines changes a name. Whole
// lines may be absent, and so may the beginning, which names the publisher.
func (v *variant) renames(w *wording, g gap) naming {
	ours := slices.DeleteFunc(slices.Clone(v.headWords[g.l:min(g.l+g.ln, len(v.headWords))]), func(h uint32) bool { return h == 0 })
	edge := func(l int) bool { return l == 0 || l >= len(v.headWords) || slices.Contains(v.head, l) }
	if g.tn == 0 && (g.l == 0 || edge(g.l) && edge(g.l+g.ln)) || g.ln == 0 && (g.l == 0 || edge(g.l) && w.lineStart(g.t)) {
		return sameName
	}
	var theirs []uint32
	for i := g.t; i < g.t+g.tn; i++ {
		if !w.namesNothing(i) {
			theirs = append(theirs, fold(w.tokens[i].hash))
		}
	}
	switch {
	case containsAll(ours, theirs) && containsAll(theirs, ours), g.l == v.head[0] && g.ln == 0 && w.edition(g.t, g.t+g.tn):
		return sameName
	case (g.l > v.head[0] || g.l == v.head[0] && w.lineStart(g.t)) && (len(ours) == 0 || len(theirs) == 0):
		return oneName
	}
	return otherName
}

// containsAll says whether list has all of part.
func containsAll(list, part []uint32) bool {
	return !slices.ContainsFunc(part, func(h uint32) bool { return !slices.Contains(list, h) })
}

// headingReach is how many words ahead of a licence its heading may stand.
const headingReach = 200

// underTitle says whether the text has a heading that is not the licence's
// right before its words, or up to as many words ahead as the licence's
// beginning is missing.
func (f *found) underTitle(w *wording) bool {
	end := f.from()
	if f.runs[0].l == 0 {
		for end > 0 && w.tokens[end-1].line == w.tokens[f.from()].line {
			end--
		}
	}
	for i := max(0, end-f.runs[0].l-headingReach); i < end; {
		next := min(w.lineEnd(i), end)
		if next-i <= maxTitle && !w.frameLine(i, next, f.v.names) && !w.onlyMarks(i, next) &&
			(i == 0 || w.tokens[i-1].line < w.tokens[i].line) && bytes.IndexByte(w.lineRest(next-1), '.') < 0 {
			return true
		}
		i = next
	}
	return false
}

// describe fills in the facts about the licences found.
func (lib *Library) describe(w *wording, all []found, out *model.LicenseText) {
	// The first licence of a file is its own, others come with parts of it.
	main := slices.IndexFunc(all, func(f found) bool { return !f.v.notice })
	if main < 0 {
		main = len(all[:min(len(all), 1)]) - 1
	}
	var diffs []gap
	for i := range all {
		diffs = append(diffs, all[i].diffs...)
	}
	diffs = append(diffs, lib.outside(w, all)...)
	out.Added = spans(w, diffs)
	out.Modified = len(diffs) > 0
	if main >= 0 && all[main].v.notice && len(w.tokens)-all[main].matched > 2*maxRemark {
		// Most of the text is something else.
		main = -1
	}
	lib.also(w, all, main, out)
	if main < 0 {
		return
	}
	f := &all[main]
	out.ID = lib.ids[f.v.id]
	out.Coverage = ratio(f.matched, len(w.tokens))
	out.Missing = ratio(f.missing(), f.v.tokens)
	out.MissingParts = f.missingParts(w)
	w.foreignScripts(f, out.Added)
	out.Reference = f.v.notice
}

// also lists the licences found beside the main one.
func (lib *Library) also(w *wording, all []found, main int, out *model.LicenseText) {
	for i := range all {
		if i == main {
			continue
		}
		o := &all[i]
		out.Also = append(out.Also, model.AlsoFound{
			ID: lib.ids[o.v.id], Coverage: ratio(o.matched, len(w.tokens)),
			From: int(w.tokens[o.from()].line), To: int(w.tokens[o.to()-1].line),
		})
	}
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return min(float64(n)/float64(of), 1)
}
