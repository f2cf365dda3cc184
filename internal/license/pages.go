package license

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A text taken from a PDF has the number of each page between its lines, and
// its title again on top. Neither is part of the terms, wherever a page ends.

// stretch is a run of bytes of a text.
type stretch struct{ off, end int }

const (
	// maxPageLine is how many bytes the line of a page's number has at most.
	maxPageLine = 120
	// minPage is how many lines are at least between the numbers of two pages.
	minPage = 8
	// maxPage is the greatest number of a page.
	maxPage = 9999
)

// pageLine is a line that may only tell the page: its number, 0 for the title
// alone.
type pageLine struct {
	stretch
	line, number int
	// fed is true beside a form feed.
	fed bool
}

// pageLines lists the lines of a text that only tell the page.
func pageLines(text []byte) []stretch {
	var titles [][]string
	var list []pageLine
	fed, seen := false, 0
	for off, line := 0, 0; off < len(text); line++ {
		end := len(text)
		if n := bytes.IndexByte(text[off:], '\n'); n >= 0 {
			end = off + n + 1
		}
		raw := text[off:end]
		short := bytes.TrimSpace(raw)
		feeds := bytes.IndexByte(raw, '\f') >= 0
		if feeds && len(list) > 0 && list[len(list)-1].line >= line-2 {
			list[len(list)-1].fed = true
		}
		switch {
		case len(short) == 0:
		case seen < maxHead:
			if words := pageWords(short); len(words) > 0 && short[len(short)-1] != '.' {
				titles = append(titles, words)
			}
			seen++
		case mayTellPage(short, titles) && !isListMark(short):
			if number, ok := pageNumber(pageWords(short), titles); ok {
				list = append(list, pageLine{stretch{off, end}, line, number, feeds || fed})
			}
		}
		fed = feeds || fed && len(short) == 0
		off = end
	}
	return pageBreaks(list)
}

// mayTellPage says whether a line can be one that only tells the page, without
// splitting it: most have no digit, and not as many letters as a title has.
func mayTellPage(line []byte, titles [][]string) bool {
	if len(line) > maxPageLine {
		return false
	}
	letters := 0
	for _, c := range line {
		if c >= utf8.RuneSelf || c >= '0' && c <= '9' {
			return true
		}
		if isWordByte(c) {
			letters++
		}
	}
	return slices.ContainsFunc(titles, func(title []string) bool {
		rest := letters
		for _, word := range title {
			rest -= len(word)
		}
		return rest == 0
	})
}

// pageWords splits a short line into its words in lower case.
func pageWords(line []byte) []string {
	if len(line) > maxPageLine {
		return nil
	}
	return strings.FieldsFunc(strings.ToLower(string(line)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// pageNumber is the number of the page that a line tells, 0 for the title
// alone. It reports whether the line has nothing else than the two.
func pageNumber(words []string, titles [][]string) (number int, ok bool) {
	if number, ok = countsPage(words); ok {
		return number, true
	}
	for _, title := range titles {
		n := len(words) - len(title)
		if n < 0 {
			continue
		}
		if slices.Equal(words[:len(title)], title) {
			words = words[len(title):]
		} else if slices.Equal(words[n:], title) {
			words = words[:n]
		} else {
			continue
		}
		if len(words) == 0 {
			return 0, true
		}
		return countsPage(words)
	}
	return 0, false
}

// countsPage reads "3", "page 3", "3 of 9" and "page 3 of 9".
func countsPage(words []string) (number int, ok bool) {
	if len(words) > 1 && words[0] == "page" {
		words = words[1:]
	}
	if len(words) == 3 && words[1] == "of" {
		if n, err := strconv.Atoi(words[2]); err != nil || n > maxPage {
			return 0, false
		}
		words = words[:1]
	}
	if len(words) != 1 {
		return 0, false
	}
	number, err := strconv.Atoi(words[0])
	return number, err == nil && number > 0 && number <= maxPage
}

// isListMark says whether a line is a number that begins an item.
func isListMark(line []byte) bool {
	n, _, _, _ := listMark(slices.Concat(line, []byte(" ")))
	return n > 0 && n == len(line) && line[0] != '['
}

// pageBreaks keeps of the lines those whose numbers count the pages, and the
// titles beside these or a form feed.
func pageBreaks(list []pageLine) []stretch {
	keep := make([]bool, len(list))
	last := -1
	for i, l := range list {
		if l.number == 0 {
			keep[i] = l.fed
			continue
		}
		if l.fed {
			keep[i] = true
		}
		if last >= 0 && l.number == list[last].number+1 && l.line-list[last].line >= minPage {
			keep[i], keep[last] = true, true
		}
		last = i
	}
	for i, l := range list {
		if l.number == 0 && !keep[i] {
			keep[i] = i > 0 && list[i-1].number > 0 && keep[i-1] && l.line-list[i-1].line <= 3 ||
				i+1 < len(list) && list[i+1].number > 0 && keep[i+1] && list[i+1].line-l.line <= 3
		}
	}
	var out []stretch
	for i, l := range list {
		if keep[i] {
			out = append(out, l.stretch)
		}
	}
	return slices.Clip(out)
}

// onlyPages says whether tokens lo to hi are all on lines that only tell the
// page, or list marks behind these.
func (w *wording) onlyPages(lo, hi int) bool {
	if len(w.text) == 0 || lo == hi {
		return false
	}
	if w.pages == nil {
		w.pages = append([]stretch{}, pageLines(w.text)...)
	}
	pages := 0
	for _, t := range w.tokens[lo:hi] {
		if t.kind == mark {
			continue
		}
		pages++
		i, _ := slices.BinarySearchFunc(w.pages, int(t.off)+1, func(p stretch, off int) int { return p.end - off })
		if i == len(w.pages) || int(t.off) < w.pages[i].off {
			return false
		}
	}
	return pages > 0
}
