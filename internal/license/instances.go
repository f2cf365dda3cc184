package license

import "slices"

// hit is a hash of the text that the index has of a variant.
type hit struct{ t, l int32 }

// instance is a stretch of text that may hold one variant.
type instance struct {
	v *variant
	// n is the variant's position in the library, for a stable order.
	n    int
	hits []hit
	// lo and hi bound the tokens that the whole variant would take.
	lo, hi int
	// score estimates the tokens that agree.
	score int
}

// Limits of a search.
const (
	// maxOpen is how many copies of one variant may overlap in a text.
	maxOpen = 3
	// maxAligned is how many variants are compared in full for one stretch.
	maxAligned = 24
	// maxFound is how many licences of one text are told apart.
	maxFound = 200
)

// instances finds where a text may hold which variants.
func (lib *Library) instances(text []uint32) []instance {
	type match struct {
		pos      int32
		postings []posting
	}
	matches := make([]match, 0, len(text)/8)
	counts := make([]int, len(lib.variants))
	for pos, key := range text {
		found := lib.index.find(key)
		if len(found) > 0 {
			matches = append(matches, match{int32(pos), found})
		}
		for i := range found {
			counts[found[i].v]++
		}
	}
	// Too few hits cannot be three tenths of a variant.
	total := 0
	for n, count := range counts {
		if count < lib.index.least[n] {
			counts[n] = 0
		}
		total += counts[n]
	}
	room := make([]hit, total)
	byVariant := make([][]hit, len(lib.variants))
	for n, count := range counts {
		byVariant[n], room = room[:0:count], room[count:]
	}
	for _, m := range matches {
		for _, p := range m.postings {
			if counts[p.v] > 0 {
				byVariant[p.v] = append(byVariant[p.v], hit{m.pos, p.pos})
			}
		}
	}
	var out []instance
	for n, hits := range byVariant {
		if len(hits) == 0 {
			continue
		}
		v := &lib.variants[n]
		for _, group := range copies(hits, v.tokens) {
			in := instance{v: v, n: n, hits: group}
			in.measure(0, len(text)+shingle-1)
			if in.score*10 >= v.tokens*3 {
				out = append(out, in)
			}
		}
	}
	return out
}

// copies splits the hits of one variant into those of each copy of it.
func copies(hits []hit, tokens int) [][]hit {
	type open struct {
		hits []hit
		last hit
	}
	if oneCopy(hits, tokens) {
		return [][]hit{hits}
	}
	var done [][]hit
	var now []open
	for _, h := range hits {
		best, apart := -1, tokens/2+50
		for i, o := range now {
			if d := h.apart(o.last); d < apart && h.follows(o.last, tokens) {
				best, apart = i, d
			}
		}
		if best < 0 {
			if len(now) == maxOpen {
				done = append(done, now[0].hits)
				now = slices.Delete(now, 0, 1)
			}
			now = append(now, open{})
			best = len(now) - 1
		}
		now[best].hits = append(now[best].hits, h)
		now[best].last = h
	}
	for _, o := range now {
		done = append(done, o.hits)
	}
	return done
}

// apart is how many tokens were put in or left out between two hits, and
// follows whether they may be of one copy for all that.
func (h hit) apart(last hit) int {
	d := int(h.t - h.l - last.t + last.l)
	return max(d, -d)
}

func (h hit) follows(last hit, tokens int) bool {
	return h.apart(last) < tokens/2+50 && int(h.t-last.t) < tokens+200
}

// oneCopy says whether all hits can be of one copy.
func oneCopy(hits []hit, tokens int) bool {
	for i := range hits {
		if i > 0 && !hits[i].follows(hits[i-1], tokens) {
			return false
		}
	}
	return len(hits) > 0
}

// measure bounds and scores an instance within the tokens lo to hi.
func (in *instance) measure(lo, hi int) {
	in.hits = within(in.hits, lo, hi)
	in.score = 0
	if len(in.hits) == 0 {
		return
	}
	in.score = places(in.hits) * in.v.tokens / in.v.sampled
	first, last := in.hits[0], in.hits[len(in.hits)-1]
	pad := in.v.tokens/8 + 40
	in.lo = max(lo, int(first.t-first.l)-pad)
	in.hi = min(hi, int(last.t)+in.v.tokens-int(last.l)+pad)
	in.lo, in.hi = min(in.lo, int(first.t)), max(in.hi, min(hi, int(last.t)+shingle))
}

// places counts the places of the variant that hits are of.
func places(hits []hit) int {
	rising := true
	for i := 1; i < len(hits) && rising; i++ {
		rising = hits[i].l > hits[i-1].l
	}
	if rising {
		return len(hits)
	}
	seen := make([]int32, len(hits))
	for i, h := range hits {
		seen[i] = h.l
	}
	slices.Sort(seen)
	return len(slices.Compact(seen))
}

// within gives the hits from lo on and before hi; hits are in order of t.
func within(hits []hit, lo, hi int) []hit {
	byPlace := func(h hit, at int) int { return int(h.t) - at }
	a, _ := slices.BinarySearchFunc(hits, lo, byPlace)
	b, _ := slices.BinarySearchFunc(hits, hi, byPlace)
	return hits[a:max(a, b)]
}

// found is a variant that a text holds, aligned.
type found struct {
	instance
	runs []run
	// matched counts the tokens that agree, inside those of the text between
	// the first and the last of them.
	matched, inside int
	// work counts the steps that the comparison took.
	work int
	// diffs are the differences that matter.
	diffs []gap
}

// from and to are the first token that agrees and the one behind the last.
func (f *found) from() int { return f.runs[0].t }
func (f *found) to() int   { r := f.runs[len(f.runs)-1]; return r.t + r.n }

// missing counts the variant's tokens that the text lacks.
func (f *found) missing() int { return f.v.tokens - f.matched }

// value ranks the variants for one stretch of text: what is explained less
// what differs.
func (f *found) value() int {
	return 2*f.matched - f.missing() - (f.inside - f.matched)
}

// locate compares an instance with the text in full.
func (in *instance) locate(text []uint32) (found, bool) {
	lo, hi := in.lo, max(in.lo, in.hi-shingle+1)
	seeds := make([]run, 0, len(in.hits))
	for _, h := range in.hits {
		if int(h.t) >= lo && int(h.t) < min(hi, len(text)) {
			seeds = append(seeds, run{int(h.t) - lo, int(h.l), 1})
		}
	}
	f := found{instance: *in}
	f.runs, f.work = align(text[min(lo, len(text)):min(hi, len(text))], in.v.shingles, seeds)
	for i := range f.runs {
		f.runs[i].t += lo
		f.matched += f.runs[i].n
	}
	f.runs = dropStrays(f.runs)
	f.matched = 0
	for _, r := range f.runs {
		f.matched += r.n
	}
	if len(f.runs) == 0 {
		return f, false
	}
	f.inside = f.to() - f.from()
	return f, true
}

// dropStrays leaves out short runs at the ends that stand far from the rest:
// they are turns of phrase that the licence shares with other text.
func dropStrays(runs []run) []run {
	const short, far = 12, 40
	for len(runs) > 1 {
		r, next := runs[0], runs[1]
		if r.n >= short || next.t-r.t-r.n < far {
			break
		}
		runs = runs[1:]
	}
	for len(runs) > 1 {
		r, prev := runs[len(runs)-1], runs[len(runs)-2]
		if r.n >= short || r.t-prev.t-prev.n < far {
			break
		}
		runs = runs[:len(runs)-1]
	}
	return runs
}
