package model

// Level is how much a finding matters: error, warning or note.
type Level string

// The levels of findings, most severe first.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// Levels lists the levels, most severe first.
func Levels() []Level { return []Level{LevelError, LevelWarning, LevelNote} }

// Rank orders levels: 0 for an error, more for what matters less. A level that
// is none ranks as an error, so that nothing gets lost below a threshold.
func (l Level) Rank() int {
	switch l {
	case LevelWarning:
		return 1
	case LevelNote:
		return 2
	default:
		return 0
	}
}

// Verdict is the outcome for one subject.
type Verdict string

// The verdicts of a check. Incomplete: nothing fails and some fact is missing
// that could change that.
const (
	Pass       Verdict = "pass"
	Fail       Verdict = "fail"
	Incomplete Verdict = "incomplete"
)

// Finding is one thing that a rule says; schema entail.finding/v1.
type Finding struct {
	Rule    string     `json:"rule"`
	Level   Level      `json:"level"`
	Message string     `json:"message"`
	Subject string     `json:"subject"`
	Path    []string   `json:"path"`
	License string     `json:"license,omitempty"`
	Term    string     `json:"term,omitempty"`
	Clause  string     `json:"clause,omitempty"`
	At      []Position `json:"at"`
	Why     string     `json:"why,omitempty"`
	Fix     string     `json:"fix,omitempty"`
	Refs    []string   `json:"refs"`
	// Waived is set where an exception covers the finding, which then counts for
	// nothing.
	Waived *Waiver `json:"waived,omitempty"`
}

// Waiver says why a finding does not count.
type Waiver struct {
	Reason string `json:"reason"`
	// Approver and Expires, the last day on which it holds, are those of an
	// exception of the configuration; a policy's own exception has neither.
	Approver string `json:"approver,omitempty"`
	Expires  string `json:"expires,omitempty"`
}

// Counted lists the findings that count: those that no exception waives.
func Counted(findings []Finding) []Finding {
	counted := []Finding{}
	for _, f := range findings {
		if f.Waived == nil {
			counted = append(counted, f)
		}
	}
	return counted
}

// Judgement is what a definition of openness says of a subject.
type Judgement struct {
	// Verdict is meets, meets-but-for-licenses, fails or not-shown.
	Verdict string `json:"verdict"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	Reading string `json:"reading"`
	// Note is what a reader has to know to take the verdict for what it is.
	Note string `json:"note,omitempty"`
	// Class is the highest class that is reached, of a definition that has
	// classes; "none" for none.
	Class string `json:"class,omitempty"`
	// Progress is how far the subject is on the way to each class, in per cent.
	Progress     map[string]float64 `json:"progress,omitempty"`
	Requirements []Requirement      `json:"requirements"`
}

// Requirement is one requirement of a definition and its state: met, unmet,
// license (there, under terms that are not open) or not-shown.
type Requirement struct {
	ID        string `json:"id"`
	Component string `json:"component,omitempty"`
	Title     string `json:"title"`
	// Section is the part of the definition that the requirement encodes.
	Section string     `json:"section,omitempty"`
	State   string     `json:"state"`
	Why     string     `json:"why"`
	At      []Position `json:"at"`
	// Optional is true for what is told and does not count for the verdict.
	Optional bool `json:"optional,omitempty"`
}

// InheritedTerm is a term of an ancestor that binds the subject, and what
// became of it: carried, dropped, met, unmet, not-shown, not-applicable.
type InheritedTerm struct {
	Term       string         `json:"term"`
	Effect     string         `json:"effect"`
	License    string         `json:"license"`
	Clause     string         `json:"clause"`
	Summary    string         `json:"summary"`
	From       string         `json:"from"`
	Path       []string       `json:"path"`
	State      string         `json:"state"`
	Parameters map[string]any `json:"parameters"`
}

// LineageNode is one node of a result's family tree.
type LineageNode struct {
	ID      string `json:"id"`
	License string `json:"license"`
	State   State  `json:"state"`
	Depth   int    `json:"depth"`
	Source  string `json:"source"`
	AsOf    string `json:"as_of,omitempty"`
	Gated   string `json:"gated,omitempty"`
	// Detail says why facts are missing or could not be refreshed.
	Detail string `json:"detail,omitempty"`
}

// LineageEdge is one edge of a result's family tree.
type LineageEdge struct {
	Child    string   `json:"child"`
	Parent   string   `json:"parent"`
	Relation Relation `json:"relation"`
}

// LineageView is the family tree of a result.
type LineageView struct {
	Nodes []LineageNode `json:"nodes"`
	Edges []LineageEdge `json:"edges"`
}

// EffectiveLicense is the subject's licence as declared, as its text is
// identified, and as the rules take it.
type EffectiveLicense struct {
	Declared   string `json:"declared"`
	Identified string `json:"identified"`
	Effective  string `json:"effective"`
}

// SubjectResult is all that was decided about one subject.
type SubjectResult struct {
	Subject string  `json:"subject"`
	Verdict Verdict `json:"verdict"`
	// Incomplete lists what is missing for a pass to mean what it says.
	Incomplete  []string             `json:"incomplete"`
	License     EffectiveLicense     `json:"license"`
	Definitions map[string]Judgement `json:"definitions"`
	Terms       []InheritedTerm      `json:"terms"`
	Lineage     LineageView          `json:"lineage"`
	Findings    []Finding            `json:"findings"`
	// Rules are the ids of the rules that were evaluated.
	Rules []string `json:"rules"`
	// Off are the rules that the configuration switches off.
	Off []OffRule `json:"off,omitempty"`
	// Failed are the user's own rules that could not be evaluated, or whose
	// answer cannot be used.
	Failed []FailedRule `json:"failed,omitempty"`
}

// OffRule is a rule, by its id, that is switched off, and the one that stands in
// for it, if any.
type OffRule struct {
	Rule       string `json:"rule"`
	ReplacedBy string `json:"replaced_by,omitempty"`
}

// FailedRule is a rule, by its id, that failed, and why.
type FailedRule struct {
	Rule string `json:"rule"`
	Why  string `json:"why"`
}

// Tool names the program that made a result.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// PolicyInfo identifies the rules and the catalogue that decided a result.
type PolicyInfo struct {
	// Digest is sha256:HEX over rules and data.
	Digest string `json:"digest"`
}

// Summary counts over all subjects of a run.
type Summary struct {
	Subjects   int `json:"subjects"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Notes      int `json:"notes"`
	Waived     int `json:"waived"`
	Incomplete int `json:"incomplete"`
}

// ResultSchema is the id of the result document's version.
const ResultSchema = "entail.result/v1"

// Result is the outcome of a run; schema entail.result/v1.
type Result struct {
	Schema  string          `json:"schema"`
	Tool    Tool            `json:"tool"`
	Policy  PolicyInfo      `json:"policy"`
	Results []SubjectResult `json:"results"`
	Summary Summary         `json:"summary"`
}
