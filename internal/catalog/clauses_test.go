package catalog

import (
	"errors"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entail-dev/entail/policies"
)

// check compiles every pattern, and holds captures to the parameters of their
// kind.
func (r *clauseReader) check() error {
	for _, p := range r.patterns {
		if err := r.out.Check(p.text); err != nil {
			r.errorf(p.node, "%v", err)
		}
	}
	for _, c := range r.out.Clauses {
		for _, find := range c.Find {
			for _, m := range capturePattern.FindAllStringSubmatch(find, -1) {
				if _, ok := r.kinds[c.Term].parameters[m[1]]; !ok {
					r.errorf(nil, "pattern %q captures %q, which is no parameter of %s", find, m[1], c.Term)
				}
			}
		}
	}
	return errors.Join(r.sorted()...)
}

var capturePattern = regexp.MustCompile(`\{[a-z]+:([a-z_]+)\}`)

func clausesOf(t *testing.T, fsys fs.FS) (*clauseReader, error) {
	t.Helper()
	c, err := Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	regions, _ := c.data["regions"].(map[string]any)
	fields, _ := c.data["fields"].(map[string]any)
	return readClauses(layer{Folder: Folder{FS: fsys}}, c.kinds, slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(regions)))
}

func TestClausesCompile(t *testing.T) {
	r, err := clausesOf(t, policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
}

func TestClauseFaults(t *testing.T) {
	tests := map[string]string{
		"clauses: [{term: no-such, find: [a]}]":                                                                `clauses.yaml:1: term "no-such" is unknown`,
		"clauses: [{term: non-commercial}]":                                                                    "clauses.yaml:1: a clause has nothing to find",
		"clauses: [{term: non-commercial, find: [a], like: [b]}]":                                              `clauses.yaml:1: a clause has no field "like"`,
		"words: {x: 1}\nclauses: [{term: non-commercial, find: [a]}]":                                          "clauses.yaml:1: words x is not a string",
		"tables: {uses: {}}\nclauses: [{term: non-commercial, find: [a]}]":                                     `clauses.yaml:1: a table is of fields or regions, not of "uses"`,
		"tables: {regions: {Mars: mars}}\nclauses: []":                                                         `clauses.yaml:1: "Mars" is not one of the vocabulary's regions`,
		"clauses: [{term: user-threshold, find: [a], parameters: {devices: 3}}]":                               `clauses.yaml:1: user-threshold has no parameter "devices"`,
		"clauses: [{term: user-threshold, find: [a], when: [{parameter: counted, value: daily, pattern: b}]}]": `clauses.yaml:1: counted "daily" is unknown`,
		"clauses: [{term: user-threshold, find: [a], when: [{parameter: counted, pattern: b}]}]":               "clauses.yaml:1: value is missing",
		"clauses: [{term: use-restriction, find: [a], lists: {uses: fields}}]":                                 `clauses.yaml:1: "uses" is not one of the parameters of use-restriction`,
		"clauses: 3": "clauses.yaml:1: clauses is no list",
		"clauses: [{term: non-commercial, find: ['a ('}]":                 "not valid YAML",
		"clauses: [{term: non-commercial, find: ['a (b']}]":               "a parenthesis is not closed",
		"clauses: [{term: non-commercial, find: ['a b)']}]":               "a closing parenthesis at byte 4 closes nothing",
		"clauses: [{term: non-commercial, find: ['a | | b']}]":            "an alternative before byte 5 is empty",
		"clauses: [{term: non-commercial, find: ['<x> a']}]":              `no words are named "x"`,
		"words: {x: <x>}\nclauses: [{term: non-commercial, find: [<x>]}]": "nested more than 8 deep",
		"clauses: [{term: non-commercial, find: ['<x']}]":                 "< is not closed",
		"clauses: [{term: non-commercial, find: ['{x']}]":                 "{ is not closed",
		"clauses: [{term: non-commercial, find: ['{sum} a']}]":            `"sum" can be no capture`,
		"clauses: [{term: non-commercial, find: ['a ..99 b']}]":           "a gap is of 1 to 40 words",
		"clauses: [{term: non-commercial, find: ['Not']}]":                `the word "Not" is not in lower case`,
		"clauses: [{term: non-commercial, find: ['a, b']}]":               "a sign at byte 2 has no meaning",
		"clauses: [{term: non-commercial, find: ['{number:users}']}]":     `captures "users", which is no parameter of non-commercial`,
	}
	for body, want := range tests {
		r, err := clausesOf(t, fstest.MapFS{clausesFile: {Data: []byte(body)}})
		if err == nil {
			err = r.check()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", body, err, want)
		}
	}
	if _, err := clausesOf(t, fstest.MapFS{}); err == nil {
		t.Error("no file and no error")
	}
}
