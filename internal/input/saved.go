package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxDepth bounds how deep a saved document nests. Real ones nest some ten
// deep, and their front matter a little deeper.
const maxDepth = 100

// Saved is a document that was written to a file, as `policy input` does.
type Saved struct {
	// Subject is the id of what the document is about.
	Subject string
	// Definitions are those that the document asks to be met.
	Definitions []string
	// Value is the document as OPA takes it.
	Value ast.Value
}

// Reader reads saved documents and holds them against the schema. It may be
// used from many goroutines.
type Reader struct{ schema *shape }

// NewReader makes a reader with the schema of a policies folder.
func NewReader(fsys fs.FS) (*Reader, error) {
	schema, err := readSchema(fsys)
	if err != nil {
		return nil, err
	}
	return &Reader{schema}, nil
}

// Read reads one document. The error says where it is not what rules rely on,
// by the path of the field.
func (r *Reader) Read(text []byte) (*Saved, error) {
	if depth(text) > maxDepth {
		return nil, fmt.Errorf("it nests deeper than %d", maxDepth)
	}
	var plain any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&plain); err != nil {
		return nil, plainJSON(err)
	}
	if decoder.More() {
		return nil, errors.New("more stands behind the document; name a file with several NAME.jsonl")
	}
	value, err := ast.InterfaceToValue(plain)
	if err != nil {
		return nil, err
	}
	object, ok := value.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("want an object, got %s", kindOf(value))
	}
	var found faults
	r.schema.check(object, func() string { return "input" }, &found)
	if len(found) == 0 {
		connected(object, &found)
	}
	if len(found) > 0 {
		return nil, errors.New(strings.Join(found, "; "))
	}
	saved := &Saved{Subject: word(object, "subject"), Value: value}
	asked := get(get(object, "config"), "definitions").(*ast.Array)
	asked.Foreach(func(name *ast.Term) { saved.Definitions = append(saved.Definitions, string(name.Value.(ast.String))) })
	return saved, nil
}

// connected holds what no schema says: that the subject and both ends of each
// edge are among the nodes, each under its own id. Rules would find nothing
// wrong with a base model that is missing.
func connected(object ast.Object, found *faults) {
	nodes := get(object, "nodes").(ast.Object)
	at := func(path string) func() string { return func() string { return path } }
	node := func(path string, id *ast.Term) {
		if nodes.Get(id) == nil {
			found.add(at(path), "%s is not among the nodes", id)
		}
	}
	node("input.subject", object.Get(ast.StringTerm("subject")))
	nodes.Foreach(func(key, value *ast.Term) {
		if id := value.Value.(ast.Object).Get(ast.StringTerm("id")); !id.Equal(key) {
			found.add(at("input.nodes["+key.String()+"].id"), "got %s, want %s", id, key)
		}
	})
	edges := get(object, "edges").(*ast.Array)
	for i := range edges.Len() {
		for _, end := range []string{"child", "parent"} {
			node(fmt.Sprintf("input.edges[%d].%s", i, end), edges.Elem(i).Value.(ast.Object).Get(ast.StringTerm(end)))
		}
	}
}

func get(value ast.Value, name string) ast.Value {
	return value.(ast.Object).Get(ast.StringTerm(name)).Value
}

func word(value ast.Value, name string) string { return string(get(value, name).(ast.String)) }

// depth is how deep a JSON text nests; of what is no JSON it is any number.
func depth(text []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// plainJSON says of an error of the JSON decoder what users can use.
func plainJSON(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON: %w, at byte %d", err, syntax.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("not JSON: it ends too early")
	}
	return fmt.Errorf("not JSON: %w", err)
}

// Split cuts a text into the JSON documents that stand in it one after the
// other, such as lines of JSON, and calls each with them. The last call has what
// is no JSON, where there is such.
func Split(text []byte, each func(document []byte) error) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		start := decoder.InputOffset()
		var document json.RawMessage
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return each(text[start:])
		}
		if err := each(document); err != nil {
			return err
		}
	}
}
