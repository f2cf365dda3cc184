package card

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// readMetadata parses the front matter into c.
func readMetadata(file string, text []byte, b block, c *model.Card) {
	first := lineAt(text, b.yaml)
	fail := func(kind string, line int, format string, args ...any) {
		c.Problems = append(c.Problems, problem(kind, file, line, format, args...))
	}
	src := text[b.yaml:b.end]
	if len(src) > maxFrontMatter {
		fail(kindTooLarge, first, "the front matter has %d bytes; expected at most %d MiB, so none of it is read",
			len(src), maxFrontMatter>>20)
		return
	}
	root, err := loadNode(src)
	switch {
	case errors.Is(err, errDepth):
		fail(kindTooLarge, first, "the front matter is nested deeper than %d levels, so none of it is read", maxDepth)
		return
	case errors.Is(err, io.EOF):
		fail(kindNotMapping, first, "the front matter is empty; expected keys such as license")
		return
	case err != nil:
		line, why := yamlError(err)
		fail(kindInvalidYAML, first+line, "the front matter is not valid YAML, so the Hub reads nothing of it: %s", why)
		return
	}
	if root.Kind != yaml.MappingNode {
		fail(kindNotMapping, first+root.Line-1, "the front matter is %s; expected keys such as license", kindName(root))
		return
	}
	r := &reader{file: file, before: first - 1, card: c, open: map[*yaml.Node]bool{}}
	r.top(root)
}

// errDepth aborts the YAML parser at the depth limit.
var errDepth = errors.New("nested too deeply")

// limits bounds the YAML parser while it reads. The parser's error does not
// wrap ours, hence the flag. Aliases are not expanded here: reader does that,
// within its own bounds.
type limits struct{ exceeded bool }

// CheckDepth refuses nesting beyond maxDepth.
func (l *limits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxDepth {
		l.exceeded = true
		return errDepth
	}
	return nil
}

// CheckAlias allows every alias.
func (*limits) CheckAlias(_, _ int) error { return nil }

// loadNode parses exactly one YAML document; io.EOF where there is none.
func loadNode(src []byte) (*yaml.Node, error) {
	var lim limits
	l, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(&lim))
	if err != nil {
		return nil, fmt.Errorf("set up the YAML reader: %w", err)
	}
	var doc, more yaml.Node
	if err := l.Load(&doc); err != nil {
		if lim.exceeded {
			return nil, errDepth
		}
		return nil, err
	}
	if err := l.Load(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, err
		}
		return nil, errors.New("more than one document")
	}
	root := &doc
	if root.Kind == yaml.DocumentNode {
		if len(root.Content) != 1 {
			return nil, io.EOF
		}
		root = root.Content[0]
	}
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil, io.EOF
	}
	return root, nil
}

// yamlError takes a parser's error apart: lines below the block's first, and
// what is wrong.
func yamlError(err error) (line int, why string) {
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		why = e.Message
		if e.ContextMsg != "" {
			why = e.ContextMsg + ", " + why
		}
		return max(0, e.Mark.Line-1), strings.ToValidUTF8(why, "\uFFFD")
	}
	return 0, strings.ToValidUTF8(err.Error(), "\uFFFD")
}

// kindName is what a person calls a node that is no mapping.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return "the text " + quote(n.Value)
	}
	return "no mapping"
}

// reader turns nodes into plain values within the bounds of the package.
type reader struct {
	file     string
	before   int // lines of the file before the block
	card     *model.Card
	nodes    int                 // nodes seen
	expanded int                 // of these, through an alias
	open     map[*yaml.Node]bool // aliased nodes that are being expanded
	told     map[string]bool     // limits already reported
}

// at is the position of a node in the file.
func (r *reader) at(n *yaml.Node) model.Position {
	return model.Position{File: r.file, Line: r.before + n.Line, Column: n.Column}
}

// fail records a problem at a node.
func (r *reader) fail(kind string, n *yaml.Node, format string, args ...any) {
	if len(r.card.Problems) < maxProblems {
		p := problem(kind, r.file, 0, format, args...)
		p.At = r.at(n)
		r.card.Problems = append(r.card.Problems, p)
	}
}

// failOnce records that a limit was hit, once for each kind.
func (r *reader) failOnce(kind string, n *yaml.Node, format string, args ...any) {
	if !r.told[kind] {
		if r.told == nil {
			r.told = map[string]bool{}
		}
		r.told[kind] = true
		r.fail(kind, n, format, args...)
	}
}

// top reads the mapping at the root, with positions.
func (r *reader) top(root *yaml.Node) {
	r.pairs(root, func(key string, k, v *yaml.Node) {
		r.forget(key)
		value, ok := r.value(v, 1, false)
		if !ok || (bulky(key) && !within(value, maxBulky)) {
			delete(r.card.Metadata, key)
			return
		}
		r.card.Metadata[key] = value
		where := v
		if v.Line == 0 {
			where = k
		}
		r.card.At[key] = r.at(where)
		list := v
		if v.Kind == yaml.AliasNode {
			list = v.Alias
		}
		if list.Kind != yaml.SequenceNode {
			return
		}
		for i, item := range list.Content[:min(len(list.Content), maxItems)] {
			r.card.At[key+"."+strconv.Itoa(i)] = r.at(item)
		}
	})
	if merged, ok := r.merged(root, 1, false); ok {
		for k, v := range merged {
			if _, has := r.card.Metadata[k]; !has {
				r.card.Metadata[k] = v
			}
		}
	}
}

// forget drops the positions of a key that is about to be read again.
func (r *reader) forget(key string) {
	delete(r.card.At, key)
	for i := 0; ; i++ {
		item := key + "." + strconv.Itoa(i)
		if _, ok := r.card.At[item]; !ok {
			return
		}
		delete(r.card.At, item)
	}
}

// pairs calls f for each key of a mapping but merge keys, and tells of keys
// that occur twice or are no scalars.
func (r *reader) pairs(n *yaml.Node, f func(key string, k, v *yaml.Node)) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			continue
		}
		name := k
		if k.Kind == yaml.AliasNode {
			name = k.Alias
		}
		if name.Kind != yaml.ScalarNode {
			r.fail(kindInvalidYAML, k, "a key of the front matter is a list or a mapping; expected text")
			continue
		}
		if line, dup := seen[name.Value]; dup {
			r.fail(kindDuplicateKey, k, "key %s occurs again after line %d; most readers keep the last, strict ones fail",
				quote(name.Value), line)
		}
		seen[name.Value] = r.before + k.Line
		f(name.Value, k, v)
	}
}

// isMerge tells the YAML 1.1 merge key.
func isMerge(k *yaml.Node) bool {
	return k.Kind == yaml.ScalarNode && k.Value == "<<" && k.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
}

// value converts a node; ok is false where a limit dropped it.
func (r *reader) value(n *yaml.Node, depth int, aliased bool) (v any, ok bool) {
	r.nodes++
	if r.nodes > maxNodes {
		r.failOnce(kindTooLarge, n, "the front matter has more than %d values; the rest is not read", maxNodes)
		return nil, false
	}
	if aliased {
		if r.expanded++; r.expanded > maxExpanded || depth > maxDepth {
			r.failOnce(kindAliases, n, "YAML aliases expand to more than %d values or %d levels; what uses them is not read",
				maxExpanded, maxDepth)
			return nil, false
		}
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return r.scalar(n), true
	case yaml.AliasNode:
		return r.alias(n, depth, r.value)
	case yaml.SequenceNode:
		r.tag(n)
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			x, ok := r.value(item, depth+1, aliased)
			if !ok {
				return nil, false
			}
			list = append(list, x)
		}
		return list, true
	case yaml.MappingNode:
		r.tag(n)
		return r.mapping(n, depth, aliased)
	}
	return nil, true
}

// alias expands one alias by f, refusing an alias to what encloses it.
func (r *reader) alias(n *yaml.Node, depth int, f func(*yaml.Node, int, bool) (any, bool)) (any, bool) {
	if n.Alias == nil || r.open[n.Alias] {
		r.failOnce(kindAliases, n, "YAML alias %s contains itself; what uses it is not read", quote(n.Value))
		return nil, false
	}
	r.open[n.Alias] = true
	defer delete(r.open, n.Alias)
	return f(n.Alias, depth+1, true)
}

// mapping converts a nested mapping.
func (r *reader) mapping(n *yaml.Node, depth int, aliased bool) (any, bool) {
	out := make(map[string]any, len(n.Content)/2)
	whole := true
	r.pairs(n, func(key string, _, v *yaml.Node) {
		if !whole {
			return
		}
		x, ok := r.value(v, depth+1, aliased)
		if whole = ok; ok {
			out[key] = x
		}
	})
	if !whole {
		return nil, false
	}
	merged, ok := r.merged(n, depth, aliased)
	if !ok {
		return nil, false
	}
	for k, v := range merged {
		if _, has := out[k]; !has {
			out[k] = v
		}
	}
	return out, true
}

// merged collects what the merge keys of a mapping bring in; of two mappings
// that are merged the earlier wins.
func (r *reader) merged(n *yaml.Node, depth int, aliased bool) (map[string]any, bool) {
	var out map[string]any
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		v, ok := r.value(n.Content[i+1], depth+1, aliased)
		if !ok {
			return nil, false
		}
		list, isList := v.([]any)
		if !isList {
			list = []any{v}
		}
		for _, item := range list {
			m, isMap := item.(map[string]any)
			if !isMap {
				r.fail(kindInvalidYAML, n.Content[i], "a merge key (<<) names no mapping")
				continue
			}
			if out == nil {
				out = make(map[string]any, len(m))
			}
			for k, x := range m {
				if _, has := out[k]; !has {
					out[k] = x
				}
			}
		}
	}
	return out, true
}

// tag tells of a tag that the Hub's safe loaders refuse.
func (r *reader) tag(n *yaml.Node) {
	if t := n.ShortTag(); t != "" && n.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(t, "!!") {
		r.fail(kindInvalidYAML, n, "tag %s is not known to the Hub's YAML reader; the value is read without it", quote(t))
	}
}

// scalar converts a scalar as its tag says, or to text where JSON has no such
// value.
func (r *reader) scalar(n *yaml.Node) any {
	r.tag(n)
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		if b, err := strconv.ParseBool(strings.ToLower(n.Value)); err == nil {
			return b
		}
	case "!!int":
		if i, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64); err == nil {
			return i
		}
	case "!!float":
		f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
		if err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return n.Value
}

// bulky names the keys whose values may be huge and say nothing that any rule
// could ask for.
func bulky(key string) bool {
	switch key {
	case "widget", "model-index", "dataset_info", "configs", "inference":
		return true
	}
	return strings.HasPrefix(key, "extra_gated_")
}

// within tells whether a value takes at most n bytes, roughly as JSON.
func within(v any, n int) bool {
	return size(v) <= n
}

// size is roughly the length of a value as JSON.
func size(v any) int {
	const punctuation = 4
	switch v := v.(type) {
	case string:
		return len(v) + punctuation
	case []any:
		sum := punctuation
		for _, x := range v {
			sum += size(x)
		}
		return sum
	case map[string]any:
		sum := punctuation
		for k, x := range v {
			sum += len(k) + punctuation + size(x)
		}
		return sum
	}
	return 2 * punctuation
}
