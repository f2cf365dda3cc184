package policy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/lineage"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/source"
	"github.com/entail-dev/entail/internal/testkit"
	"github.com/entail-dev/entail/policies"
)

// published is what OSI's validation of 2024 found of twelve systems, and what
// the plain text gives where that is something else.
var published = map[string][2]string{ // practice, text
	"pythia":       {"meets", "meets"},
	"olmo":         {"meets", "meets"},
	"amber":        {"meets", "meets"},
	"crystalcoder": {"meets", "meets"},
	"t5":           {"meets", "meets"},
	"bloom":        {"meets-but-for-licenses", "meets-but-for-licenses"},
	"starcoder2":   {"meets-but-for-licenses", "meets-but-for-licenses"},
	"falcon":       {"meets-but-for-licenses", "fails"},
	"llama-2":      {"fails", "fails"},
	"grok-1":       {"fails", "fails"},
	"phi-2":        {"fails", "fails"},
	"mixtral":      {"fails", "fails"},
}

// studied are the input documents of the twelve systems in testdata/osaid.
func studied(t testing.TB) map[string]*input.Document {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join("..", "..", "testdata", "osaid", "*"))
	if err != nil || len(folders) != len(published) {
		t.Fatalf("%d systems, want %d: %v", len(folders), len(published), err)
	}
	documents := map[string]*input.Document{}
	for _, folder := range folders {
		documents[filepath.Base(folder)] = documentOf(t, openFixture(t, folder))
	}
	return documents
}

func documentOf(t testing.TB, subject check.Subject) *input.Document {
	t.Helper()
	known, err := catalog.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	checker := &check.Checker{
		Walker: &lineage.Walker{Sources: []source.Source{source.Index()}, Catalog: known},
		Now:    time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	document, err := checker.Input(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// osaid judges documents by the definition alone, which is faster than by all
// rules.
func osaid(t testing.TB) func(document *input.Document, reading string) model.Judgement {
	t.Helper()
	modules := regoModules(t)
	maps.DeleteFunc(modules, func(name string, _ *ast.Module) bool { return isTest(name) })
	schemas, err := policy.Schemas(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	compiler := policy.NewCompiler().WithSchemas(schemas)
	if compiler.Compile(modules); compiler.Failed() {
		t.Fatal(compiler.Errors)
	}
	query, err := rego.New(
		rego.Query("judgement = data.entail.definitions.osaid.judgement"),
		rego.Compiler(compiler),
		rego.Store(policy.NewStore(policy.Data(realCatalog(t), nil))),
		rego.StrictBuiltinErrors(true),
	).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(document *input.Document, reading string) model.Judgement {
		t.Helper()
		read := *document
		read.Config.Reading = reading
		value, err := read.Value()
		if err != nil {
			t.Fatal(err)
		}
		found, err := query.Eval(t.Context(), rego.EvalParsedInput(value))
		if err != nil || len(found) != 1 {
			t.Fatalf("%d answers: %v", len(found), err)
		}
		var judged model.Judgement
		remake(t, found[0].Bindings["judgement"], &judged)
		return judged
	}
}

// TestOSAIDStudy reproduces the validation of the definition: by its practice
// twelve systems of twelve, by the plain text eleven.
func TestOSAIDStudy(t *testing.T) {
	judge := osaid(t)
	asPublished := map[string]int{}
	for name, document := range studied(t) {
		for i, reading := range []string{"practice", "text"} {
			verdict := judge(document, reading).Verdict
			if verdict != published[name][i] {
				t.Errorf("%s by the %s reading: %s, want %s", name, reading, verdict, published[name][i])
			}
			if verdict == published[name][0] {
				asPublished[reading]++
			}
		}
	}
	t.Logf("as published: practice %d of 12, text %d of 12", asPublished["practice"], asPublished["text"])
	if asPublished["practice"] != 12 || asPublished["text"] != 11 {
		t.Errorf("as published: %v, want practice 12 and text 11", asPublished)
	}
}

// TestOSAIDStudyFacts reads the facts of the study as they were collected,
// where they are at hand: the systems written for this repository say the same.
func TestOSAIDStudyFacts(t *testing.T) {
	folder := filepath.Join(testkit.Corpus(t), "osaid-evidence")
	judge := osaid(t)
	own := studied(t)
	agree := map[string]int{}
	for name := range published {
		text, err := os.ReadFile(filepath.Join(folder, name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		release := filepath.Join(t.TempDir(), "release")
		if err := os.MkdirAll(release, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(release, "entail-evidence.yaml"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		document := documentOf(t, openFixture(t, release))
		for i, reading := range []string{"practice", "text"} {
			judged := judge(document, reading)
			if judged.Verdict != published[name][i] {
				t.Errorf("%s by the %s reading: %s, want %s", name, reading, judged.Verdict, published[name][i])
			} else {
				agree[reading]++
			}
			for j, requirement := range judge(own[name], reading).Requirements {
				if other := judged.Requirements[j]; other.State != requirement.State && !named(other.ID, "OSAID-F") {
					t.Errorf("%s, %s, %s: %s (%s) in testdata/osaid, %s (%s) as collected", name, reading, other.ID,
						requirement.State, requirement.Why, other.State, other.Why)
				}
			}
		}
	}
	t.Logf("as expected from the facts alone: practice %d of 12, text %d of 12", agree["practice"], agree["text"])
}

func named(id, prefix string) bool { return strings.HasPrefix(id, prefix) }

// TestOSAIDNames gives every system another name, and takes away what was
// measured of the old one: nothing changes.
func TestOSAIDNames(t *testing.T) {
	judge := osaid(t)
	for name, document := range studied(t) {
		other, _ := renamed(t, document, func(i, _ int) string { return fmt.Sprintf("nobody/system-%d", i) })
		for _, node := range other.Nodes {
			node.Name = model.NameFacts{Published: true, StartsWith: []string{}, Contains: []string{}, Families: []string{}, Owner: []string{}}
		}
		for _, reading := range []string{"practice", "text"} {
			want, got := judge(document, reading), judge(other, reading)
			if d := difference(asSet(t, []model.Judgement{got}), asSet(t, []model.Judgement{want})); d != "" {
				t.Errorf("%s by the %s reading changes with its name:%s", name, reading, d)
			}
		}
	}
}

// TestOSAIDReach wants every requirement met by some release of testdata and
// not met by another, by each reading: one that never holds, or never fails,
// asks for nothing.
func TestOSAIDReach(t *testing.T) {
	judge := osaid(t)
	documents := studied(t)
	maps.Copy(documents, fixtures(t))
	for _, reading := range []string{"practice", "text"} {
		met, missed := map[string]bool{}, map[string]bool{}
		for _, document := range documents {
			for _, requirement := range judge(document, reading).Requirements {
				met[requirement.ID] = met[requirement.ID] || requirement.State == "met"
				missed[requirement.ID] = missed[requirement.ID] || requirement.State == "unmet" || requirement.State == "license"
			}
		}
		if len(met) < 20 {
			t.Errorf("%d requirements, which cannot be all", len(met))
		}
		for id := range met {
			if !met[id] || !missed[id] {
				t.Errorf("%s by the %s reading: met by some release %t, not met by some %t", id, reading, met[id], missed[id])
			}
		}
	}
}

// required are the components that the definition asks for, in the order of
// the matrix of mutations.
var required = []string{
	"data_information.description", "data_information.provenance", "data_information.scope_characteristics",
	"data_information.obtained_selected", "data_information.labelling", "data_information.processing_filtering",
	"data_information.public_data_listing", "data_information.third_party_data", "data_information.unshareable_data",
	"code.data_processing", "code.training", "code.validation_testing", "code.inference", "code.supporting_libraries",
	"code.architecture", "parameters.final",
}

// optionalParts never decide.
var optionalParts = []string{
	"training_data", "parameters.intermediate_checkpoints", "parameters.optimizer_state", "documents.research_paper",
	"documents.model_card",
}

// below is the next word down from each that a statement may have.
var below = map[string]string{
	"full": "substantial", "substantial": "named-only", "named-only": "vague", "vague": "none", "not-used": "unknown",
	"released": "gated", "gated": "documented", "partial": "documented", "documented": "mentioned", "mentioned": "absent",
}

// mutations change the statements about one component; each reports false
// where there is nothing to change.
var mutations = []struct {
	name   string
	mutate func(*model.Evidence) bool
}{
	{"a step down", func(e *model.Evidence) bool {
		level, availability := below[e.Level], below[e.Availability]
		if level == "" && availability == "" {
			return false
		}
		e.Level, e.Availability = level, availability
		if level == "unknown" && e.Used != "" {
			e.Used = "unknown"
		}
		return true
	}},
	{"two steps down", func(e *model.Evidence) bool {
		level, availability := below[below[e.Level]], below[below[e.Availability]]
		if level == "" && availability == "" {
			return false
		}
		e.Level, e.Availability = level, availability
		return true
	}},
	{"no licence", func(e *model.Evidence) bool {
		if e.Level != "" || e.License == "" || e.License == "none-stated" {
			return false
		}
		e.License, e.Alternatives = "none-stated", [][]string{{"none-stated"}}
		return true
	}},
	{"not said", func(e *model.Evidence) bool {
		e.Strength = model.Hint
		return true
	}},
}

// TestOSAIDMutations downgrades each required component of each system, one at
// a time, and keeps the verdicts in a golden file. Each is also what the rule
// of the study gives, worked out here without Rego, and a downgrade of an
// optional component changes nothing.
func TestOSAIDMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("two thousand evaluations")
	}
	judge := osaid(t)
	letters := map[string]string{"meets": "M", "meets-but-for-licenses": "L", "not-shown": "?", "fails": "F"}
	var matrix strings.Builder
	matrix.WriteString("# One required component worse at a time: M meets, L meets but for licences,\n" +
		"# ? not shown, F fails, . nothing to change. Data information: description,\n" +
		"# provenance, scope, selection, labelling, processing, public, third-party and\n" +
		"# unshareable data. Code: data processing, training, validation, inference,\n" +
		"# libraries, architecture. Parameters.\n")
	documents := studied(t)
	changed := 0
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		for _, reading := range []string{"text", "practice"} {
			before := judge(documents[name], reading).Verdict
			fmt.Fprintf(&matrix, "\n%s, %s reading: %s\n", name, reading, before)
			for _, mutation := range mutations {
				var row strings.Builder
				for i, component := range required {
					if i == 9 || i == 15 {
						row.WriteByte(' ')
					}
					mutant, ok := mutated(t, documents[name], component, mutation.mutate)
					if !ok {
						row.WriteByte('.')
						continue
					}
					after := judge(mutant, reading).Verdict
					if want := byTheRule(mutant, reading); after != want {
						t.Errorf("%s, %s reading, %s: %s is %s, want %s", name, reading, component, mutation.name, after, want)
					}
					if after != before {
						changed++
					}
					row.WriteString(letters[after])
				}
				fmt.Fprintf(&matrix, "  %-15s %s\n", mutation.name, row.String())
				for _, component := range optionalParts {
					mutant, ok := mutated(t, documents[name], component, mutation.mutate)
					if ok && judge(mutant, reading).Verdict != before {
						t.Errorf("%s, %s reading: %s of %s changes the verdict", name, reading, mutation.name, component)
					}
				}
			}
		}
	}
	if changed == 0 {
		t.Error("no mutation changes a verdict")
	}
	testkit.Golden(t, filepath.Join("testdata", "osaid-mutations.txt"), []byte(matrix.String()))
}

// mutated is a document with the declared statement about one component
// changed.
func mutated(t testing.TB, document *input.Document, component string, mutate func(*model.Evidence) bool) (*input.Document, bool) {
	t.Helper()
	mutant := copyOf(t, document)
	evidence := mutant.Nodes[mutant.Subject].Evidence
	changed := false
	for i := range evidence[component] {
		if evidence[component][i].Strength != model.Hint && mutate(&evidence[component][i]) {
			changed = true
		}
	}
	return mutant, changed
}

// byTheRule is the verdict by the study's own rule: absent fails, withheld or
// under other terms is but for licences, unknown is not shown. Documents are
// left out: they decide nothing here.
func byTheRule(document *input.Document, reading string) string {
	worst := 0
	for _, component := range required {
		worst = max(worst, byTheRuleOne(document, component, reading))
	}
	return []string{"meets", "meets-but-for-licenses", "not-shown", "fails"}[worst]
}

func byTheRuleOne(document *input.Document, component, reading string) int {
	const met, license, notShown, fails = 0, 1, 2, 3
	evidence := document.Nodes[document.Subject].Evidence
	worst, said := met, false
	for _, e := range evidence[component] {
		if e.Strength == model.Hint {
			continue
		}
		said = true
		open := len(e.Alternatives) > 0 && slices.Contains([]string{"apache-2.0", "mit"}, e.Alternatives[0][0])
		switch {
		case component == "data_information.unshareable_data" && e.Used != "yes":
		case component == "data_information.third_party_data" && e.Used == "unknown":
			worst = max(worst, byTheRuleOne(document, "data_information.description", reading))
		case e.Used == "no" || slices.Contains([]string{"full", "substantial", "not-used"}, e.Level):
		case e.Level == "unknown" || e.Availability == "unknown":
			worst = max(worst, notShown)
		case e.Availability == "gated", e.Availability == "documented" && reading == "practice" && component != "parameters.final":
			worst = max(worst, license)
		case e.Availability == "released", e.Availability == "partial" && component == "code.supporting_libraries":
			if !open && e.License != "" {
				worst = max(worst, license)
			}
		default:
			worst = max(worst, fails)
		}
	}
	if !said && component != "data_information.unshareable_data" {
		return notShown
	}
	return worst
}
