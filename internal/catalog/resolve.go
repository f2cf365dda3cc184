package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Limits of a licence expression.
const (
	maxExpressionBytes    = 8 << 10
	maxExpressionLicenses = 64
	maxExpressionDepth    = 32
	maxAlternatives       = 1000
)

// namedElsewhere is the id with which the Hub says that license_name has the
// licence's name.
const namedElsewhere = "other"

// normalise is how identifiers are compared: lower case, runs of blanks and
// each underscore as one hyphen.
func normalise(id string) string {
	var b strings.Builder
	b.Grow(len(id))
	blank := false
	for _, c := range strings.TrimSpace(id) {
		switch {
		case unicode.IsSpace(c):
			blank = true
			continue
		case blank:
			b.WriteByte('-')
			blank = false
		}
		if c == '_' {
			c = '-'
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// Resolve reads a licence statement: the id as a card or the Hub has it, and
// the license_name beside it, which counts where the id is absent or says
// that the name has it. The result is a choice (outer list) of licences that
// hold together (inner lists), each a catalogue key, or as written where the
// catalogue has none. An SPDX expression is taken apart; an exception (WITH)
// only adds permissions, so the licence that it modifies stands for both.
// Nothing written gives an empty list.
func (c *Catalog) Resolve(id, name string) [][]string {
	id, name = strings.TrimSpace(id), strings.TrimSpace(name)
	if id == "" && name == "" {
		return [][]string{}
	}
	if id != "" && normalise(id) != namedElsewhere {
		alternatives, _ := c.resolve(id)
		return alternatives
	}
	if name != "" {
		if alternatives, ok := c.resolve(name); ok {
			return alternatives
		}
	}
	return [][]string{{namedElsewhere}}
}

// resolve reads one value; ok is false where the catalogue has no part of it.
func (c *Catalog) resolve(text string) (alternatives [][]string, ok bool) {
	if key, ok := c.lookup(text); ok {
		return [][]string{{key}}, true
	}
	p := &expression{catalog: c, tokens: expressionTokens(text)}
	if len(p.tokens) > 1 {
		alternatives, parsed := p.parse()
		if parsed && (p.known > 0 || p.strict) {
			return alternatives, p.known > 0
		}
	}
	return [][]string{{text}}, false
}

// lookup finds the key of one identifier.
func (c *Catalog) lookup(id string) (string, bool) {
	if len(id) > maxExpressionBytes {
		return "", false
	}
	norm := normalise(id)
	for _, form := range []string{norm, strings.TrimPrefix(norm, "licenseref-"), strings.TrimSuffix(norm, "+")} {
		if key, ok := c.aliases[form]; ok {
			return key, true
		}
	}
	return "", false
}

// expressionTokens splits at blanks and parentheses; nil for what is too long
// to be an expression.
func expressionTokens(text string) []string {
	if len(text) > maxExpressionBytes {
		return nil
	}
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	return strings.Fields(spaced)
}

// expression is a recursive-descent reader of SPDX expressions that goes
// straight to alternatives. Operands may hold blanks, for people write
// "Apache 2.0 or MIT"; strict is true while none does and all operators are
// upper case, as SPDX has it.
type expression struct {
	catalog *Catalog
	tokens  []string
	at      int
	count   int
	known   int
	strict  bool
}

// parse reads the whole of the tokens.
func (p *expression) parse() ([][]string, bool) {
	p.strict = true
	alternatives, ok := p.or(0)
	return alternatives, ok && p.at == len(p.tokens)
}

// operator consumes one of the operators, in upper or lower case.
func (p *expression) operator(name string) bool {
	if p.at >= len(p.tokens) {
		return false
	}
	token := p.tokens[p.at]
	if token != name && token != strings.ToLower(name) {
		return false
	}
	p.strict = p.strict && token == name
	p.at++
	return true
}

// or reads a choice.
func (p *expression) or(depth int) ([][]string, bool) {
	all, ok := p.and(depth)
	for ok && p.operator("OR") {
		var more [][]string
		if more, ok = p.and(depth); ok {
			for _, keys := range more {
				all = addAlternative(all, keys)
			}
			ok = len(all) <= maxAlternatives
		}
	}
	return all, ok
}

// and reads licences that hold together.
func (p *expression) and(depth int) ([][]string, bool) {
	all, ok := p.unit(depth)
	for ok && p.operator("AND") {
		var more [][]string
		if more, ok = p.unit(depth); !ok || len(all)*len(more) > maxAlternatives {
			return nil, false
		}
		var product [][]string
		for _, left := range all {
			for _, right := range more {
				product = addAlternative(product, append(slices.Clone(left), right...))
			}
		}
		all = product
	}
	return all, ok
}

// unit reads a parenthesis or one licence with its exception.
func (p *expression) unit(depth int) ([][]string, bool) {
	if p.at < len(p.tokens) && p.tokens[p.at] == "(" {
		if depth >= maxExpressionDepth {
			return nil, false
		}
		p.at++
		all, ok := p.or(depth + 1)
		if !ok || p.at >= len(p.tokens) || p.tokens[p.at] != ")" {
			return nil, false
		}
		p.at++
		return all, true
	}
	written, ok := p.operand()
	if !ok || p.count >= maxExpressionLicenses {
		return nil, false
	}
	p.count++
	if p.operator("WITH") {
		exception, ok := p.operand()
		if !ok {
			return nil, false
		}
		if key, found := p.catalog.lookup(written + " with " + exception); found {
			written = key
		} else if _, found := p.catalog.lookup(written); !found {
			return [][]string{{written + " WITH " + exception}}, true
		}
	}
	if key, found := p.catalog.lookup(written); found {
		p.known++
		written = key
	}
	return [][]string{{written}}, true
}

// operand consumes the words up to the next operator or parenthesis.
func (p *expression) operand() (string, bool) {
	start := p.at
	for p.at < len(p.tokens) {
		switch p.tokens[p.at] {
		case "(", ")", "OR", "AND", "WITH", "or", "and", "with":
		default:
			p.at++
			continue
		}
		break
	}
	p.strict = p.strict && p.at-start == 1
	return strings.Join(p.tokens[start:p.at], " "), p.at > start
}

// addAlternative adds a set of keys, each once, unless it is there already.
func addAlternative(all [][]string, keys []string) [][]string {
	var once []string
	for _, key := range keys {
		if !slices.Contains(once, key) {
			once = append(once, key)
		}
	}
	if slices.ContainsFunc(all, func(have []string) bool { return slices.Equal(have, once) }) {
		return all
	}
	return append(all, once)
}

// Nearest lists up to n catalogue keys whose id or alias is spelled most like
// id, the nearest first and of equally near ones in the order of the
// alphabet. Ids that are not alike give none.
func (c *Catalog) Nearest(id string, n int) []string {
	norm := normalise(id)
	best := map[string]int{}
	for alias, key := range c.aliases {
		if distance, ok := alike(norm, alias); ok {
			if old, seen := best[key]; !seen || distance < old {
				best[key] = distance
			}
		}
	}
	return closest(best, n)
}

// NearestOf lists up to n of the names spelled most like got, the nearest first.
// Names that are not alike give none.
func NearestOf(got string, names []string, n int) []string {
	best := map[string]int{}
	for _, name := range names {
		if distance, ok := alike(strings.ToLower(got), strings.ToLower(name)); ok {
			best[name] = distance
		}
	}
	return closest(best, n)
}

// closest lists the n names of least distance.
func closest(distances map[string]int, n int) []string {
	names := make([]string, 0, len(distances))
	for name := range distances {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(distances[a]-distances[b], strings.Compare(a, b))
	})
	return names[:min(max(n, 0), len(names))]
}

// maxAlikeBytes bounds what is compared by spelling; no id is longer.
const maxAlikeBytes = 128

// alike gives the edit distance of two spellings, and whether it is small
// enough, against their length, for one to be meant for the other.
func alike(a, b string) (int, bool) {
	if a == "" || b == "" || len(a) > maxAlikeBytes || len(b) > maxAlikeBytes {
		return 0, false
	}
	limit := max(1, max(len(a), len(b))/3)
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return 0, false
	}
	distance := editDistance(a, b)
	return distance, distance <= limit
}

// editDistance counts the bytes to insert, delete, change or swap with their
// neighbour to turn a into b.
func editDistance(a, b string) int {
	var rows [3][maxAlikeBytes + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
