package license

import (
	"slices"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// FindPhrase finds the words of phrase, in order and with nothing between
// them, in text. White space, letter case, quotes, markup, list marks and how
// a copyright sign is written never matter. Line and column are 1-based; the
// column counts characters. A phrase without words is found nowhere.
func FindPhrase(text []byte, phrase string) (line, column int, ok bool) {
	want := tokenize([]byte(phrase), verbatim).tokens
	if len(want) == 0 {
		return 0, 0, false
	}
	w := tokenize(text, verbatim)
	// Knuth, Morris and Pratt, so that no text makes it slow.
	fail := make([]int, len(want))
	for i, k := 1, 0; i < len(want); i++ {
		for k > 0 && want[i].hash != want[k].hash {
			k = fail[k-1]
		}
		if want[i].hash == want[k].hash {
			k++
		}
		fail[i] = k
	}
	for i, k := 0, 0; i < len(w.tokens); i++ {
		for k > 0 && w.tokens[i].hash != want[k].hash {
			k = fail[k-1]
		}
		if w.tokens[i].hash == want[k].hash {
			k++
		}
		if k == len(want) {
			p := w.position(i - k + 1)
			return p.Line, p.Column, true
		}
	}
	return 0, 0, false
}

// position is the line and column of token i.
func (w *wording) position(i int) model.Position {
	t := w.tokens[i]
	start := int(t.off)
	for start > 0 && w.text[start-1] != '\n' && w.text[start-1] != '\r' {
		start--
	}
	column := utf8.RuneCount(w.text[start:t.off]) + 1
	first, _ := slices.BinarySearchFunc(w.cuts, start, func(c cut, at int) int { return int(c.at) - at })
	for _, c := range w.cuts[first:] {
		if c.at > t.off {
			break
		}
		column += int(c.n)
	}
	return model.Position{Line: int(t.line), Column: column}
}
