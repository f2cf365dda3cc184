package lock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// Bounds of a lock that is read. The largest families known have some hundreds
// of ancestors, each of about one KiB.
const (
	// MaxBytes bounds the file.
	MaxBytes  = 16 << 20
	maxNodes  = 2_000_000
	maxDepth  = 16
	maxEach   = 100_000 // entries, and of each list in them
	shaDigits = 64
)

// header tells a reader of the file what it is.
const header = `# What entail read of every model that this release descends from. Commit it:
# checks then give the same result everywhere and need no network.
# "entail lock" adds what is missing, "entail lock --update" reads all anew.
`

// Bytes is the lock as its file has it. The error is for a lock that would not
// read back as it is.
func (f *File) Bytes() ([]byte, error) {
	text, err := yaml.Dump(f, yaml.WithIndent(2), yaml.WithLineWidth(-1), yaml.WithUnicode(false))
	if err != nil {
		return nil, fmt.Errorf("write the lock of %s: %w", f.Subject, err)
	}
	text = append([]byte(header), text...)
	back, err := Parse(FileName, bytes.NewReader(text))
	if err == nil && !reflect.DeepEqual(back, f) {
		err = errors.New("it does not read back as it was written")
	}
	if err != nil {
		return nil, fmt.Errorf("write the lock of %s: %w", f.Subject, err)
	}
	return text, nil
}

// Parse reads a lock. Errors name the file, the line and what was expected.
func Parse(name string, from io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(from, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read lock %s: %w", name, err)
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("read lock %s: larger than %d MiB", name, MaxBytes>>20)
	}
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		return nil, yamlError(name, err)
	}
	p := parser{name: name, nodes: maxNodes}
	if err := p.plain(&root, maxDepth); err != nil {
		return nil, err
	}
	file := new(File)
	if err := yaml.Load(text, file, yaml.WithKnownFields()); err != nil {
		return nil, yamlError(name, err)
	}
	if file.Ancestors == nil {
		file.Ancestors = []Entry{}
	}
	p.root = root.Content[0]
	return file, p.check(file)
}

// unknownKey is how the YAML reader calls a key that a struct has no field for.
var unknownKey = regexp.MustCompile(`field (.+?) not found in type [\w.]+`)

// yamlError is an error of the YAML reader with its line, without the names
// that types have in this program.
func yamlError(name string, err error) error {
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	first, ok := errors.AsType[*yaml.LoadError](err)
	if all, several := errors.AsType[*yaml.LoadErrors](err); several && len(all.Errors) > 0 {
		first, ok = all.Errors[0], true
	}
	if ok {
		line, text = max(first.Mark.Line, 1), first.Message
	}
	text = unknownKey.ReplaceAllString(text, "unknown key $1")
	text = strings.NewReplacer("yaml: ", "", "no documents in stream", "the file is empty", "cannot construct", "cannot read", "!!map", "a mapping", "!!seq", "a list", "!!str", "the text",
		"!!int", "the number", "!!float", "the number", "!!bool", "true or false", "!!null", "nothing", "[]lock.", "a list of ",
		"lock.", "", "[]string", "a list", "float64", "a number", " into ", " as ").Replace(text)
	return fmt.Errorf("read lock %s:%d: %s", name, line, strings.TrimSpace(text))
}

// parser checks what the types of a lock do not say.
type parser struct {
	name  string
	nodes int
	root  *yaml.Node
}

func (p *parser) errorf(n *yaml.Node, format string, args ...any) error {
	line := 1
	if n != nil {
		line = max(n.Line, 1)
	}
	return fmt.Errorf("read lock %s:%d: %s", p.name, line, fmt.Sprintf(format, args...))
}

// plain refuses what a lock has no need of: aliases, which can make much of
// little, and nesting without end.
func (p *parser) plain(n *yaml.Node, depth int) error {
	p.nodes--
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return p.errorf(n, "an alias or anchor, which a lock does not have")
	case depth == 0 || p.nodes < 0:
		return p.errorf(n, "nested too deeply, or too much of it")
	case n.Kind == yaml.DocumentNode && len(n.Content) != 1:
		return p.errorf(n, "the file is empty")
	}
	for _, child := range n.Content {
		if err := p.plain(child, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// at is the node of a path of keys (text) and items (int) below the root, or
// the last that is there.
func (p *parser) at(path ...any) *yaml.Node {
	n := p.root
	for _, step := range path {
		var next *yaml.Node
		switch step := step.(type) {
		case int:
			if n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		case string:
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					next = n.Content[i+1]
				}
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// needs wants a mapping to have some keys.
func (p *parser) needs(n *yaml.Node, keys ...string) error {
	for _, key := range keys {
		have := false
		for i := 0; i+1 < len(n.Content); i += 2 {
			have = have || n.Content[i].Value == key
		}
		if !have {
			return p.errorf(n, "%s is missing", key)
		}
	}
	return nil
}

// check holds a lock to what the writer writes.
func (p *parser) check(f *File) error {
	if err := p.needs(p.root, "schema", "subject", "ancestors"); err != nil {
		return err
	}
	if f.Schema != Schema {
		return p.errorf(p.at("schema"), "schema is %q, want %q: this version of entail reads no other", f.Schema, Schema)
	}
	if len(f.Ancestors) > maxEach {
		return p.errorf(p.at("ancestors"), "more than %d ancestors", maxEach)
	}
	for i := range f.Ancestors {
		e := &f.Ancestors[i]
		if i > 0 && compareEntries(f.Ancestors[i-1], *e) >= 0 {
			return p.errorf(p.at("ancestors", i), "%q is there twice or out of order: ancestors are sorted by id", e.ID)
		}
		if err := p.checkEntry(e, i); err != nil {
			return err
		}
	}
	return p.checkPolicies(f.Policies)
}

// checkPolicies holds the pins of policies to what the writer writes.
func (p *parser) checkPolicies(list []Policy) error {
	if len(list) > maxEach {
		return p.errorf(p.at("policies"), "more than %d policies", maxEach)
	}
	for i, one := range list {
		at := p.at("policies", i)
		switch {
		case !strings.Contains(one.Source, "://") || strings.Contains(one.Source, "@sha256:"):
			return p.errorf(at, "source is %q, want a name such as oci://host/repository:tag, without a digest", one.Source)
		case !pinned.MatchString(one.Digest):
			return p.errorf(at, "digest is %q, want sha256: and %d hexadecimal digits", one.Digest, shaDigits)
		case i > 0 && list[i-1].Source >= one.Source:
			return p.errorf(at, "%q is there twice or out of order: policies are sorted by source", one.Source)
		}
	}
	return nil
}

var (
	kinds   = []string{string(model.Model), string(model.Dataset)}
	states  = []string{"resolved", "gated", "private-or-absent", "not-found", "unauthorized", "disabled", "offline", "rate-limited", "failed", "too-deep"}
	origins = []string{"card", "hub", "github", "index", "declared", "policy", "inferred", "file"}
	made    = []string{"finetune", "adapter", "quantized", "merge", "distilled", "trained-on", "unknown"}
	gates   = []string{"", "false", "auto", "manual"}
	covered = []string{"", "model", "code", "data", "policy", "notice"}
	pinned  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	digest  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// checkKeys wants an entry and what it lists to have the keys that the writer
// always writes.
func (p *parser) checkKeys(entry *yaml.Node) error {
	if err := p.needs(entry, "id", "kind", "state", "source", "read"); err != nil {
		return err
	}
	required := map[string][]string{
		"license": {"id", "from"}, "unread": {"file", "state"}, "bases": {"id", "relation", "relation_from", "claims"},
		"texts": {"file", "sha256", "id", "coverage", "missing"},
	}
	for i := 0; i+1 < len(entry.Content); i += 2 {
		list := entry.Content[i+1]
		for _, item := range list.Content {
			if keys := required[entry.Content[i].Value]; list.Kind == yaml.SequenceNode && keys != nil {
				if err := p.needs(item, keys...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// value is one value with the few that it may have.
type value struct {
	path []any
	got  string
	want []string
}

func (p *parser) checkEntry(e *Entry, i int) error {
	under := func(path ...any) []any { return append([]any{"ancestors", i}, path...) }
	if err := p.checkKeys(p.at(under()...)); err != nil {
		return err
	}
	values := []value{
		{under("kind"), string(e.Kind), kinds}, {under("state"), string(e.State), states}, {under("gated"), e.Gated, gates},
	}
	for j, d := range e.License {
		values = append(values, value{under("license", j, "from"), string(d.From), origins})
	}
	for j, u := range e.Unread {
		values = append(values, value{under("unread", j, "state"), string(u.State), states})
	}
	for j, b := range e.Bases {
		values = append(values,
			value{under("bases", j, "kind"), string(b.Kind), append([]string{""}, kinds...)},
			value{under("bases", j, "relation"), string(b.Relation), made},
			value{under("bases", j, "relation_from"), string(b.RelationFrom), origins})
		if len(b.Claims) == 0 {
			return p.errorf(p.at(under("bases", j)...), "claims are missing: who names this base model")
		}
		for k, c := range b.Claims {
			values = append(values,
				value{under("bases", j, "claims", k, "from"), string(c.From), origins},
				value{under("bases", j, "claims", k, "relation"), string(c.Relation), made})
		}
	}
	for _, v := range values {
		if !slices.Contains(v.want, v.got) {
			want := strings.Join(slices.DeleteFunc(slices.Clone(v.want), func(s string) bool { return s == "" }), ", ")
			return p.errorf(p.at(v.path...), "%s is %q, want one of %s", lastKey(v.path), v.got, want)
		}
	}
	if _, err := time.Parse(time.RFC3339, e.Read); err != nil {
		return p.errorf(p.at(under("read")...), "read is %q, want a time such as 2026-01-02T03:04:05Z", e.Read)
	}
	if e.Card.SHA256 != "" && !digest.MatchString(e.Card.SHA256) {
		return p.errorf(p.at(under("card", "sha256")...), "sha256 is %q, want %d hexadecimal digits", e.Card.SHA256, shaDigits)
	}
	return p.checkTexts(e, under)
}

// lastKey is the name of the value at a path.
func lastKey(path []any) string {
	for _, step := range slices.Backward(path) {
		if name, ok := step.(string); ok {
			return name
		}
	}
	return ""
}

func (p *parser) checkTexts(e *Entry, under func(...any) []any) error {
	for j, t := range e.Texts {
		at := p.at(under("texts", j)...)
		switch {
		case !digest.MatchString(t.SHA256):
			return p.errorf(p.at(under("texts", j, "sha256")...), "sha256 is %q, want %d hexadecimal digits", t.SHA256, shaDigits)
		case !slices.Contains(covered, t.Covers):
			return p.errorf(p.at(under("texts", j, "covers")...), "covers is %q, want one of %s", t.Covers, strings.Join(covered[1:], ", "))
		case !fraction(t.Coverage) || !fraction(t.Missing):
			return p.errorf(at, "coverage and missing are fractions, from 0 to 1")
		}
		for _, also := range t.Also {
			if !fraction(also.Coverage) {
				return p.errorf(at, "coverage is a fraction, from 0 to 1")
			}
		}
	}
	return nil
}

func fraction(x float64) bool { return !math.IsNaN(x) && x >= 0 && x <= 1 }
