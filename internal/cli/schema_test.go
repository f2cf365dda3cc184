package cli

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/lock"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/policies"
)

// schema reads one of the published JSON Schemas.
func schema(t testing.TB, name string) map[string]any {
	t.Helper()
	text, err := fs.ReadFile(policies.FS, "schema/"+name)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return document
}

// validator says of documents what a schema has against them.
func validator(t testing.TB, name string) func(document any) []string {
	t.Helper()
	query, err := rego.New(
		rego.Query(`[ok, errors] = json.match_schema(input.document, input.schema)`),
	).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published := schema(t, name)
	return func(document any) []string {
		t.Helper()
		found, err := query.Eval(t.Context(), rego.EvalInput(map[string]any{"document": document, "schema": published}))
		if err != nil || len(found) != 1 {
			t.Fatalf("match %s: %v, %v", name, found, err)
		}
		if found[0].Bindings["ok"] == true {
			return nil
		}
		var all []string
		for _, e := range found[0].Bindings["errors"].([]any) {
			all = append(all, e.(map[string]any)["error"].(string))
		}
		return append(all, "does not match")
	}
}

func decode(t testing.TB, text string) any {
	t.Helper()
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// TestResultSchema holds every report in JSON to the published schema, which
// knows no other field.
func TestResultSchema(t *testing.T) {
	result, finding := validator(t, "result.json"), validator(t, "finding.json")
	var findings int
	targets := []string{"org/no-such-model"}
	for _, name := range releases(t) {
		targets = append(targets, filepath.Join(repos, name))
	}
	for _, target := range targets {
		document := decode(t, entail(t, nil, "check", "--offline", "--format", "json", target).stdout).(map[string]any)
		for _, e := range result(document) {
			t.Errorf("%s: %s", target, e)
		}
		for _, one := range document["results"].([]any) {
			for _, f := range one.(map[string]any)["findings"].([]any) {
				findings++
				for _, e := range finding(f) {
					t.Errorf("%s: finding: %s", target, e)
				}
			}
		}
		// An unknown field, at the top and within each list, is refused.
		for _, place := range places(document) {
			place["unknown_field"] = 1
			if len(result(document)) == 0 {
				t.Errorf("%s: the schema takes an unknown field beside %q", target, slices.Sorted(maps.Keys(place)))
			}
			delete(place, "unknown_field")
		}
	}
	if findings == 0 {
		t.Error("no finding was looked at")
	}
}

// places lists the first object of each kind in a result whose fields are
// fixed.
func places(document map[string]any) []map[string]any {
	all := []map[string]any{document}
	var walk func(key string, value any)
	walk = func(key string, value any) {
		switch v := value.(type) {
		case map[string]any:
			if key != "parameters" && key != "definitions" && key != "progress" {
				all = append(all, v)
			}
			for k, child := range v {
				if key != "parameters" {
					walk(k, child)
				}
			}
		case []any:
			if len(v) > 0 {
				walk(key, v[0])
			}
		}
	}
	for k, child := range document {
		walk(k, child)
	}
	return all
}

// TestSchemaFields holds the schemas and the types in step, both ways: each
// field stands in both, and is required where it is always written.
func TestSchemaFields(t *testing.T) {
	result := schema(t, "result.json")
	compareType(t, result, result, reflect.TypeFor[model.Result](), "json", "result")
	compareType(t, schema(t, "finding.json"), schema(t, "finding.json"), reflect.TypeFor[model.Finding](), "json", "finding")
	compareType(t, schema(t, "config.json"), schema(t, "config.json"), reflect.TypeFor[config](), "yaml", "config")
	compareType(t, schema(t, "lock.json"), schema(t, "lock.json"), reflect.TypeFor[lock.File](), "yaml", "lock")

	// A finding is the same in both documents.
	alone, within := schema(t, "finding.json"), result["definitions"].(map[string]any)["finding"].(map[string]any)
	for _, key := range []string{"properties", "required", "additionalProperties"} {
		if !reflect.DeepEqual(alone[key], within[key]) {
			t.Errorf("%s of a finding differ in finding.json and result.json", key)
		}
	}
}

// compareType compares a Go type with the part of a schema that describes it.
func compareType(t *testing.T, root, part map[string]any, goType reflect.Type, tag, at string) {
	t.Helper()
	if ref, ok := part["$ref"].(string); ok {
		part = root["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
	if goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	// Of several forms of one thing the type is that with fields.
	if forms, ok := part["oneOf"].([]any); ok {
		part = forms[len(forms)-1].(map[string]any)
	}
	want := map[reflect.Kind]string{
		reflect.Struct: "object", reflect.Map: "object", reflect.Slice: "array", reflect.String: "string",
		reflect.Float64: "number", reflect.Int: "integer", reflect.Int64: "integer", reflect.Bool: "boolean",
	}[goType.Kind()]
	if part["type"] != want {
		t.Errorf("%s: the schema says %v, the type %s", at, part["type"], want)
		return
	}
	switch goType.Kind() {
	case reflect.Slice:
		compareType(t, root, part["items"].(map[string]any), goType.Elem(), tag, at+"[]")
	case reflect.Map:
		if values, ok := part["additionalProperties"].(map[string]any); ok {
			compareType(t, root, values, goType.Elem(), tag, at+"{}")
		}
	case reflect.Struct:
		compareStruct(t, root, part, goType, tag, at)
	}
}

func compareStruct(t *testing.T, root, part map[string]any, goType reflect.Type, tag, at string) {
	t.Helper()
	if part["additionalProperties"] != false {
		t.Errorf("%s: the schema takes unknown fields", at)
	}
	properties, _ := part["properties"].(map[string]any)
	required, _ := part["required"].([]any)
	var names []string
	for i := range goType.NumField() {
		if !goType.Field(i).IsExported() {
			continue
		}
		name, options, _ := strings.Cut(goType.Field(i).Tag.Get(tag), ",")
		names = append(names, name)
		property, ok := properties[name].(map[string]any)
		if !ok {
			t.Errorf("%s.%s: not in the schema", at, name)
			continue
		}
		// Nothing is required of a configuration, which is no JSON of ours.
		if always := !strings.Contains(options, "omitempty"); tag == "json" && always != slices.Contains(required, any(name)) {
			t.Errorf("%s.%s: always written is %t, required the opposite", at, name, always)
		}
		compareType(t, root, property, goType.Field(i).Type, tag, at+"."+name)
	}
	for name := range properties {
		if !slices.Contains(names, name) {
			t.Errorf("%s.%s: in the schema and not in the type", at, name)
		}
	}
}

// fromYAML is a YAML document as JSON has it.
func fromYAML(t testing.TB, text string) any {
	t.Helper()
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(plain))
}

// TestConfigSchema: the schema and the program take and refuse the same files.
func TestConfigSchema(t *testing.T) {
	match := validator(t, "config.json")
	for _, tt := range []struct {
		text string
		ok   bool
	}{
		{"model: org/name", true},
		{"use: {commercial: true, regions: [EU], monthly_active_users: 5, fields: [medical-advice]}", true},
		{"use: {annual_revenue_usd: 1, redistribute: true, train_other_models: true, hosted: false}", true},
		{"definitions: [osaid-1.0]\nreading: practice\nfail_on: never", true},
		{"derived_from: [{model: org/teacher, relation: distilled, note: answers}]", true},
		{"derived_from: [{model: ../base, relation: merge}, {model: \"github:owner/repo\", relation: trained-on}]", true},
		{"derived_from: []", true},
		{"rules: {license/missing: off, card/missing: {level: note}}", true},
		{"rules: {license/missing: {replaced_by: license/modified}}", true},
		{"rules: {}\nexceptions: []", true},
		{"exceptions: [{rule: license/*, model: \"acme*/**\", reason: a, approver: b, expires: \"2099-01-31\"}]", true},
		{"exceptions: [{rule: card/missing, model: ?, term: attribution, reason: a, approver: b, expires: \"2099-01-31\"}]", true},
		{"rules: [license/missing]", false},
		{"rules: {license/missing: fatal}", false},
		{"rules: {license/missing: {}}", false},
		{"rules: {license/missing: {level: fatal}}", false},
		{"rules: {license/missing: {levl: note}}", false},
		{"rules: {license/missing: {level: note, replaced_by: license/modified}}", false},
		{"rules: {license/missing: [note]}", false},
		{"rules: {license/missing: }", false},
		{"exceptions: {rule: license/*}", false},
		{"exceptions: [license/*]", false},
		{"exceptions: [{rule: license/*, model: a, reason: a, approver: b}]", false},
		{"exceptions: [{rule: license/*, model: a, reason: a, expires: \"2099-01-31\"}]", false},
		{"exceptions: [{rule: license/*, model: a, approver: b, expires: \"2099-01-31\"}]", false},
		{"exceptions: [{rule: license/*, reason: a, approver: b, expires: \"2099-01-31\"}]", false},
		{"exceptions: [{model: a, reason: a, approver: b, expires: \"2099-01-31\"}]", false},
		{"exceptions: [{rule: license/*, model: a, reason: a, approver: b, expires: \"2099-02-31\"}]", false},
		{"exceptions: [{rule: license/*, model: a, reason: a, approver: b, expires: soon}]", false},
		{"exceptions: [{rule: license/*, model: \"{a,b}\", reason: a, approver: b, expires: \"2099-01-31\"}]", false},
		{"exceptions: [{rule: license/*, model: a, reason: a, approver: b, expires: \"2099-01-31\", note: c}]", false},
		{"derived_from: org/teacher", false},
		{"derived_from: [org/teacher]", false},
		{"derived_from: [{model: org/teacher}]", false},
		{"derived_from: [{relation: distilled}]", false},
		{"derived_from: [{model: org/teacher, relation: unknown}]", false},
		{"derived_from: [{model: org/teacher, relation: inspired-by}]", false},
		{"derived_from: [{model: org/teacher, relation: distilled, why: it}]", false},
		{"modle: org/name", false},
		{"use: {users: 5}", false},
		{"use: {regions: EU}", false},
		{"use: {regions: [Europe]}", false},
		{"use: {monthly_active_users: -1}", false},
		{"use: {commercial: perhaps}", false},
		{"reading: loose", false},
		{"fail_on: fatal", false},
		{"definitions: osaid-1.0", false},
		{"[]", false},
	} {
		folder := filepath.Join(t.TempDir(), "release")
		write(t, folder, map[string]string{"README.md": good, "entail.yaml": tt.text})
		code := entail(t, nil, "check", "--offline", "--fail-on", "never", folder).code
		if (code == ExitOK) != tt.ok || code != ExitOK && code != ExitUsage {
			t.Errorf("%q: exit code %d, want it taken %t", tt.text, code, tt.ok)
		}
		if said := match(fromYAML(t, tt.text)); (len(said) == 0) != tt.ok {
			t.Errorf("%q: the schema says %q, want it taken %t", tt.text, said, tt.ok)
		}
	}
	for _, name := range releases(t) {
		text, err := os.ReadFile(filepath.Join(repos, name, configFile))
		if err != nil {
			continue
		}
		for _, e := range match(fromYAML(t, string(text))) {
			t.Errorf("%s: %s", name, e)
		}
	}
}

// TestEvidenceSchema: the schema and the program take and refuse the same
// files, real ones included where there are any.
func TestEvidenceSchema(t *testing.T) {
	match := validator(t, "evidence.json")
	for _, tt := range []struct {
		text string
		ok   bool
	}{
		{"schema: osaid-evidence/1", true},
		{"schema: osaid-evidence/1\ncode: {training: {availability: released, license: MIT, where: [a, b], note: words}}", true},
		{"schema: osaid-evidence/1\ntraining_data: {availability: absent}\nnotes: words", true},
		{"schema: osaid-evidence/1\ndata_information: {description: {level: full}}\nsystem: x", true},
		{"schema: osaid-evidence/1\ndata_information: {third_party_data: {level: full, used: \"yes\"}}", true},
		{"schema: osaid-evidence/1\ndata_information: {third_party_data: {level: full, used: perhaps}}", false},
		{"schema: osaid-evidence/2", false},
		{"code: {}", false},
		{"schema: osaid-evidence/1\ncodes: {}", false},
		{"schema: osaid-evidence/1\ncode: []", false},
		{"schema: osaid-evidence/1\ncode: {trainning: {availability: released}}", false},
		{"schema: osaid-evidence/1\ncode: {training: {availability: yes-of-course}}", false},
		{"schema: osaid-evidence/1\ncode: {training: {license: MIT}}", false},
		{"schema: osaid-evidence/1\ncode: {training: released}", false},
		{"schema: osaid-evidence/1\ndata_information: {description: {availability: released}}", false},
		{"schema: osaid-evidence/1\ntraining_data: {availability: full}", false},
	} {
		folder := filepath.Join(t.TempDir(), "release")
		write(t, folder, map[string]string{"README.md": good, "entail-evidence.yaml": tt.text})
		got := parse(t, entail(t, nil, "check", "--offline", "--format", "json", folder).stdout)
		if taken := !slices.Contains(rules(got.Results[0]), "warning card/malformed"); taken != tt.ok {
			t.Errorf("%q: taken %t, want %t", tt.text, taken, tt.ok)
		}
		if said := match(fromYAML(t, tt.text)); (len(said) == 0) != tt.ok {
			t.Errorf("%q: the schema says %q, want it taken %t", tt.text, said, tt.ok)
		}
	}
	text, err := os.ReadFile(filepath.Join(repos, "scratch-open", "entail-evidence.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range match(fromYAML(t, string(text))) {
		t.Errorf("scratch-open: %s", e)
	}
	files, err := filepath.Glob(filepath.Join(testkit.Corpus(t), "osaid-evidence", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no real evidence files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range match(fromYAML(t, string(text))) {
			t.Errorf("%s: %s", filepath.Base(file), e)
		}
	}
}
