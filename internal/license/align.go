package license

import (
	"math/bits"
	"slices"
)

// run is a stretch of a text that equals a stretch of a licence: n items from
// t in the text and from l in the licence.
type run struct{ t, l, n int }

// Limits of one alignment. Stretches too large for a full comparison are
// split at hashes that occur once on both sides; where there is none they
// count as different.
const (
	maxCells = 1 << 16
	maxDepth = 24
)

// aligner compares two streams of hashes.
type aligner struct {
	t, l []uint32
	runs []run
	// work counts the steps taken.
	work int
	// rows and equal are rows of bits of a table. heads and next chain the
	// places, plus one, of the hashes that are alike in all but shift bits.
	rows, equal []uint64
	heads, next []int32
	shift       int
}

// align gives the runs that t and l have in common, in the order of both.
// Runs are of tokens, so that each token is in one run at most. seeds are
// places known to agree, in the order of t; there may be none. work is the
// number of steps taken.
func align(t, l []uint32, seeds []run) (runs []run, work int) {
	a := aligner{t: t, l: l}
	if len(seeds) == 0 {
		a.split(0, len(t), 0, len(l), 0)
	} else {
		a.between(longestChain(seeds), 0, len(t), 0, len(l), 0)
	}
	return tokenRuns(a.runs), a.work + len(t) + len(l)
}

// tokenRuns turns runs of hashes into runs of tokens. Where two runs would
// share tokens, the latter loses them on both sides: words left out or said
// twice are then missing from a run, whatever repeats around them.
func tokenRuns(runs []run) []run {
	out := runs[:0]
	tEnd, lEnd := 0, 0
	for _, r := range runs {
		r.n += shingle - 1
		if cut := max(tEnd-r.t, lEnd-r.l, 0); cut > 0 {
			r.t, r.l, r.n = r.t+cut, r.l+cut, r.n-cut
		}
		if r.n <= 0 {
			continue
		}
		tEnd, lEnd = r.t+r.n, r.l+r.n
		if k := len(out) - 1; k >= 0 && out[k].t+out[k].n == r.t && out[k].l+out[k].n == r.l {
			out[k].n += r.n
			continue
		}
		out = append(out, r)
	}
	return out
}

func (a *aligner) emit(t, l, n int) {
	if n == 0 {
		return
	}
	if k := len(a.runs) - 1; k >= 0 && a.runs[k].t+a.runs[k].n == t && a.runs[k].l+a.runs[k].n == l {
		a.runs[k].n += n
		return
	}
	a.runs = append(a.runs, run{t, l, n})
}

// split compares t[tlo:thi] with l[llo:lhi].
func (a *aligner) split(tlo, thi, llo, lhi, depth int) {
	n := 0
	for tlo+n < thi && llo+n < lhi && a.t[tlo+n] == a.l[llo+n] {
		n++
	}
	a.emit(tlo, llo, n)
	tlo, llo = tlo+n, llo+n
	n = 0
	for thi-n > tlo && lhi-n > llo && a.t[thi-n-1] == a.l[lhi-n-1] {
		n++
	}
	thi, lhi = thi-n, lhi-n
	a.middle(tlo, thi, llo, lhi, depth)
	a.emit(thi, lhi, n)
}

func (a *aligner) middle(tlo, thi, llo, lhi, depth int) {
	if tlo == thi || llo == lhi || depth > maxDepth {
		return
	}
	if (thi-tlo)*(lhi-llo) <= maxCells {
		a.table(tlo, thi, llo, lhi)
		return
	}
	chain := a.anchors(tlo, thi, llo, lhi)
	if len(chain) == 0 {
		return
	}
	a.between(chain, tlo, thi, llo, lhi, depth)
}

// between compares what is between the places of a chain that agree.
func (a *aligner) between(chain []run, tlo, thi, llo, lhi, depth int) {
	for _, c := range chain {
		if c.t < tlo || c.l < llo {
			// Already in the run before.
			continue
		}
		a.split(tlo, c.t, llo, c.l, depth+1)
		n := 0
		for c.t+n < thi && c.l+n < lhi && a.t[c.t+n] == a.l[c.l+n] {
			n++
		}
		a.emit(c.t, c.l, n)
		tlo, llo = c.t+n, c.l+n
	}
	a.split(tlo, thi, llo, lhi, depth+1)
}

// place is where a hash stands; count is 2 where it does so more than once.
type place struct {
	key      uint32
	t, l     int32
	nt, nl   uint8
	occupied bool
}

// anchors gives the longest chain of hashes that occur once on each side.
func (a *aligner) anchors(tlo, thi, llo, lhi int) []run {
	a.work += thi - tlo + lhi - llo
	size := 1
	for size < 2*(lhi-llo) {
		size <<= 1
	}
	table := make([]place, size)
	mask := uint32(size - 1)
	find := func(key uint32) *place {
		for i := (key * spread) & mask; ; i = (i + 1) & mask {
			if p := &table[i]; !p.occupied || p.key == key {
				return p
			}
		}
	}
	for i := llo; i < lhi; i++ {
		p := find(a.l[i])
		p.key, p.l, p.occupied = a.l[i], int32(i), true
		p.nl = min(p.nl+1, 2)
	}
	for i := tlo; i < thi; i++ {
		if p := find(a.t[i]); p.occupied {
			p.t = int32(i)
			p.nt = min(p.nt+1, 2)
		}
	}
	var pairs []run
	for i := tlo; i < thi; i++ {
		if p := find(a.t[i]); p.occupied && p.nt == 1 && p.nl == 1 {
			pairs = append(pairs, run{i, int(p.l), 1})
		}
	}
	return longestChain(pairs)
}

// longestChain picks, of pairs in order of t, the longest list that is in
// order of l too.
func longestChain(pairs []run) []run {
	rising := true
	for i := 1; i < len(pairs) && rising; i++ {
		rising = pairs[i].l > pairs[i-1].l
	}
	if rising {
		return pairs
	}
	var tails []int
	before := make([]int, len(pairs))
	for i, p := range pairs {
		k, _ := slices.BinarySearchFunc(tails, p.l, func(j, l int) int { return pairs[j].l - l })
		before[i] = -1
		if k > 0 {
			before[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	out := make([]run, 0, len(tails))
	for i := tails[len(tails)-1]; i >= 0; i = before[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
}

// table compares two short stretches in full: it emits the longest list of
// hashes that they have in common. Of the usual table, whose cell i, j tells
// how long that list is from t[i] and l[j] on, only the steps from a cell to
// the one below are kept, as the bits of one row for each j (Hyyrö 2004, "A
// note on bit-parallel alignment computation"): bit n-1-i is 0 where the list
// is longer by one with t[i].
func (a *aligner) table(tlo, thi, llo, lhi int) {
	t, l := a.t[tlo:thi], a.l[llo:lhi]
	width := (len(t) + 63) / 64
	a.work += len(t) + len(l)*width
	a.note(t)
	rows := grown(&a.rows, (len(l)+1)*width)
	row := func(j int) []uint64 { return rows[j*width : (j+1)*width] }
	for k := range row(len(l)) {
		row(len(l))[k] = ^uint64(0)
	}
	equal := grown(&a.equal, width)
	some := false
	for j := len(l) - 1; j >= 0; j-- {
		below, now := row(j+1), row(j)
		n := a.marks(t, l[j], equal)
		if n == 0 {
			copy(now, below)
			continue
		}
		some = true
		a.work += n
		carry := uint64(0)
		for k, v := range below {
			var sum uint64
			sum, carry = bits.Add64(v, v&equal[k], carry)
			now[k] = sum | v&^equal[k]
		}
	}
	for i, j := 0, 0; some && i < len(t) && j < len(l); {
		at := len(t) - 1 - i
		switch {
		case t[i] == l[j]:
			a.emit(tlo+i, llo+j, 1)
			i++
			j++
		case rows[j*width+at/64]>>(at%64)&1 == 1:
			i++
		default:
			j++
		}
	}
}

// note makes the places of each hash of t known to marks.
func (a *aligner) note(t []uint32) {
	a.shift = 32 - bits.Len(uint(len(t)))
	clear(grown(&a.heads, 1<<(32-a.shift)))
	grown(&a.next, len(t))
	for i, key := range t {
		head := &a.heads[key*spread>>a.shift]
		a.next[i] = *head
		*head = int32(i) + 1
	}
}

// marks sets the bits of the places where t, which was noted, has a key, in
// the order of table, and gives the number of steps; 0 where there is none.
func (a *aligner) marks(t []uint32, key uint32, equal []uint64) int {
	n := 0
	for p := a.heads[key*spread>>a.shift]; p != 0; p = a.next[p-1] {
		if t[p-1] != key {
			continue
		}
		if n == 0 {
			clear(equal)
		}
		at := len(t) - int(p)
		equal[at/64] |= 1 << (at % 64)
		n++
	}
	return n
}

// spread mixes the bits of a hash into the upper ones.
const spread = 0x9E3779B1

// grown gives n items of a buffer that is kept for the next use, with what
// that one left in them.
func grown[T any](buffer *[]T, n int) []T {
	if cap(*buffer) < n {
		*buffer = make([]T, n)
	}
	*buffer = (*buffer)[:n]
	return *buffer
}
