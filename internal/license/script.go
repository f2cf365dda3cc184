package license

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// minScript is how many words a span has at least for its script to be told.
const minScript = 20

// scripts are those that a translation may be in, beside Latin.
func scripts() []string {
	return []string{
		"Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Arabic", "Hebrew", "Greek", "Devanagari", "Thai", "Bengali", "Tamil",
		"Latin",
	}
}

// script names the script of most of the words lo to hi, "" where none is of
// most.
func (w *wording) script(lo, hi int) string {
	counts := map[string]int{}
	latin := 0
	for i := lo; i < hi; i++ {
		r, _ := utf8.DecodeRune(w.raw(i))
		if r < utf8.RuneSelf {
			if unicode.IsLetter(r) {
				latin++
			}
			continue
		}
		for _, name := range scripts() {
			if unicode.Is(unicode.Scripts[name], r) {
				counts[name]++
				break
			}
		}
	}
	counts["Latin"] += latin
	// Japanese is written in three.
	counts["Han"] += counts["Hiragana"] + counts["Katakana"]
	for name, n := range counts {
		// No two are two thirds.
		if name != "Hiragana" && name != "Katakana" && 3*n > 2*(hi-lo) {
			return name
		}
	}
	return ""
}

// foreignScripts names the script of each span that is in another one than the
// licence found: it may be a translation, which cannot be compared.
func (w *wording) foreignScripts(f *found, spans []model.AddedSpan) {
	if !slices.ContainsFunc(spans, func(s model.AddedSpan) bool { return s.Words >= minScript }) {
		return
	}
	main := w.script(f.from(), f.to())
	if main == "" {
		return
	}
	onLine := func(t token, line int) int { return int(t.line) - line }
	for i := range spans {
		lo, _ := slices.BinarySearchFunc(w.tokens, spans[i].From, onLine)
		hi, _ := slices.BinarySearchFunc(w.tokens, spans[i].To+1, onLine)
		if spans[i].Words < minScript {
			continue
		}
		if s := w.script(lo, hi); s != main {
			spans[i].Script = s
		}
	}
}
