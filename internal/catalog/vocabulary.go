package catalog

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"
)

// vocabulary is terms.yaml: the kinds of term, their parameters, the channels
// along which terms flow, and the forbidden uses.
type vocabulary struct {
	kinds     map[string]termKind
	kindNames []string
	channels  []string
	fields    []string

	// tasks are the Hub's tasks whose models are multimodal.
	tasks []any

	kindData, fieldData, channelData, relationData, regionData map[string]any
}

// termKind is what an entry needs to know of a kind of term.
type termKind struct {
	title, effect, evidence string
	parameters              map[string]parameter
}

// parameter is one parameter of a kind.
type parameter struct {
	typ      string
	required bool
	enum     []string
}

// The words that terms.yaml may use.
func effects() []string  { return []string{"restriction", "obligation", "condition"} }
func freedoms() []string { return []string{"use", "study", "modify", "share"} }
func evidences() []string {
	return []string{"carried", "license-text", "phrase-in-card", "phrase-in-notice", "name-starts-with", "name-contains", "none"}
}
func parameterTypes() []string { return []string{"string", "integer", "boolean", "strings", "keys"} }
func comparisons() []string {
	return []string{"lower", "superset", "subset", "same", "member", "any"}
}

// readVocabulary reads terms.yaml of ours and what users add to it.
func readVocabulary(layers []layer) (*vocabulary, []error) {
	v, errs := ourVocabulary(layers[0])
	for _, from := range layers[1:] {
		if from.has(termsFile) {
			errs = append(errs, v.extend(from)...)
		}
	}
	return v, errs
}

// ourVocabulary reads terms.yaml of ours.
func ourVocabulary(from layer) (*vocabulary, []error) {
	v := &vocabulary{
		kinds: map[string]termKind{}, kindData: map[string]any{}, fieldData: map[string]any{},
		channelData: map[string]any{}, relationData: map[string]any{}, regionData: map[string]any{},
	}
	root, err := parseFile(from, termsFile)
	if err != nil {
		return v, []error{err}
	}
	r := &reader{file: termsFile}
	top := r.fields(root, "the vocabulary", "channels", "relations", "terms", "fields", "multimodal_tasks", "regions")
	for _, section := range []string{"channels", "relations", "terms", "fields"} {
		if top[section] == nil {
			r.errorf(root, "%s is missing", section)
			top[section] = &yaml.Node{Kind: yaml.MappingNode, Line: 1}
		}
	}
	for _, p := range r.pairs(top["channels"], "channels") {
		v.channels = append(v.channels, p.name)
		v.channelData[p.name] = r.required(p.key, p.node, "channel "+p.name)
	}
	for _, p := range r.pairs(top["relations"], "relations") {
		v.relationData[p.name] = anys(words(r.listOf(p.node, "the channels of "+p.name, v.channels)))
	}
	for _, p := range r.pairs(top["fields"], "fields") {
		v.fields = append(v.fields, p.name)
		v.fieldData[p.name] = r.required(p.key, p.node, "field "+p.name)
	}
	if top["regions"] != nil {
		for _, p := range r.pairs(top["regions"], "regions") {
			v.regionData[p.name] = anys(words(r.list(p.node, "the countries of "+p.name)))
		}
	}
	v.tasks = anys(words(r.list(top["multimodal_tasks"], "multimodal_tasks")))
	kinds := r.pairs(top["terms"], "terms")
	for _, p := range kinds {
		v.kindNames = append(v.kindNames, p.name)
	}
	for _, p := range kinds {
		v.kinds[p.name], v.kindData[p.name] = v.readKind(r, p)
	}
	return v, r.sorted()
}

// readKind reads one kind of term.
func (v *vocabulary) readKind(r *reader, p pair) (termKind, map[string]any) {
	got := r.fields(p.node, "kind "+p.name, "title", "effect", "freedoms", "evidence", "parameters", "carried_by")
	kind := termKind{effect: r.oneOf(p.key, got["effect"], "effect", effects()), parameters: map[string]parameter{}}
	kind.title = r.required(p.key, got["title"], "title")
	data := map[string]any{
		"title":    kind.title,
		"effect":   kind.effect,
		"freedoms": anys(words(r.listOf(got["freedoms"], "freedoms", freedoms()))),
	}
	if kind.effect == "obligation" {
		kind.evidence = r.oneOf(p.key, got["evidence"], "evidence of obligation "+p.name, evidences())
		data["evidence"] = kind.evidence
	} else if got["evidence"] != nil {
		r.errorf(got["evidence"], "only an obligation has evidence")
	}
	parameters := map[string]any{}
	if got["parameters"] != nil {
		for _, q := range r.pairs(got["parameters"], "parameters") {
			kind.parameters[q.name], parameters[q.name] = readParameter(r, q)
		}
	}
	data["parameters"] = parameters
	carried := []any{}
	if n := got["carried_by"]; n != nil && n.Kind != yaml.SequenceNode {
		r.errorf(n, "carried_by is not a list")
	} else if n != nil {
		for _, item := range n.Content {
			by := r.fields(item, "carried_by", "kind", "because", "when")
			one := map[string]any{
				"kind":    r.oneOf(item, by["kind"], "kind", v.kindNames),
				"because": r.required(item, by["because"], "because"),
			}
			if by["when"] != nil {
				one["when"] = r.oneOf(item, by["when"], "when", slices.Sorted(maps.Keys(parameters)))
			}
			carried = append(carried, one)
		}
	}
	data["carried_by"] = carried
	return kind, data
}

// readParameter reads one parameter of a kind.
func readParameter(r *reader, p pair) (parameter, map[string]any) {
	got := r.fields(p.node, "parameter "+p.name, "type", "required", "enum", "compare", "description")
	param := parameter{
		typ:      r.oneOf(p.key, got["type"], "type", parameterTypes()),
		required: r.boolean(got["required"], "required"),
		enum:     words(r.list(got["enum"], "enum")),
	}
	if slices.Contains(termFields(), p.name) {
		r.errorf(p.key, "parameter %q has the name of a field that every term has", p.name)
	}
	data := map[string]any{
		"type": param.typ, "required": param.required,
		"compare":     r.oneOf(p.key, got["compare"], "compare", comparisons()),
		"description": r.required(p.key, got["description"], "description"),
	}
	if got["enum"] != nil {
		data["enum"] = anys(param.enum)
	}
	return param, data
}
