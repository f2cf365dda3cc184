package license

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
)

// A copyright statement names who holds the rights and since when. Copies of
// one licence differ there and nowhere else, so it never matters; a sentence
// that follows on the same line does.

// skipStatement leaves out a copyright statement that is a line of its own.
// One in the middle of a paragraph becomes tokens of their own kind.
func (s *scanner) skipStatement() bool {
	if !s.fresh || s.pos < s.statementEnd {
		return false
	}
	b := s.text[s.pos:]
	if !s.startsStatement(b) {
		return false
	}
	n := statementLen(b)
	if n == 0 {
		return false
	}
	if (!s.brk() || s.stop == ',' && s.newlines < 2) && s.copyrightLine < s.line-1 {
		s.statementEnd = s.pos + n
		return false
	}
	s.copyrightLine = s.line
	s.statements = append(s.statements, leftOutStatement{int32(len(s.tokens)), int32(s.pos), int32(s.pos + n)})
	s.pos += n
	return true
}

// startsStatement says whether b, at the start of a line, begins as a
// copyright statement does.
func (s *scanner) startsStatement(b []byte) bool {
	if !mayStartStatement(b) {
		return false
	}
	b = squeezeLine(b[:min(len(b), 120)])
	if rest, ok := cutFold(b, "all rights reserved"); ok {
		rest, _, _ = bytes.Cut(rest, []byte("<"))
		return len(bytes.Trim(rest, " .\"”*_")) == 0
	}
	rest, word := cutFold(b, "copyright")
	if !word {
		rest, sign := cutSign(b)
		rest = bytes.TrimLeft(rest, " ")
		return sign && len(rest) > 0 && (rest[0] == '1' || rest[0] == '2' || bytes.HasPrefix(b, []byte("©")))
	}
	if len(rest) == 0 || startsWord(rest) {
		return false
	}
	rest = bytes.TrimLeft(rest, " :")
	if after, ok := cutSign(rest); ok {
		return len(after) > 0
	}
	if len(rest) == 0 {
		return false
	}
	switch c := rest[0]; {
	case c == '1', c == '2', c == '[', c == '<', c == '{':
		return true
	case c >= 'A' && c <= 'Z':
		_, holder := cutFold(rest, "holder")
		return !holder && b[0] == 'C' && b[1] == 'o' && properName(rest)
	}
	_, by := cutFold(rest, "by ")
	return by
}

// mayStartStatement says whether b begins with one of the words or signs that
// a copyright statement does, or with a byte of which a sign or a space that is
// none of ASCII may be made.
func mayStartStatement(b []byte) bool {
	words := ""
	switch b[0] {
	case 'c', 'C':
		words = "copyright"
	case 'a', 'A':
		words = "all"
	case '(':
		words = "(c)"
	}
	_, ok := cutFold(b, words)
	return ok && words != "" || b[0] == 0xC2
}

// squeezeLine gives the first line of b with single spaces.
func squeezeLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.Join(bytes.Fields(line), []byte(" "))
}

// properName says whether the line starts with two words of which none is in
// capitals only for being in a heading.
func properName(b []byte) bool {
	return len(bytes.Fields(b)) < 10 && !bytes.ContainsAny(b, ";:?!")
}

// cutSign cuts a copyright sign off.
func cutSign(b []byte) ([]byte, bool) {
	if rest, ok := bytes.CutPrefix(b, []byte("©")); ok {
		return rest, true
	}
	return cutFold(b, "(c)")
}

// cutFold cuts an ASCII prefix off, letter case ignored.
func cutFold(b []byte, prefix string) ([]byte, bool) {
	if len(b) < len(prefix) || !strings.EqualFold(string(b[:len(prefix)]), prefix) {
		return b, false
	}
	return b[len(prefix):], true
}

// statementLen measures the statement in bytes. It ends with its line, or
// before a sentence that says more than who holds what.
func statementLen(b []byte) int {
	line, _, _ := bytes.Cut(b[:min(len(b), maxLine)], []byte("\n"))
	if len(line) == maxLine {
		return 0
	}
	cut := 0
	for i := 0; i < len(line); {
		if !isWordByte(line[i]) {
			if line[i] == ']' || line[i] == '>' || line[i] == '.' && i+1 < len(line) && line[i+1] <= ' ' {
				cut = i + 1
				if line[i] == '.' && !nameWords(line[i:]) {
					return cut
				}
			}
			i++
			continue
		}
		end := i
		for end < len(line) && isWordByte(line[end]) {
			end++
		}
		if termWord(line[i:end]) {
			return cut
		}
		i = end
	}
	return len(line)
}

// termWord says whether a word belongs to terms rather than to a name.
func termWord(w []byte) bool {
	if len(w) < 2 || len(w) > 16 {
		return false
	}
	switch strings.ToLower(string(w)) {
	case "license", "licensed", "licence", "licenced", "licenses", "sublicense", "use", "used", "uses", "using", "user", "users",
		"only", "not", "non", "no", "nc", "nd", "sa", "noncommercial", "commercial", "commercially", "research", "academic", "permitted", "permission",
		"prohibited", "forbidden", "granted", "grant", "must", "may", "shall", "should", "notice", "terms", "term", "condition",
		"conditions", "restricted", "restriction", "restrictions", "except", "exception", "without", "unless", "if", "under",
		"subject", "additional", "modified", "amended", "custom", "agreement", "agree", "available", "distributed", "redistribution",
		"warranty", "is", "are", "this", "which", "provided", "evaluation", "purposes", "purpose", "policy",
		"changed", "derivative", "derivatives", "based", "attribution", "revenue", "million", "require", "required", "requires":
		return true
	}
	return false
}

// maxNameWords is how many words say who holds rights, and since when.
const maxNameWords = 16

// nameLike says whether tokens lo to hi can be who holds rights and since
// when: few words, none of which says a term.
func (w *wording) nameLike(lo, hi int) bool {
	if hi-lo > maxNameWords {
		return false
	}
	for i := lo; i < hi; i++ {
		if termWord(w.raw(i)) {
			return false
		}
	}
	return true
}

// properNames says whether each of the tokens lo to hi can be part of a name.
func (w *wording) properNames(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if !nameWord(w.raw(i)) {
			return false
		}
	}
	return true
}

// inStatement says whether the words of a licence that are missing before
// token t are the end of a copyright statement that was left out there. Where
// the lines of a text are broken says what is taken for one.
func (w *wording) inStatement(v *variant, g gap) bool {
	var words []token
	all := w.statementsAt(g.t)
	for _, s := range all[max(0, len(all)-maxStatementLines):] {
		words = append(words, tokenize(w.text[s.off:s.end], verbatim).tokens...)
	}
	if len(words) < g.ln {
		return false
	}
	before, after := min(shingle-1, g.t, g.l), min(shingle-1, len(w.tokens)-g.t)
	around := slices.Concat(w.tokens[g.t-before:g.t], words[len(words)-g.ln:], w.tokens[g.t:g.t+after])
	want := v.shingles[g.l-before:]
	got := shingles(around)
	return len(got) > 0 && len(want) >= len(got) && slices.Equal(got, want[:len(got)])
}

// maxStatementLines is over how many lines a copyright statement goes on.
const maxStatementLines = 3

// goesOn says whether tokens lo to hi are whole lines that go on with a
// copyright statement a few lines above.
func (w *wording) goesOn(lo, hi int) bool {
	first := lo
	for lines := 1; first > 0 && !w.afterStatement(first); {
		if first--; w.lineStart(first) {
			lines++
		}
		if lines > maxStatementLines || hi-first > maxNameWords {
			return false
		}
	}
	return w.afterStatement(first) && w.nameLike(first, hi) && w.properNames(first, hi)
}

// holderWords says whether tokens lo to hi go on with a copyright statement:
// more names, an address.
func (w *wording) holderWords(lo, hi int) bool {
	if !w.afterStatement(lo) || !w.nameLike(lo, hi) {
		return false
	}
	for i := lo; i < hi; i++ {
		if !nameWord(w.raw(i)) && !w.inAddress(i) {
			return false
		}
	}
	return true
}

// nameWord says whether a word is written as a name is, or stands between
// names.
func nameWord(b []byte) bool {
	if len(b) == 0 || b[0] < 'a' || b[0] > 'z' {
		return true
	}
	switch string(b) {
	case "and", "by", "of", "the", "for", "de", "van", "von", "der", "et", "al", "all", "rights", "reserved",
		"its", "c", "copyright", "affiliates", "contributors", "authors", "team", "inc", "com", "org", "net":
		return true
	}
	return false
}

// nameWords says whether all words of b, up to an address, can be part of
// names.
func nameWords(b []byte) bool {
	b, _, _ = bytes.Cut(b, []byte("<"))
	b, _, _ = bytes.Cut(b, []byte("http"))
	for _, word := range bytes.FieldsFunc(b, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !nameWord(word) {
			return false
		}
	}
	return true
}

// isStatement says whether tokens lo to hi are one copyright statement, as a
// text without line ends has it.
func (w *wording) isStatement(lo, hi int) bool {
	if w.tokens[lo].hash != wordCopyright {
		return false
	}
	after := w.text[w.tokens[lo].end:]
	after = bytes.TrimLeftFunc(after[:min(len(after), 16)], unicode.IsSpace)
	if _, ok := cutSign(after); !ok && (len(after) == 0 || bytes.IndexByte([]byte("12[<{"), after[0]) < 0) {
		return false
	}
	return w.nameLike(lo, hi)
}
