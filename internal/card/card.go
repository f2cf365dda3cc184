// Package card reads model cards: the front matter with the position of every
// value, and the headings and links of the text below it.
//
// It never fails. What cannot be read, or is not read by the Hub as its
// author meant it, becomes a model.Problem beside whatever could be read. The
// package says what a card states and judges nothing of it. Cards are hostile
// text: every size, depth and count is bounded.
package card

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of what is read of one card. Past them a Problem says so, except for
// sections and links, which are cut, and for the values that bulky names.
const (
	maxText        = 8 << 20
	maxFrontMatter = 1 << 20
	maxDepth       = 64
	maxNodes       = 100_000
	maxExpanded    = 10_000 // nodes reached through YAML aliases
	maxBulky       = 16 << 10
	maxSections    = 2_000
	maxLinks       = 2_000
	maxBases       = 256
	maxItems       = 1_000 // list items of one key that get a position
	maxProblems    = 100
)

// Kinds of problem, as the schema of the input document lists them.
const (
	kindEmpty         = "empty"
	kindNoFrontMatter = "no-front-matter"
	kindUnclosed      = "unclosed-front-matter"
	kindNotMapping    = "not-a-mapping"
	kindInvalidYAML   = "invalid-yaml"
	kindDuplicateKey  = "duplicate-key"
	kindAliases       = "aliases"
	kindTooLarge      = "too-large"
	kindNotUTF8       = "not-utf8"
	kindUTF16         = "utf-16"
	kindNUL           = "nul-bytes"
	kindBOM           = "byte-order-mark"
	kindLineEnds      = "line-ends"
	kindMisspelled    = "misspelled-key"
	kindNotAnID       = "base-model-not-an-id"
	kindDatasetNotID  = "dataset-not-an-id"
	kindTooMany       = "base-model-too-many"
	kindLicenseText   = "license-not-text"
)

// Parse reads a card. File is the name that positions carry.
//
// The front matter is found by the Hub's own expression. Where something
// before it hides it from the Hub (a byte-order mark, UTF-16) it is read all
// the same and a Problem tells; where it is not closed, or not YAML, Metadata
// stays empty and the text below is still read. Metadata holds nothing that
// JSON cannot: timestamps, NaN and infinities are text. Values of keys that
// say nothing of licence, descent or openness and may be huge (widgets, model
// indexes, access forms, dataset tables) are left out, silently, when over
// 16 KiB each. Lines count line feeds; columns count characters.
func Parse(file string, data []byte) model.Card {
	c := model.Card{
		Present:  true,
		Metadata: map[string]any{},
		At:       map[string]model.Position{},
		Sections: []model.Section{},
		Links:    []model.Link{},
		Problems: []model.Problem{},
	}
	t := decode(file, data)
	c.Problems = append(c.Problems, t.problems...)
	if len(bytes.TrimSpace(t.text)) == 0 {
		c.Problems = append(c.Problems, problem(kindEmpty, file, 0,
			"the card is empty; expected front matter between two lines of --- and a description"))
		return c
	}
	b := findBlock(t.text)
	c.Problems = append(c.Problems, blockProblems(file, t, b)...)
	if b.state == blockFound {
		readMetadata(file, t.text, b, &c)
		c.Problems = append(c.Problems, MetadataProblems(c)...)
	}
	c.Problems = c.Problems[:min(len(c.Problems), maxProblems)]
	body, first := t.text[b.body:], lineAt(t.text, b.body)
	c.Sections, c.Links = readBody(body, first)
	return c
}

// Body returns the text of a card after its front matter, decoded to UTF-8,
// and the line of the file (1-based) on which it starts. After an unclosed
// front matter it is all that follows the opening line.
func Body(data []byte) (text []byte, firstLine int) {
	t := decode("", data)
	b := findBlock(t.text)
	return t.text[b.body:], lineAt(t.text, b.body)
}

// decoded is a card's text as UTF-8 without a byte-order mark.
type decoded struct {
	text     []byte
	bom      bool
	problems []model.Problem
}

// decode brings a file to UTF-8 within the size limit.
func decode(file string, data []byte) decoded {
	var d decoded
	add := func(kind string, line int, format string, args ...any) {
		d.problems = append(d.problems, problem(kind, file, line, format, args...))
	}
	cut := len(data) > maxText
	if cut {
		add(kindTooLarge, 0, "the card has %d bytes; only the first %d MiB are read", len(data), maxText>>20)
		data = data[:maxText]
	}
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		data = fromUTF16(data[2:], func(b []byte) rune { return rune(b[0]) | rune(b[1])<<8 })
		add(kindUTF16, 1, "the card is UTF-16, little-endian; expected UTF-8, the only encoding that the Hub reads")
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		data = fromUTF16(data[2:], func(b []byte) rune { return rune(b[0])<<8 | rune(b[1]) })
		add(kindUTF16, 1, "the card is UTF-16, big-endian; expected UTF-8, the only encoding that the Hub reads")
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		d.bom = true
		data = data[3:]
	}
	if cut {
		data = dropPartialRune(data)
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		add(kindNUL, lineAt(data, i), "the card holds %d NUL bytes; expected text, so they are read as blanks",
			bytes.Count(data, []byte{0}))
		data = bytes.ReplaceAll(data, []byte{0}, []byte{' '})
	}
	if i := firstInvalid(data); i >= 0 {
		add(kindNotUTF8, lineAt(data, i), "byte 0x%02x is not UTF-8; expected a card in UTF-8", data[i])
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	d.text = data
	return d
}

// dropPartialRune removes what a cut left of a character at the end.
func dropPartialRune(b []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			return b
		}
	}
	return b
}

// firstInvalid is the offset of the first byte that is not UTF-8, or -1.
func firstInvalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// problem builds a Problem at a line of the file; line 0 is not known.
func problem(kind, file string, line int, format string, args ...any) model.Problem {
	return model.Problem{
		Kind:   kind,
		Detail: fmt.Sprintf(format, args...),
		At:     model.Position{File: file, Line: line},
	}
}

// quote shows a value of unknown size inside a sentence.
func quote(s string) string {
	const most = 80
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most || len(s) > 4*most {
		s = string(r[:min(len(r), most)]) + "…"
	}
	return strconv.Quote(strings.ToValidUTF8(s, "\uFFFD"))
}
