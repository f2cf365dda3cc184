package license

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markup remembers which closing tags the rest of the text does not have, so
// that looking for one stays linear.
type markup struct {
	unclosed map[string]bool
}

// How far ahead the scanner looks for the end of one tag, link or line.
const (
	maxTag  = 1000
	maxLink = 2000
	maxLine = 400
)

// mayBegin has the bytes that markup, a list mark or a copyright statement may
// begin with.
var mayBegin = func() (may [256]bool) {
	for _, c := range []byte("<[{]`(0123456789\xC2") {
		may[c] = true
	}
	for c := byte('a'); c <= 'z'; c++ {
		may[c], may[c-'a'+'A'] = true, true
	}
	return may
}()

// skip leaves out markup, list marks and copyright statements that start at
// the current place, between two words. It reports whether it moved.
func (s *scanner) skip() bool {
	c := s.text[s.pos]
	switch {
	case c == '<':
		if s.skipTag() {
			return true
		}
		s.openBlank('>')
	case c == '[':
		s.openBlank(']')
	case c == '{':
		s.openBlank('}')
	case c == ']':
		if s.skipLinkTarget() {
			return true
		}
	case c == '`':
		if s.skipFence() {
			return true
		}
	}
	if c == '(' && s.skipSign() {
		return true
	}
	return s.skipMark() || s.mode == compared && s.skipStatement()
}

// skipSign leaves out "(c)": it stands for the copyright sign, which is no
// word, or for a list mark.
func (s *scanner) skipSign() bool {
	b := s.text[s.pos:]
	if len(b) < 3 || b[1]|0x20 != 'c' || b[2] != ')' || s.attached() {
		return false
	}
	if s.mode == compared && s.fresh && s.startsStatement(b) {
		return s.skipStatement()
	}
	if s.mode == verbatim {
		s.pos += 3
	} else {
		s.dropMark(3)
	}
	return true
}

// dropMark leaves out a list mark of n bytes, and notes where it stood.
func (s *scanner) dropMark(n int) {
	s.dropped = append(s.dropped, int32(len(s.tokens)))
	s.noteItem(n, true)
	s.pos += n
}

// noteItem notes a list mark of n bytes where it begins a line.
func (s *scanner) noteItem(n int, sure bool) {
	if s.fresh && s.mode == compared {
		s.items = append(s.items, listItem{int32(len(s.tokens)), string(s.text[s.pos : s.pos+n]), sure})
	}
}

// attached says whether the current place follows a word without a space.
func (s *scanner) attached() bool {
	if s.pos == 0 {
		return false
	}
	r, _ := utf8.DecodeLastRune(s.text[:s.pos])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// brk says whether a sentence or a list item may begin here: after a blank
// line or a stop.
func (s *scanner) brk() bool {
	if s.newlines > 1 || len(s.tokens) == 0 {
		return true
	}
	return s.stop != 0 && strings.IndexByte(".;:!?,)]", s.stop) >= 0
}

// joins says whether the word before joins the items of a list.
func (s *scanner) joins() bool {
	if len(s.tokens) == 0 {
		return false
	}
	last := s.tokens[len(s.tokens)-1].hash
	return last == wordAnd || last == wordOr
}

var wordAnd, wordOr = hashWord("and"), hashWord("or")

// skipMark leaves out a list mark, such as "1.", "(a)", "iv)" or "2.1". One
// that may be the end of a sentence broken over two lines becomes a token of
// its own kind instead.
func (s *scanner) skipMark() bool {
	if s.atWord() || s.attached() {
		return false
	}
	n, paren, letters, single := listMark(s.text[s.pos:min(len(s.text), s.pos+24)])
	if n == 0 {
		return false
	}
	if s.mode == verbatim {
		if s.fresh {
			s.pos += n
			return true
		}
		return false
	}
	switch {
	case paren && (letters || s.joins()), s.brk() && (s.fresh || single),
		s.fresh && (letters || s.text[s.pos+n-1] == ')'):
		s.dropMark(n)
		return true
	}
	s.noteItem(n, false)
	first := len(s.tokens)
	for end := s.pos + n; s.pos < end; {
		s.step()
	}
	s.flush()
	for i := first; i < len(s.tokens); i++ {
		s.tokens[i].kind = mark
	}
	return true
}

// atWord says whether the current place begins a word of several letters, and
// no Roman number.
func (s *scanner) atWord() bool {
	if s.pos+1 >= len(s.text) {
		return false
	}
	c, next := s.text[s.pos], s.text[s.pos+1]
	return lowerCase[c] > '9' && lowerCase[next] > 0 && !(roman(c) && roman(next))
}

func roman(c byte) bool { c |= 0x20; return c == 'i' || c == 'v' || c == 'x' }

// listMark measures a list mark at the start of b: its bytes, whether it is
// in parentheses, of letters, and of one part ended by a sign.
func listMark(b []byte) (n int, paren, letters, single bool) {
	i := 0
	if i < len(b) && (b[i] == '(' || b[i] == '[') {
		paren = true
		i++
	}
	parts := 0
	for {
		size, alpha := markPart(b[i:])
		if size == 0 {
			break
		}
		parts++
		letters = letters || alpha
		i += size
		if i+1 >= len(b) || b[i] != '.' || parts > 4 {
			break
		}
		if next, _ := markPart(b[i+1:]); next == 0 {
			break
		}
		i++
	}
	if parts == 0 || parts == 1 && !paren && i >= len(b) {
		return 0, false, false, false
	}
	closed := i < len(b) && strings.IndexByte(".)]", b[i]) >= 0
	if closed {
		for i < len(b) && strings.IndexByte(".)]:", b[i]) >= 0 {
			i++
		}
	}
	if !closed && (paren || parts == 1) {
		return 0, false, false, false
	}
	if i < len(b) && b[i] > ' ' && b[i] < utf8.RuneSelf && (!closed && parts < 2 || strings.IndexByte("*_\"'<", b[i]) < 0) {
		return 0, false, false, false
	}
	return i, paren, letters, parts == 1
}

// markPart measures digits (up to three), one letter or a small Roman number.
func markPart(b []byte) (n int, alpha bool) {
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	if n > 0 {
		if n > 3 || startsWord(b[n:]) {
			return 0, false
		}
		return n, false
	}
	roman := true
	for n < len(b) && isWordByte(b[n]) {
		roman = roman && strings.IndexByte("ivxIVX", b[n]) >= 0
		n++
	}
	if startsWord(b[n:]) {
		return 0, false
	}
	if n == 1 || n > 0 && n < 6 && roman {
		return n, true
	}
	return 0, false
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// startsWord says whether b begins with a letter or digit of any script.
func startsWord(b []byte) bool {
	if len(b) == 0 || b[0] < utf8.RuneSelf {
		return len(b) > 0 && isWordByte(b[0])
	}
	r, _ := utf8.DecodeRune(b)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// openBlank notes that the tokens up to the closing bracket are a template's
// blank, where their words say so.
func (s *scanner) openBlank(closing byte) {
	b := s.text[s.pos+1 : min(len(s.text), s.pos+80)]
	end := bytes.IndexByte(b, closing)
	if end <= 0 {
		return
	}
	for _, w := range bytes.FieldsFunc(b[:end], func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch strings.ToLower(string(w)) {
		case "year", "years", "yyyy", "xxxx", "name", "names", "owner", "holder", "holders", "author",
			"authors", "date", "dates", "fullname", "organization", "organisation", "company":
			s.blankEnd = s.pos + 1 + end
			return
		}
	}
}

// skipTag leaves out one tag of HTML, or a whole element that shows no text.
// What only looks like a tag, such as an address or a blank, stays.
func (s *scanner) skipTag() bool {
	b := s.text[s.pos:]
	if bytes.HasPrefix(b, []byte("<!--")) {
		if s.page || toChecker(b) {
			return s.skipTo("-->")
		}
		s.pos += len("<!--")
		return true
	}
	i := 1
	if i < len(b) && b[i] == '/' {
		i++
	}
	start := i
	for i < len(b) && i < start+12 && isWordByte(b[i]) {
		i++
	}
	name := strings.ToLower(string(b[start:i]))
	kind, ok := htmlTags[name]
	if !ok && !bytes.HasPrefix(b, []byte("<!")) {
		return false
	}
	if ok && i < len(b) && strings.IndexByte(" \t\r\n/>", b[i]) < 0 {
		return false
	}
	end := bytes.IndexByte(b[:min(len(b), maxTag)], '>')
	if end < 0 {
		return false
	}
	if kind == hidden && s.page && b[1] != '/' && s.skipTo("</"+name) {
		return true
	}
	s.advance(end + 1)
	if kind == block {
		s.fresh, s.newlines = true, 2
	}
	return true
}

// htmlPage says whether a text is a page of HTML, which readers see without its
// comments, scripts and styles. In any other text they are there to read, and a
// limit that stands in them counts.
func htmlPage(text []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(text[:min(len(text), maxTag)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) ||
		bytes.HasPrefix(start, []byte("<?xml")) && bytes.Contains(start, []byte("<html"))
}

// toChecker says whether b starts with a comment that tells a checker or
// formatter of Markdown what to leave alone, with one word to say what.
func toChecker(b []byte) bool {
	end := bytes.Index(b[:min(len(b), maxLine)], []byte("-->"))
	if end < len("<!--") {
		return false
	}
	words := bytes.Fields(b[len("<!--"):end])
	return len(words) > 0 && len(words) <= 2 &&
		(bytes.HasPrefix(words[0], []byte("markdownlint-")) || bytes.HasPrefix(words[0], []byte("prettier-ignore")))
}

// advance moves on by n bytes of markup and counts their lines.
func (s *scanner) advance(n int) {
	s.line += int32(bytes.Count(s.text[s.pos:s.pos+n], []byte("\n")))
	s.pos += n
}

// skipTo moves behind the next occurrence of a closing sign.
func (s *scanner) skipTo(closing string) bool {
	if s.markup.unclosed[closing] {
		return false
	}
	n := bytes.Index(s.text[s.pos:], []byte(closing))
	if n < 0 {
		if s.markup.unclosed == nil {
			s.markup.unclosed = map[string]bool{}
		}
		s.markup.unclosed[closing] = true
		return false
	}
	s.advance(n + len(closing))
	return true
}

type tagKind uint8

const (
	inline tagKind = iota
	block
	hidden
)

var htmlTags = map[string]tagKind{
	"a": inline, "b": inline, "i": inline, "u": inline, "s": inline, "em": inline, "strong": inline,
	"span": inline, "font": inline, "small": inline, "sup": inline, "sub": inline, "code": inline, "img": inline,
	"ins": inline, "del": inline, "abbr": inline, "mark": inline, "label": inline, "meta": inline, "link": inline,
	"p": block, "br": block, "hr": block, "div": block, "h1": block, "h2": block, "h3": block, "h4": block,
	"h5": block, "h6": block, "ul": block, "ol": block, "li": block, "dl": block, "dt": block, "dd": block,
	"table": block, "tr": block, "td": block, "th": block, "tbody": block, "thead": block, "pre": block,
	"blockquote": block, "center": block, "section": block, "article": block, "header": block, "footer": block,
	"main": block, "nav": block, "body": block, "html": block, "details": block, "summary": block,
	"head": hidden, "style": hidden, "script": hidden,
}

// skipLinkTarget leaves out the address of a Markdown link, which a copy in
// plain text does not have.
func (s *scanner) skipLinkTarget() bool {
	b := s.text[s.pos:min(len(s.text), s.pos+maxLink)]
	if len(b) < 3 || b[1] != '(' {
		return false
	}
	end := bytes.IndexByte(b, ')')
	if end < 0 {
		return false
	}
	target := b[2:end]
	if bytes.IndexByte(target, '\n') >= 0 || !bytes.ContainsAny(target, "/.#@") {
		return false
	}
	if fields := bytes.Fields(target); len(fields) > 1 && !bytes.ContainsAny(fields[1][:1], `"'`) {
		return false
	}
	s.pos += end + 1
	return true
}

// skipFence leaves out a code fence with the word behind it.
func (s *scanner) skipFence() bool {
	b := s.text[s.pos:min(len(s.text), s.pos+40)]
	if !s.fresh || !bytes.HasPrefix(b, []byte("```")) {
		return false
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 || len(bytes.Fields(b[:end])) > 1 {
		return false
	}
	s.pos += end
	return true
}

// skipFrontMatter leaves out a short block of YAML at the start of a text.
func (s *scanner) skipFrontMatter() {
	if !bytes.HasPrefix(s.text, []byte("---")) {
		return
	}
	pos, lines := 0, int32(0)
	for rest := s.text; lines < 40; lines++ {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			return
		}
		trimmed := bytes.TrimRight(line, " \t\r")
		pos += len(line) + 1
		rest = after
		if bytes.Equal(trimmed, []byte("---")) {
			if lines > 0 {
				s.pos, s.line = pos, lines+2
				return
			}
			continue
		}
		if lines == 0 || len(trimmed) > 120 || !matterLine(trimmed) {
			return
		}
	}
}

// matterLine says whether a line of front matter is too short to state a term:
// a key with two words at most, a title, or an item of a list.
func matterLine(line []byte) bool {
	line = bytes.TrimSpace(line)
	if item, ok := bytes.CutPrefix(line, []byte("- ")); ok {
		return len(bytes.Fields(item)) <= 2
	}
	key, value, ok := bytes.Cut(line, []byte(":"))
	words := len(bytes.Fields(value))
	return len(line) == 0 || ok && len(bytes.Fields(key)) == 1 && (words <= 2 || string(key) == "title" && words <= maxTitle)
}
