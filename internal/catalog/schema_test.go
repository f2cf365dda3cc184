package catalog_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/policies"
)

// Every file of the catalogue is valid by its published schema, in the schema
// reader that rules have at hand too.
func TestCatalogFilesMatchTheirSchemas(t *testing.T) {
	query, err := rego.New(rego.Query("x = json.match_schema(input.document, input.schema)")).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	match := func(document, schema any) (bool, any) {
		results, err := query.Eval(t.Context(), rego.EvalInput(map[string]any{"document": document, "schema": schema}))
		if err != nil || len(results) != 1 {
			t.Fatalf("match a schema: %v, %v", results, err)
		}
		pair := results[0].Bindings["x"].([]any)
		return pair[0].(bool), pair[1]
	}
	names, err := fs.Glob(policies.FS, "catalog/*.yaml")
	if err != nil || len(names) < 80 {
		t.Fatalf("%d catalogue files, %v", len(names), err)
	}
	schemas := map[string]any{}
	for _, name := range []string{"license", "terms", "families", "clauses"} {
		body, err := fs.ReadFile(policies.FS, "schema/catalog-"+name+".json")
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(body, &schema); err != nil {
			t.Fatal(err)
		}
		schemas[name] = schema
	}
	for _, name := range names {
		body, err := fs.ReadFile(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var document any
		if err := yaml.Unmarshal(body, &document); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		kind := "license"
		if base := path.Base(name); base == "terms.yaml" || base == "families.yaml" || base == "clauses.yaml" {
			kind = base[:len(base)-len(".yaml")]
		}
		if ok, problems := match(plain(document), schemas[kind]); !ok {
			t.Errorf("%s: %v", name, problems)
		}
	}
	for kind, document := range map[string]any{
		"license":  map[string]any{"key": "x", "klass": "custom"},
		"terms":    map[string]any{"channels": map[string]any{}},
		"families": map[string]any{"families": map[string]any{"x": map[string]any{"title": "X"}}},
		"clauses":  map[string]any{"clauses": []any{map[string]any{"term": "x"}}},
	} {
		if ok, _ := match(document, schemas[kind]); ok {
			t.Errorf("the schema of %s accepts %v", kind, document)
		}
	}
}

// TestUserFilesMatchTheirSchemas holds what is read to the published schemas,
// and what the schemas refuse to be refused.
func TestUserFilesMatchTheirSchemas(t *testing.T) {
	ownLicense, ownTerms, ownFamilies, ownModels, ownDefinitions := catalog.OwnFiles()
	query, err := rego.New(rego.Query("x = json.match_schema(input.document, input.schema)")).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		schema, text string
		ok           bool
	}{
		{"license", ownLicense, true},
		{"license", ownLicense + "replaces: true\n", true},
		{"license", ownLicense + "replaces: mit\n", false},
		{"terms", ownTerms, true},
		{"terms", "fields:\n  racing: Driving in races.\n", true},
		{"terms", ownTerms + "regions: {}\n", false},
		{"terms", ownTerms + "channels: { x: X }\n", false},
		{"terms", "parameters: { limit: { x: { type: integer } } }\n", false},
		{"families", ownFamilies, true},
		{"families", "families: { ape: { title: A, names: [b], replaces: true } }\n", true},
		{"definitions", ownDefinitions, true},
		{"definitions", strings.Replace(ownDefinitions, "licenses: open", "licenses: opne", 1), false},
		{"definitions", strings.Replace(ownDefinitions, "code.training", "code.trainning", 1), false},
		{"definitions", strings.Replace(ownDefinitions, ", licenses: open", "", 1), false},
		{"definitions", strings.Replace(ownDefinitions, "optional: true", "optionl: true", 1), false},
		{"models", ownModels, true},
		{"models", strings.Replace(ownModels, "finetune", "finetuned", 1), false},
		{"models", strings.Replace(ownModels, "license: ACME", "licence: ACME", 1), false},
		{"models", strings.Replace(ownModels, "source: registry", "source: ''", 1), false},
	} {
		body, err := fs.ReadFile(policies.FS, "schema/catalog-"+tt.schema+".json")
		if err != nil {
			t.Fatal(err)
		}
		var schema, document any
		if err := json.Unmarshal(body, &schema); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal([]byte(tt.text), &document); err != nil {
			t.Fatal(err)
		}
		results, err := query.Eval(t.Context(), rego.EvalInput(map[string]any{"document": plain(document), "schema": schema}))
		if err != nil {
			t.Fatal(err)
		}
		if pair := results[0].Bindings["x"].([]any); pair[0] != tt.ok {
			t.Errorf("%s: %v: %v, of\n%s", tt.schema, pair[0], pair[1], tt.text)
		}
	}
}

// plain turns what YAML has beside JSON into JSON: days are strings.
func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = plain(item)
		}
	case []any:
		for i, item := range value {
			value[i] = plain(item)
		}
	case interface{ Format(string) string }:
		return value.Format("2006-01-02")
	}
	return value
}
