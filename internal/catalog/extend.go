package catalog

import (
	"regexp"
	"slices"
	"strings"
)

// wordPattern is what the names of kinds, parameters and fields are made of.
var wordPattern = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

// maxAdded bounds what one file of a user's adds of a kind.
const maxAdded = 1_000

// extend adds what a user's terms.yaml has: kinds of term, further parameters
// of kinds that are there, and fields of use. Channels and relations are what
// rules are written for, and nothing that is there is changed.
func (v *vocabulary) extend(from layer) []error {
	root, err := parseFile(from, termsFile)
	if err != nil {
		return []error{err}
	}
	r := &reader{file: from.shown(termsFile)}
	top := r.fields(root, "what a user adds to the vocabulary", "terms", "parameters", "fields")
	sections := map[string][]pair{}
	for section, node := range top {
		sections[section] = r.pairs(node, section)
		if len(sections[section]) > maxAdded {
			r.errorf(node, "more than %d %s", maxAdded, section)
			return r.sorted()
		}
	}
	v.addFields(r, sections["fields"])
	// Before any kind is read: one may name another in carried_by.
	var kinds []pair
	for _, p := range sections["terms"] {
		switch {
		case slices.Contains(v.kindNames, p.name):
			r.errorf(p.key, "the kind of term %q is %s; give yours another name, or put what it lacks under parameters", p.name, v.whose(p.name))
		case !wordPattern.MatchString(p.name):
			r.errorf(p.key, "the kind of term %q is not made of small letters and digits with - between them", p.name)
		default:
			kinds = append(kinds, p)
			v.kindNames = append(v.kindNames, p.name)
		}
	}
	for _, p := range kinds {
		if r.full() {
			break
		}
		kind, data := v.readKind(r, p)
		data["file"] = r.file
		v.kinds[p.name], v.kindData[p.name] = kind, data
	}
	for _, p := range sections["parameters"] {
		v.addParameters(r, p)
	}
	return r.sorted()
}

// whose says who has a kind of term.
func (v *vocabulary) whose(kind string) string {
	about, _ := v.kindData[kind].(map[string]any)
	if file, ok := about["file"].(string); ok {
		return "in " + file + " too"
	}
	return "entail's own (" + ours(termsFile) + ")"
}

// addFields adds fields of use. One that is how a longer name of ours begins is
// refused: it stands for that one where it is written.
func (v *vocabulary) addFields(r *reader, fields []pair) {
	for _, p := range fields {
		short := slices.IndexFunc(v.fields, func(have string) bool { return strings.HasPrefix(have, p.name+"-") })
		switch {
		case slices.Contains(v.fields, p.name):
			r.errorf(p.key, "the field %q is there already", p.name)
		case short >= 0:
			r.errorf(p.key, "the field %q stands for %s and what else begins so; give yours another name", p.name, v.fields[short])
		case !wordPattern.MatchString(p.name):
			r.errorf(p.key, "the field %q is not made of small letters and digits with - between them", p.name)
		default:
			v.fields = append(v.fields, p.name)
			v.fieldData[p.name] = r.required(p.key, p.node, "field "+p.name)
		}
	}
}

// addParameters adds parameters to a kind that is there. None can be required:
// the licences that have such a term already do not have it.
func (v *vocabulary) addParameters(r *reader, p pair) {
	kind, ok := v.kinds[p.name]
	if !ok {
		r.errorf(p.key, "%q is no kind of term%s", p.name, didYouMean(p.name, v.kindNames))
		return
	}
	about, _ := v.kindData[p.name].(map[string]any)
	data, _ := about["parameters"].(map[string]any)
	for _, q := range r.pairs(p.node, "the parameters of "+p.name) {
		if r.full() {
			return
		}
		if _, there := kind.parameters[q.name]; there {
			r.errorf(q.key, "%s has a parameter %q already; give yours another name", p.name, q.name)
			continue
		}
		if !wordPattern.MatchString(q.name) {
			r.errorf(q.key, "the parameter %q is not made of small letters and digits with _ between them", q.name)
			continue
		}
		param, one := readParameter(r, q)
		if param.required {
			r.errorf(q.key, "the parameter %q cannot be required: licences that have a term %s already do not have it", q.name, p.name)
		}
		one["file"] = r.file
		kind.parameters[q.name], data[q.name] = param, one
	}
}
