package license

import (
	"bytes"
	"strings"
)

// maxTitle is the greatest number of words that a heading has.
const maxTitle = 14

// lineEnd is the index of the first token of a later line than token i's.
func (w *wording) lineEnd(i int) int {
	line := w.tokens[i].line
	for i < len(w.tokens) && w.tokens[i].line == line {
		i++
	}
	return i
}

// titleLen counts the words of the first line where it is a heading: a short
// line that is no sentence.
func (w *wording) titleLen() int {
	if len(w.tokens) == 0 {
		return 0
	}
	end := w.lineEnd(0)
	if end > maxTitle || end == len(w.tokens) {
		return 0
	}
	if bytes.ContainsAny(w.lineRest(end-1), ".:") {
		return 0
	}
	return end
}

// lineRest is what follows token i on its line.
func (w *wording) lineRest(i int) []byte {
	rest := w.text[w.tokens[i].end:]
	rest, _, _ = bytes.Cut(rest[:min(len(rest), maxLine)], []byte("\n"))
	return rest
}

// maxHead is the number of lines that a text's head has at most.
const maxHead = 3

// headLines gives the ends of the first lines up to the first long one or
// sentence.
func (w *wording) headLines() []int {
	var out []int
	for i := 0; i < len(w.tokens) && len(out) < maxHead; {
		end := w.lineEnd(i)
		if end-i > maxTitle || end == len(w.tokens) || bytes.IndexByte(w.lineRest(end-1), '.') >= 0 {
			break
		}
		out = append(out, end)
		i = end
	}
	return out
}

// tailStart is where the terms end and instructions begin on how to apply
// them to a work, or the end of the text.
func (w *wording) tailStart() int {
	end := hashWords("end", "of", "terms", "and", "conditions")
	apply := hashWords("how", "to", "apply")
	for i := len(w.tokens) - len(end); i > 0; i-- {
		if !w.has(i, end) {
			continue
		}
		for k := range 3 {
			if w.has(i+len(end)+k, apply) {
				return i
			}
		}
	}
	return len(w.tokens)
}

// frameLine says whether tokens lo to hi, which are of one line, only present
// the text below or above: where it was copied from, whose it is.
func (w *wording) frameLine(lo, hi int, names []uint32) bool {
	if hi-lo > 40 {
		return false
	}
	for i := lo; i < hi; i++ {
		if frameWord(w.raw(i)) || sizeWord(w.raw(i)) || containsHash(names, w.tokens[i].hash) {
			continue
		}
		if !w.inAddress(i) {
			return false
		}
	}
	return true
}

func containsHash(names []uint32, h uint64) bool {
	f := fold(h)
	for _, n := range names {
		if n == f {
			return true
		}
	}
	return false
}

// inAddress says whether token i is part of a web address.
func (w *wording) inAddress(i int) bool {
	t := w.tokens[i]
	start := int(t.off)
	low := max(0, start-300)
	for start > low && w.text[start-1] > ' ' {
		start--
	}
	return bytes.Contains(w.text[start:t.off], []byte("://"))
}

// sizeWord says whether a word is a number with a letter, such as 8b or v1.
func sizeWord(b []byte) bool {
	digits := 0
	for _, c := range b {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return len(b) < 5 && digits > 0 && digits == len(b)-1
}

// frameWord says whether a word may stand in a line that only presents a
// text: it can neither permit nor forbid anything.
func frameWord(b []byte) bool {
	if len(b) > 12 {
		return false
	}
	switch strings.ToLower(string(b)) {
	case "license", "licence", "licenses", "agreement", "the", "of", "for", "a", "copy", "original", "this", "see", "from", "source",
		"text", "full", "file", "model", "modele", "modèle", "du", "de", "la", "le", "at", "can", "be", "found", "is", "and", "terms",
		"official", "legal", "version", "appendix", "begin", "end", "spdx", "identifier":
		return true
	}
	return false
}

// trimFrame leaves out the first lines where they only say where the text was
// copied from.
func (w *wording) trimFrame() {
	for len(w.tokens) > 0 {
		end := w.lineEnd(0)
		if !w.provenance(0, end) {
			break
		}
		w.tokens = w.tokens[end:]
		for i := range w.dropped {
			w.dropped[i] -= int32(end)
		}
		for i := range w.statements {
			w.statements[i].at -= int32(end)
		}
		for i := range w.items {
			w.items[i].at -= int32(end)
		}
	}
}

// namesNothing says whether token i cannot tell one licence from another.
func (w *wording) namesNothing(i int) bool { return frameWord(w.raw(i)) || w.dateWord(i) }

// edition says whether tokens lo to hi are a version as "v1.1" is, which a
// title may leave out.
func (w *wording) edition(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		b := w.raw(i)
		if i == lo && b[0]|0x20 == 'v' {
			b = b[1:]
		} else if i == lo {
			return false
		}
		if len(b) == 0 || len(bytes.Trim(b, "0123456789")) > 0 {
			return false
		}
	}
	return true
}

// dateWord says whether token i can be part of a day: a month, a year or a
// number that is no part of a version.
func (w *wording) dateWord(i int) bool {
	t := w.tokens[i]
	word := strings.ToLower(string(w.raw(i)))
	if word[0] >= '0' && word[0] <= '9' {
		if len(word) == 4 {
			return true
		}
		afterDot := t.off > 0 && w.text[t.off-1] == '.'
		beforeDot := int(t.end)+1 < len(w.text) && w.text[t.end] == '.' && isWordByte(w.text[t.end+1])
		return len(word) <= 4 && !afterDot && !beforeDot
	}
	switch strings.TrimSuffix(word, ".") {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
		"december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"dated", "last", "updated", "modified", "date", "release", "effective", "version":
		return true
	}
	return false
}

// provenance says whether a line stands in brackets and gives an address.
func (w *wording) provenance(lo, hi int) bool {
	start := int(w.tokens[lo].off)
	for start > 0 && w.text[start-1] != '\n' {
		start--
	}
	line, _, _ := bytes.Cut(w.text[start:], []byte("\n"))
	line = bytes.TrimSpace(line)
	return bytes.HasPrefix(line, []byte("[")) && bytes.HasSuffix(line, []byte("]")) &&
		bytes.Contains(line, []byte("://")) && w.frameLine(lo, hi, nil)
}
