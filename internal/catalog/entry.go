package catalog

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The words that an entry may use.
func classes() []string {
	return []string{"public-domain", "permissive", "weak-copyleft", "strong-copyleft", "open-data", "share-alike",
		"no-derivatives", "non-commercial", "rail", "custom", "proprietary", "family", "unknown"}
}
func relicensings() []string {
	return []string{"free", "keep-notice", "must-carry", "same-license", "forbidden", "unknown"}
}
func statuses() []string   { return []string{"verified", "cited"} }
func termFields() []string { return []string{"kind", "clause", "flows", "summary"} }

// entryReader reads one entry.
type entryReader struct {
	reader
	vocabulary *vocabulary
	// own is true for a file of a user's.
	own bool
	key string
	// keyAt is where the key stands, replacesAt where it says that it replaces.
	keyAt, replacesAt *yaml.Node
	identifiers       []placed
	references        []placed
	// read and data are the result; data is nil where the file is no YAML.
	read Entry
	data map[string]any
}

// readEntry reads the file of one entry.
func readEntry(from layer, name string, v *vocabulary) *entryReader {
	r := &entryReader{reader: reader{file: from.shown(name)}, vocabulary: v, own: from.own}
	root, err := parseFile(from, name)
	if err != nil {
		r.errs = append(r.errs, located{0, err})
		return r
	}
	r.read, r.data = r.entry(root, strings.TrimSuffix(path.Base(name), ".yaml"))
	return r
}

// entry reads a document as an entry whose file is named stem.yaml, typed
// and as the JSON-like value that rules see, in which defaults are filled in.
func (r *entryReader) entry(root *yaml.Node, stem string) (Entry, map[string]any) {
	known := []string{"key", "name", "family", "version", "identifiers", "members", "class",
		"osi_approved", "released", "source", "status", "relicensing", "terms", "notes"}
	if r.own {
		known = append(known, "replaces")
	}
	got := r.fields(root, "a licence", known...)
	e := Entry{
		Key:         r.required(root, got["key"], "key"),
		Name:        r.required(root, got["name"], "name"),
		Family:      r.text(got["family"], "family"),
		Version:     r.text(got["version"], "version"),
		Class:       r.oneOf(root, got["class"], "class", classes()),
		OSIApproved: r.boolean(got["osi_approved"], "osi_approved"),
		Released:    r.day(got["released"]),
		Source:      r.text(got["source"], "source"),
		Status:      statuses()[0],
		Notes:       r.text(got["notes"], "notes"),
	}
	if e.Key != stem {
		r.errorf(got["key"], "key %q is not the file's name, %q", e.Key, stem)
		e.Key = stem
	}
	if !keyPattern.MatchString(e.Key) {
		r.errorf(got["key"], "key %q is not made of letters, digits, and . _ + - between them", e.Key)
	}
	r.key, r.keyAt = e.Key, got["key"]
	if r.own {
		e.File, e.Replaces, r.replacesAt = r.file, r.boolean(got["replaces"], "replaces"), got["replaces"]
	}
	if got["osi_approved"] == nil {
		r.errorf(root, "osi_approved is missing")
	}
	if got["status"] != nil {
		e.Status = r.oneOf(root, got["status"], "status", statuses())
	}
	if e.Class != "unknown" && e.Class != "family" {
		e.Source = r.required(root, got["source"], "source")
	}
	if e.Source != "" && !strings.HasPrefix(e.Source, "https://") && !strings.HasPrefix(e.Source, "http://") {
		r.errorf(got["source"], "source %q is not an address", e.Source)
	}
	r.names(&e, root, got)
	if e.Relicensing.Derivatives = "unknown"; got["relicensing"] != nil || e.Class != "family" && e.Class != "unknown" {
		e.Relicensing = r.relicensing(root, got["relicensing"])
	}
	terms := r.terms(&e, got["terms"])
	return e, e.data(terms)
}

// names reads the identifiers and members.
func (r *entryReader) names(e *Entry, root *yaml.Node, got map[string]*yaml.Node) {
	if n := got["identifiers"]; n == nil {
		r.errorf(root, "identifiers is missing")
	} else {
		ids := r.fields(n, "identifiers", "huggingface", "license_name", "spdx")
		for _, list := range []struct {
			name string
			into *[]string
		}{{"huggingface", &e.HuggingFace}, {"license_name", &e.LicenseNames}, {"spdx", &e.SPDX}} {
			items := r.list(ids[list.name], list.name)
			*list.into = words(items)
			r.identifiers = append(r.identifiers, items...)
		}
	}
	members := r.list(got["members"], "members")
	e.Members = words(members)
	r.references = append(r.references, members...)
	if (e.Class == "family") != (len(members) > 0) {
		r.errorf(root, "members belong to class family, which needs some")
	}
}

// relicensing reads what a derivative may be released under.
func (r *entryReader) relicensing(root, n *yaml.Node) Relicensing {
	if n == nil {
		r.errorf(root, "relicensing is missing")
		return Relicensing{}
	}
	got := r.fields(n, "relicensing", "derivatives", "clause", "because")
	rel := Relicensing{
		Derivatives: r.oneOf(n, got["derivatives"], "derivatives", relicensings()),
		Clause:      r.text(got["clause"], "clause"),
		Because:     r.text(got["because"], "because"),
	}
	switch rel.Derivatives {
	case "must-carry", "same-license", "forbidden":
		r.required(n, got["clause"], "clause of relicensing")
		r.required(n, got["because"], "because of relicensing")
	}
	return rel
}

// terms reads the list of terms into e and returns it as a value.
func (r *entryReader) terms(e *Entry, n *yaml.Node) []any {
	list := []any{}
	if n == nil {
		return list
	}
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "terms is not a list")
		return list
	}
	for _, item := range n.Content {
		if r.full() {
			break
		}
		term := r.term(item)
		e.Terms = append(e.Terms, term)
		value := map[string]any{
			"kind": term.Kind, "clause": term.Clause, "flows": anys(term.Flows), "summary": term.Summary,
		}
		for name, parameter := range term.Parameters {
			value[name] = parameter
		}
		list = append(list, value)
	}
	return list
}

// term reads one term: the fields that every term has and the parameters that
// its kind has.
func (r *entryReader) term(n *yaml.Node) Term {
	pairs := r.pairs(n, "a term")
	got := make(map[string]pair, len(pairs))
	for _, p := range pairs {
		got[p.name] = p
	}
	t := Term{
		Kind:       r.oneOf(n, got["kind"].node, "kind", r.vocabulary.kindNames),
		Clause:     r.required(n, got["clause"].node, "clause"),
		Summary:    r.required(n, got["summary"].node, "summary"),
		Flows:      words(r.listOf(got["flows"].node, "flows", r.vocabulary.channels)),
		Parameters: map[string]any{},
	}
	if got["flows"].node == nil {
		r.errorf(n, "flows is missing")
	}
	kind, known := r.vocabulary.kinds[t.Kind]
	if !known {
		return t
	}
	for _, p := range pairs {
		if slices.Contains(termFields(), p.name) {
			continue
		}
		param, ok := kind.parameters[p.name]
		if !ok {
			r.errorf(p.key, "%s has no parameter %q%s", t.Kind, p.name, didYouMean(p.name, parameterNames(kind)))
			continue
		}
		t.Parameters[p.name] = r.parameter(p, param)
	}
	for name, param := range kind.parameters {
		if param.required && got[name].node == nil {
			r.errorf(n, "%s needs the parameter %s", t.Kind, name)
		}
	}
	return t
}

// parameterNames lists a kind's parameters and the fields of every term.
func parameterNames(kind termKind) []string {
	names := termFields()
	for name := range kind.parameters {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// parameter reads a parameter's value by its type. The list named fields
// takes its items from the vocabulary's list of that name.
func (r *entryReader) parameter(p pair, param parameter) any {
	switch param.typ {
	case "integer":
		return r.integer(p.node, p.name)
	case "boolean":
		return r.boolean(p.node, p.name)
	case "strings", "keys":
		items := r.list(p.node, p.name)
		switch {
		case len(items) == 0:
			r.errorf(p.node, "%s is empty", p.name)
		case param.typ == "keys":
			r.references = append(r.references, items...)
		case p.name == "fields":
			r.known(items, "the vocabulary's fields", r.vocabulary.fields)
		case len(param.enum) > 0:
			r.known(items, "the values of "+p.name, param.enum)
		}
		return anys(words(items))
	default:
		if len(param.enum) > 0 {
			return r.oneOf(p.key, p.node, p.name, param.enum)
		}
		return r.required(p.key, p.node, p.name)
	}
}

// day reads a date.
func (r *entryReader) day(n *yaml.Node) string {
	text := r.text(n, "released")
	if text != "" && !dayPattern.MatchString(text) {
		r.errorf(n, "released %q is not a day YYYY-MM-DD", text)
	}
	return text
}

var dayPattern = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)

// keyPattern is what keys are made of.
var keyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$`)

// data is the entry as rules see it.
func (e *Entry) data(terms []any) map[string]any {
	relicensing := map[string]any{"derivatives": e.Relicensing.Derivatives}
	set := func(into map[string]any, name, value string) {
		if value != "" {
			into[name] = value
		}
	}
	set(relicensing, "clause", e.Relicensing.Clause)
	set(relicensing, "because", e.Relicensing.Because)
	data := map[string]any{
		"key": e.Key, "name": e.Name, "class": e.Class, "osi_approved": e.OSIApproved, "status": e.Status,
		"identifiers": map[string]any{
			"huggingface": anys(e.HuggingFace), "license_name": anys(e.LicenseNames), "spdx": anys(e.SPDX),
		},
		"relicensing": relicensing, "terms": terms,
	}
	set(data, "family", e.Family)
	set(data, "version", e.Version)
	set(data, "released", e.Released)
	set(data, "source", e.Source)
	set(data, "notes", e.Notes)
	set(data, "file", e.File)
	if e.Replaces {
		data["replaces"] = true
	}
	if len(e.Members) > 0 {
		data["members"] = anys(e.Members)
	}
	return data
}
