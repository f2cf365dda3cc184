package license

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clauseWord is one word of a text as patterns see it: in lower case, or the
// sign of an address or a quotation mark.
type clauseWord struct {
	text     string
	off, end int32
	line     int32
}

// The words that stand for signs.
const (
	openWord    = "«"
	closeWord   = "»"
	addressWord = "@"
)

// unit is a stretch of a text that says one thing: a sentence, or one item of a
// list with the words that lead the list in.
type unit struct {
	lead, words []clauseWord
}

// Bounds of one unit, and of all of a text together: what is longer is no
// licence, and what is not read is unknown.
const (
	maxUnit      = 300
	maxLead      = 40
	maxUnitWords = 100_000
	maxNesting   = 8
)

// markClass is how an item of a list is marked; 0 for not at all.
type markClass uint8

const (
	noMark markClass = iota
	numberMark
	letterMark
	romanMark
	bulletMark
	innerMark
)

// opening is the beginning of a list whose items are being read.
type opening struct {
	lead      []clauseWord
	own, item markClass
}

// unitReader cuts a text into units.
type unitReader struct {
	w     *wording
	units []unit
	total int
	// now is the unit being read, with the mark that it began with.
	now   []clauseWord
	mark  markClass
	stack []opening
	// colon is how many words stand before the last colon inside the unit.
	colon   int
	quoting bool
	// skipTo is the offset up to which tokens belong to an address.
	skipTo int32
}

// readUnits cuts a text into units. Its time is linear in the text.
func readUnits(w *wording) []unit {
	r := unitReader{w: w}
	for i := range w.tokens {
		from := int32(0)
		if i > 0 {
			from = w.tokens[i-1].end
		}
		t := &w.tokens[i]
		if t.off < r.skipTo {
			continue
		}
		if i > 0 || t.off > 0 {
			r.between(w.text[max(from, min(r.skipTo, t.off)):t.off], t)
		}
		if i+1 < len(w.tokens) && innerMarkAt(w, i) {
			r.inner()
			continue
		}
		r.token(t)
		if len(r.now) >= maxUnit {
			r.flush()
		}
		if r.total > maxUnitWords {
			return r.units
		}
	}
	if n := len(w.tokens); n > 0 {
		tail := w.text[w.tokens[n-1].end:min(len(w.text), int(w.tokens[n-1].end)+8)]
		r.signs(tail, true, w.tokens[n-1].line)
	}
	r.flush()
	return r.units
}

// flush ends the unit being read.
func (r *unitReader) flush() {
	if len(r.now) == 0 {
		return
	}
	u := unit{words: r.now}
	if n := len(r.stack); n > 0 {
		u.lead = r.stack[n-1].lead
	}
	r.units = append(r.units, u)
	r.total += len(u.words) + len(u.lead)
	r.now, r.colon = nil, 0
}

// token takes in one word. An address becomes one word.
func (r *unitReader) token(t *token) {
	text := r.w.text
	if t.off >= 3 && bytes.Equal(text[t.off-3:t.off], []byte("://")) || bytes.HasPrefix(text[max(0, t.off-4):t.off], []byte("www.")) {
		end := int(t.end)
		for end < len(text) && end-int(t.off) < maxTag && bytes.IndexByte([]byte(" \t\r\n\"'<>)]}|"), text[end]) < 0 && text[end] < utf8.RuneSelf {
			end++
		}
		for end > int(t.end) && bytes.IndexByte([]byte(".,;:*"), text[end-1]) >= 0 {
			end--
		}
		start := bytes.LastIndexAny(text[max(0, int(t.off)-12):t.off], " \t\r\n\"'<([") + 1 + max(0, int(t.off)-12)
		r.now = append(r.now, clauseWord{addressWord, int32(start), int32(end), t.line})
		r.skipTo = int32(end)
		return
	}
	word := plainWord(text[t.off:t.end])
	if n := len(r.now); n > 0 && t.off > 0 && text[t.off-1] == '.' && r.now[n-1].end == t.off-1 && isNumber(word) && isNumber(r.now[n-1].text) {
		r.now[n-1].text += "." + word
		r.now[n-1].end = t.end
		return
	}
	if word != "" {
		r.now = append(r.now, clauseWord{word, t.off, t.end, t.line})
	}
}

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// plainWord gives a word in lower case without what markup put into it.
func plainWord(raw []byte) string {
	simple := true
	for _, c := range raw {
		simple = simple && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
	}
	if simple {
		return string(raw)
	}
	var b strings.Builder
	for _, c := range string(raw) {
		if c >= 0xFF01 && c <= 0xFF5E {
			c -= 0xFEE0
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || c == '$' || c == '%' {
			b.WriteRune(unicode.ToLower(c))
		}
	}
	return b.String()
}

// between looks at what stands between two words: signs, the ends of sentences
// and the beginnings of items. Signs up to the first blank belong to the word
// before.
func (r *unitReader) between(gap []byte, next *token) {
	head := bytes.IndexAny(gap, " \t\r\n")
	if head < 0 {
		head = len(gap)
	}
	r.signs(gap[:head], head < len(gap), next.line)
	r.breaks(gap, next)
	r.signs(gap[head:], false, next.line)
	if at := bytes.Index(gap, []byte("](http")); at >= 0 {
		if end := bytes.IndexByte(gap[at:], ')'); end > 0 {
			start := int(next.off) - len(gap) + at + 2
			r.now = append(r.now, clauseWord{addressWord, int32(start), int32(start + end - 2), next.line})
		}
	}
}

// breaks ends the unit being read where the gap does.
func (r *unitReader) breaks(gap []byte, next *token) {
	stop, semicolon, colon := stops(gap, next, r.w.text)
	lines := bytes.Count(gap, []byte("\n"))
	mark := noMark
	if lines > 0 || len(r.now) == 0 && len(r.units) == 0 {
		mark = lineMark(gap[bytes.LastIndexByte(gap, '\n')+1:])
	}
	blank := lines > 1 && blankLine(gap)
	switch {
	case colon && lines > 0, mark != noMark && !stop && !semicolon && r.leads():
		r.open()
		r.begin(mark)
	case mark != noMark:
		r.flush()
		r.begin(mark)
	case stop || blank && !r.goesOn():
		r.flush()
		r.mark = noMark
		if n := len(r.stack); n > 0 && (blank && r.stack[n-1].item != noMark || stop && r.stack[n-1].item == innerMark) {
			r.stack = nil
		}
	case semicolon:
		if len(r.stack) == 0 && r.colon > 0 {
			lead := shorten(append([]clauseWord(nil), r.now[:r.colon]...))
			r.stack = append(r.stack, opening{lead: lead, item: innerMark})
		}
		r.flush()
	case colon:
		r.colon = len(r.now)
	}
	if lines == 0 && bytes.Contains(gap, []byte("(c)")) {
		r.inner()
	}
}

// goesOn says whether a unit cannot end here, as its last word joins.
func (r *unitReader) goesOn() bool {
	if len(r.now) == 0 {
		return false
	}
	switch r.now[len(r.now)-1].text {
	case "and", "or", "the", "of", "to":
		return true
	}
	return false
}

// leads says whether the last word so far wants a list of what it is about.
func (r *unitReader) leads() bool {
	if len(r.now) == 0 {
		return false
	}
	switch r.now[len(r.now)-1].text {
	case "to", "for", "by", "not", "following", "in", "with":
		return true
	}
	return false
}

// open makes the unit being read the lead of the items that follow.
func (r *unitReader) open() {
	if len(r.now) == 0 {
		return
	}
	lead := r.now
	if n := len(r.stack); n > 0 && r.mark != noMark {
		lead = append(append([]clauseWord(nil), r.stack[n-1].lead...), lead...)
	} else {
		r.stack = nil
	}
	own := r.mark
	r.flush()
	if len(r.stack) < maxNesting {
		r.stack = append(r.stack, opening{lead: shorten(lead), own: own})
	}
}

// shorten keeps the beginning of a long lead, which says what is forbidden, and
// its end, which leads on to the items.
func shorten(lead []clauseWord) []clauseWord {
	if len(lead) <= maxLead {
		return lead
	}
	return append(append([]clauseWord(nil), lead[:maxLead*2/3]...), lead[len(lead)-maxLead/3:]...)
}

// begin starts an item with a mark, and closes the lists that it is not of.
func (r *unitReader) begin(mark markClass) {
	r.mark = mark
	for n := len(r.stack); n > 0; n = len(r.stack) {
		top := &r.stack[n-1]
		if top.item == noMark && mark != top.own {
			top.item = mark
			return
		}
		if top.item == mark && mark != noMark && mark != top.own {
			return
		}
		r.stack = r.stack[:n-1]
	}
}

// inner starts an item inside a line. Without a list the words so far lead.
func (r *unitReader) inner() {
	if n := len(r.stack); n > 0 && r.stack[n-1].item == innerMark {
		r.flush()
		return
	}
	if len(r.now) == 0 || len(r.stack) >= maxNesting {
		return
	}
	lead := append([]clauseWord(nil), r.now...)
	if n := len(r.stack); n > 0 {
		lead = append(append([]clauseWord(nil), r.stack[n-1].lead...), lead...)
	}
	own := r.mark
	r.flush()
	r.stack = append(r.stack, opening{lead: shorten(lead), own: own, item: innerMark})
}

// signs takes in the quotation marks between two words. One that may open or
// close a quotation closes it where it stands right behind a word.
func (r *unitReader) signs(gap []byte, behind bool, line int32) {
	n := 0
	for _, c := range string(gap) {
		word := openWord
		switch c {
		case '"', '„':
			if behind && len(r.now) > 0 {
				word = closeWord
			}
		case '“', '«', '「', '『':
		case '‘':
			r.quoting = true
		case '”', '»', '」', '』':
			word = closeWord
		case '’':
			if !r.quoting {
				continue
			}
			r.quoting, word = false, closeWord
		default:
			continue
		}
		if n++; n <= 2 {
			r.now = append(r.now, clauseWord{text: word, line: line, off: -1})
		}
	}
}

// stops says whether a sentence, an item or the lead of a list ends in a gap.
func stops(gap []byte, next *token, text []byte) (stop, semicolon, colon bool) {
	for i, c := range gap {
		switch c {
		case '.', '!', '?':
			spaced := i+1 < len(gap) && bytes.IndexByte([]byte(" \t\r\n\")*"), gap[i+1]) >= 0 || i+4 < len(gap) && gap[i+1] >= utf8.RuneSelf
			r, _ := utf8.DecodeRune(text[next.off:])
			if spaced && !unicode.IsLower(r) || spaced && bytes.IndexByte(gap[i:], '\n') >= 0 && bytes.Count(gap[i:], []byte("\n")) > 1 {
				stop = true
			}
		case ';':
			semicolon = true
		case ':':
			colon = colon || i+1 < len(gap) && gap[i+1] != '/'
		}
	}
	if bytes.Contains(gap, []byte("。")) {
		stop = true
	}
	if bytes.Contains(gap, []byte("；")) {
		semicolon = true
	}
	if bytes.Contains(gap, []byte("：")) {
		colon = true
	}
	return stop, semicolon, colon
}

// blankLine says whether a gap holds a line with nothing on it.
func blankLine(gap []byte) bool {
	lines := bytes.Split(gap, []byte("\n"))
	for _, line := range lines[1 : len(lines)-1] {
		if len(bytes.Trim(line, " \t\r>#*/")) == 0 {
			return true
		}
	}
	return false
}

// lineMark says how the beginning of a line marks an item.
func lineMark(line []byte) markClass {
	if bytes.HasPrefix(bytes.TrimLeft(line, "> \t"), []byte("* ")) {
		return bulletMark
	}
	line = bytes.TrimRight(bytes.TrimLeft(line, "*_> \t(\"["), "*_ \t\"'“‘([")
	switch {
	case len(line) == 0:
		return noMark
	case line[0] == '#':
		return numberMark
	case line[0] == '-' || line[0] == '+' || line[0] >= utf8.RuneSelf && !bytes.HasPrefix(line, []byte("“")) && !bytes.HasPrefix(line, []byte("”")):
		return bulletMark
	case line[0] >= '0' && line[0] <= '9':
		return numberMark
	case isWordByte(line[0]):
		return letterClass(line)
	}
	return noMark
}

// letterClass tells roman numbers of several letters from letters, and both from
// words, such as the beginning of an address.
func letterClass(line []byte) markClass {
	n := 0
	for n < len(line) && isWordByte(line[n]) {
		n++
	}
	switch size, alpha := markPart(line[:n]); {
	case size != n || !alpha:
		return noMark
	case n > 1:
		return romanMark
	}
	return letterMark
}

// innerMarkAt says whether token i is a mark in parentheses inside a line.
func innerMarkAt(w *wording, i int) bool {
	t := &w.tokens[i]
	if t.off == 0 || w.text[t.off-1] != '(' || int(t.end) >= len(w.text) || w.text[t.end] != ')' {
		return false
	}
	n, alpha := markPart(w.text[t.off:t.end])
	return n == int(t.end-t.off) && (alpha || n < 3)
}
