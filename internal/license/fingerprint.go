package license

import (
	"cmp"
	_ "embed" // the fingerprints
	"slices"
	"sync"
)

//go:generate go run ./gen -keys keys.tsv -o fingerprints.bin ../../../shared/corpus/licenses ../../../shared/corpus/licenses-modified ../../../shared/corpus/policies

// The wording of a licence is not kept, only hashes of three words in order.
// They tell where a text agrees with a licence, word by word, and nothing
// about a text that differs.
//
//go:embed fingerprints.bin
var embedded []byte

// known is the embedded library, read when first asked for and never changed.
var known = sync.OnceValue(func() *Library {
	lib, err := load(embedded)
	if err != nil {
		// Only a broken build has no fingerprints; a test holds that ours is
		// not one. Nothing is then identified, which callers report as unknown.
		return &Library{}
	}
	return lib
})

// shingle is the number of words in one hash.
const shingle = 3

// Library is a set of fingerprints, ready for search.
type Library struct {
	ids      []string
	variants []variant
	// titles maps the hash of a licence's name to its id.
	titles map[uint64]int
	// longest is the greatest number of words in a title.
	longest int
	index   index
}

// variant is one text of a licence.
type variant struct {
	id int
	// shingles are the hashes in order: one fewer than tokens for each word
	// of a shingle but one.
	shingles []uint32
	tokens   int
	// sampled counts the hashes that are in the index.
	sampled int
	// notice is true for a notice that only refers to the licence.
	notice bool
	// title counts the words of the text's first line where it is a heading,
	// tail is where the licence itself ends and instructions begin.
	title, tail int
	// head are the ends of the first lines, which say whose licence this is
	// and of which day.
	head []int
	// headWords are the hashes of the words of these lines, 0 for one that
	// names nothing.
	headWords []uint32
	// soft are the tokens that may be absent, in order: blanks, copyright
	// statements and what may be list marks.
	soft []softToken
	// parts are its numbered parts, in order.
	parts []part
	// names are the hashes of the words in titles of the same id.
	names []uint32
}

// softToken is a token of a variant that may be absent. It may be any name
// instead where it is a blank or part of a copyright statement; a list mark
// may not, since a version or a number of the terms can look like one.
type softToken struct {
	at   int32
	name bool
}

func (s softToken) compare(at int32) int { return int(s.at - at) }

// isSoft says whether all tokens lo to hi of the variant may be absent, and
// whether they may be a name.
func (v *variant) isSoft(lo, hi int) (soft, name bool) {
	name = true
	for i := lo; i < hi; i++ {
		k, ok := slices.BinarySearchFunc(v.soft, int32(i), softToken.compare)
		if !ok {
			return false, false
		}
		name = name && v.soft[k].name
	}
	return true, name
}

// shingles hashes every run of three tokens.
func shingles(tokens []token) []uint32 {
	if len(tokens) < shingle {
		return nil
	}
	out := make([]uint32, len(tokens)-shingle+1)
	for i := range out {
		h := tokens[i].hash
		for _, t := range tokens[i+1 : i+shingle] {
			h = (h<<21 | h>>43) * 0x9E3779B97F4A7C15
			h ^= t.hash
		}
		out[i] = fold(h)
	}
	return out
}

// fold mixes 64 bits down to 32.
func fold(h uint64) uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return uint32(h)
}

// index finds the variants that hold a hash. It keeps a fixed sample of the
// hashes, chosen by value, and all the more of a short text.
type index struct {
	// entries are the postings in order of their keys, starts where those
	// begin that have the same upper bits.
	starts  []uint32
	entries []posting
	// some has a bit for each start, set where there are postings: it is small
	// enough to stay at hand, and most hashes of a text are not in the index.
	some []uint64
	// least is, of each variant, the number of hits that three tenths of it
	// have.
	least []int
}

type posting struct {
	key uint32
	pos int32
	v   int32
}

const (
	indexBits   = 16
	sparseMask  = 15
	denseMask   = 3
	denseTokens = 1000
)

// sampleMask chooses which hashes of a variant are in the index.
func (v *variant) sampleMask() uint32 {
	if v.tokens < denseTokens {
		return denseMask
	}
	return sparseMask
}

// newIndex indexes the hashes that occur once in their variant.
func newIndex(variants []variant) index {
	var all []posting
	for i := range variants {
		v := &variants[i]
		first := len(all)
		for pos, key := range v.shingles {
			if key&v.sampleMask() == 0 {
				all = append(all, posting{key, int32(pos), int32(i)})
			}
		}
		own := all[first:]
		slices.SortFunc(own, func(a, b posting) int {
			if a.key != b.key {
				if a.key < b.key {
					return -1
				}
				return 1
			}
			return int(a.pos - b.pos)
		})
		kept := own[:0]
		for k := 0; k < len(own); {
			end := k + 1
			for end < len(own) && own[end].key == own[k].key {
				end++
			}
			if end == k+1 {
				kept = append(kept, own[k])
			}
			k = end
		}
		v.sampled = len(kept)
		all = all[:first+len(kept)]
	}
	return sortedIndex(all, variants)
}

// sortedIndex puts the postings of variants, which are in order of these, in
// order of their keys.
func sortedIndex(all []posting, variants []variant) index {
	ix := index{
		starts: make([]uint32, 1<<indexBits+1), entries: make([]posting, len(all)),
		some: make([]uint64, 1<<indexBits/64), least: make([]int, len(variants)),
	}
	for i := range variants {
		if v := &variants[i]; v.sampled > 0 {
			part := (3*v.tokens + 9) / 10
			ix.least[i] = (part*v.sampled + v.tokens - 1) / v.tokens
		}
	}
	for _, p := range all {
		b := p.key >> (32 - indexBits)
		ix.starts[b+1]++
		ix.some[b/64] |= 1 << (b % 64)
	}
	for i := range 1 << indexBits {
		ix.starts[i+1] += ix.starts[i]
	}
	next := slices.Clone(ix.starts)
	for _, p := range all {
		b := p.key >> (32 - indexBits)
		ix.entries[next[b]] = p
		next[b]++
	}
	for b := range 1 << indexBits {
		own := ix.entries[ix.starts[b]:ix.starts[b+1]]
		byKey := func(a, b posting) int { return cmp.Compare(a.key, b.key) }
		if !slices.IsSortedFunc(own, byKey) {
			slices.SortStableFunc(own, byKey)
		}
	}
	return ix
}

// find gives the postings of a key, in order of their variants.
func (ix *index) find(key uint32) []posting {
	b := key >> (32 - indexBits)
	if key&denseMask != 0 || len(ix.some) == 0 || ix.some[b/64]>>(b%64)&1 == 0 {
		return nil
	}
	own := ix.entries[ix.starts[b]:ix.starts[b+1]]
	for len(own) > 0 && own[0].key != key {
		own = own[1:]
	}
	n := len(own)
	for n > 0 && own[n-1].key != key {
		n--
	}
	return own[:n]
}
