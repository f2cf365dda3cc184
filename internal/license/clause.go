package license

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// Clause says how licences word one kind of term. Its patterns are data; the
// catalogue's README explains their language.
type Clause struct {
	// Term is the kind of term of the vocabulary.
	Term string
	// Triggers are words or beginnings of words, one of which stands in every
	// sentence that a pattern can match.
	Triggers []string
	// Find are the patterns, any of which finds the term.
	Find []string
	// Unless are patterns that cancel the find where they match in the same
	// sentence.
	Unless []string
	// Needs are patterns all of which have to match in the same sentence.
	Needs []string
	// Parameters are those that every find has.
	Parameters map[string]any
	// When are parameters that further patterns of the sentence give; the last
	// that matches counts.
	When []When
	// Lists are parameters whose values are those of a table that are named in
	// the sentence, as parameter and table. Without any there is no find.
	Lists map[string]string
}

// When is a parameter that a find has where a pattern matches in its sentence.
type When struct {
	Parameter string
	Value     any
	Pattern   string
}

// Wordings is all that is known of how licences word their terms.
type Wordings struct {
	// Words are named parts of patterns.
	Words map[string]string
	// Tables give, for each value of a table, the pattern that names it.
	Tables  map[string]map[string]string
	Clauses []Clause
}

// Finder finds terms of the vocabulary in text of unknown origin. It may be
// shared between goroutines.
type Finder struct {
	clauses []*compiledClause
	tables  map[string][]tableValue
}

type compiledClause struct {
	Clause
	find, unless, needs []func() pattern
	when                []func() pattern
}

// tableValue is one value of a table with the pattern that names it.
type tableValue struct {
	value   string
	pattern func() pattern
}

// NewFinder takes patterns in. They are compiled where a text first needs them;
// Check compiles all.
func NewFinder(w Wordings) *Finder {
	f := &Finder{tables: map[string][]tableValue{}}
	later := func(src string) func() pattern {
		return sync.OnceValue(func() pattern {
			p, err := compilePattern(src, w.Words)
			if err != nil {
				return pattern{}
			}
			return p
		})
	}
	all := func(list []string) []func() pattern {
		var out []func() pattern
		for _, src := range list {
			out = append(out, later(src))
		}
		return out
	}
	for _, clause := range w.Clauses {
		c := &compiledClause{Clause: clause, find: all(clause.Find), unless: all(clause.Unless), needs: all(clause.Needs)}
		for _, when := range clause.When {
			c.when = append(c.when, later(when.Pattern))
		}
		f.clauses = append(f.clauses, c)
	}
	for name, table := range w.Tables {
		for _, value := range slices.Sorted(maps.Keys(table)) {
			f.tables[name] = append(f.tables[name], tableValue{value, later(table[value])})
		}
	}
	return f
}

// Check says what is wrong with a pattern.
func (w Wordings) Check(src string) error {
	_, err := compilePattern(src, w.Words)
	return err
}

// Bounds on what is told of one text.
const (
	maxFinds   = 64
	maxExcerpt = 160
	// maxMatches bounds how often one pattern is tried in a sentence.
	maxMatches = 8
)

// Find lists the terms that a text holds, by line, each kind with the same
// parameters once. What it does not list is unknown, not absent.
func (f *Finder) Find(text []byte) []model.FoundTerm {
	return f.find(text, []model.AddedSpan{{From: 1, To: maxLineNumber}})[0]
}

// maxLineNumber is behind the last line of any text.
const maxLineNumber = 1 << 30

// Fill puts the terms found in the added lines of a text where they belong. Of
// a text of which no licence is known all lines count as added.
func (f *Finder) Fill(text []byte, found *model.LicenseText) {
	if len(found.Added) == 0 {
		return
	}
	for i, terms := range f.find(text, found.Added) {
		found.Added[i].Terms = append(found.Added[i].Terms, terms...)
	}
}

// find lists the terms of each span. A sentence counts for the first span that
// a word of it that matters stands in.
func (f *Finder) find(text []byte, spans []model.AddedSpan) [][]model.FoundTerm {
	out := make([][]model.FoundTerm, len(spans))
	w := tokenize(text, verbatim)
	seen := map[string]bool{}
	total := 0
	for _, u := range readUnits(&w) {
		v := viewOf(&w, u)
		at, ok := v.within(spans)
		if !ok {
			continue
		}
		for _, c := range f.clauses {
			if total >= maxFinds {
				return out
			}
			term, from, to, ok := f.match(c, v)
			if !ok {
				continue
			}
			if at, ok = touching(spans, from, to); !ok {
				continue
			}
			term.Line = max(from, spans[at].From)
			key := fmt.Sprint(at, term.Term, term.Parameters)
			if seen[key] {
				continue
			}
			seen[key] = true
			out[at] = append(out[at], term)
			total++
		}
	}
	return out
}

// touching is the first span that has one of the lines from to to.
func touching(spans []model.AddedSpan, from, to int) (int, bool) {
	i, _ := slices.BinarySearchFunc(spans, from, func(s model.AddedSpan, line int) int { return s.To - line })
	return i, i < len(spans) && spans[i].From <= to
}

// view is a unit as patterns see it: words, each with a blank behind it, and a
// blank ahead of all.
type view struct {
	w     *wording
	words []clauseWord
	text  string
	// starts has the offset in text of each word.
	starts []int
	// own is where the unit's own words begin, behind those that lead it in.
	own int
}

func viewOf(w *wording, u unit) *view {
	v := &view{w: w, words: append(append(make([]clauseWord, 0, len(u.lead)+len(u.words)), u.lead...), u.words...)}
	var b strings.Builder
	b.WriteByte(' ')
	for i, word := range v.words {
		if i == len(u.lead) {
			v.own = b.Len()
		}
		v.starts = append(v.starts, b.Len())
		b.WriteString(word.text)
		b.WriteByte(' ')
	}
	v.text = b.String()
	return v
}

// within says whether the unit's own words touch a span.
func (v *view) within(spans []model.AddedSpan) (int, bool) {
	return touching(spans, int(v.words[v.word(v.own)].line), int(v.words[len(v.words)-1].line))
}

// word is the index of the word at an offset of the text.
func (v *view) word(off int) int {
	i, ok := slices.BinarySearch(v.starts, off)
	if !ok {
		i--
	}
	return max(i, 0)
}

// match looks for one clause in a unit. The lines are those of the words that
// matched, without those that lead the unit in.
func (f *Finder) match(c *compiledClause, v *view) (term model.FoundTerm, from, to int, ok bool) {
	if len(c.Triggers) > 0 && !slices.ContainsFunc(c.Triggers, func(t string) bool { return strings.Contains(v.text, " "+t) }) {
		return term, 0, 0, false
	}
	for _, find := range c.find {
		p := find()
		if p.re == nil {
			continue
		}
		m, ok := v.search(p, len(c.Lists) > 0)
		if !ok || v.holdsAny(c.unless) || !v.holdsAll(c.needs) {
			continue
		}
		parameters, ok := f.parameters(c, p, v, m)
		if !ok {
			continue
		}
		first, last := v.word(max(m[0]+1, v.own)), v.word(m[1]-1)
		last = max(first, last)
		term = model.FoundTerm{Term: c.Term, Excerpt: v.excerpt(first), Parameters: parameters}
		if len(c.Lists) > 0 {
			last = len(v.words) - 1
		}
		return term, int(v.words[first].line), int(v.words[last].line), true
	}
	return term, 0, 0, false
}

// search gives the first match that reaches into the unit's own words; any will
// do where a list follows it.
func (v *view) search(p pattern, any bool) ([]int, bool) {
	if any {
		m := p.re.FindStringSubmatchIndex(v.text)
		return m, m != nil
	}
	for _, m := range p.re.FindAllStringSubmatchIndex(v.text, maxMatches) {
		if m[1] > v.own {
			return m, true
		}
	}
	return nil, false
}

func (v *view) holdsAny(list []func() pattern) bool {
	return slices.ContainsFunc(list, func(p func() pattern) bool { re := p().re; return re != nil && re.MatchString(v.text) })
}

func (v *view) holdsAll(list []func() pattern) bool {
	return !slices.ContainsFunc(list, func(p func() pattern) bool { re := p().re; return re == nil || !re.MatchString(v.text) })
}

// parameters gathers what a match says. It fails where a number cannot be read
// or nothing of a list is named.
func (f *Finder) parameters(c *compiledClause, p pattern, v *view, m []int) (map[string]any, bool) {
	out := maps.Clone(c.Parameters)
	set := func(name string, value any) {
		if out == nil {
			out = map[string]any{}
		}
		out[name] = value
	}
	for i, when := range c.when {
		if re := when().re; re != nil && re.MatchString(v.text) {
			set(c.When[i].Parameter, c.When[i].Value)
		}
	}
	for i, capture := range p.captures {
		from, to := m[2*i+2], m[2*i+3]
		if from < 0 || capture.parameter == "" {
			continue
		}
		if capture.kind == "number" || capture.kind == "money" {
			n, ok := parseNumber(v.text[from:to])
			if !ok {
				return nil, false
			}
			set(capture.parameter, n)
			continue
		}
		text := v.raw(v.word(from), v.word(to-1))
		if text == "" {
			return nil, false
		}
		set(capture.parameter, text)
	}
	for name, table := range c.Lists {
		var values []any
		tail := v.text[max(m[0], v.own-1):]
		for _, one := range f.tables[table] {
			if re := one.pattern().re; re != nil && re.MatchString(tail) {
				values = append(values, one.value)
			}
		}
		if len(values) == 0 {
			return nil, false
		}
		set(name, values)
	}
	return out, true
}

// raw is the text of words first to last as written, on one line.
func (v *view) raw(first, last int) string {
	from, to := v.words[first].off, v.words[last].end
	for i := first; from < 0 && i <= last; i++ {
		from = v.words[i].off
	}
	for i := last; to <= 0 && i >= first; i-- {
		to = v.words[i].end
	}
	if from < 0 || to <= from {
		return ""
	}
	return oneLine(string(v.w.text[from:min(int(to), int(from)+4*maxExcerpt)]))
}

// excerpt is the unit's text from a word on, up to maxExcerpt characters.
func (v *view) excerpt(first int) string {
	return v.raw(first, len(v.words)-1)
}

// oneLine makes blanks of what is no sign of a line, and cuts what is too long.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) > maxExcerpt {
		cut := string(runes[:maxExcerpt-1])
		if i := strings.LastIndexByte(cut, ' '); i > maxExcerpt/2 {
			cut = cut[:i]
		}
		text = cut + "…"
	}
	return text
}

// Kinds lists the kinds of term that can be found, sorted.
func (f *Finder) Kinds() []string {
	kinds := map[string]bool{}
	for _, c := range f.clauses {
		kinds[c.Term] = true
	}
	return slices.Sorted(maps.Keys(kinds))
}
