package policy

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/model"
)

// decoder turns what rules say into Go values as a way through JSON would: by
// the names that fields have there, sets as sorted lists, without what has no
// field. Texts that many results have, such as those of the catalogue, stay
// shared.
type decoder map[reflect.Type][]structField

// structField is a field of a struct, and the key that an object has it under.
type structField struct {
	index int
	key   *ast.Term
}

// decoded is the result of the rules, or why it cannot be read.
type decoded struct {
	result *model.SubjectResult
	err    error
}

// readResult has the result read as a part of its evaluation, under its limits.
func readResult() func(*rego.Rego) {
	d := decoder{}
	d.learn(reflect.TypeFor[model.SubjectResult]())
	return rego.GenerateJSON(func(term *ast.Term, _ *rego.EvalContext) (any, error) {
		result := new(model.SubjectResult)
		err := d.fill(reflect.ValueOf(result).Elem(), term.Value)
		return decoded{result, err}, nil
	})
}

// learn notes the fields of the structs in a type.
func (d decoder) learn(of reflect.Type) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		d.learn(of.Elem())
	case reflect.Struct:
		if d[of] != nil {
			return
		}
		d[of] = make([]structField, of.NumField())
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			d[of][i] = structField{i, ast.InternedTerm(name)}
			d.learn(of.Field(i).Type)
		}
	}
}

// fill sets a Go value. What is null stays as it is.
func (d decoder) fill(into reflect.Value, value ast.Value) error {
	if into.Kind() == reflect.Pointer || into.Kind() == reflect.Interface {
		return d.fillNew(into, value)
	}
	switch of := value.(type) {
	case ast.Null:
		return nil
	case ast.Boolean:
		if into.Kind() == reflect.Bool {
			into.SetBool(bool(of))
			return nil
		}
	case ast.String:
		if into.Kind() == reflect.String {
			into.SetString(validText(of))
			return nil
		}
	case ast.Number:
		return fillNumber(into, of)
	case ast.Set:
		return d.fill(into, of.Sorted())
	case *ast.Array:
		if into.Kind() == reflect.Slice {
			return d.fillSlice(into, of)
		}
	case ast.Object:
		switch into.Kind() {
		case reflect.Struct:
			return d.fillStruct(into, of)
		case reflect.Map:
			return d.fillMap(into, of)
		}
	}
	return unfit(into, value)
}

func unfit(into reflect.Value, value ast.Value) error {
	return fmt.Errorf("%s does not fit %s", ast.ValueName(value), into.Type())
}

// fillNew sets what a pointer leads to, or what may be anything, such as a
// parameter of a term.
func (d decoder) fillNew(into reflect.Value, value ast.Value) error {
	var of reflect.Type
	switch value.(type) {
	case ast.Null:
		return nil
	case ast.Boolean:
		of = reflect.TypeFor[bool]()
	case ast.Number:
		of = reflect.TypeFor[float64]()
	case ast.String:
		of = reflect.TypeFor[string]()
	case *ast.Array, ast.Set:
		of = reflect.TypeFor[[]any]()
	case ast.Object:
		of = reflect.TypeFor[map[string]any]()
	default:
		return unfit(into, value)
	}
	if into.Kind() == reflect.Pointer {
		of = into.Type().Elem()
	}
	made := reflect.New(of)
	if err := d.fill(made.Elem(), value); err != nil {
		return err
	}
	if into.Kind() != reflect.Pointer {
		made = made.Elem()
	}
	into.Set(made)
	return nil
}

func (d decoder) fillStruct(into reflect.Value, object ast.Object) error {
	for _, field := range d[into.Type()] {
		value := object.Get(field.key)
		if value == nil {
			continue
		}
		if err := d.fill(into.Field(field.index), value.Value); err != nil {
			return fmt.Errorf("%v: %w", field.key, err)
		}
	}
	return nil
}

func (d decoder) fillSlice(into reflect.Value, array *ast.Array) error {
	into.Set(reflect.MakeSlice(into.Type(), array.Len(), array.Len()))
	for i := range array.Len() {
		if err := d.fill(into.Index(i), array.Elem(i).Value); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	return nil
}

func (d decoder) fillMap(into reflect.Value, object ast.Object) error {
	into.Set(reflect.MakeMapWithSize(into.Type(), object.Len()))
	return object.Iter(func(key, value *ast.Term) error {
		name, ok := key.Value.(ast.String)
		if !ok {
			return fmt.Errorf("the key %v is no text", key)
		}
		one := reflect.New(into.Type().Elem()).Elem()
		if err := d.fill(one, value.Value); err != nil {
			return fmt.Errorf("%v: %w", key, err)
		}
		into.SetMapIndex(reflect.ValueOf(validText(name)), one)
		return nil
	})
}

// fillNumber sets a number. To Rego, 1.0 and 1e0 are the whole number 1.
func fillNumber(into reflect.Value, number ast.Number) error {
	f, ok := number.Float64()
	if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		return unfit(into, number)
	}
	if f == 0 {
		f = 0 // and not -0
	}
	switch into.Kind() {
	case reflect.Float64:
		into.SetFloat(f)
	case reflect.Int:
		n, ok := number.Int64()
		if !ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			n, ok = int64(f), true
		}
		if !ok {
			return unfit(into, number)
		}
		into.SetInt(n)
	default:
		return unfit(into, number)
	}
	return nil
}

// validText is a text with U+FFFD in the place of what is no UTF-8.
func validText(text ast.String) string {
	if utf8.ValidString(string(text)) {
		return string(text)
	}
	return string([]rune(string(text)))
}

// decode gives the result that an evaluation answered with, unless it has words
// that no result has.
func decode(answer any) (*model.SubjectResult, error) {
	read, ok := answer.(decoded)
	if !ok {
		return nil, fmt.Errorf("it is a %T", answer)
	}
	if read.err != nil {
		return nil, read.err
	}
	for _, f := range read.result.Findings {
		if f.Message == "" || !slices.Contains(model.Levels(), f.Level) {
			return nil, fmt.Errorf("rule %s gives a finding with level %q and message %q", f.Rule, f.Level, f.Message)
		}
	}
	for name, judged := range read.result.Definitions {
		if !slices.Contains(verdicts(), judged.Verdict) {
			return nil, fmt.Errorf("definition %s gives the verdict %q, want one of %s", name, judged.Verdict, strings.Join(verdicts(), ", "))
		}
		for _, r := range judged.Requirements {
			if r.ID == "" || !slices.Contains(states(), r.State) {
				return nil, fmt.Errorf("definition %s gives requirement %q the state %q, want one of %s", name, r.ID, r.State, strings.Join(states(), ", "))
			}
		}
	}
	return read.result, nil
}
