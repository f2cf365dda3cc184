package license

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A token is one word, number, ideograph or meaningful sign of a text. Offsets
// are bytes of the decoded text; off and end may span markup inside a word.
type token struct {
	hash uint64
	off  int32
	end  int32
	line int32
	kind tokenKind
}

type tokenKind uint8

const (
	// plain tokens have to agree.
	plain tokenKind = iota
	// mark tokens look like list numbering that stands where a word could
	// stand too, so that only a comparison can tell.
	mark
	// statement tokens belong to a copyright statement inside other text.
	statement
	// blank tokens stand in a template's brackets, waiting to be filled in.
	blank
)

// tokenMode says how much of a text the caller wants to see.
type tokenMode uint8

const (
	// compared leaves out what never matters between two copies of a text:
	// list marks, copyright lines and front matter.
	compared tokenMode = iota
	// verbatim keeps all words, for finding phrases.
	verbatim
)

// wording is a tokenised text.
type wording struct {
	text   []byte
	tokens []token
	// dropped holds, in order, the token positions before which a list mark
	// was left out.
	dropped []int32
	// statements holds, in order, the copyright statements that were left out.
	statements []leftOutStatement
	// items holds, in order, the list marks at the starts of lines.
	items []listItem
	// pages are the lines that only tell the page, once asked for.
	pages []stretch
	// work counts the steps that comparing the text has taken.
	work int
	// cuts are the places where escapes were undone, for columns.
	cuts []cut
}

// droppedAt says whether a list mark was left out right before token i.
func (w *wording) droppedAt(i int) bool {
	_, ok := slices.BinarySearch(w.dropped, int32(i))
	return ok
}

// leftOutStatement is a copyright statement that was left out before token at,
// with the bytes where it stands.
type leftOutStatement struct{ at, off, end int32 }

// afterStatement says whether a copyright statement was left out right
// before token i.
func (w *wording) afterStatement(i int) bool { return len(w.statementsAt(i)) > 0 }

// statementsAt lists the copyright statements left out right before token i.
func (w *wording) statementsAt(i int) []leftOutStatement {
	at := func(s leftOutStatement, i int) int { return int(s.at) - i }
	lo, _ := slices.BinarySearchFunc(w.statements, i, at)
	hi, _ := slices.BinarySearchFunc(w.statements, i+1, at)
	return w.statements[lo:hi]
}

// raw is the text of token i as written.
func (w *wording) raw(i int) []byte { return w.text[w.tokens[i].off:w.tokens[i].end] }

// cut is a place of a text before which n characters were taken out.
type cut struct{ at, n int32 }

// maxEntity bounds a character reference of HTML.
const maxEntity = 12

// unescape undoes the escapes of Markdown and the character references of
// HTML, so that what they stand for is seen in its place.
func unescape(text []byte) ([]byte, []cut) {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 {
		return text, nil
	}
	out := make([]byte, 0, len(text))
	var cuts []cut
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && text[i+1] > ' ' && text[i+1] < 0x7F && !isWordByte(text[i+1]):
			i++
			out = append(out, text[i])
			cuts = append(cuts, cut{int32(len(out)) - 1, 1})
		case c == '&':
			ref := text[i:min(len(text), i+maxEntity)]
			end := bytes.IndexByte(ref, ';')
			if end < 2 {
				out = append(out, c)
				continue
			}
			// A line end that is written so is none of the file's lines.
			plain := strings.Map(blankBreak, html.UnescapeString(string(ref[:end+1])))
			out = append(out, plain...)
			if n := end + 1 - utf8.RuneCountInString(plain); n > 0 {
				cuts = append(cuts, cut{int32(len(out)), int32(n)})
			}
			i += end
		default:
			out = append(out, c)
		}
	}
	return out, cuts
}

func blankBreak(r rune) rune {
	if r == '\n' || r == '\r' {
		return ' '
	}
	return r
}

// Lines splits a text into the lines by which Identify tells places: the first
// is line 1. Of a text longer than MaxTextBytes the beginning is read.
func Lines(text []byte) []string {
	plain := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(decode(text)))
	return strings.Split(plain, "\n")
}

// decode gives UTF-8 without a byte order mark. UTF-16 is known by its mark;
// invalid bytes stay and later separate words. Only the first MaxTextBytes
// are read.
func decode(text []byte) []byte {
	if len(text) > MaxTextBytes {
		text = text[:MaxTextBytes]
	}
	switch {
	case bytes.HasPrefix(text, []byte{0xEF, 0xBB, 0xBF}):
		return text[3:]
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}):
		return decode16(text[2:], 0, 1)
	case bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		return decode16(text[2:], 1, 0)
	}
	return text
}

func decode16(b []byte, low, high int) []byte {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[low])|uint16(b[high])<<8)
	}
	out := make([]byte, 0, len(units))
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// binaryData says whether a text is no text: a NUL byte never stands in one.
func binaryData(text []byte) bool {
	return bytes.IndexByte(text[:min(len(text), 64<<10)], 0) >= 0
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hashWord is FNV-1a over a word in lower case.
func hashWord(word string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * fnvPrime
	}
	return h
}

// scanner turns text into tokens in one pass.
type scanner struct {
	wording
	mode tokenMode
	pos  int
	line int32
	// word is the hash of the word being read, start its offset; -1 for none.
	word  uint64
	start int
	last  int
	// digits counts the digits of a word so far, -1 once it has a letter.
	digits int
	// fresh is true from the start of a line to its first word.
	fresh bool
	// newlines counts line ends since the last word.
	newlines int
	// stop is the last sign of punctuation since the last word, 0 for none.
	stop byte
	// blankEnd and statementEnd are the offsets up to which tokens stand in
	// a template's brackets and in a copyright statement.
	blankEnd     int
	statementEnd int
	// copyrightLine is the last line that was a copyright statement.
	copyrightLine int32
	markup        markup
	// page is true for a page of HTML.
	page bool
}

// tokenize reads a text whole. The result's text is the decoded one, to which
// offsets and lines (1-based) refer.
func tokenize(text []byte, mode tokenMode) wording {
	s := scanner{mode: mode, line: 1, start: -1, fresh: true, newlines: 2, copyrightLine: -9}
	s.text, s.cuts = unescape(decode(text))
	if binaryData(s.text) {
		return s.wording
	}
	s.tokens = make([]token, 0, len(s.text)/5+8)
	s.page = htmlPage(s.text)
	if mode == compared {
		s.skipFrontMatter()
	}
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case s.start >= 0 && (c == '<' || c == '[' || c == ']' || c == '{' || c == '`'):
			s.flush()
			fallthrough
		case s.start < 0:
			if mayBegin[c] && (s.fresh || !s.atWord()) && s.skip() {
				continue
			}
		}
		s.step()
	}
	s.flush()
	return s.wording
}

// step consumes one rune.
func (s *scanner) step() {
	c := s.text[s.pos]
	if c < utf8.RuneSelf {
		s.ascii(c)
		return
	}
	r, size := utf8.DecodeRune(s.text[s.pos:])
	s.rune(r, size)
}

func (s *scanner) ascii(c byte) {
	switch {
	case isWordByte(c):
		s.letters()
	case c == ' ':
		s.flush()
		s.pos++
	case c == '\n':
		s.flush()
		s.pos++
		s.newline()
	case c == '\r':
		s.flush()
		s.pos++
		if s.pos >= len(s.text) || s.text[s.pos] != '\n' {
			s.newline()
		}
	case c == ',' && s.digits > 0 && thousands(s.text[s.pos+1:]):
		s.pos++
	case c == '*' && s.start >= 0:
		// Emphasis inside a word does not end it.
		s.pos++
	case c == '$' || c == '%':
		s.sign(uint64(c), 1)
	default:
		s.flush()
		if c > ' ' && bytes.IndexByte(markupSigns, c) < 0 {
			s.stop = c
		}
		s.pos++
	}
}

var markupSigns = []byte("*_#>|`\\+-\"'=")

// thousands says whether three digits and no more follow.
func thousands(b []byte) bool {
	for i := range 3 {
		if i >= len(b) || b[i] < '0' || b[i] > '9' {
			return false
		}
	}
	return len(b) == 3 || b[3] < '0' || b[3] > '9'
}

// rune consumes one rune of size bytes.
func (s *scanner) rune(r rune, size int) {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		// Full-width forms of ASCII.
		r -= 0xFEE0
	case r == 0xAD, r >= 0x200B && r <= 0x200D, r == 0x2060, r == 0xFEFF:
		// Invisible inside a word.
		s.pos += size
		return
	}
	switch {
	case r < utf8.RuneSelf && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'):
		s.add(byte(unicode.ToLower(r)), size)
	case r == '€' || r == '£' || r == '¥' || r == '$' || r == '%':
		s.sign(uint64(r), size)
	case unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r):
		s.sign(uint64(r), size)
	case r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)):
		var buf [utf8.UTFMax]byte
		n := utf8.EncodeRune(buf[:], unicode.ToLower(r))
		s.add(buf[0], size)
		for _, c := range buf[1:n] {
			s.word = (s.word ^ uint64(c)) * fnvPrime
		}
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		s.flush()
		s.pos += size
		s.newlines++
		s.fresh = true
	default:
		s.flush()
		if r < utf8.RuneSelf && r > ' ' && !bytes.ContainsRune(markupSigns, r) {
			s.stop = byte(r)
		} else if r == '。' || r == '、' || r == '…' {
			s.stop = '.'
		}
		s.pos += size
	}
}

// letters puts the letters and digits of ASCII that follow to the word being
// read.
func (s *scanner) letters() {
	if s.start < 0 {
		s.start, s.word, s.digits = s.pos, fnvOffset, 0
	}
	word, digits, pos := s.word, s.digits, s.pos
	for ; pos < len(s.text); pos++ {
		c := lowerCase[s.text[pos]]
		switch {
		case c > '9':
			digits = -1
		case c == 0:
			s.word, s.digits, s.pos, s.last = word, digits, pos, pos
			return
		case digits >= 0:
			digits++
		}
		word = (word ^ uint64(c)) * fnvPrime
	}
	s.word, s.digits, s.pos, s.last = word, digits, pos, pos
}

// lowerCase has the letters of ASCII in lower case and its digits, 0 for other
// bytes.
var lowerCase = func() (lower [256]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		lower[c], lower[c-'a'+'A'] = c, c
	}
	for c := byte('0'); c <= '9'; c++ {
		lower[c] = c
	}
	return lower
}()

// add puts a byte of lower case to the word being read.
func (s *scanner) add(c byte, size int) {
	if s.start < 0 {
		s.start, s.word, s.digits = s.pos, fnvOffset, 0
	}
	s.word = (s.word ^ uint64(c)) * fnvPrime
	if c < '0' || c > '9' {
		s.digits = -1
	} else if s.digits >= 0 {
		s.digits++
	}
	s.pos += size
	s.last = s.pos
}

// sign makes a token of its own of one rune.
func (s *scanner) sign(r uint64, size int) {
	s.flush()
	s.start, s.word, s.last = s.pos, (r+fnvOffset)*fnvPrime, s.pos+size
	s.pos += size
	s.flush()
}

func (s *scanner) newline() {
	s.line++
	s.newlines++
	s.fresh = true
}

// flush ends the word being read.
func (s *scanner) flush() {
	if s.start < 0 {
		return
	}
	t := token{hash: s.word, off: int32(s.start), end: int32(s.last), line: s.line}
	start := s.start
	s.start, s.digits = -1, 0
	if (s.word == wordHTTP || s.word == wordHTTPS) && bytes.HasPrefix(s.text[s.pos:], []byte("://")) ||
		s.word == wordWWW && bytes.HasPrefix(s.text[s.pos:], []byte(".")) {
		return
	}
	switch {
	case start < s.statementEnd:
		t.kind = statement
	case start < s.blankEnd:
		t.kind = blank
	}
	s.tokens = append(s.tokens, t)
	s.fresh, s.newlines, s.stop = false, 0, 0
}

var (
	wordHTTP      = hashWord("http")
	wordHTTPS     = hashWord("https")
	wordWWW       = hashWord("www")
	wordCopyright = hashWord("copyright")
)

// MaxTextBytes bounds how much of one text is read.
const MaxTextBytes = 8 << 20
