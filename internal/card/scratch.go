package card

import (
	"bytes"
	"regexp"
)

// scratch finds a statement that a model was trained from nothing: the verb,
// and within the same sentence the words, with no denial before them.
var scratch = regexp.MustCompile(`(?i)\b(not\s+(?:been\s+)?)?(?:pre-?)?train(?:ed|ing)\b[^.!?\n]{0,120}?\bfrom[ -]scratch\b`)

// FromScratch finds where a card's text says that the model was trained from
// scratch. line is counted from firstLine; ok is false where it does not.
func FromScratch(body []byte, firstLine int) (line, column int, ok bool) {
	for _, at := range scratch.FindAllSubmatchIndex(body, -1) {
		if at[2] >= 0 {
			continue
		}
		before := body[:at[0]]
		line = firstLine + bytes.Count(before, []byte("\n"))
		column = at[0] - bytes.LastIndexByte(before, '\n')
		return line, column, true
	}
	return 0, 0, false
}
