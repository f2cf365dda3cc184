package policy

import (
	"maps"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// What a rule reads decides whether its value may serve another release.
const someRules = `package entail.some

import data.entail.other
import data.mine

constant := 1

of_data := data.catalog.a

reads_input := input.subject

reads_all := x if x := input

by_another := reads_input

by_function := double(by_another)

double(x) := x * 2

twice(x) := double(double(x))

of_release(x) := x if x == input.subject

calls_of_release(x) := of_release(x)

in_else(x) := 1 if {
	x == 1
} else := input.subject

in_comprehension(xs) := [x | some x in xs; x == input.subject]

in_every(xs) if {
	every x in xs {
		x == input.subject
	}
}

in_head(x) := input.subject if x

under_its_own_input(x) := y if y := reads_input with input as x

under_input_of_the_release(x) := y if y := reads_input with input as {"subject": [x, input.subject]}

with_other_data(x) := y if y := constant with data.entail.some.constant as x

beside_its_own_input(x) := [y, reads_input] if y := reads_input with input as x

some_package(name) := data.entail[name].value

whole_package := data.entail.other

named["pure"] := 1

named["impure"] := reads_input

all_names := [one | some one in named]

one_name := named.pure

of_the_user := mine.pure

of_the_users_input := mine.impure
`

func TestPureRules(t *testing.T) {
	compiler := ast.MustCompileModules(map[string]string{
		"some.rego":  someRules,
		"other.rego": "package entail.other\n\nvalue := data.entail.some.by_another\n\ncalm := 1\n",
		"own.rego":   "package entail.own\n\nsaid := data.mine.pure\n",
		"mine.rego":  "package mine\n\npure := 1\n\nimpure := input.x\n",
	})
	tree := pureRules(compiler)
	want := map[string]bool{
		"constant": true, "of_data": true, "double": true, "twice": true, "under_its_own_input": true,
		"of_the_user": true, "one_name": true, "named.pure": true,
		"reads_input": false, "reads_all": false, "by_another": false, "by_function": false, "of_release": false,
		"calls_of_release": false, "in_else": false, "in_comprehension": false, "in_every": false, "in_head": false,
		"under_input_of_the_release": false, "with_other_data": false, "beside_its_own_input": false,
		"some_package": false, "whole_package": false, "named.impure": false, "all_names": false,
		"of_the_users_input": false,
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		key := ast.MustParseRef("data.entail.some." + name)
		if got := tree.holds(key); got != want[name] {
			t.Errorf("%s is kept: %t, want %t", name, got, want[name])
		}
		call := ast.Ref{ast.NewTerm(key), ast.StringTerm("argument")}
		if got := tree.holds(call); got != want[name] {
			t.Errorf("a call of %s is kept: %t, want %t", name, got, want[name])
		}
	}
	for _, other := range []string{"data.mine.pure", "data.entail.own.said", "data.entail.some", "data.entail.some.named", "data.catalog.a", "data.entail.some.none"} {
		if tree.holds(ast.MustParseRef(other)) {
			t.Errorf("%s is kept", other)
		}
	}
	if tree.holds(ast.Ref{ast.NewTerm(ast.MustParseRef("data.entail.some.double")), ast.VarTerm("x")}) {
		t.Error("a call with a variable is kept")
	}
	if !tree.holds(ast.MustParseRef("data.entail.other.calm")) {
		t.Error("a rule beside an impure one is not kept")
	}
}
