package policy

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
)

// filled gives a value in which every field holds something.
func filled(t *testing.T, of reflect.Type) reflect.Value {
	t.Helper()
	made := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.String:
		made.SetString("so <&> 模型")
	case reflect.Bool:
		made.SetBool(true)
	case reflect.Int:
		made.SetInt(7)
	case reflect.Float64:
		made.SetFloat(62.5)
	case reflect.Interface:
		made.Set(reflect.ValueOf([]any{"a", 1.5, true, nil, map[string]any{"n": 7e8}}))
	case reflect.Pointer:
		made.Set(filled(t, of.Elem()).Addr())
	case reflect.Slice:
		made.Set(reflect.Append(made, filled(t, of.Elem()), filled(t, of.Elem())))
	case reflect.Map:
		made.Set(reflect.MakeMap(of))
		made.SetMapIndex(reflect.ValueOf("key"), filled(t, of.Elem()))
	case reflect.Struct:
		for i := range of.NumField() {
			made.Field(i).Set(filled(t, of.Field(i).Type))
		}
	default:
		t.Fatalf("no value for %s", of)
	}
	return made
}

// TestDecodeAll: every field of a result is read, and as JSON has it.
func TestDecodeAll(t *testing.T) {
	want := filled(t, reflect.TypeFor[model.SubjectResult]()).Interface()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	value, err := ast.ValueFromReader(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	d, got := decoder{}, model.SubjectResult{}
	d.learn(reflect.TypeFor[model.SubjectResult]())
	if err := d.fill(reflect.ValueOf(&got).Elem(), value); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

type sample struct {
	Text  string             `json:"text"`
	Level model.Level        `json:"level,omitempty"`
	Flag  bool               `json:"flag"`
	Whole int                `json:"whole"`
	Part  float64            `json:"part"`
	List  []string           `json:"list"`
	Table map[string]float64 `json:"table"`
	Any   any                `json:"any"`
	Any2  map[string]any     `json:"any2"`
	Next  *sample            `json:"next"`
}

// TestDecode: what Rego says otherwise than JSON would comes to the same.
func TestDecode(t *testing.T) {
	for rego, want := range map[string]string{
		`{"text": "a", "level": "note", "flag": true, "strange": 1}`: `{"text": "a", "level": "note", "flag": true}`,
		`{"whole": 1.0, "part": 2e0, "any": -0.0}`:                   `{"whole": 1, "part": 2, "any": 0}`,
		`{"whole": 9007199254740993, "part": 0.10, "any": 1e21}`:     `{"whole": 9007199254740993, "part": 0.1, "any": 1e21}`,
		`{"part": -0.0, "table": {"I": 100.0}}`:                      `{"part": 0, "table": {"I": 100}}`,
		`{"list": {"b", "a"}, "any": {"z", 2, "y"}, "any2": {}}`:     `{"list": ["a", "b"], "any": [2, "y", "z"], "any2": {}}`,
		`{"list": [], "any": [], "any2": {"a": null, "b": [true]}}`:  `{"list": [], "any": [], "any2": {"a": null, "b": [true]}}`,
		`{"list": set()}`: `{"list": []}`,
		`{"text": null, "whole": null, "list": null, "any": null, "next": null, "table": null}`: `{}`,
		`{"next": {"next": {"text": "x"}}}`:                                                     `{"next": {"next": {"text": "x"}}}`,
		`{"text": 5}`:                                                                           "",
		`{"text": {"a": 1}}`:                                                                    "",
		`{"flag": "true"}`:                                                                      "",
		`{"whole": 1.5}`:                                                                        "",
		`{"whole": "1"}`:                                                                        "",
		`{"whole": 1e16}`:                                                                       "",
		`{"part": 1e400}`:                                                                       "",
		`{"any": [1e400]}`:                                                                      "",
		`{"list": "a"}`:                                                                         "",
		`{"list": {"a": 1}}`:                                                                    "",
		`{"list": ["a", 1]}`:                                                                    "",
		`{"table": [1]}`:                                                                        "",
		`{"table": {"a": "1"}}`:                                                                 "",
		`{"any2": {"a": {1: 2}}}`:                                                               "",
		`{"next": {"next": {"f"}}}`:                                                             "",
		`{"next": "a"}`:                                                                         "",
		`["a"]`:                                                                                 "",
		`"a"`:                                                                                   "",
		`{"table": {"a": 1}, "any": x}`:                                                         "",
	} {
		d, got, exp := decoder{}, sample{}, sample{}
		d.learn(reflect.TypeFor[sample]())
		err := d.fill(reflect.ValueOf(&got).Elem(), ast.MustParseTerm(rego).Value)
		if (err != nil) != (want == "") {
			t.Errorf("%s: error %v", rego, err)
		}
		if want == "" {
			continue
		}
		if err := json.Unmarshal([]byte(want), &exp); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(got)
		if b, _ := json.Marshal(exp); string(a) != string(b) {
			t.Errorf("%s is read as\n%s\nwant\n%s", rego, a, b)
		}
	}
}

// TestDecodeInvalid: what is no UTF-8 is replaced, byte by byte, as in JSON.
func TestDecodeInvalid(t *testing.T) {
	bad := ast.NewTerm(ast.String("a\xff\xfeb"))
	d, got := decoder{}, map[string]any{}
	if err := d.fill(reflect.ValueOf(&got).Elem(), ast.NewObject(ast.Item(bad, bad))); err != nil {
		t.Fatal(err)
	}
	if want := "a\ufffd\ufffdb"; got[want] != want {
		t.Errorf("got %q", got)
	}
}
