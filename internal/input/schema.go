package input

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/catalog"
)

// maxFaults bounds how many faults of one document are told.
const maxFaults = 5

// shape is what of a JSON Schema a document is held against. A schema with a
// keyword that is none of these is refused when it is read: what would not be
// held must not look as if it were.
type shape struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Enum       []string          `json:"enum"`
	Pattern    string            `json:"pattern"`
	Properties map[string]*shape `json:"properties"`
	Required   []string          `json:"required"`
	Items      *shape            `json:"items"`
	// Additional is false, or the shape of every other property; anything goes
	// where it is absent.
	Additional  json.RawMessage   `json:"additionalProperties"`
	Definitions map[string]*shape `json:"definitions"`
	Schema      string            `json:"$schema"`
	ID          string            `json:"$id"`
	Title       string            `json:"title"`
	Description string            `json:"description"`

	closed  bool
	pattern *regexp.Regexp
	others  *shape
	// names are those of Properties, sorted, and required the terms of Required.
	names    []string
	required []*ast.Term
}

// readSchema reads the schema of the input document.
func readSchema(fsys fs.FS) (*shape, error) {
	text, err := fs.ReadFile(fsys, "schema/input.json")
	if err != nil {
		return nil, fmt.Errorf("read the input schema: %w", err)
	}
	root := new(shape)
	if err := decodeShape(text, root); err != nil {
		return nil, fmt.Errorf("read the input schema: %w", err)
	}
	if err := root.prepare(root.Definitions); err != nil {
		return nil, fmt.Errorf("read the input schema: %w", err)
	}
	for _, definition := range root.Definitions {
		if err := definition.prepare(root.Definitions); err != nil {
			return nil, fmt.Errorf("read the input schema: %w", err)
		}
	}
	return root, nil
}

func decodeShape(text []byte, into *shape) error {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// prepare resolves the references of a shape and of those within it. Those of
// definitions are prepared once, by the one who calls.
func (s *shape) prepare(definitions map[string]*shape) error {
	if s.Pattern != "" {
		var err error
		if s.pattern, err = regexp.Compile(s.Pattern); err != nil {
			return err
		}
	}
	if len(s.Additional) > 0 && string(s.Additional) == "false" {
		s.closed = true
	} else if len(s.Additional) > 0 && string(s.Additional) != "true" {
		s.others = new(shape)
		if err := decodeShape(s.Additional, s.others); err != nil {
			return err
		}
	}
	s.names = slices.Sorted(maps.Keys(s.Properties))
	for _, name := range s.names {
		property := s.Properties[name]
		if err := resolve(&property, definitions); err != nil {
			return err
		}
		s.Properties[name] = property
	}
	for _, name := range s.Required {
		s.required = append(s.required, ast.InternedTerm(name))
	}
	for _, one := range []**shape{&s.Items, &s.others} {
		if *one != nil {
			if err := resolve(one, definitions); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolve puts the definition in the place of a reference to it, or prepares
// what is none.
func resolve(s **shape, definitions map[string]*shape) error {
	name, ok := strings.CutPrefix((*s).Ref, "#/definitions/")
	if !ok {
		return (*s).prepare(definitions)
	}
	if *s = definitions[name]; *s == nil {
		return fmt.Errorf("no definition %q", name)
	}
	return nil
}

// faults are what a document has that its schema does not allow, in the order
// of the document.
type faults []string

func (f *faults) add(path func() string, format string, args ...any) {
	if len(*f) < maxFaults {
		*f = append(*f, path()+": "+fmt.Sprintf(format, args...))
	}
}

// check holds a value against a shape. path is called for faults only.
func (s *shape) check(value ast.Value, path func() string, found *faults) {
	if len(*found) >= maxFaults {
		return
	}
	if kind := kindOf(value); s.Type != "" && kind != s.Type && !(s.Type == "number" && kind == "integer") {
		found.add(path, "want %s, got %s", s.Type, kind)
		return
	}
	switch of := value.(type) {
	case ast.String:
		if s.Enum != nil && !slices.Contains(s.Enum, string(of)) {
			found.add(path, "got %q, want one of %s", string(of), strings.Join(s.Enum, ", "))
		}
		if s.pattern != nil && !s.pattern.MatchString(string(of)) {
			found.add(path, "got %q, want what matches %s", string(of), s.Pattern)
		}
	case *ast.Array:
		if s.Items == nil {
			return
		}
		for i := range of.Len() {
			s.Items.check(of.Elem(i).Value, func() string { return path() + "[" + strconv.Itoa(i) + "]" }, found)
		}
	case ast.Object:
		s.checkObject(of, path, found)
	}
}

func (s *shape) checkObject(object ast.Object, path func() string, found *faults) {
	object.Foreach(func(key, value *ast.Term) {
		name, _ := key.Value.(ast.String)
		within := s.others
		if known := s.Properties[string(name)]; known != nil {
			within = known
		} else if s.closed {
			found.add(path, "%s", unknownField(string(name), s.names))
			return
		}
		if within != nil {
			within.check(value.Value, func() string { return path() + field(string(name)) }, found)
		}
	})
	for i, name := range s.required {
		if object.Get(name) == nil {
			found.add(path, "wants a field %s", s.Required[i])
		}
	}
}

func unknownField(name string, known []string) string {
	if near := catalog.NearestOf(name, known, 1); len(near) > 0 {
		return fmt.Sprintf("no field is called %q; the nearest is %s", name, near[0])
	}
	return fmt.Sprintf("no field is called %q", name)
}

// field is a key as part of a path.
func field(name string) string {
	for _, r := range name {
		if r != '_' && (r < 'a' || r > 'z') {
			return "[" + strconv.Quote(name) + "]"
		}
	}
	return "." + name
}

// kindOf is the type of a value by the names of JSON Schema.
func kindOf(value ast.Value) string {
	switch of := value.(type) {
	case ast.Null:
		return "null"
	case ast.Boolean:
		return "boolean"
	case ast.String:
		return "string"
	case *ast.Array:
		return "array"
	case ast.Number:
		if _, whole := of.Int64(); whole {
			return "integer"
		}
		return "number"
	}
	return "object"
}
