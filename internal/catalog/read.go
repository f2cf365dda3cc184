package catalog

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// sideBySide calls do for 0 to n-1 from as many goroutines as there are
// processors: parsing is most of what start-up costs.
func sideBySide(n int, do func(i int)) {
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

// parseFile reads a file that is one YAML document. Errors name the file.
func parseFile(from layer, file string) (*yaml.Node, error) {
	name := from.shown(file)
	body, err := from.read(file)
	if err != nil {
		return nil, err
	}
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		if loadErr, ok := errors.AsType[*yaml.LoadError](err); ok {
			return nil, fmt.Errorf("%s:%d: not valid YAML: %s", name, max(loadErr.Mark.Line, 1), loadErr.Message)
		}
		return nil, fmt.Errorf("%s: not valid YAML: %w", name, err)
	}
	if len(doc.Content) != 1 {
		return nil, fmt.Errorf("%s:1: the file is empty", name)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more than one YAML document, of which nobody would read the second", name)
	}
	return doc.Content[0], nil
}

// placed is a text with the node that it came from.
type placed struct {
	text string
	node *yaml.Node
}

// located is an error with its line, for sorting.
type located struct {
	line int
	err  error
}

// reader takes values out of the nodes of one file and gathers what is wrong.
type reader struct {
	file string
	errs []located
}

// maxProblems bounds what is said of one file.
const maxProblems = 50

// full reports whether enough is known to be wrong with the file.
func (r *reader) full() bool { return len(r.errs) >= maxProblems }

// errorf records an error at the line of n.
func (r *reader) errorf(n *yaml.Node, format string, args ...any) {
	if r.full() {
		return
	}
	line := 1
	if n != nil {
		line = max(n.Line, 1)
	}
	err := fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...))
	r.errs = append(r.errs, located{line, err})
}

// sorted returns the errors by line, and those of one line by their words, so
// that they are the same on every run.
func (r *reader) sorted() []error {
	slices.SortFunc(r.errs, func(a, b located) int {
		return cmp.Or(a.line-b.line, strings.Compare(a.err.Error(), b.err.Error()))
	})
	var errs []error
	for _, e := range r.errs {
		errs = append(errs, e.err)
	}
	return errs
}

// pair is one key of a mapping.
type pair struct {
	name      string
	key, node *yaml.Node
}

// pairs lists a mapping's keys in order; what is no mapping has none.
func (r *reader) pairs(n *yaml.Node, what string) []pair {
	if n.Kind != yaml.MappingNode {
		r.errorf(n, "%s is not a mapping", what)
		return nil
	}
	list := make([]pair, 0, len(n.Content)/2)
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.errorf(key, "a key of %s is not a plain word", what)
		case seen[key.Value]:
			r.errorf(key, "%s has %q twice", what, key.Value)
		default:
			r.plain(key)
			seen[key.Value] = true
			list = append(list, pair{key.Value, key, n.Content[i+1]})
		}
	}
	return list
}

// fields takes a mapping whose keys are all known.
func (r *reader) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	got := map[string]*yaml.Node{}
	for _, p := range r.pairs(n, what) {
		if r.full() {
			break
		}
		if !slices.Contains(known, p.name) {
			r.errorf(p.key, "%s has no field %q%s", what, p.name, didYouMean(p.name, known))
			continue
		}
		got[p.name] = p.node
	}
	return got
}

// text takes a string; a value that YAML reads as another type needs quotes.
// A missing node is empty.
func (r *reader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	tag := n.ShortTag()
	if n.Kind != yaml.ScalarNode || tag != "!!str" && tag != "!!timestamp" {
		r.errorf(n, "%s is not a string; put it in quotes", what)
		return ""
	}
	r.plain(n)
	return n.Value
}

// plain wants text that can be shown as it is: without control characters, line
// ends among them, and without marks that reorder what is read.
func (r *reader) plain(n *yaml.Node) {
	if strings.ContainsFunc(n.Value, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }) {
		r.errorf(n, "%q has a line end or another character that cannot be shown", n.Value)
	}
}

// required is text that must be there and not blank.
func (r *reader) required(parent, n *yaml.Node, what string) string {
	if n == nil {
		r.errorf(parent, "%s is missing", what)
		return ""
	}
	text := r.text(n, what)
	if strings.TrimSpace(text) == "" {
		r.errorf(n, "%s is empty", what)
	}
	return text
}

// oneOf is text out of a list.
func (r *reader) oneOf(parent, n *yaml.Node, what string, list []string) string {
	text := r.required(parent, n, what)
	if strings.TrimSpace(text) != "" && !slices.Contains(list, text) {
		r.errorf(n, "%s %q is unknown%s", what, text, didYouMean(text, list))
	}
	return text
}

// boolean takes true or false.
func (r *reader) boolean(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.errorf(n, "%s is neither true nor false", what)
		return false
	}
	return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
}

// integer takes a whole number.
func (r *reader) integer(n *yaml.Node, what string) int64 {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" {
		r.errorf(n, "%s is not a whole number", what)
		return 0
	}
	value, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		r.errorf(n, "%s is not a whole number in plain digits", what)
	}
	return value
}

// list takes a list of strings with their places. A missing node is empty.
func (r *reader) list(n *yaml.Node, what string) []placed {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "%s is not a list", what)
		return nil
	}
	items := make([]placed, 0, len(n.Content))
	seen := make(map[string]bool, len(n.Content))
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" || strings.TrimSpace(item.Value) == "" {
			r.errorf(item, "an item of %s is not a string with something in it; put it in quotes", what)
			continue
		}
		r.plain(item)
		if seen[item.Value] {
			r.errorf(item, "%s has %q twice", what, item.Value)
		}
		seen[item.Value] = true
		items = append(items, placed{item.Value, item})
	}
	return items
}

// listOf is a list whose items are all known.
func (r *reader) listOf(n *yaml.Node, what string, known []string) []placed {
	items := r.list(n, what)
	r.known(items, what, known)
	return items
}

// known reports the items that are not on a list.
func (r *reader) known(items []placed, what string, known []string) {
	for _, item := range items {
		if item.text != "" && !r.full() && !slices.Contains(known, item.text) {
			r.errorf(item.node, "%q is not one of %s%s", item.text, what, didYouMean(item.text, known))
		}
	}
}

// words drops the places of a list.
func words(items []placed) []string {
	out := make([]string, 0, len(items))
	for _, item := range items {
		out = append(out, item.text)
	}
	return out
}

// anys is a list of strings as a JSON-like value.
func anys[T ~string](items []T) []any {
	out := make([]any, 0, len(items))
	for _, item := range items {
		out = append(out, string(item))
	}
	return out
}

// didYouMean offers the nearest known names, or lists them if they are few.
func didYouMean(got string, known []string) string {
	if near := NearestOf(got, known, 3); len(near) > 0 {
		return fmt.Sprintf("; did you mean %s?", strings.Join(near, ", "))
	}
	if len(known) > 0 && len(known) <= 16 {
		return fmt.Sprintf("; it may be %s", strings.Join(known, ", "))
	}
	return ""
}
