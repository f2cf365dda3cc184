package catalog

import (
	"regexp"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/evidence"
)

// maxRequirements bounds one definition.
const maxRequirements = 200

// definitionPattern is what definitions are called, on the command line too.
var definitionPattern = regexp.MustCompile(`^[a-z][a-z0-9]*([-.][a-z0-9]+)*$`)

// Words that a definition as data may use.
func licenseWords() []string { return []string{"open", "approved"} }
func hadWords() []string {
	return []string{"released", "gated", "partial", "documented", "mentioned", "full", "substantial", "named-only", "vague", "not-used"}
}

// hadByDefault are the words by which a component is had.
func hadByDefault() []string { return []string{"released", "full", "substantial", "not-used"} }

// readDefinitions reads the definitions that users state as data, as rules see
// them. That a name is one of ours is for the rules to say, which have those.
func (c *Catalog) readDefinitions(layers []layer) (map[string]any, []error) {
	data := map[string]any{}
	var errs []error
	files := map[string]string{}
	for _, from := range layers[1:] {
		if !from.has(definitionsFile) {
			continue
		}
		root, err := parseFile(from, definitionsFile)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		r := &modelReader{reader: reader{file: from.shown(definitionsFile)}, catalog: c}
		top := r.fields(root, "the file", "definitions")
		if top["definitions"] == nil {
			r.errorf(root, "definitions is missing")
			top["definitions"] = &yaml.Node{Kind: yaml.MappingNode}
		}
		list := r.pairs(top["definitions"], "definitions")
		if len(list) > maxAdded {
			r.errorf(top["definitions"], "more than %d definitions", maxAdded)
			list = nil
		}
		for _, p := range list {
			if r.full() {
				break
			}
			switch other, there := files[p.name]; {
			case there:
				r.errorf(p.key, "definition %q is in %s too; leave one of them out", p.name, other)
			case !definitionPattern.MatchString(p.name) || len(p.name) > 64:
				r.errorf(p.key, "definition %q: want a name of small letters and digits, with - or . between them", p.name)
			}
			files[p.name] = r.file
			data[p.name] = r.definition(p)
		}
		errs = append(errs, r.sorted()...)
	}
	return data, errs
}

// definition reads one definition.
func (r *modelReader) definition(p pair) map[string]any {
	got := r.fields(p.node, "definition "+p.name, "title", "source", "note", "requirements")
	data := map[string]any{
		"title": r.required(p.key, got["title"], "title"), "source": r.required(p.key, got["source"], "source"), "file": r.file,
	}
	if note := r.text(got["note"], "note"); note != "" {
		data["note"] = note
	}
	n := got["requirements"]
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) > maxRequirements {
		r.errorf(p.key, "definition %s wants a list of requirements, of %d at most", p.name, maxRequirements)
		return data
	}
	requirements := []any{}
	ids, counts := map[string]bool{}, false
	for _, item := range n.Content {
		one := r.requirement(item)
		if id, _ := one["id"].(string); ids[id] {
			r.errorf(item, "requirement %q is there twice", id)
		} else {
			ids[id] = true
		}
		counts = counts || one["optional"] != true
		requirements = append(requirements, one)
	}
	if !counts {
		r.errorf(p.key, "definition %s has no requirement that counts, and would always be met", p.name)
	}
	data["requirements"] = requirements
	return data
}

// requirement reads one requirement, of a component or of licences.
func (r *modelReader) requirement(n *yaml.Node) map[string]any {
	got := r.fields(n, "a requirement", "id", "title", "section", "component", "accept", "licenses", "optional")
	data := map[string]any{"id": r.required(n, got["id"], "id"), "title": r.required(n, got["title"], "title")}
	if section := r.text(got["section"], "section"); section != "" {
		data["section"] = section
	}
	if r.boolean(got["optional"], "optional") {
		data["optional"] = true
	}
	switch component, licenses := got["component"], got["licenses"]; {
	case (component == nil) == (licenses == nil):
		r.errorf(n, "a requirement is of a component or of licenses, of one of them")
	case component != nil:
		data["component"] = r.oneOf(n, component, "component", evidence.Components())
		data["accept"] = anys(hadByDefault())
		if got["accept"] != nil {
			data["accept"] = anys(words(r.listOf(got["accept"], "accept", hadWords())))
		}
	case licenses.Kind == yaml.ScalarNode:
		data["licenses"] = r.oneOf(n, licenses, "licenses", licenseWords())
	default:
		keys := r.list(licenses, "licenses")
		if len(keys) == 0 {
			r.errorf(licenses, "licenses is empty")
		}
		for _, key := range keys {
			if _, known := r.catalog.entries[key.text]; !known {
				r.errorf(key.node, "%q is not a key of the catalogue%s", key.text, didYouMean(key.text, r.catalog.keys))
			}
		}
		data["licenses"] = anys(words(keys))
	}
	if got["accept"] != nil && got["component"] == nil {
		r.errorf(got["accept"], "accept is of a component")
	}
	return data
}
