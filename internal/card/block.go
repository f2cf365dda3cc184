package card

import (
	"bytes"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// blockState says what the search for front matter found.
type blockState int

const (
	blockNone     blockState = iota // no opening line
	blockSpoiled                    // --- and blanks on the opening line
	blockUnclosed                   // no closing line
	blockLineEnds                   // a closing line that its line end spoils
	blockFound
)

// block is the front matter within a text: text[yaml:end] is the YAML and
// text[body:] what comes after the closing line.
type block struct {
	state           blockState
	open            int // offset of the opening ---
	yaml, end, body int
}

// findBlock applies the Hub's expression
//
//	^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))
//
// by hand, so that it can also say what kept it from matching, in time linear
// in the text.
func findBlock(text []byte) block {
	b := block{open: len(text) - len(bytes.TrimLeftFunc(text, unicode.IsSpace))}
	rest := text[b.open:]
	if !bytes.HasPrefix(rest, []byte("---")) {
		return b
	}
	n := lineEnd(rest[3:])
	if n == 0 {
		tail, _, _ := bytes.Cut(rest[3:], []byte{'\n'})
		if len(bytes.TrimSpace(tail)) == 0 {
			b.state = blockSpoiled
			b.body = min(len(text), b.open+3+len(tail)+1)
		}
		return b
	}
	b.state = blockUnclosed
	b.yaml = b.open + 3 + n
	b.end, b.body = b.yaml, b.yaml
	for from := b.yaml; ; {
		i := bytes.Index(text[from:], []byte("---"))
		if i < 0 {
			return b
		}
		at := from + i
		from = at + 1
		if at <= b.yaml || (text[at-1] != '\n' && text[at-1] != '\r') {
			continue
		}
		after := at + 3
		for after < len(text) && (text[after] == ' ' || text[after] == '\t') {
			after++
		}
		switch end := text[after:]; {
		case len(end) == 0 || end[0] == '\n' || bytes.HasPrefix(end, []byte("\r\n")):
			b.state, b.end, b.body = blockFound, at-1, after+lineEnd(end)
			if b.end > b.yaml && text[b.end] == '\n' && text[b.end-1] == '\r' {
				b.end--
			}
			return b
		case end[0] == '\r' && b.state == blockUnclosed:
			b.state, b.body = blockLineEnds, after+len(end)-len(bytes.TrimLeft(end, "\r"))
			if b.body < len(text) && text[b.body] == '\n' {
				b.body++
			}
		}
	}
}

// lineEnd is the length of the line end that b starts with, 0 for none.
func lineEnd(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\r\n")):
		return 2
	case len(b) > 0 && (b[0] == '\r' || b[0] == '\n'):
		return 1
	}
	return 0
}

// blockProblems says why the Hub reads no metadata.
func blockProblems(file string, t decoded, b block) []model.Problem {
	var out []model.Problem
	line := lineAt(t.text, b.open)
	switch b.state {
	case blockNone:
		out = append(out, problem(kindNoFrontMatter, file, 1,
			"the card has no front matter, so it declares nothing; expected YAML between two lines of --- at its start"))
	case blockSpoiled:
		out = append(out, problem(kindNoFrontMatter, file, line,
			"blanks follow the opening ---, so the Hub reads no front matter; expected nothing after it on its line"))
	case blockUnclosed:
		out = append(out, problem(kindUnclosed, file, line,
			"the front matter is not closed, so the Hub reads nothing of it; expected a line of --- below it"))
	case blockLineEnds:
		out = append(out, problem(kindLineEnds, file, line,
			"the closing line of the front matter ends in a bare carriage return, so the Hub does not find it; expected LF or CRLF"))
	}
	if t.bom && b.state != blockNone {
		out = append(out, problem(kindBOM, file, 1,
			"a byte-order mark precedes the front matter and hides it from the Hub; expected --- as the first characters"))
	}
	return out
}

// lineAt is the 1-based line of an offset. Lines end in LF; only in a text
// without any do they end in CR.
func lineAt(text []byte, off int) int {
	return 1 + bytes.Count(text[:off], []byte{lineBreak(text)})
}

// lineBreak is the byte that ends the lines of a text.
func lineBreak(text []byte) byte {
	if bytes.IndexByte(text, '\n') < 0 {
		return '\r'
	}
	return '\n'
}

// fromUTF16 turns code units of two bytes into UTF-8; unpaired surrogates and
// an odd last byte become U+FFFD.
func fromUTF16(b []byte, unit func([]byte) rune) []byte {
	out := make([]byte, 0, len(b))
	for len(b) >= 2 {
		r := unit(b)
		b = b[2:]
		if utf16.IsSurrogate(r) && len(b) >= 2 {
			if both := utf16.DecodeRune(r, unit(b)); both != unicode.ReplacementChar {
				r, b = both, b[2:]
			}
		}
		out = utf8.AppendRune(out, r)
	}
	if len(b) == 1 {
		out = utf8.AppendRune(out, utf8.RuneError)
	}
	return out
}
