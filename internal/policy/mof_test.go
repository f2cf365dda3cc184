package policy_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/evidence"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/testkit"
)

// mofFacts is what the definition of the framework makes of a document.
type mofFacts struct {
	Judgement model.Judgement `json:"judgement"`
	Listed    map[string]struct {
		License string `json:"license"`
		Status  string `json:"status"`
		Remark  bool   `json:"remark"`
	} `json:"listed"`
	Components map[string]struct {
		Number   int  `json:"number"`
		Required bool `json:"required"`
	} `json:"components"`
	Order []string `json:"order"`
}

// mofQuery evaluates the definition of the framework over documents.
func mofQuery(t testing.TB) func(*input.Document) mofFacts {
	t.Helper()
	modules := regoModules(t)
	for name := range modules {
		if isTest(name) {
			delete(modules, name)
		}
	}
	compiler := policy.NewCompiler()
	if compiler.Compile(modules); compiler.Failed() {
		t.Fatal(compiler.Errors)
	}
	query, err := rego.New(rego.Query("x = data.entail.definitions.mof"), rego.Compiler(compiler),
		rego.Store(policy.NewStore(policy.Data(realCatalog(t), nil)))).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(document *input.Document) (facts mofFacts) {
		t.Helper()
		var plain any
		remake(t, document, &plain)
		found, err := query.Eval(t.Context(), rego.EvalInput(plain))
		if err != nil || len(found) != 1 {
			t.Fatalf("evaluate: %v, %d results", err, len(found))
		}
		remake(t, found[0].Bindings["x"], &facts)
		return facts
	}
}

// mofDocument is a release of which only its file of the framework is known.
func mofDocument(t testing.TB, file string) *input.Document {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document := plainDocument("unknown", "")
	node := document.Nodes[document.Subject]
	node.License.Declared = []model.Declared{}
	node.Files = []model.File{{Path: "MOF.yml"}}
	node.Evidence = evidence.Collect(node, func(string) ([]byte, error) { return text, nil })
	return document
}

// expected reads a table of results that the Model Openness Tool gave, by file
// and column.
func expected(t testing.TB, folder string) map[string]map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join(folder, "EXPECTED.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.LazyQuotes = '\t', true
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, row := range rows[1:] {
		all[row[0]] = map[string]string{}
		for i, column := range rows[0] {
			all[row[0]][column] = row[i]
		}
	}
	return all
}

// columns are the results of one file as the tables have them: remarks in the
// order of the framework, invalid licences in that of the components' numbers.
func (f mofFacts) columns() map[string]string {
	counts := map[string]int{}
	var remarks, invalid []string
	for _, name := range f.Order {
		one, ok := f.Listed[name]
		if !ok {
			continue
		}
		counts["components"]++
		counts[one.Status]++
		if f.Components[name].Required {
			counts["required_present"]++
		}
		if one.Remark {
			remarks = append(remarks, name)
		}
	}
	slices.SortFunc(f.Order, func(a, b string) int { return f.Components[a].Number - f.Components[b].Number })
	for _, name := range f.Order {
		if one := f.Listed[name]; one.Status == "invalid" {
			invalid = append(invalid, name+"="+one.License)
		}
	}
	return map[string]string{
		"expected_class":       f.Judgement.Class,
		"progress_III":         fmt.Sprintf("%.1f", f.Judgement.Progress["III"]),
		"progress_II":          fmt.Sprintf("%.1f", f.Judgement.Progress["II"]),
		"progress_I":           fmt.Sprintf("%.1f", f.Judgement.Progress["I"]),
		"components":           fmt.Sprint(counts["components"]),
		"required_present":     fmt.Sprint(counts["required_present"]),
		"open":                 fmt.Sprint(counts["open"]),
		"unlicensed":           fmt.Sprint(counts["unlicensed"]),
		"invalid":              fmt.Sprint(counts["invalid"]),
		"not_type_appropriate": cmp.Or(strings.Join(remarks, ","), "-"),
		"invalid_components":   cmp.Or(strings.Join(invalid, "; "), "-"),
	}
}

// TestMOFAgreement holds the definition to the tool's own results, on all files
// at hand: class, progress, counts, and the licences that it objects to.
func TestMOFAgreement(t *testing.T) {
	corpus := testkit.Corpus(t)
	query := mofQuery(t)
	for folder, files := range map[string]int{"mot": 164, "mot-testdata": 27} {
		agree := 0
		table := expected(t, filepath.Join(corpus, folder))
		for file, want := range table {
			got := query(mofDocument(t, filepath.Join(corpus, folder, file))).columns()
			same := true
			for column, value := range got {
				if wanted, ok := want[column]; ok && value != wanted {
					t.Errorf("%s/%s: %s is %s, want %s", folder, file, column, value, wanted)
					same = false
				}
			}
			if same {
				agree++
			}
		}
		t.Logf("%s: %d/%d files as the tool has them", folder, agree, len(table))
		if len(table) != files {
			t.Errorf("%s: %d files in the table, want %d", folder, len(table), files)
		}
	}
}
