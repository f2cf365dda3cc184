package license

import "slices"

// A text that differs from a licence is a changed copy of it, or another
// licence of the same family that is not known. The words of the text alone
// cannot always tell. These rules do, as far as the fingerprints can say.
const (
	// maxEdits is how many edits a changed copy has, however long they are.
	maxEdits = 5
	// maxWordingEdit is how many words each edit has at most where there are
	// more: one that is made in many places and adds or drops whole clauses
	// is another licence, while polished wording is not.
	maxWordingEdit = 50
)

// pick takes the first of several licences, ordered by how well each explains
// a stretch of text, unless the text is another version of it. Then it takes
// the first one of which every word is there, nil for none. like are the
// licences that the text is like, whatever its heading says.
func pick(all, like []found) *found {
	first := &all[0]
	if !first.anotherVersion(like) {
		return first
	}
	for i := range all {
		if f := &all[i]; f.lacks() == 0 {
			return f
		}
	}
	return nil
}

// lacks counts the words of the licence's terms that the text does not have.
func (f *found) lacks() int {
	n := 0
	for _, g := range f.diffs {
		n += g.ln
	}
	return n
}

// anotherVersion says whether a text is rather a licence like f that is not
// known than a changed copy of f. others are further licences that the text is
// like.
func (f *found) anotherVersion(others []found) bool {
	if f.lacks() == 0 {
		return false
	}
	if !fewEdits(f.diffs) {
		return true
	}
	edits := slices.DeleteFunc(slices.Clone(f.diffs), func(g gap) bool {
		// Instructions on how to apply it, or a copy that is cut off.
		return g.l >= f.v.tail || g.tn == 0 && (g.l == 0 || g.l+g.ln == f.v.tokens)
	})
	tried := map[int]bool{f.v.id: true}
	for i := range others {
		if id := others[i].v.id; !tried[id] {
			tried[id] = true
			if f.tells(edits, id, others) {
				return true
			}
		}
	}
	return false
}

// tells says whether one of the differences from f is where all texts of
// another licence differ from both f and the text, and that is itself but a few
// edits away from f. There a few edits are known to make another licence. One
// that the text holds whole is what f was made of, and no version of it.
func (f *found) tells(edits []gap, id int, others []found) bool {
	for i := range others {
		o := &others[i]
		if o.v.id != id {
			continue
		}
		if o.v.notice || o.lacks() == 0 {
			return false
		}
		edits = slices.DeleteFunc(slices.Clone(edits), func(g gap) bool {
			return !slices.ContainsFunc(o.diffs, func(h gap) bool { return g.t <= h.t+h.tn && h.t <= g.t+g.tn })
		})
		if len(edits) == 0 {
			return false
		}
		runs, _ := align(o.v.shingles, f.v.shingles, nil)
		apart := gapsBetween(runs, o.v.tokens, f.v.tokens)
		if len(apart) > maxEdits {
			return false
		}
		edits = slices.DeleteFunc(edits, func(g gap) bool {
			return !slices.ContainsFunc(apart, func(h gap) bool { return g.l <= h.l+h.ln && h.l <= g.l+g.ln })
		})
	}
	return len(edits) > 0
}

// fewEdits says whether differences are no more than a changed copy has.
func fewEdits(diffs []gap) bool {
	return len(diffs) <= maxEdits || !slices.ContainsFunc(diffs, func(g gap) bool { return max(g.tn, g.ln) > maxWordingEdit })
}

// gapsBetween lists what is between and around runs of two texts of tn and ln
// tokens.
func gapsBetween(runs []run, tn, ln int) []gap {
	var out []gap
	t, l := 0, 0
	for _, r := range append(slices.Clone(runs), run{t: tn, l: ln}) {
		if r.t > t || r.l > l {
			out = append(out, gap{t, r.t - t, l, r.l - l})
		}
		t, l = r.t+r.n, r.l+r.n
	}
	return out
}
