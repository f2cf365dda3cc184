package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain makes text from outside safe for a terminal: control characters,
// escape sequences and marks that reorder text are shown as \u escapes, so
// that a card can neither colour nor hide nor overwrite anything; so is what
// starts a command of the runner that a workflow's output is read by. It never
// contains a line break. Of a very long text it gives the beginning: nobody
// reads more, and a card may hold a megabyte where a word is meant.
func Plain(text string) string {
	text = clip(text)
	if !strings.ContainsFunc(text, unsafe) && !strings.Contains(text, "::") && !strings.Contains(text, "##[") {
		return text
	}
	var b strings.Builder
	before := ' '
	for i, r := range text {
		switch {
		case commands(before, text[i:]):
			fmt.Fprintf(&b, "\\u%04x", r)
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case unsafe(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// commands holds where a text goes on, after a character, with what a runner of
// workflows takes for a command: two colons that stand first on a line, as any
// word may after a line is broken, and ##[ anywhere.
func commands(before rune, rest string) bool {
	return strings.HasPrefix(rest, "##[") || strings.HasPrefix(rest, "::") && (unicode.IsSpace(before) || unsafe(before))
}

// maxPlain bounds what is shown of one text, in bytes. The longest message of
// a rule is a few hundred.
const maxPlain = 4_000

func clip(text string) string {
	if len(text) <= maxPlain {
		return text
	}
	end := maxPlain
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// unsafe tells the characters that a terminal obeys, or that change how the
// ones beside them look.
func unsafe(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError ||
		r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r)
}

// style is an ANSI colour or attribute.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	blue   style = "34"
)

// paint wraps text in styles where colour is allowed.
func (o Options) paint(text string, styles ...style) string {
	if !o.Color || text == "" {
		return text
	}
	codes := make([]string, len(styles))
	for i, s := range styles {
		codes[i] = string(s)
	}
	return "\x1b[" + strings.Join(codes, ";") + "m" + text + "\x1b[0m"
}

// wrap breaks text at blanks so that no line is longer than width, where its
// words allow.
func wrap(text string, width int) []string {
	var lines []string
	var line strings.Builder
	length := 0
	for _, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		if length > 0 && length+1+size > width {
			lines = append(lines, line.String())
			line.Reset()
			length = 0
		}
		if length > 0 {
			line.WriteByte(' ')
			length++
		}
		line.WriteString(word)
		length += size
	}
	return append(lines, line.String())
}
