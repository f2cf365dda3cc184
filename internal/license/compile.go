package license

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Sample is one text of which fingerprints are made.
type Sample struct {
	// ID is the catalogue key of the licence.
	ID string
	// Name tells the text from others of the same ID, for errors and order.
	Name string
	Text []byte
	// Notice is true for a short notice that refers to the licence.
	Notice bool
}

// minReuse is the shortest run of hashes that is written as a reference.
const minReuse = 4

// Compile makes the fingerprints of samples, as the file that is embedded.
// The result depends on the samples alone, not on their order. It fails where
// a sample is too short to be told from others.
func Compile(samples []Sample) ([]byte, error) {
	all, err := prepare(samples)
	if err != nil {
		return nil, err
	}
	lib := assemble(all)
	out := slices.Clone(magic)
	out = binary.AppendUvarint(out, uint64(len(lib.ids)))
	for _, id := range lib.ids {
		out = binary.AppendUvarint(out, uint64(len(id)))
		out = append(out, id...)
	}
	for i := range lib.ids {
		var names []uint32
		for _, v := range lib.variants {
			if v.id == i {
				names = v.names
			}
		}
		out = binary.AppendUvarint(out, uint64(len(names)))
		for _, h := range names {
			out = binary.LittleEndian.AppendUint32(out, h)
		}
	}
	out = binary.AppendUvarint(out, uint64(len(lib.titles)))
	hashes := make([]uint64, 0, len(lib.titles))
	for h := range lib.titles {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	for _, h := range hashes {
		out = binary.LittleEndian.AppendUint64(out, h)
		out = binary.AppendUvarint(out, uint64(lib.titles[h]))
	}
	out = binary.AppendUvarint(out, uint64(lib.longest))
	labels := partLabels(lib.variants)
	out = binary.AppendUvarint(out, uint64(len(labels)))
	for _, label := range labels {
		out = binary.AppendUvarint(out, uint64(len(label)))
		out = append(out, label...)
	}
	return appendVariants(out, lib.variants, labels), nil
}

// partLabels lists the labels of the parts of all variants, in order.
func partLabels(variants []variant) []string {
	var out []string
	for _, v := range variants {
		for _, p := range v.parts {
			out = append(out, p.label)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func appendVariants(out []byte, variants []variant, labels []string) []byte {
	out = binary.AppendUvarint(out, uint64(len(variants)))
	var stream []uint32
	for _, v := range variants {
		notice := uint64(0)
		if v.notice {
			notice = 1
		}
		for _, n := range []uint64{uint64(v.id), uint64(v.tokens), uint64(v.title), uint64(v.tail), notice, uint64(len(v.soft))} {
			out = binary.AppendUvarint(out, n)
		}
		at := int32(0)
		for _, s := range v.soft {
			n := uint64(s.at-at) << 1
			if s.name {
				n |= 1
			}
			out = binary.AppendUvarint(out, n)
			at = s.at
		}
		out = binary.AppendUvarint(out, uint64(len(v.head)))
		for _, end := range v.head {
			out = binary.AppendUvarint(out, uint64(end))
		}
		out = appendLiterals(out, v.headWords)
		out = binary.AppendUvarint(out, uint64(len(v.parts)))
		at = 0
		for _, p := range v.parts {
			label, _ := slices.BinarySearch(labels, p.label)
			out = binary.AppendUvarint(out, uint64(p.at-at))
			out = binary.AppendUvarint(out, uint64(label))
			at = p.at
		}
		stream = append(stream, v.shingles...)
	}
	return appendStream(out, stream)
}

// NewLibrary makes a library of samples, as Compile and the reading of its file
// would. The error is as for Compile.
func NewLibrary(samples []Sample) (*Library, error) {
	all, err := prepare(samples)
	if err != nil {
		return nil, err
	}
	return assemble(all), nil
}

// appendStream writes hashes, with runs that occurred before as references:
// versions of a licence have most of their words in common.
func appendStream(out []byte, stream []uint32) []byte {
	seen := map[[2]uint32][]int{}
	note := func(i int) {
		if i+1 < len(stream) {
			key := [2]uint32{stream[i], stream[i+1]}
			if at := seen[key]; len(at) < 64 {
				seen[key] = append(at, i)
			}
		}
	}
	literal := 0
	for i := 0; i < len(stream); {
		from, n := 0, 0
		if i+1 < len(stream) {
			for _, p := range seen[[2]uint32{stream[i], stream[i+1]}] {
				k := 0
				for i+k < len(stream) && stream[p+k] == stream[i+k] {
					k++
				}
				if k > n {
					from, n = p, k
				}
			}
		}
		if n < minReuse {
			note(i)
			i++
			continue
		}
		out = appendLiterals(out, stream[literal:i])
		out = binary.AppendUvarint(out, uint64(i-from))
		out = binary.AppendUvarint(out, uint64(n))
		for end := i + n; i < end; i++ {
			note(i)
		}
		literal = i
	}
	if literal < len(stream) {
		out = appendLiterals(out, stream[literal:])
	}
	return out
}

func appendLiterals(out []byte, hashes []uint32) []byte {
	out = binary.AppendUvarint(out, uint64(len(hashes)))
	for _, h := range hashes {
		out = binary.LittleEndian.AppendUint32(out, h)
	}
	return out
}

// prepared is a sample with what the library keeps of it, but for its id.
type prepared struct {
	Sample
	variant variant
	wording *wording
}

// prepare makes the variants of samples, in the order of ids and names.
func prepare(samples []Sample) ([]prepared, error) {
	all := make([]prepared, len(samples))
	for i, s := range samples {
		v, w := newVariant(s)
		if v.tokens < 2*shingle {
			return nil, fmt.Errorf("fingerprint %s of %s: only %d words", s.Name, s.ID, v.tokens)
		}
		all[i] = prepared{s, v, w}
	}
	slices.SortFunc(all, func(a, b prepared) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name), bytes.Compare(a.Text, b.Text))
	})
	return all, nil
}

// assemble makes a library of samples in the order of prepare. Texts that are
// the same once normalised become one variant.
func assemble(all []prepared) *Library {
	lib := &Library{}
	titles := titleSet{seen: map[uint64][]int{}}
	have := map[string]int{}
	names := map[int][]uint32{}
	for _, s := range all {
		if len(lib.ids) == 0 || lib.ids[len(lib.ids)-1] != s.ID {
			lib.ids = append(lib.ids, s.ID)
			names[len(lib.ids)-1] = appendNames(nil, tokenize([]byte(s.ID), verbatim).tokens)
		}
		v := s.variant
		v.id = len(lib.ids) - 1
		if !s.Notice {
			titles.add(v.id, s.ID, s.wording, v.title)
			names[v.id] = appendNames(names[v.id], s.wording.tokens[:v.title])
		}
		key := v.identity()
		if at, ok := have[key]; ok {
			// A token has to be one that may be absent in every copy.
			old := &lib.variants[at]
			old.soft = commonSoft(old.soft, v.soft)
			continue
		}
		have[key] = len(lib.variants)
		lib.variants = append(lib.variants, v)
	}
	lib.titles, lib.longest = titles.unique(lib.ids)
	for id, list := range names {
		slices.Sort(list)
		names[id] = slices.Compact(list)
	}
	for i := range lib.variants {
		lib.variants[i].names = names[lib.variants[i].id]
	}
	lib.index = newIndex(lib.variants)
	return lib
}

// identity is the same for variants of one licence with the same words.
func (v *variant) identity() string {
	key := binary.AppendUvarint(nil, uint64(v.id))
	if v.notice {
		key = append(key, 'n')
	}
	for _, h := range v.shingles {
		key = binary.LittleEndian.AppendUint32(key, h)
	}
	return string(key)
}

// appendNames appends the hashes of tokens as variants keep those of names.
func appendNames(names []uint32, tokens []token) []uint32 {
	for _, t := range tokens {
		names = append(names, fold(t.hash))
	}
	return names
}

// commonSoft gives the tokens that may be absent by both lists, and may be a
// name by both.
func commonSoft(a, b []softToken) []softToken {
	var out []softToken
	for _, s := range a {
		if i, ok := slices.BinarySearchFunc(b, s.at, softToken.compare); ok {
			out = append(out, softToken{s.at, s.name && b[i].name})
		}
	}
	return out
}

func newVariant(s Sample) (variant, *wording) {
	w := tokenize(s.Text, compared)
	w.trimFrame()
	v := variant{tokens: len(w.tokens), shingles: shingles(w.tokens), notice: s.Notice}
	v.title = w.titleLen()
	v.head = w.headLines()
	if n := len(v.head); n > 0 {
		for i, t := range w.tokens[:v.head[n-1]] {
			h := fold(t.hash)
			if w.namesNothing(i) {
				h = 0
			}
			v.headWords = append(v.headWords, h)
		}
	}
	v.tail = w.tailStart()
	v.parts = w.parts()
	for i := 0; i < len(w.tokens); {
		end := w.lineEnd(i)
		goesOn := w.holderWords(i, end)
		for ; i < end; i++ {
			if kind := w.tokens[i].kind; goesOn || kind != plain {
				v.soft = append(v.soft, softToken{int32(i), goesOn || kind != mark})
			}
		}
	}
	return v, &w
}

// titleSet collects what licences are called.
type titleSet struct {
	// seen maps a title's hash to the ids that have it.
	seen    map[uint64][]int
	longest int
}

func (t *titleSet) put(id int, key string, tokens []token) {
	tokens, _ = essence(tokens)
	if len(tokens) == 0 || len(tokens) > maxTitle {
		return
	}
	if own, _ := essence(tokenize([]byte(key), verbatim).tokens); len(tokens) == 1 && !hasWords(own, tokens) {
		return // "The Model License" is what anybody may call his
	}
	h := hashTitle(tokens)
	if !slices.Contains(t.seen[h], id) {
		t.seen[h] = append(t.seen[h], id)
	}
	t.longest = max(t.longest, len(tokens))
}

// add puts a text's first line, and that with what follows up to the end of
// the second line and up to its first stop.
func (t *titleSet) add(id int, key string, w *wording, title int) {
	if title == 0 {
		return
	}
	if title > 1 {
		t.put(id, key, w.tokens[:title])
	}
	for i := title; i < min(len(w.tokens), title+8); i++ {
		if w.tokens[i].line > w.tokens[title].line {
			break
		}
		after := w.text[w.tokens[i].end]
		if after == ',' || after == '\n' || after == '\r' {
			t.put(id, key, w.tokens[:i+1])
		}
	}
}

// unique gives the titles that are of one licence, ids being their own titles
// too. Of several licences that have a title, it is of the one whose id it is
// if the ids of all others have its words and more: those are changed copies
// that have kept the heading, or versions.
func (t *titleSet) unique(ids []string) (titles map[uint64]int, longest int) {
	words := make([][]token, len(ids))
	for id, key := range ids {
		if !strings.Contains(key, "/") {
			words[id], _ = essence(tokenize([]byte(key), verbatim).tokens)
			t.put(id, key, words[id])
		}
	}
	titles = map[uint64]int{}
	for h, all := range t.seen {
		if len(all) == 1 {
			titles[h] = all[0]
			continue
		}
		own := slices.IndexFunc(all, func(id int) bool { return len(words[id]) > 0 && hashTitle(words[id]) == h })
		if own < 0 {
			continue
		}
		narrower := func(id int) bool { return id == all[own] || hasWords(words[id], words[all[own]]) }
		if !slices.ContainsFunc(all, func(id int) bool { return !narrower(id) }) {
			titles[h] = all[own]
		}
	}
	return titles, t.longest
}

// hasWords says whether list has every word of part.
func hasWords(list, part []token) bool {
	return !slices.ContainsFunc(part, func(p token) bool {
		return !slices.ContainsFunc(list, func(t token) bool { return t.hash == p.hash })
	})
}

// hashTitle hashes a run of tokens whole.
func hashTitle(tokens []token) uint64 {
	h := uint64(fnvOffset)
	for _, t := range tokens {
		h = (h<<21|h>>43)*0x9E3779B97F4A7C15 ^ t.hash
	}
	return h
}

// Extend makes a library of the embedded fingerprints and of further samples,
// which may be of licences that are there. Titles stay those of the embedded
// ones: a note that only names a licence never means another for what is added.
// The error is as for Compile.
func Extend(samples []Sample) (*Library, error) {
	all, err := prepare(samples)
	if err != nil {
		return nil, err
	}
	base, more := known(), assemble(all)
	lib := &Library{
		ids: slices.Clone(base.ids), titles: base.titles, longest: base.longest,
		variants: slices.Clone(base.variants),
	}
	for _, v := range more.variants {
		id := slices.Index(lib.ids, more.ids[v.id])
		if id < 0 {
			id = len(lib.ids)
			lib.ids = append(lib.ids, more.ids[v.id])
		}
		v.id = id
		lib.variants = append(lib.variants, v)
	}
	lib.index = newIndex(lib.variants)
	return lib, nil
}
