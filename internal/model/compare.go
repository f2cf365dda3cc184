package model

// LicenseTerm is a term of a licence, as comparisons and explanations show it.
type LicenseTerm struct {
	Term       string         `json:"term"`
	License    string         `json:"license"`
	Clause     string         `json:"clause"`
	Summary    string         `json:"summary"`
	Parameters map[string]any `json:"parameters"`
}

// Comparison says whether a derivative of a model under Parent may be released
// under Child.
type Comparison struct {
	Parent string `json:"parent"`
	Child  string `json:"child"`
	// Outcome is free, obligations (it may, and something is asked for),
	// dropped (Child alone does not carry a limit that has to pass through),
	// forbidden (derivatives may not be shared at all) or unknown.
	Outcome string        `json:"outcome"`
	Dropped []LicenseTerm `json:"dropped"`
	Owed    []LicenseTerm `json:"owed"`
}
