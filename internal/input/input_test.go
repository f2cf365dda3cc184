package input_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/policies"
)

const schemaFile = "schema/input.json"

// schema is the schema of the input document as plain values.
func schema(t testing.TB) map[string]any {
	t.Helper()
	text, err := policies.FS.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// validator says what a schema finds wrong with a document; empty for nothing.
func validator(t testing.TB) func(document any) string {
	t.Helper()
	text, err := json.Marshal(schema(t))
	if err != nil {
		t.Fatal(err)
	}
	module := fmt.Sprintf("package test\n\nschema := %s\n\nverified := json.verify_schema(schema)\n\nmatched := json.match_schema(input, schema)\n", text)
	query, err := rego.New(rego.Query("data.test"), rego.Module("test.rego", module)).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(document any) string {
		t.Helper()
		results, err := query.Eval(t.Context(), rego.EvalInput(document))
		if err != nil {
			t.Fatal(err)
		}
		got := results[0].Expressions[0].Value.(map[string]any)
		if verified := got["verified"].([]any); verified[0] != true {
			t.Fatalf("%s is no schema: %v", schemaFile, verified[1])
		}
		matched := got["matched"].([]any)
		if matched[0] == true {
			return ""
		}
		return fmt.Sprint(matched[1])
	}
}

// asJSON is a value as JSON has it.
func asJSON(t testing.TB, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// everything is a document in which each field of each type has a value.
func everything() *input.Document {
	at := &model.Position{File: "README.md", Line: 2, Column: 10}
	node := &model.Node{
		ID: "own/release", Kind: model.Model, Source: "dir", SameOwner: true, AsOf: "2026-01", Revision: "abc",
		State: model.Resolved, Detail: "read", BasesKnown: true, FilesKnown: true, Gated: "auto",
		CreatedAt: "2026-01-01", Downloads: 3, Task: "text-generation",
		Name: model.NameFacts{
			Published: true, StartsWith: []string{"a"}, Contains: []string{"b"}, Families: []string{"c"}, Owner: []string{"d"},
		},
		Card: model.Card{
			Present: true, Metadata: map[string]any{"tags": []string{"x"}, "model-index": []any{map[string]any{"name": "y"}}},
			At:       map[string]model.Position{"license": *at},
			Sections: []model.Section{{Title: "Data", Level: 2, Line: 5, Words: 9}},
			Links:    []model.Link{{URL: "https://example.org", Text: "here", Line: 7}},
			Problems: []model.Problem{{Kind: "misspelled-key", Detail: "licence", At: *at}},
		},
		License: model.License{
			Declared: []model.Declared{{
				ID: "mit", Name: "ours", Link: "LICENSE", From: model.FromCard,
				Alternatives: [][]string{{"mit"}}, Nearest: []string{"isc"}, At: at,
			}},
			Texts: []model.LicenseText{{
				File: "LICENSE", Covers: "model", ID: "mit", Family: "mit", Coverage: 0.9, Missing: 0.1,
				Modified: true, Reference: true, SHA256: "abc",
				Added:        []model.AddedSpan{{From: 3, To: 4, Words: 9, Script: "Han", Terms: []model.FoundTerm{{Term: "non-commercial", Line: 3, Excerpt: "no", Parameters: map[string]any{"scope": "all"}}}}},
				Also:         []model.AlsoFound{{ID: "isc", Coverage: 0.2, From: 9, To: 12}},
				MissingParts: []model.MissingPart{{Clause: "4.b", Words: 3, Line: 2}},
				Nearest:      &model.NearestLicense{ID: "isc", Coverage: 0.3, Missing: 0.4},
			}},
			Unread: []model.Unread{{File: "LICENSE-2", State: model.Failed}},
		},
		Files: []model.File{{Path: "README.md", Size: 100}},
		Evidence: map[string][]model.Evidence{"code.training": {{
			Availability: "released", Level: "full", License: "MIT", Alternatives: [][]string{{"mit"}},
			Used: "yes", Where: []string{"train/"}, Seen: "a link", From: "evidence-file", Strength: model.Stated, At: at,
		}}},
		MOF: &model.MOF{
			Name: "Release", Version: "1", Date: "2026-01-01", Type: "language", Architecture: "decoder", Origin: "Base",
			Producer: "us", Repository: "https://example.org", HuggingFace: "https://example.org",
			Licenses: map[string]model.MOFLicense{"code": {Name: "MIT", Path: "LICENSE", At: *at}},
			Components: []model.MOFComponent{{
				Name: "Training code", License: "MIT", LicensePath: "LICENSE", Path: "train/", At: *at,
			}},
			At: *at,
		},
		Phrases:    []model.Phrase{{Text: "By us", At: *at}},
		Candidates: []model.Candidate{{ID: "c/base", Excerpt: "tuned from c/base", How: "id", At: *at}},
		Weights: []model.WeightHeader{{
			File: "model.gguf", Format: "gguf", License: "mit", LicenseName: "ours", LicenseLink: "LICENSE",
			Alternatives: [][]string{{"mit"}}, BaseModels: []string{"c/base"}, Relation: model.Quantized,
		}},
		FromScratch: at, Mentions: []model.Mention{{Family: "c", Model: "c/base", Excerpt: "tuned from c", At: *at}},
	}
	node.Locked = &model.Locked{
		ID: "own/former", Read: "2026-01-02T03:04:05Z", Live: model.Gated, Detail: "gated", State: model.Resolved,
		Revision: "abc", Gated: "auto", License: node.License, FilesKnown: true, BasesKnown: true, Bases: []string{"c/base"},
	}
	return input.New(
		&model.Lineage{
			Subject: node.ID,
			Nodes:   map[string]*model.Node{node.ID: node},
			Edges: []model.Edge{{
				Child: node.ID, Parent: "c/base", Written: "C/Base", Relation: model.Finetune,
				RelationFrom: model.FromCard, From: []model.Origin{model.FromCard}, At: at,
				Claims: []model.Claim{{From: model.FromFile, Relation: model.Finetune, File: "adapter_config.json"}},
			}},
			Paths:     map[string][]string{node.ID: {node.ID}},
			Truncated: &model.Truncated{Limit: "depth", Left: 4},
			Lock:      &model.LockUse{File: "entail.lock", Missing: []string{"a/b"}, Unused: []string{"c/d"}},
		},
		input.Use{
			Commercial: true, MonthlyActiveUsers: 1, AnnualRevenueUSD: 2, Regions: []string{"EU"}, Redistribute: true,
			TrainOtherModels: true, Hosted: true, Fields: []string{"military"},
		},
		input.Config{
			Definitions: []string{"osaid-1.0"}, Reading: "text", Shared: true,
			Rules: map[string]input.RuleSetting{"license/missing": {Level: "off", ReplacedBy: "custom/mine", At: at}},
			Exceptions: []input.Exception{{
				Rule: "license/*", Model: "own/*", Term: "attribution", Reason: "so", Approver: "legal", Expires: "2026-12-31", At: at,
			}},
		},
		time.Date(2026, 6, 1, 12, 0, 0, 0, time.FixedZone("east", 7200)),
	)
}

func TestNew(t *testing.T) {
	document := input.New(&model.Lineage{Subject: "a/b"}, input.Use{}, input.Config{Reading: "text"},
		time.Date(2026, 6, 1, 12, 0, 0, 0, time.FixedZone("east", 7200)))
	if document.Schema != "entail.input/v1" || document.Now != "2026-06-01T10:00:00Z" {
		t.Errorf("schema %q, now %q", document.Schema, document.Now)
	}
	if document.Config.Definitions == nil {
		t.Error("no definitions are null, which the schema refuses")
	}
}

// TestValue wants OPA to see what the JSON says.
func TestValue(t *testing.T) {
	document := everything()
	value, err := document.Value()
	if err != nil {
		t.Fatal(err)
	}
	seen, err := ast.JSON(value)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asJSON(t, seen), asJSON(t, document); !reflect.DeepEqual(got, want) {
		t.Errorf("OPA sees %v\nwant %v", got, want)
	}
}

func TestValueError(t *testing.T) {
	document := everything()
	document.Nodes[document.Subject].Card.Metadata["bad"] = func() {}
	if _, err := document.Value(); err == nil || !strings.Contains(err.Error(), "encode input document of own/release") {
		t.Errorf("got %v, want an error that names the subject", err)
	}
}

func TestSchemaAcceptsEverything(t *testing.T) {
	document := everything()
	unset := zeroFields(reflect.ValueOf(*document), "document")
	if len(unset) > 0 {
		t.Errorf("the test leaves %q without a value", unset)
	}
	if wrong := validator(t)(asJSON(t, document)); wrong != "" {
		t.Error(wrong)
	}
}

// zeroFields are the fields of a value that have none, so that a new field
// cannot stay out of the test.
func zeroFields(v reflect.Value, path string) []string {
	var unset []string
	switch v.Kind() {
	case reflect.Pointer:
		return zeroFields(v.Elem(), path)
	case reflect.Slice:
		for i := range v.Len() {
			unset = append(unset, zeroFields(v.Index(i), path)...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if v.Type().Elem().Kind() != reflect.Interface {
				unset = append(unset, zeroFields(v.MapIndex(key), path)...)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := path + "." + v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				unset = append(unset, name)
				continue
			}
			unset = append(unset, zeroFields(v.Field(i), name)...)
		}
	}
	return unset
}

// TestSchemaAcceptsFixtures reads each release of testdata/repos with the
// ancestors that the embedded index knows.
func TestSchemaAcceptsFixtures(t *testing.T) {
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	walker := &lineage.Walker{Sources: []source.Source{source.Index()}, Catalog: known}
	valid := validator(t)
	folders, err := filepath.Glob(filepath.Join("..", "..", "testdata", "repos", "*", "README.md"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no fixture: %v", err)
	}
	for _, card := range folders {
		folder := filepath.Dir(card)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			dir, err := source.OpenDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			snapshot, err := dir.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			found, err := walker.Walk(t.Context(), snapshot)
			if err != nil {
				t.Fatal(err)
			}
			document := input.New(found, input.Use{}, input.Config{Reading: "text"}, time.Unix(0, 0))
			if wrong := valid(asJSON(t, document)); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

// TestSchemaRejects takes each field that has to be there away from a
// document, and puts one that nobody knows beside it: neither passes.
func TestSchemaRejects(t *testing.T) {
	valid := validator(t)
	root := schema(t)
	document := asJSON(t, everything())
	removed, added := 0, 0
	eachObject(root, root, document, "document", func(path string, of, object map[string]any) {
		if of["additionalProperties"] != false {
			return
		}
		object["surprise"] = true
		if valid(document) == "" {
			t.Errorf("%s.surprise passes", path)
		}
		delete(object, "surprise")
		added++
		required, _ := of["required"].([]any)
		for _, name := range required {
			value := object[name.(string)]
			delete(object, name.(string))
			if valid(document) == "" {
				t.Errorf("without %s.%s it passes", path, name)
			}
			object[name.(string)] = value
			removed++
		}
	})
	if wrong := valid(document); wrong != "" {
		t.Fatalf("the test changed the document: %s", wrong)
	}
	if removed < 50 || added < 15 {
		t.Errorf("only %d fields removed and %d added: the walk missed something", removed, added)
	}
}

// resolved follows a schema's $ref.
func resolved(root, of map[string]any) map[string]any {
	ref, ok := of["$ref"].(string)
	if !ok {
		return of
	}
	definitions := root["definitions"].(map[string]any)
	return definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
}

// eachObject visits every object of a value with the schema for it.
func eachObject(root, of map[string]any, value any, path string, visit func(path string, of, object map[string]any)) {
	of = resolved(root, of)
	switch value := value.(type) {
	case []any:
		items, _ := of["items"].(map[string]any)
		for _, one := range value {
			eachObject(root, items, one, path+"[]", visit)
		}
	case map[string]any:
		visit(path, of, value)
		properties, _ := of["properties"].(map[string]any)
		others, _ := of["additionalProperties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			below, ok := properties[name].(map[string]any)
			if !ok {
				below = others
			}
			if below != nil {
				eachObject(root, below, value[name], path+"."+name, visit)
			}
		}
	}
}

// TestSchemaAgreesWithTypes compares the schema with the Go types, field by
// field and both ways.
func TestSchemaAgreesWithTypes(t *testing.T) {
	root := schema(t)
	c := comparison{T: t, root: root}
	c.compare(reflect.TypeFor[input.Document](), root, "document")
	if c.fields < 80 {
		t.Errorf("only %d fields compared", c.fields)
	}
}

type comparison struct {
	*testing.T
	root   map[string]any
	fields int
}

func (c *comparison) compare(of reflect.Type, against map[string]any, path string) {
	against = resolved(c.root, against)
	kinds := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer",
		reflect.Float64: "number", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() == reflect.Interface {
		return
	}
	if want := kinds[of.Kind()]; against["type"] != want {
		c.Errorf("%s is %v in the schema and %s in Go", path, against["type"], want)
		return
	}
	switch of.Kind() {
	case reflect.Slice:
		c.compare(of.Elem(), against["items"].(map[string]any), path+"[]")
	case reflect.Map:
		if below, ok := against["additionalProperties"].(map[string]any); ok {
			c.compare(of.Elem(), below, path+"{}")
		} else if of.Elem().Kind() != reflect.Interface {
			c.Errorf("%s: the schema does not say what the values are", path)
		}
	case reflect.Struct:
		c.compareFields(of, against, path)
	}
}

func (c *comparison) compareFields(of reflect.Type, against map[string]any, path string) {
	properties, _ := against["properties"].(map[string]any)
	wanted := map[string]bool{}
	if list, ok := against["required"].([]any); ok {
		for _, name := range list {
			wanted[name.(string)] = true
		}
	}
	if against["additionalProperties"] != false {
		c.Errorf("%s: the schema lets unknown fields in", path)
	}
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(of) {
		name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			continue
		}
		known[name] = true
		c.fields++
		below, ok := properties[name].(map[string]any)
		if !ok {
			c.Errorf("%s.%s is in Go and not in the schema", path, name)
			continue
		}
		optional := tagged && strings.Contains(options, "omitempty")
		if optional == wanted[name] {
			c.Errorf("%s.%s: left out where empty is %v in Go, and required is %v in the schema", path, name, optional, wanted[name])
		}
		c.compare(field.Type, below, path+"."+name)
	}
	for name := range properties {
		if !known[name] {
			c.Errorf("%s.%s is in the schema and not in Go", path, name)
		}
	}
}
