package card

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// maxTitle bounds the title of a section, in bytes.
const maxTitle = 300

// bodyReader walks the lines of a card's text and keeps what Markdown makes
// of them.
type bodyReader struct {
	sections  []model.Section
	links     linkReader
	fence     string // the open code fence, empty outside
	comment   bool   // within an HTML comment
	lastClose int    // offset of the last "-->" of the text
	paragraph []string
	paraLine  int
}

// readBody finds headings (ATX and setext, outside code and comments), counts
// the words below each, and collects links.
func readBody(text []byte, first int) ([]model.Section, []model.Link) {
	r := &bodyReader{
		sections:  []model.Section{},
		lastClose: bytes.LastIndex(text, []byte("-->")),
		links:     linkReader{defs: definitions(text)},
	}
	sep := lineBreak(text)
	line, off := first, 0
	for off < len(text) {
		end := bytes.IndexByte(text[off:], sep)
		next := len(text)
		if end >= 0 {
			next = off + end + 1
		}
		r.line(string(bytes.TrimRight(text[off:next], "\r\n")), line, off)
		off = next
		line++
	}
	return r.sections, r.links.finish(first)
}

// line takes one line of the text, which starts at the given offset.
func (r *bodyReader) line(s string, n, off int) {
	s = r.uncomment(s, off)
	trimmed := strings.TrimSpace(s)
	if r.inCode(s, trimmed) {
		r.paragraph = nil
		return
	}
	if trimmed == "" {
		r.paragraph = nil
		return
	}
	if level, title, ok := atx(s); ok {
		r.paragraph = nil
		r.heading(level, title, n)
		r.links.line(title, n)
		return
	}
	if level := underline(s, trimmed); level > 0 {
		// A rule straight below a longer paragraph is a rule to everybody
		// but a Markdown parser; its words stay words.
		if len(r.paragraph) > 0 && len(r.paragraph) <= 2 {
			r.promote(level)
		}
		r.paragraph = nil
		return
	}
	if r.paragraph == nil {
		r.paraLine = n
	}
	if startsBlock(trimmed) {
		r.paragraph = nil
	} else if len(r.paragraph) <= 2 {
		r.paragraph = append(r.paragraph, trimmed)
	}
	if len(r.sections) > 0 {
		r.sections[len(r.sections)-1].Words += words(trimmed)
	}
	r.links.line(s, n)
}

// heading opens a section.
func (r *bodyReader) heading(level int, title string, n int) {
	if len(r.sections) == maxSections {
		return
	}
	title = strings.Join(strings.Fields(strings.Trim(title, "*_` \t")), " ")
	if len(title) > maxTitle {
		title = strings.ToValidUTF8(title[:maxTitle], "")
	}
	r.sections = append(r.sections, model.Section{Title: title, Level: level, Line: n})
}

// promote makes a setext heading of the paragraph just read, whose words have
// been counted to the section before.
func (r *bodyReader) promote(level int) {
	title := strings.Join(r.paragraph, " ")
	if len(r.sections) > 0 {
		r.sections[len(r.sections)-1].Words -= words(title)
	}
	r.heading(level, title, r.paraLine)
}

// uncomment blanks HTML comments, which a reader of the page does not see.
func (r *bodyReader) uncomment(s string, off int) string {
	if !r.comment && !strings.Contains(s, "<!--") {
		return s
	}
	if r.fence != "" && !r.comment {
		return s
	}
	var b strings.Builder
	for at := off; s != ""; {
		if r.comment {
			i := strings.Index(s, "-->")
			if i < 0 {
				break
			}
			s, at, r.comment = s[i+3:], at+i+3, false
			continue
		}
		i := strings.Index(s, "<!--")
		if i < 0 || at+i > r.lastClose {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		s, at, r.comment = s[i+4:], at+i+4, true
	}
	return b.String()
}

// inCode follows code fences. It is true on the fences and between them.
func (r *bodyReader) inCode(s, trimmed string) bool {
	if r.comment && trimmed == "" {
		return false
	}
	mark := fenceMark(trimmed)
	if r.fence == "" {
		r.fence = mark
		return mark != ""
	}
	if mark != "" && mark[0] == r.fence[0] && len(mark) >= len(r.fence) && len(mark) == len(trimmed) {
		r.fence = ""
	}
	return true
}

// fenceMark is the run of three or more ` or ~ that a line starts with.
func fenceMark(trimmed string) string {
	if trimmed == "" || (trimmed[0] != '`' && trimmed[0] != '~') {
		return ""
	}
	n := len(trimmed) - len(strings.TrimLeft(trimmed, trimmed[:1]))
	if n < 3 || (trimmed[0] == '`' && strings.Contains(trimmed[n:], "`")) {
		return ""
	}
	return trimmed[:n]
}

// atx reads a heading that starts with one to six # and a blank. Without the
// blank the line is text, on the Hub's page as here.
func atx(s string) (level int, title string, ok bool) {
	t := strings.TrimLeft(s, " ")
	if len(s)-len(t) > 3 {
		return 0, "", false
	}
	rest := strings.TrimLeft(t, "#")
	level = len(t) - len(rest)
	if level < 1 || level > 6 || (rest != "" && rest[0] != ' ' && rest[0] != '\t') {
		return 0, "", false
	}
	rest = strings.TrimSpace(rest)
	if open := strings.TrimRight(rest, "#"); open == "" || strings.HasSuffix(open, " ") || strings.HasSuffix(open, "\t") {
		rest = strings.TrimSpace(open)
	}
	return level, rest, true
}

// underline is 1 for a line of =, 2 for a line of -, else 0.
func underline(s, trimmed string) int {
	if len(s)-len(strings.TrimLeft(s, " ")) > 3 || strings.HasPrefix(s, "\t") {
		return 0
	}
	switch {
	case strings.Trim(trimmed, "=") == "":
		return 1
	case strings.Trim(trimmed, "-") == "":
		return 2
	}
	return 0
}

// startsBlock tells lines that are no paragraph, so that a line of - below
// them is no underline: list items, quotes, tables and HTML.
func startsBlock(trimmed string) bool {
	switch trimmed[0] {
	case '>', '|', '<':
		return true
	case '-', '*', '+':
		return len(trimmed) > 1 && (trimmed[1] == ' ' || trimmed[1] == '\t')
	}
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	return digits > 0 && digits < 10 && (strings.HasPrefix(trimmed[digits:], ". ") || strings.HasPrefix(trimmed[digits:], ") "))
}

// words counts the fields of a line that hold a letter or a digit.
func words(s string) int {
	n := 0
	for f := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}
