package input_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/policies"
)

func reader(t testing.TB) *input.Reader {
	t.Helper()
	r, err := input.NewReader(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// whole is a document with every field, of which no edge leads nowhere.
func whole() *input.Document {
	document := everything()
	base := *document.Nodes[document.Subject]
	base.ID = "c/base"
	document.Nodes[base.ID] = &base
	return document
}

// mutate calls each with a copy of a document for every place in it, changed
// there in one of several ways by turns.
func mutate(t testing.TB, text []byte, each func(how string, text []byte)) {
	t.Helper()
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	again := func(how string) {
		changed, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		each(how, changed)
	}
	others := []any{"words", 1.5, true, nil, []any{}, map[string]any{}}
	turn := 0
	var walk func(path string, value any, set func(any))
	walk = func(path string, value any, set func(any)) {
		if strings.HasPrefix(path, "input.nodes.c/base.") {
			return // as the other node
		}
		if path != "input" { // the other validator takes a text for a document
			other := others[turn%len(others)]
			turn++
			set(other)
			again(fmt.Sprintf("%s is %v", path, other))
		}
		set(value)
		switch of := value.(type) {
		case map[string]any:
			of["madeUp"] = 1
			again(path + " has a field more")
			delete(of, "madeUp")
			for _, key := range slices.Sorted(maps.Keys(of)) {
				held := of[key]
				delete(of, key)
				again(path + " lacks " + key)
				of[key] = held
				walk(path+"."+key, held, func(v any) { of[key] = v })
			}
		case []any:
			for i, held := range of {
				walk(fmt.Sprintf("%s[%d]", path, i), held, func(v any) { of[i] = v })
			}
		}
	}
	walk("input", root, func(v any) { root = v })
}

// TestReadAsTheSchemaSays: a document that was changed in any one place is read
// where the published schema matches it, as another validator finds, and the
// lineage holds together.
func TestReadAsTheSchemaSays(t *testing.T) {
	oracle, r := validator(t), reader(t)
	text, err := json.Marshal(whole())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(text); err != nil {
		t.Fatalf("what is whole is refused: %v", err)
	}
	refused, loose := 0, 0
	mutate(t, text, func(how string, changed []byte) {
		var document any
		if err := json.Unmarshal(changed, &document); err != nil {
			t.Fatal(err)
		}
		_, err := r.Read(changed)
		said := oracle(document)
		switch {
		case said == "" && err == nil:
		case said != "" && err != nil:
			refused++
		case err != nil && (strings.Contains(err.Error(), "not among the nodes") || strings.Contains(err.Error(), "].id: got")):
			loose++
		default:
			t.Errorf("%s: read says %v, the schema says %q", how, err, said)
		}
	})
	if refused < 300 || loose < 2 {
		t.Errorf("only %d documents were refused by the schema, %d as they do not hold together", refused, loose)
	}
}

// TestReadRefuses: every error says where and what.
func TestReadRefuses(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]string{
		"":                       "it ends too early",
		"{":                      "it ends too early",
		"{]":                     "at byte 2",
		"[]":                     "want an object, got array",
		"{} {}":                  "more stands behind the document",
		"{} x":                   "more stands behind the document",
		`{"schema":"x"}`:         `input.schema: got "x", want one of entail.input/v1`,
		`{"nodez":{}}`:           `no field is called "nodez"; the nearest is nodes`,
		strings.Repeat("[", 101): "nests deeper than 100",
	} {
		if _, err := r.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":                  nil,
		" \n ":              nil,
		"{}":                {"{}"},
		"{} []\n\n3":        {"{}", "[]", "3"},
		"{\"a\":1}\n{\"b\"": {`{"a":1}`, "\n{\"b\""},
		"x":                 {"x"},
	} {
		var got []string
		if err := input.Split([]byte(text), func(one []byte) error { got = append(got, string(one)); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is split into %q, want %q", text, got, want)
		}
	}
}

// FuzzRead: whatever is read is refused or has a subject among its nodes.
func FuzzRead(f *testing.F) {
	r := reader(f)
	text, err := json.Marshal(whole())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema":"entail.input/v1","subject":"a","nodes":{"a":{}},"edges":[],"paths":{},"use":{},"config":{"definitions":[],"reading":"text"},"now":""}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		document, err := r.Read(text)
		if (document == nil) == (err == nil) {
			t.Fatalf("%v, %v", document, err)
		}
		var parts []string
		if err := input.Split(text, func(one []byte) error { parts = append(parts, string(one)); return nil }); err != nil {
			t.Fatal(err)
		}
		if document != nil && len(parts) != 1 {
			t.Fatalf("one document is split into %d", len(parts))
		}
	})
}
