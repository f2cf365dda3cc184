package model

// Explanation is all that the catalogue says of one licence.
type Explanation struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Family  string `json:"family"`
	Class   string `json:"class"`
	// Members are the licences that a family's id may mean.
	Members     []string `json:"members,omitempty"`
	OSIApproved bool     `json:"osi_approved"`
	Released    string   `json:"released,omitempty"`
	Source      string   `json:"source"`
	// Status is verified, read from the text, or cited, from another source.
	Status string `json:"status"`
	// Derivatives is free, keep-notice, must-carry, same-license, forbidden or
	// unknown; DerivativesClause and DerivativesBecause say why.
	Derivatives        string          `json:"derivatives"`
	DerivativesClause  string          `json:"derivatives_clause,omitempty"`
	DerivativesBecause string          `json:"derivatives_because,omitempty"`
	Terms              []ExplainedTerm `json:"terms"`
	// Checklist is what to do before a derivative is released.
	Checklist []string `json:"checklist"`
	// File is where a user's own entry stands, and Replaces is true where it
	// takes the place of one of entail's.
	File     string `json:"file,omitempty"`
	Replaces bool   `json:"replaces,omitempty"`
	Notes    string `json:"notes,omitempty"`
}

// ExplainedTerm is one term of an explained licence.
type ExplainedTerm struct {
	LicenseTerm
	Title  string   `json:"title"`
	Effect string   `json:"effect"`
	Flows  []string `json:"flows"`
}

// RuleInfo describes a rule.
type RuleInfo struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Level       Level    `json:"level"`
	Refs        []string `json:"refs"`
	// EffectiveOn is the day from which on the rule's errors are errors.
	EffectiveOn string `json:"effective_on,omitempty"`
	// Requirement is what the rule sees to, in its author's own scheme.
	Requirement string `json:"requirement,omitempty"`
	// File is where the rule's text is, from the root of the project; for a rule
	// of the user's, as the folder was named.
	File string `json:"file"`
}
