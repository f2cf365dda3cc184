package check_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/check"
	"github.com/entail-dev/entail/internal/input"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// The least that the rules have to reach on the labelled releases.
const (
	labelledPrecision = 0.99
	labelledRecall    = 0.97
	labelledVerdicts  = 0.99
)

// labelledFolder holds the labelled releases, one file each.
const labelledFolder = "../../testdata/labelled"

// labelled is one release with what has to be found of it. The labels are
// read from the licence texts and say nothing of how the rules work.
type labelled struct {
	// Why gives the reason for the label, with the clause.
	Why   string
	Model string
	// Relation is how it was made from its base models, where its card
	// cannot say it.
	Relation string
	// Card is the text of README.md; absent where the release has none.
	Card *string
	// Files are paths with their content: "corpus:PATH" for a file of the
	// corpus, "text: …", "" for a placeholder, or a list of these to join; "denied"
	// for a file that is listed and cannot be read.
	Files map[string]parts
	Chain []ancestor
	Use   labelledUse
	// Expect has, for each rule, the terms of all its errors and warnings.
	Expect map[string][]string
	// Forbid lists rules that may say nothing at all, not even in a note.
	Forbid  []string
	Verdict string

	name string
}

// ancestor is a model of the release's lineage as the Hub has it.
type ancestor struct {
	ID          string
	License     any
	LicenseName string   `yaml:"license_name"`
	BaseModels  []string `yaml:"base_models"`
	Relation    string
	Task        string
	Gated       string
	State       string
	Files       map[string]parts
}

type labelledUse struct {
	Commercial         bool
	MonthlyActiveUsers int64 `yaml:"monthly_active_users"`
	AnnualRevenueUSD   int64 `yaml:"annual_revenue_usd"`
	Regions            []string
	Redistribute       bool
	TrainOtherModels   bool `yaml:"train_other_models"`
	Hosted             bool
	Fields             []string
}

// errLabelledGate is why a file that the label calls denied cannot be read.
var errLabelledGate = errors.New("behind the gate")

// parts is a file's content: the parts to join.
type parts []string

func (p *parts) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode((*[]string)(p))
	}
	*p = parts{node.Value}
	return nil
}

// needsCorpus says whether any part is a text of the corpus.
func (p parts) needsCorpus() bool {
	return slices.ContainsFunc(p, func(part string) bool { return strings.HasPrefix(part, "corpus:") })
}

// content reads and joins the parts. A part that is neither of the corpus nor
// a text is an error in the label, unless it is empty.
func (p parts) content(corpus string) ([]byte, error) {
	var all []byte
	for _, part := range p {
		switch kind, rest, _ := strings.Cut(part, ":"); kind {
		case "corpus":
			text, err := os.ReadFile(filepath.Join(corpus, filepath.FromSlash(rest)))
			if err != nil {
				return nil, err
			}
			all = append(all, text...)
		case "text":
			all = append(all, strings.TrimPrefix(rest, " ")...)
			all = append(all, '\n')
		case "":
		default:
			return nil, fmt.Errorf("file content %q, want corpus:PATH, text: …, or nothing", part)
		}
	}
	return all, nil
}

// readLabelled reads all labelled releases in the order of their names.
func readLabelled(t *testing.T) []labelled {
	t.Helper()
	var all []labelled
	err := filepath.WalkDir(labelledFolder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var one labelled
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(&one); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		name, err := filepath.Rel(labelledFolder, path)
		one.name = strings.TrimSuffix(filepath.ToSlash(name), ".yaml")
		all = append(all, one)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Fatalf("%d labelled releases in %s, want 200 or more", len(all), labelledFolder)
	}
	return all
}

// needsCorpus says whether the release or an ancestor has a text of the corpus.
func (l *labelled) needsCorpus() bool {
	files := slices.Collect(maps.Values(l.Files))
	for _, one := range l.Chain {
		files = slices.AppendSeq(files, maps.Values(one.Files))
	}
	return slices.ContainsFunc(files, parts.needsCorpus)
}

// filed gives a snapshot its files.
func filed(s *source.Snapshot, files map[string]parts, corpus string) error {
	texts, denied := map[string][]byte{}, map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if slices.Equal(files[path], parts{"denied"}) {
			denied[path] = true
			s.Files = append(s.Files, model.File{Path: path, Size: -1})
			continue
		}
		text, err := files[path].content(corpus)
		if err != nil {
			return fmt.Errorf("file %s of %s: %w", path, s.ID, err)
		}
		texts[path] = text
		s.Files = append(s.Files, model.File{Path: path, Size: int64(len(text))})
	}
	s.FilesKnown = true
	s.Read = func(_ context.Context, path string) ([]byte, error) {
		text, ok := texts[path]
		if denied[path] {
			return nil, &source.ReadError{ID: s.ID, Path: path, State: model.Gated, Err: errLabelledGate}
		}
		if !ok {
			return nil, &source.ReadError{ID: s.ID, Path: path, State: model.NotFound, Err: source.ErrNotExist}
		}
		return text, nil
	}
	return nil
}

// declared are the base models of the card with the relation that is declared
// beside it.
func (l *labelled) declared() []source.Base {
	if l.Relation == "" || l.Card == nil {
		return nil
	}
	var bases []source.Base
	for _, one := range card.BaseModels(card.Parse("README.md", []byte(*l.Card))) {
		bases = append(bases, source.Base{
			Ref: model.Ref{Kind: model.Model, ID: one.Value}, Relation: model.Relation(l.Relation), From: model.FromDeclared,
		})
	}
	return bases
}

// subject is the labelled release as a folder would have it.
func (l *labelled) subject(corpus string) (check.Subject, error) {
	s := &source.Snapshot{
		ID: l.Model, Published: strings.Contains(l.Model, "/"), Kind: model.Model, Source: "dir",
		State: model.Resolved, Bases: l.declared(),
	}
	files := maps.Clone(l.Files)
	if l.Card != nil {
		if files == nil {
			files = map[string]parts{}
		}
		files["README.md"] = parts{"text: " + *l.Card}
	}
	err := filed(s, files, corpus)
	return check.Subject{Snapshot: s, Use: input.Use(l.Use), Config: input.Config{Reading: "text"}}, err
}

// labelledHub answers for the ancestors of one labelled release. Whatever it
// was not told of it does not know.
type labelledHub map[string]*source.Snapshot

func (labelledHub) Name() string { return "hub" }

func (h labelledHub) Fetch(ctx context.Context, ref model.Ref) (*source.Snapshot, error) {
	if s, ok := h[ref.ID]; ok {
		return s, ctx.Err()
	}
	return &source.Snapshot{
		ID: ref.ID, Published: true, Kind: ref.Kind, Source: "hub", State: model.Offline,
		Detail: "not in the labelled release", Read: source.NoFiles(ref.ID, model.Offline),
	}, ctx.Err()
}

// hub puts the ancestors behind a source.
func (l *labelled) hub(corpus string) (labelledHub, error) {
	hub := labelledHub{}
	for _, one := range l.Chain {
		s := &source.Snapshot{
			ID: one.ID, Published: true, Kind: model.Model, Source: "hub",
			State: model.State(one.State), Task: one.Task, Gated: one.Gated,
		}
		hub[one.ID] = s
		if s.State != model.Resolved {
			s.Detail, s.Read = "it is "+one.State, source.NoFiles(one.ID, s.State)
			continue
		}
		s.Metadata = map[string]any{}
		if one.License != nil {
			s.Metadata["license"] = one.License
		}
		if one.LicenseName != "" {
			s.Metadata["license_name"] = one.LicenseName
		}
		for _, id := range one.BaseModels {
			s.Bases = append(s.Bases, source.Base{
				Ref: model.Ref{Kind: model.Model, ID: id}, Relation: model.Relation(one.Relation), From: model.FromHub,
			})
		}
		if err := filed(s, one.Files, corpus); err != nil {
			return nil, err
		}
	}
	return hub, nil
}

// matrix counts, for one rule, what was found and what should have been.
type matrix struct{ hit, extra, missed int }

func (m matrix) precision() float64 { return ratio(m.hit, m.hit+m.extra) }
func (m matrix) recall() float64    { return ratio(m.hit, m.hit+m.missed) }

// ratio is 1 of nothing: where nothing was claimed nothing was wrong.
func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// confusion is the outcome over all labelled releases.
type confusion struct {
	rules                   map[string]matrix
	conforming, accused     int
	disagreements           []string
	verdicts, wrongVerdicts int
}

// compare adds one release: each finding is a rule with its term, and those
// that occur more often on one side than on the other count as wrong.
func (c *confusion) compare(one *labelled, result *model.SubjectResult) {
	claims := map[[2]string]int{}
	for rule, terms := range one.Expect {
		for _, term := range terms {
			claims[[2]string{rule, term}]--
			c.add(rule, matrix{hit: 1})
		}
	}
	var wrong []string
	for _, f := range result.Findings {
		if f.Level != model.LevelNote {
			claims[[2]string{f.Rule, f.Term}]++
		}
		if slices.Contains(one.Forbid, f.Rule) {
			wrong = append(wrong, "forbidden "+f.Rule+" says: "+f.Message)
			c.add(f.Rule, matrix{extra: 1})
		}
	}
	for _, claim := range slices.SortedFunc(maps.Keys(claims), byText) {
		rule, term := claim[0], claim[1]
		if n := claims[claim]; n > 0 {
			c.add(rule, matrix{extra: n})
			wrong = append(wrong, fmt.Sprintf("not in the label: %s %s ×%d", rule, term, n))
		} else if n < 0 {
			c.add(rule, matrix{hit: n, missed: -n})
			wrong = append(wrong, fmt.Sprintf("not found: %s %s ×%d", rule, term, -n))
		}
	}
	c.verdicts++
	if string(result.Verdict) != one.Verdict {
		c.wrongVerdicts++
		wrong = append(wrong, fmt.Sprintf("verdict %s, labelled %s %q", result.Verdict, one.Verdict, result.Incomplete))
	}
	if len(one.Expect) == 0 {
		c.conforming++
		if len(wrong) > 0 {
			c.accused++
		}
	}
	if len(wrong) > 0 {
		c.disagreements = append(c.disagreements, fmt.Sprintf("%s\n    %s\n    why: %s",
			one.name, strings.Join(wrong, "\n    "), one.Why))
	}
}

func (c *confusion) add(rule string, m matrix) {
	now := c.rules[rule]
	c.rules[rule] = matrix{now.hit + m.hit, now.extra + m.extra, now.missed + m.missed}
}

func byText(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }

// total sums over the rules.
func (c *confusion) total() matrix {
	var sum matrix
	for _, m := range c.rules {
		sum = matrix{sum.hit + m.hit, sum.extra + m.extra, sum.missed + m.missed}
	}
	return sum
}

// String is the table by rule, and the rates over all.
func (c *confusion) String() string {
	var b strings.Builder
	row := func(name string, m matrix) {
		fmt.Fprintf(&b, "%-30s %5d %5d %5d  %9.4f %7.4f\n", name, m.hit, m.extra, m.missed, m.precision(), m.recall())
	}
	fmt.Fprintf(&b, "%-30s %5s %5s %5s  %9s %7s\n", "rule", "tp", "fp", "fn", "precision", "recall")
	for _, rule := range slices.Sorted(maps.Keys(c.rules)) {
		row(rule, c.rules[rule])
	}
	row("all", c.total())
	fmt.Fprintf(&b, "conforming releases: %d, of which wrongly accused %d (%.2f %%)\n",
		c.conforming, c.accused, 100*(1-ratio(c.conforming-c.accused, c.conforming)))
	fmt.Fprintf(&b, "verdicts: %d, of which wrong %d\n", c.verdicts, c.wrongVerdicts)
	return b.String()
}

// labelledCorpus is the corpus, or empty where there is none. The folder that
// ENTAIL_CORPUS names has to be there, since somebody meant to use it.
func labelledCorpus(t *testing.T) string {
	t.Helper()
	named := os.Getenv("ENTAIL_CORPUS")
	dir := cmp.Or(named, filepath.Join("..", "..", "..", "shared", "corpus"))
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	if named != "" {
		t.Fatalf("read the corpus: ENTAIL_CORPUS is %q, which is no folder", named)
	}
	return ""
}

// TestLabelled checks every labelled release, prints by rule how often the
// rules were right, and fails where they are wrong too often. It lists every
// disagreement with the reason for the label.
func TestLabelled(t *testing.T) {
	corpus, skipped := labelledCorpus(t), 0
	found := &confusion{rules: map[string]matrix{}}
	checker := newChecker(t)
	known := map[string]bool{}
	for _, one := range readLabelled(t) {
		if corpus == "" && one.needsCorpus() {
			skipped++
			continue
		}
		result := checkLabelled(t, checker, &one, corpus)
		for _, rule := range result.Rules {
			known[rule] = true
		}
		for _, rule := range slices.Concat(slices.Collect(maps.Keys(one.Expect)), one.Forbid) {
			if !known[rule] {
				t.Errorf("%s names the rule %q, which there is not", one.name, rule)
			}
		}
		found.compare(&one, result)
	}
	t.Logf("%d releases checked, %d skipped for want of the corpus\n%s", found.verdicts, skipped, found)
	for _, text := range found.disagreements {
		t.Log(text)
	}
	sum := found.total()
	if sum.precision() < labelledPrecision || sum.recall() < labelledRecall {
		t.Errorf("precision %.4f and recall %.4f, want at least %.2f and %.2f",
			sum.precision(), sum.recall(), labelledPrecision, labelledRecall)
	}
	if ratio(found.verdicts-found.wrongVerdicts, found.verdicts) < labelledVerdicts {
		t.Errorf("%d of %d verdicts are not those of the labels", found.wrongVerdicts, found.verdicts)
	}
}

// checkLabelled runs the rules over one labelled release.
func checkLabelled(t *testing.T, checker *check.Checker, one *labelled, corpus string) *model.SubjectResult {
	t.Helper()
	if one.Why == "" || one.Verdict == "" {
		t.Fatalf("%s has no reason or no verdict", one.name)
	}
	subject, err := one.subject(corpus)
	if err != nil {
		t.Fatalf("read %s: %v", one.name, err)
	}
	hub, err := one.hub(corpus)
	if err != nil {
		t.Fatalf("read %s: %v", one.name, err)
	}
	walker := *checker.Walker
	walker.Sources = []source.Source{hub}
	own := *checker
	own.Walker = &walker
	result, err := own.Run(t.Context(), []check.Subject{subject})
	if err != nil {
		t.Fatalf("check %s: %v", one.name, err)
	}
	return &result.Results[0]
}
