package policy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
)

// findingFields are the fields that a rule may give a finding: those of the
// published schema but what entail itself says, which is read-only there.
func findingFields(fsys fs.FS) ([]string, error) {
	text, err := fs.ReadFile(fsys, "schema/finding.json")
	if err != nil {
		return nil, fmt.Errorf("read the schema of findings: %w", err)
	}
	var schema struct {
		Properties map[string]struct{ ReadOnly bool }
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, fmt.Errorf("read the schema of findings: %w", err)
	}
	var fields []string
	for name, property := range schema.Properties {
		if !property.ReadOnly {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return fields, nil
}

// findingFaults lists what shows, without evaluating them, to be wrong with the
// findings of a user's rules: a field that findings do not have, no message, a
// level that is none. What a rule puts together otherwise is looked at when it
// is evaluated.
func (o *own) findingFaults(fields []string) Problems {
	var all Problems
	for _, key := range slices.Sorted(maps.Keys(o.modules)) {
		if !strings.HasPrefix(key, userPrefix) {
			continue
		}
		for _, rule := range o.modules[key].Rules {
			if rule.Head.Ref()[0].Value.String() == "findings" && rule.Head.Key != nil {
				look := literals{fields: fields, body: rule.Body}
				look.at(rule.Head.Key, true)
				all = append(all, look.faults...)
			}
		}
	}
	return all
}

// literals looks at the objects that a rule's findings are written as.
type literals struct {
	fields []string
	body   ast.Body
	faults Problems
}

// joins are the functions whose arguments are parts of what they give.
var joins = []string{"object.union", "lib.about", "lib.about_term"}

// at looks at a term that is a finding, or with whole unset a part of one.
func (l *literals) at(term *ast.Term, whole bool) {
	switch value := term.Value.(type) {
	case ast.Object:
		l.object(term, value, whole)
	case ast.Call:
		if slices.Contains(joins, value[0].String()) {
			for _, part := range value[1:] {
				if _, ok := part.Value.(ast.Var); !ok {
					l.at(part, false)
				}
			}
		}
	case ast.Var:
		for _, expr := range l.body {
			if expr.Negated || !expr.IsAssignment() && !expr.IsEquality() {
				continue
			}
			if expr.Operand(0).Equal(term) && !expr.Operand(1).Equal(term) {
				if _, ok := expr.Operand(1).Value.(ast.Var); !ok {
					l.at(expr.Operand(1), whole)
				}
			}
		}
	}
}

func (l *literals) object(term *ast.Term, fields ast.Object, whole bool) {
	fault := func(at *ast.Term, help, format string, args ...any) {
		p := problemAt(at.Location, format, args...)
		p.Help = help
		p.point(at)
		l.faults = append(l.faults, p)
	}
	dynamic := false
	fields.Foreach(func(key, value *ast.Term) {
		name, ok := key.Value.(ast.String)
		if !ok {
			dynamic = true
			return
		}
		if !slices.Contains(l.fields, string(name)) {
			fault(key, meant(string(name), l.fields), "a finding has no field %s", string(name))
		}
		level, ok := value.Value.(ast.String)
		if ok && name == "level" && !slices.Contains(model.Levels(), model.Level(level)) {
			fault(value, "", "a finding's level is error, warning or note, not %s", string(level))
		}
	})
	if whole && !dynamic && fields.Get(ast.StringTerm("message")) == nil {
		fault(term, "", "a finding needs a message")
	}
}
