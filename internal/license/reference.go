package license

import (
	"bytes"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// Limits in words: of a text that only refers to a licence, and of what such
// a text says beside names and addresses of licences.
const (
	maxReference = 200
	maxRemark    = 40
	maxUnnamed   = 12
)

// refer fills in what a short text says about which licence holds, where it
// does not hold the licence itself. It reports whether the text is such a
// reference.
func (lib *Library) refer(w *wording, out *model.LicenseText) bool {
	if lib.quotesNotice(w, out) {
		return true
	}
	v := tokenize(w.text, verbatim)
	if len(v.tokens) == 0 || len(v.tokens) > maxReference {
		return false
	}
	named := lib.named(&v)
	tags := lib.tags(&v)
	addresses := Addresses(v.text)
	inTag := map[int]bool{}
	ids := map[int][2]int{}
	for _, n := range slices.Concat(named, tags) {
		for i := n.lo; i < n.hi; i++ {
			inTag[i] = true
		}
		if n.id >= 0 {
			ids[n.id] = [2]int{n.lo, n.hi}
		}
	}
	for _, a := range addresses {
		if id := lib.addressed(a); id >= 0 {
			if _, ok := ids[id]; !ok {
				ids[id] = [2]int{0, 0}
			}
		}
	}
	rest, alters := v.remarks(inTag)
	limit := maxRemark
	if len(ids) == 0 && len(tags) == 0 {
		limit = maxUnnamed
	}
	if alters || rest > limit || len(ids) == 0 && len(tags) == 0 && len(addresses) == 0 {
		return false
	}
	out.Reference = true
	lib.referTo(&v, ids, out)
	return true
}

// referTo names the one licence referred to, or lists several.
func (lib *Library) referTo(v *wording, ids map[int][2]int, out *model.LicenseText) {
	order := make([]int, 0, len(ids))
	for id := range ids {
		order = append(order, id)
	}
	slices.Sort(order)
	if len(order) == 1 {
		out.ID = lib.ids[order[0]]
		return
	}
	for _, id := range order {
		at := ids[id]
		out.Also = append(out.Also, model.AlsoFound{
			ID: lib.ids[id], From: int(v.tokens[at[0]].line), To: int(v.tokens[max(at[0], at[1]-1)].line),
		})
	}
}

// quotesNotice says whether a short text is part of a notice, or of the
// instructions behind a licence on how to refer to it.
func (lib *Library) quotesNotice(w *wording, out *model.LicenseText) bool {
	n := len(w.tokens)
	if n < 8 || n > maxReference {
		return false
	}
	text := shingles(w.tokens)
	best := -1
	var found found
	tried := map[int32]bool{}
	for _, key := range text {
		for _, p := range lib.index.find(key) {
			v := &lib.variants[p.v]
			if tried[p.v] || !v.notice && int(p.pos) < v.tail {
				continue
			}
			tried[p.v] = true
			in := instance{v: v, lo: 0, hi: n}
			f, ok := in.locate(text)
			if !ok || !v.notice && f.runs[0].l < v.tail || !lib.allQuoted(w, &f) {
				continue
			}
			if best < 0 || f.matched > found.matched {
				best, found = int(p.v), f
			}
		}
	}
	if best < 0 {
		return false
	}
	out.ID, out.Reference = lib.ids[found.v.id], true
	out.Coverage = ratio(found.matched, n)
	out.Missing = ratio(found.missing(), found.v.tokens)
	return true
}

// allQuoted says whether the text has nothing that f's variant has not, but
// for a name in place of a blank and lines that present it.
func (lib *Library) allQuoted(w *wording, f *found) bool {
	t, l := f.from(), f.runs[0].l
	for _, r := range f.runs {
		g := gap{t, r.t - t, l, r.l - l}
		if g.tn > 0 && !harmless(w, f.v, g) {
			return false
		}
		t, l = r.t+r.n, r.l+r.n
	}
	return f.matched >= 8 && len(lib.outside(w, []found{*f})) == 0
}

// mention is a place of a text that names a licence; id is -1 for one that
// is not known.
type mention struct{ id, lo, hi int }

// fillers are the words of a title that a mention may leave out.
func filler(h uint64) bool {
	switch h {
	case wordThe, wordLicense, wordLicence, wordVersion, wordV:
		return true
	}
	return false
}

var (
	wordThe, wordLicense = hashWord("the"), hashWord("license")
	wordLicence          = hashWord("licence")
	wordVersion, wordV   = hashWord("version"), hashWord("v")
)

// essence gives the words of a title without fillers, and where each stood.
func essence(tokens []token) (words []token, at []int) {
	for i, t := range tokens {
		if !filler(t.hash) {
			words = append(words, t)
			at = append(at, i)
		}
	}
	return words, at
}

// named finds the titles of licences in a text, the longest first.
func (lib *Library) named(w *wording) []mention {
	words, at := essence(w.tokens)
	var out []mention
	for i := 0; i < len(words); {
		size := 0
		for n := min(lib.longest, len(words)-i); n > 0 && size == 0; n-- {
			id, ok := lib.titles[hashTitle(words[i:i+n])]
			if !ok || w.inAddress(at[i]) || !w.wholeName(at[i], at[i+n-1], n) {
				continue
			}
			out = append(out, mention{id, at[i], at[i+n-1] + 1})
			size = n
		}
		i += max(size, 1)
	}
	return out
}

// wholeName says whether tokens lo to hi, n of them without fillers, are a
// licence's name and not the beginning of another one.
func (w *wording) wholeName(lo, hi, n int) bool {
	if hi+1 < len(w.tokens) {
		end, next := int(w.tokens[hi].end), w.tokens[hi+1]
		joined := string(w.text[end:next.off])
		if c := w.text[next.off]; c >= '1' && c <= '9' && (joined == "." || joined == " " || joined == "-") {
			return false
		}
	}
	if n > 1 {
		return true
	}
	isLicense := func(i int) bool {
		return i >= 0 && i < len(w.tokens) && (w.tokens[i].hash == wordLicense || w.tokens[i].hash == wordLicence)
	}
	return isLicense(hi+1) || isLicense(lo-1)
}

// tags finds SPDX-License-Identifier lines with a single id.
func (lib *Library) tags(w *wording) []mention {
	want := hashWords("spdx", "license", "identifier")
	var out []mention
	for i := range w.tokens {
		if !w.has(i, want) {
			continue
		}
		end := w.lineEnd(i)
		line := string(w.text[w.tokens[i+2].end:w.tokens[end-1].end])
		value := strings.ToLower(strings.Trim(line, ": \t\"'*`"))
		out = append(out, mention{lib.byKey(value), i, end})
	}
	return out
}

// byKey finds an id by an SPDX id in lower case, -1 for none.
func (lib *Library) byKey(key string) int {
	for _, cut := range []string{"", "-only", "-or-later", "+"} {
		if id, ok := slices.BinarySearch(lib.ids, strings.TrimSuffix(key, cut)); ok {
			return id
		}
	}
	return -1
}

// addressed finds the licence whose text an address leads to, by the address
// alone: one of its parts is the licence's key, or the host and what follows
// "licenses" make it up. It gives -1 for none.
func (lib *Library) addressed(address string) int {
	_, rest, _ := strings.Cut(strings.ToLower(address), "://")
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	host := strings.TrimPrefix(parts[0], "www.")
	for i, part := range parts[1:] {
		for _, suffix := range []string{".txt", ".html", ".htm", ".md", ".php", ".en"} {
			part = strings.TrimSuffix(part, suffix)
		}
		if id := lib.byKey(part); id >= 0 && strings.Contains(rest, "license") {
			return id
		}
		if part != "licenses" {
			continue
		}
		tail, _ := essence(tokenize([]byte(strings.Join(parts[i+2:], " ")), verbatim).tokens)
		for id, key := range lib.ids {
			words := tokenize([]byte(key), verbatim)
			if abbreviates(string(words.text[:words.tokens[0].end]), host) && len(words.tokens) > 1 &&
				slices.EqualFunc(words.tokens[1:], tail[:min(len(tail), len(words.tokens)-1)],
					func(a, b token) bool { return a.hash == b.hash }) {
				return id
			}
		}
	}
	return -1
}

// abbreviates says whether short has letters of a name in order, the first
// being its first.
func abbreviates(short, name string) bool {
	if name == "" || short[0] != name[0] {
		return false
	}
	for i := range len(short) {
		k := strings.IndexByte(name, short[i])
		if k < 0 {
			return false
		}
		name = name[k+1:]
	}
	return true
}

// Addresses lists the web addresses in a text, in order, so that one to which
// a short notice refers can be looked up. Of a long text the first 64 KiB are
// read.
func Addresses(text []byte) []string {
	var out []string
	text = text[:min(len(text), 64<<10)]
	for {
		i := bytes.Index(text, []byte("://"))
		if i < 0 {
			return out
		}
		start := i
		for start > 0 && text[start-1]|0x20 >= 'a' && text[start-1]|0x20 <= 'z' {
			start--
		}
		end := i + 3
		for end < len(text) && text[end] > ' ' && bytes.IndexByte([]byte("<>\"')]`"), text[end]) < 0 {
			end++
		}
		if scheme := strings.ToLower(string(text[start:i])); scheme == "http" || scheme == "https" {
			out = append(out, strings.TrimRight(string(text[start:end]), ".,;:"))
		}
		text = text[end:]
	}
}

// remarks counts the words beside names and addresses, and says whether any
// of them speaks of changed terms.
func (w *wording) remarks(named map[int]bool) (n int, alters bool) {
	for i := range w.tokens {
		if named[i] || w.inAddress(i) {
			continue
		}
		n++
		switch strings.ToLower(string(w.raw(i))) {
		case "additional", "except", "exception", "exceptions", "but", "not", "modified", "based", "restrictions", "restriction",
			"prohibited", "forbidden", "must", "only", "conditions", "condition", "commercial", "noncommercial", "non",
			"addition", "however", "unless", "research", "adapted", "derived", "changes", "similar", "unlike", "without":
			alters = true
		}
	}
	return n, alters
}
