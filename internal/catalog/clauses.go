package catalog

import (
	"errors"
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
)

// clausesFile is how licences word the terms of the vocabulary.
const clausesFile = "catalog/clauses.yaml"

// Finder finds terms of the vocabulary in texts of unknown origin. The patterns
// are read at the first call. The error says what is wrong with them, by file
// and line.
func (c *Catalog) Finder() (*license.Finder, error) { return c.finder() }

// Identify says which licence the text of one file is (license.Identify), or
// refers to by its address (Refer), of which family that is, and which terms
// its added lines hold. A fault of the
// patterns finds none: what was not found is unknown, and Finder tells the
// fault.
func (c *Catalog) Identify(file string, text []byte) model.LicenseText {
	found := c.identify(file, text)
	c.Refer(text, &found)
	if entry, ok := c.License(found.ID); ok {
		found.Family = entry.Family
	}
	if len(found.Added) > 0 {
		if finder, err := c.finder(); err == nil {
			finder.Fill(text, &found)
		}
	}
	return found
}

// clauseReader reads clauses.yaml by the vocabulary.
type clauseReader struct {
	reader
	kinds  map[string]termKind
	tables map[string][]string
	out    license.Wordings
	// patterns are checked at the end, when all words are known.
	patterns []placed
}

// readClauses reads clauses.yaml whole. The patterns are not compiled.
func readClauses(from layer, kinds map[string]termKind, fields, regions []string) (*clauseReader, error) {
	root, err := parseFile(from, clausesFile)
	if err != nil {
		return nil, err
	}
	r := &clauseReader{
		reader: reader{file: clausesFile}, kinds: kinds,
		tables: map[string][]string{"fields": fields, "regions": regions},
		out:    license.Wordings{Words: map[string]string{}, Tables: map[string]map[string]string{}},
	}
	top := r.fields(root, "the file", "words", "tables", "clauses")
	if top["words"] != nil {
		for _, p := range r.pairs(top["words"], "words") {
			r.out.Words[p.name] = r.pattern(p.key, p.node, "words "+p.name)
		}
	}
	if top["tables"] != nil {
		for _, p := range r.pairs(top["tables"], "tables") {
			r.table(p)
		}
	}
	if n := top["clauses"]; n == nil || n.Kind != yaml.SequenceNode {
		r.errorf(root, "clauses is no list")
	} else {
		for _, item := range n.Content {
			r.clause(item)
		}
	}
	return r, errors.Join(r.sorted()...)
}

// pattern takes one pattern and keeps it to be checked.
func (r *clauseReader) pattern(parent, n *yaml.Node, what string) string {
	text := r.required(parent, n, what)
	if text != "" {
		r.patterns = append(r.patterns, placed{text, n})
	}
	return text
}

// patternList takes a list of patterns.
func (r *clauseReader) patternList(n *yaml.Node, what string) []string {
	items := r.list(n, what)
	r.patterns = append(r.patterns, items...)
	return words(items)
}

// table reads the patterns that name the values of one list of the vocabulary.
func (r *clauseReader) table(p pair) {
	known, ok := r.tables[p.name]
	if !ok {
		r.errorf(p.key, "a table is of fields or regions, not of %q", p.name)
		return
	}
	table := map[string]string{}
	for _, q := range r.pairs(p.node, "table "+p.name) {
		if !slices.Contains(known, q.name) {
			r.errorf(q.key, "%q is not one of the vocabulary's %s%s", q.name, p.name, didYouMean(q.name, known))
		}
		table[q.name] = r.pattern(q.key, q.node, q.name)
	}
	r.out.Tables[p.name] = table
}

// clause reads how one kind of term is worded.
func (r *clauseReader) clause(n *yaml.Node) {
	got := r.fields(n, "a clause", "term", "triggers", "find", "unless", "needs", "parameters", "when", "lists")
	c := license.Clause{
		Term:     r.oneOf(n, got["term"], "term", slices.Sorted(maps.Keys(r.kinds))),
		Triggers: words(r.list(got["triggers"], "triggers")),
		Find:     r.patternList(got["find"], "find"),
		Unless:   r.patternList(got["unless"], "unless"),
		Needs:    r.patternList(got["needs"], "needs"),
		Lists:    map[string]string{},
	}
	if len(c.Find) == 0 {
		r.errorf(n, "a clause has nothing to find")
	}
	kind := r.kinds[c.Term]
	values := &entryReader{reader: reader{file: r.file}, vocabulary: &vocabulary{fields: r.tables["fields"]}}
	if got["parameters"] != nil {
		c.Parameters = map[string]any{}
		for _, p := range r.pairs(got["parameters"], "parameters") {
			c.Parameters[p.name] = r.value(values, kind, c.Term, p)
		}
	}
	if m := got["when"]; m != nil {
		for _, item := range m.Content {
			when := r.fields(item, "when", "parameter", "value", "pattern")
			name := r.required(item, when["parameter"], "parameter")
			if when["value"] == nil {
				r.errorf(item, "value is missing")
				continue
			}
			c.When = append(c.When, license.When{
				Parameter: name, Pattern: r.pattern(item, when["pattern"], "pattern"),
				Value: r.value(values, kind, c.Term, pair{name, item, when["value"]}),
			})
		}
	}
	if got["lists"] != nil {
		for _, p := range r.pairs(got["lists"], "lists") {
			c.Lists[p.name] = r.oneOf(p.key, p.node, "table", slices.Sorted(maps.Keys(r.tables)))
			r.known([]placed{{p.name, p.key}}, "the parameters of "+c.Term, slices.Sorted(maps.Keys(kind.parameters)))
		}
	}
	r.errs = append(r.errs, values.errs...)
	r.out.Clauses = append(r.out.Clauses, c)
}

// value reads a parameter's value by the vocabulary.
func (r *clauseReader) value(values *entryReader, kind termKind, term string, p pair) any {
	param, ok := kind.parameters[p.name]
	if !ok {
		values.errorf(p.key, "%s has no parameter %q%s", term, p.name, didYouMean(p.name, slices.Sorted(maps.Keys(kind.parameters))))
		return nil
	}
	return values.parameter(p, param)
}
