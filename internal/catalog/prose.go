package catalog

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// proseBlock is a paragraph or list item of a card: its lines joined by line
// breaks, and the line of the file on which it begins.
type proseBlock struct {
	text string
	line int
}

// proseBlocks yields the paragraphs and list items of a Markdown text that
// are neither code, table, quotation nor below a heading that compares.
func proseBlocks(body string, firstLine int) iter.Seq[proseBlock] {
	return func(yield func(proseBlock) bool) {
		w := &blockWriter{yield: yield}
		line := firstLine - 1
		for text := range strings.SplitSeq(body, "\n") {
			line++
			if !w.add(strings.TrimSuffix(text, "\r"), line) {
				return
			}
		}
		w.flush()
	}
}

// blockWriter gathers lines into blocks.
type blockWriter struct {
	yield func(proseBlock) bool
	lines []string
	size  int
	line  int
	fence string
	// skip is the level of the comparing heading that the text stands under,
	// zero where it stands under none.
	skip int
}

// flush ends the block at hand.
func (w *blockWriter) flush() bool {
	if len(w.lines) == 0 {
		return true
	}
	b := proseBlock{strings.Join(w.lines, "\n"), w.line}
	w.lines, w.size = nil, 0
	return w.skip > 0 || w.yield(b)
}

// add takes the next line and returns false where the reader wants no more.
func (w *blockWriter) add(text string, line int) bool {
	trimmed := strings.TrimSpace(text)
	if w.fence != "" {
		if strings.HasPrefix(trimmed, w.fence) && strings.Trim(trimmed, w.fence[:1]) == "" {
			w.fence = ""
		}
		return true
	}
	level := headingLevel(trimmed)
	switch {
	case strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~"):
		w.fence = trimmed[:3]
		return w.flush()
	case trimmed == "", strings.HasPrefix(trimmed, ">"), isTableRow(trimmed),
		len(w.lines) == 0 && (strings.HasPrefix(text, "    ") || strings.HasPrefix(text, "\t")) && !isListItem(trimmed):
		return w.flush()
	case level > 0:
		more := w.flush()
		if w.skip == 0 || level <= w.skip {
			w.skip = 0
			if comparesModels(trimmed) {
				w.skip = level
			}
		}
		w.lines, w.line = append(w.lines, text), line
		return more && w.flush()
	}
	if len(w.lines) > 0 && (isListItem(trimmed) || w.size+len(text) > maxBlockBytes) && !w.flush() {
		return false
	}
	if len(text) > maxBlockBytes {
		return true
	}
	if len(w.lines) == 0 {
		w.line = line
	}
	w.lines, w.size = append(w.lines, text), w.size+len(text)
	return true
}

// headingLevel is the number of leading # of a heading, else zero.
func headingLevel(trimmed string) int {
	level := len(trimmed) - len(strings.TrimLeft(trimmed, "#"))
	if level == 0 || level > 6 || len(trimmed) > level && trimmed[level] != ' ' {
		return 0
	}
	return level
}

// comparesModels holds for headings under which other models are spoken of.
func comparesModels(heading string) bool {
	for _, word := range nameWords(heading) {
		switch word {
		case "comparison", "comparisons", "compare", "compared", "benchmark", "benchmarks", "evaluation", "evaluations", "results",
			"performance", "leaderboard", "related", "baselines", "citation", "citations", "bibtex", "acknowledgements",
			"acknowledgments", "acknowledgement", "changelog", "other", "usage", "deployment":
			return true
		}
	}
	return false
}

// isTableRow holds for the rows of Markdown and HTML tables.
func isTableRow(trimmed string) bool {
	return strings.HasPrefix(trimmed, "|") || strings.Count(trimmed, "|") >= 2 && !strings.Contains(trimmed, "](") ||
		strings.HasPrefix(trimmed, "<t")
}

// isListItem holds for lines that begin a list item.
func isListItem(trimmed string) bool {
	if len(trimmed) > 1 && strings.ContainsRune("-*+", rune(trimmed[0])) && trimmed[1] == ' ' {
		return true
	}
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	return digits > 0 && digits < 4 && strings.HasPrefix(trimmed[digits:], ". ")
}

// cardWord is one word of a sentence.
type cardWord struct {
	// lower is the word in lower case, without marks around it; words are
	// its parts.
	lower string
	words []string
	// id is the repository that it names, by id or, with link, by address;
	// else empty.
	id   string
	link bool
	// at is its byte offset in the block; line and column are its place in
	// the file.
	at, line, column int
	// breakBefore is true where a comma, colon or the like stands before it.
	breakBefore bool
}

var (
	hubLink = regexp.MustCompile(`^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/([A-Za-z0-9][\w.-]*/[\w.-]*\w)`)
	repoID  = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$`)
)

// separators end a word: blanks, and what Markdown puts around one.
const separators = " \t\n\r*`\"“”()[]<>{}|!?;,…"

// notNamespaces are first parts of Hub addresses and of paths that are no
// namespace of models.
func notNamespaces() []string {
	return []string{"datasets", "spaces", "papers", "blog", "docs", "models", "collections", "posts", "and", "or", "org", "api"}
}

// sentences splits a block into sentences of tokens.
func sentences(b proseBlock) [][]cardWord {
	var all [][]cardWord
	var now []cardWord
	line, lineStart, pending := b.line, 0, false
	end := func() {
		if len(now) > 0 {
			all = append(all, now)
			now = nil
		}
		pending = false
	}
	for i := 0; i < len(b.text); {
		if c, size := utf8.DecodeRuneInString(b.text[i:]); strings.ContainsRune(separators, c) {
			switch c {
			case '\n':
				line, lineStart = line+1, i+1
			case '!', '?', ';':
				end()
			case ',', '(':
				pending = true
			}
			i += size
			continue
		}
		length := strings.IndexAny(b.text[i:], separators)
		if length < 0 {
			length = len(b.text) - i
		}
		raw := b.text[i : i+length]
		t := newCardWord(raw)
		t.at, t.line, t.column = i, line, utf8.RuneCountInString(b.text[lineStart:i])+1
		t.breakBefore = pending
		pending = false
		if t.lower != "" || t.id != "" {
			now = append(now, t)
		}
		i += length
		switch {
		case endsSentence(raw, b.text[i:]):
			end()
		case strings.HasSuffix(raw, ":"):
			pending = true
		}
	}
	end()
	return all
}

// newCardWord reads one word.
func newCardWord(raw string) cardWord {
	trimmed := strings.TrimFunc(raw, func(c rune) bool { return unicode.IsPunct(c) || unicode.IsSymbol(c) })
	t := cardWord{lower: strings.ToLower(strings.ReplaceAll(trimmed, "’", "'"))}
	t.lower = strings.TrimSuffix(t.lower, "'s")
	if m := hubLink.FindStringSubmatch(raw); m != nil {
		t.lower, t.id, t.link = "", m[1], true
	} else if strings.Contains(trimmed, "://") {
		t.lower = "://"
	} else if !strings.ContainsAny(raw[:1], "./~") && repoID.MatchString(trimmed) && strings.IndexFunc(trimmed, unicode.IsLetter) >= 0 {
		t.id = trimmed
	}
	if t.id != "" {
		if namespace, _ := splitID(t.id); slices.Contains(notNamespaces(), strings.ToLower(namespace)) {
			t.id, t.link = "", false
		}
	}
	if t.lower != "://" {
		t.words = nameWords(t.lower)
	}
	return t
}

// endsSentence holds for a word whose full stop, or ideographic one, ends a
// sentence: not that of a number or a known abbreviation.
func endsSentence(raw, rest string) bool {
	raw = strings.TrimRight(raw, `*_"')]`)
	if strings.HasSuffix(raw, "。") {
		return true
	}
	if !strings.HasSuffix(raw, ".") || rest == "" {
		return strings.HasSuffix(raw, ".")
	}
	switch strings.ToLower(raw) {
	case "e.g.", "i.e.", "vs.", "cf.", "approx.", "v.", "ver.", "no.", "fig.", "al.", "inc.", "ltd.":
		return false
	}
	return strings.ContainsRune(" \t\n*_\"')]<", rune(rest[0]))
}

var markdownLink = regexp.MustCompile(`!?\[([^\]\n]*)\]\([^)\n]*\)`)

// excerpt is the line around a place of a block in plain words, at most
// maxExcerptRunes long.
func excerpt(b proseBlock, at int) string {
	from := strings.LastIndexByte(b.text[:at], '\n') + 1
	to := len(b.text)
	if i := strings.IndexByte(b.text[at:], '\n'); i >= 0 {
		to = at + i
	}
	// Only the neighbourhood is worth reading; it begins at a whole word.
	if start := at - 2*maxExcerptRunes; start > from {
		from = start + strings.IndexByte(b.text[start:at]+" ", ' ')
		from = min(from, at)
	}
	to = min(to, at+8*maxExcerptRunes)
	plain, mark := plainText(b.text[from:at]), 0
	mark = utf8.RuneCountInString(plain)
	runes := []rune(plainText(b.text[from:to]))
	if len(runes) <= maxExcerptRunes {
		return string(runes)
	}
	start := max(0, min(mark-maxExcerptRunes*2/3, len(runes)-maxExcerptRunes))
	return strings.TrimSpace(string(runes[start : start+maxExcerptRunes]))
}

// plainText drops Markdown's marks and whatever does not print.
func plainText(text string) string {
	text = markdownLink.ReplaceAllString(strings.ToValidUTF8(text, ""), "$1")
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case !unicode.IsPrint(c), strings.ContainsRune("*`", c):
			return -1
		}
		return c
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
