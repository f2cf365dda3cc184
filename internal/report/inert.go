package report

import (
	"net/url"
	"strings"
)

// noWidth is a blank of no width. Between the parts of a mention, an address or a
// reference it keeps the words readable and stops a viewer from acting on them.
const noWidth = "\u200b"

// Characters that Markdown, as GitHub reads it, may act on: anywhere, where a
// line starts with them, and behind a number that a line starts with.
const (
	special   = "\\`*_[]<>|~&$"
	leading   = "#+-="
	numbering = ".)"
)

// Inert makes text from outside safe inside Markdown, on one line: it shows as
// it stands, and is no markup, HTML, mention, reference, image or link. Nor
// can it end a table's cell or a comment that hides a marker.
func Inert(text string) string {
	// Blanks at the start of a line would make code of it.
	text = strings.TrimSpace(Plain(text))
	var b strings.Builder
	b.Grow(len(text) + 16)
	for i, r := range text {
		switch {
		case r == '@', r == '#' && startsDigit(text[i+1:]):
			if r == '#' {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			b.WriteString(noWidth)
		case r == ':' && strings.HasPrefix(text[i+1:], "//"):
			b.WriteString("\\:" + noWidth)
		case r == '.' && i >= 3 && strings.EqualFold(text[i-3:i], "www"):
			b.WriteString("\\." + noWidth)
		case r == '-' && i >= 2 && strings.EqualFold(text[i-2:i], "gh"):
			b.WriteString("\\-" + noWidth)
		case strings.ContainsRune(special, r), i == 0 && strings.ContainsRune(leading, r),
			strings.ContainsRune(numbering, r) && strings.Trim(text[:i], "0123456789") == "",
			r == ':' && startsShortcode(text[i+1:]):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// startsShortcode says whether what follows a colon may be the name of an
// emoji.
func startsShortcode(s string) bool {
	name, _, found := strings.Cut(s, ":")
	return found && name != "" && !strings.ContainsAny(name, " /")
}

func startsDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// code shows an id as a code span, in which Markdown acts on nothing. What is
// no id, and may hold anything, is shown as words are.
func code(text string) string {
	if text == "" || strings.ContainsFunc(text, notOfID) {
		return Inert(text)
	}
	return "`" + text + "`"
}

// notOfID tells what no id of a repository holds.
func notOfID(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@", r))
}

// link is a link to an address, or the text alone where the address is none of
// the web's.
func link(text, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return Inert(text)
	}
	safe := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "|", "%7C", "\\", "%5C", "`", "%60", "@", "%40")
	return "[" + Inert(text) + "](" + safe.Replace(Plain(u.String())) + ")"
}
