package license

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
)

// Bounds on the patterns themselves: they are data, and may be a user's.
const (
	maxPattern    = 4000
	maxPatternGap = 40
	maxWordsDepth = 8
	defaultGap    = 6
)

// pattern is one compiled pattern, and what its groups capture.
type pattern struct {
	re       *regexp.Regexp
	captures []capture
}

// capture is what one group of a pattern stands for: number, money, quoted or
// address, and the parameter that takes it; empty for none.
type capture struct{ kind, parameter string }

// patternReader turns the source of one pattern into a regular expression over
// words in lower case, each followed by a blank.
type patternReader struct {
	src      string
	pos      int
	words    map[string]string
	depth    int
	out      *strings.Builder
	captures *[]capture
}

// compilePattern compiles one pattern; words are the named ones it may use.
func compilePattern(src string, words map[string]string) (pattern, error) {
	var p pattern
	var out strings.Builder
	out.WriteString(" (?:")
	r := patternReader{src: src, words: words, out: &out, captures: &p.captures}
	if err := r.whole(); err != nil {
		return p, fmt.Errorf("pattern %q: %w", src, err)
	}
	out.WriteString(")")
	var err error
	if p.re, err = regexp.Compile(out.String()); err != nil {
		if fault, ok := err.(*syntax.Error); ok {
			return p, fmt.Errorf("pattern %q: %s", src, fault.Code)
		}
		return p, fmt.Errorf("pattern %q: %w", src, err)
	}
	return p, nil
}

func (r *patternReader) whole() error {
	if len(r.src) > maxPattern {
		return fmt.Errorf("longer than %d bytes", maxPattern)
	}
	if strings.TrimSpace(r.src) == "" {
		return fmt.Errorf("it is empty")
	}
	if err := r.alternatives(); err != nil {
		return err
	}
	if r.pos < len(r.src) {
		return fmt.Errorf("a closing parenthesis at byte %d closes nothing", r.pos+1)
	}
	return nil
}

func (r *patternReader) alternatives() error {
	if r.depth++; r.depth > maxWordsDepth {
		return fmt.Errorf("nested more than %d deep", maxWordsDepth)
	}
	defer func() { r.depth-- }()
	for {
		if err := r.sequence(); err != nil {
			return err
		}
		if r.pos >= len(r.src) || r.src[r.pos] != '|' {
			return nil
		}
		r.pos++
		r.out.WriteByte('|')
	}
}

func (r *patternReader) sequence() error {
	empty := true
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; c {
		case ' ', '\n', '\t', '-', '\'':
			r.pos++
			continue
		case '|', ')':
			if empty {
				return fmt.Errorf("an alternative before byte %d is empty", r.pos+1)
			}
			return nil
		}
		if err := r.item(); err != nil {
			return err
		}
		empty = false
	}
	if empty {
		return fmt.Errorf("an alternative at the end is empty")
	}
	return nil
}

// item reads one thing with the question mark that makes it optional.
func (r *patternReader) item() error {
	r.out.WriteString("(?:")
	if err := r.atom(); err != nil {
		return err
	}
	r.out.WriteByte(')')
	if r.pos < len(r.src) && r.src[r.pos] == '?' {
		r.pos++
		r.out.WriteByte('?')
	}
	return nil
}

func (r *patternReader) atom() error {
	rest := r.src[r.pos:]
	switch {
	case rest[0] == '(':
		r.pos++
		if err := r.alternatives(); err != nil {
			return err
		}
		if r.pos >= len(r.src) || r.src[r.pos] != ')' {
			return fmt.Errorf("a parenthesis is not closed")
		}
		r.pos++
		return nil
	case rest[0] == '<':
		return r.named(rest)
	case rest[0] == '{':
		return r.capture(rest)
	case strings.HasPrefix(rest, ".."):
		return r.gap(rest[2:])
	}
	return r.word(rest)
}

// named writes out the words of a name.
func (r *patternReader) named(rest string) error {
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return fmt.Errorf("< is not closed")
	}
	body, ok := r.words[rest[1:end]]
	if !ok {
		return fmt.Errorf("no words are named %q", rest[1:end])
	}
	inner := patternReader{src: body, words: r.words, depth: r.depth, out: r.out, captures: r.captures}
	if err := inner.whole(); err != nil {
		return fmt.Errorf("words %q: %w", rest[1:end], err)
	}
	r.pos += end + 1
	return nil
}

// gap writes out any words of one sentence, as few as do.
func (r *patternReader) gap(rest string) error {
	n := 0
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	most := defaultGap
	if n > 0 {
		most, _ = strconv.Atoi(rest[:n])
	}
	if most < 1 || most > maxPatternGap {
		return fmt.Errorf("a gap is of 1 to %d words", maxPatternGap)
	}
	r.pos += 2 + n
	fmt.Fprintf(r.out, `(?:[^ «»]+ (?:[«»] )*){0,%d}?`, most)
	return nil
}

// word writes out one word; a star at its end stands for any ending.
func (r *patternReader) word(rest string) error {
	n := strings.IndexFunc(rest, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '%' && c != '$'
	})
	if n < 0 {
		n = len(rest)
	}
	if n == 0 {
		return fmt.Errorf("a sign at byte %d has no meaning", r.pos+1)
	}
	if word := rest[:n]; word != strings.ToLower(word) {
		return fmt.Errorf("the word %q is not in lower case", word)
	}
	r.out.WriteString(regexp.QuoteMeta(rest[:n]))
	r.pos += n
	if n < len(rest) && rest[n] == '*' {
		r.pos++
		r.out.WriteString(`[^ ]*`)
	}
	r.out.WriteString(` (?:[«»] )*`)
	return nil
}

// The expressions of what can be captured.
const (
	numberExpr  = `(?:[0-9][0-9.]*|one|two|three|five|ten|twenty|fifty|hundred|one hundred)(?:[kmb]| ?(?:hundred|thousand|million|billion|mn|bn))*`
	moneyBefore = `(?:us |usd |u s )*\$ ` + `(` + numberExpr + `) |usd (` + numberExpr + `) `
	moneyAfter  = `(` + numberExpr + `) (?:us |u s |united states |american )*(?:dollars|dollar|usd|\$) `
)

// capture writes out what a number, a sum of money, a quotation or an address
// looks like.
func (r *patternReader) capture(rest string) error {
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return fmt.Errorf("{ is not closed")
	}
	kind, parameter, _ := strings.Cut(rest[1:end], ":")
	groups := 1
	switch kind {
	case "number":
		r.out.WriteString(`(` + numberExpr + `) `)
	case "money":
		r.out.WriteString(`(?:` + moneyBefore + `|` + moneyAfter + `)(?:[«»] )*`)
		groups = 3
	case "quoted":
		r.out.WriteString(`« ([^ «»]+ (?:[^ «»]+ ){0,29})» `)
	case "address":
		r.out.WriteString(`(@) (?:[«»] )*`)
	default:
		return fmt.Errorf("%q can be no capture: number, money, quoted, address", kind)
	}
	for range groups {
		*r.captures = append(*r.captures, capture{kind, parameter})
	}
	r.pos += end + 1
	return nil
}

// numberWords are numbers as words.
func numberWord(word string) (float64, bool) {
	switch word {
	case "one":
		return 1, true
	case "two":
		return 2, true
	case "three":
		return 3, true
	case "five":
		return 5, true
	case "ten":
		return 10, true
	case "twenty":
		return 20, true
	case "fifty":
		return 50, true
	case "hundred":
		return 100, true
	case "k", "thousand":
		return 1e3, true
	case "m", "mn", "million":
		return 1e6, true
	case "b", "bn", "billion":
		return 1e9, true
	}
	return 0, false
}

// maxNumber bounds the numbers read: larger ones are no threshold.
const maxNumber = 1e15

// parseNumber reads what numberExpr matches.
func parseNumber(text string) (int64, bool) {
	value := 0.0
	for i, field := range strings.Fields(text) {
		digits := strings.TrimRight(field, "kmbn")
		if strings.Trim(digits, "0123456789.") == "" && digits != "" {
			n, err := strconv.ParseFloat(strings.TrimRight(digits, "."), 64)
			if err != nil || i > 0 {
				return 0, false
			}
			value, field = n, field[len(digits):]
		}
		if field == "" {
			continue
		}
		n, ok := numberWord(field)
		if !ok {
			return 0, false
		}
		if value == 0 {
			value = 1
		}
		value *= n
	}
	if value < 1 || value > maxNumber {
		return 0, false
	}
	return int64(value), true
}
