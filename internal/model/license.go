package model

// License is what a repository says of its licence.
type License struct {
	Declared []Declared    `json:"declared"`
	Texts    []LicenseText `json:"texts"`
	// Unread are licence files that are there and could not be read.
	Unread []Unread `json:"unread"`
}

// Declared is one statement of a licence, as written.
type Declared struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Link string `json:"link,omitempty"`
	From Origin `json:"from"`
	// Alternatives is the statement resolved against the catalogue, as a
	// choice (outer list) of licences that hold together (inner lists): each
	// is a catalogue key, or the id as written where the catalogue has none.
	Alternatives [][]string `json:"alternatives"`
	// Nearest are the catalogue keys nearest to an id that it does not have.
	Nearest []string  `json:"nearest,omitempty"`
	At      *Position `json:"at,omitempty"`
}

// LicenseText is what identification found in one licence file.
type LicenseText struct {
	File string `json:"file"`
	// Covers is what the file's name says that it licenses: model, code,
	// data, policy, notice; empty where the name says nothing.
	Covers string `json:"covers"`
	// ID is the catalogue key; empty where no known licence covers the text.
	ID     string `json:"id"`
	Family string `json:"family,omitempty"`
	// Coverage is the fraction of the text's tokens that the licence covers.
	Coverage float64 `json:"coverage"`
	// Missing is the fraction of the licence's tokens that the text lacks.
	Missing float64 `json:"missing"`
	// Modified is true where words were added, changed or left out.
	Modified bool `json:"modified"`
	// Reference is true for a short notice that names a licence and does not
	// hold its text.
	Reference bool        `json:"reference,omitempty"`
	Added     []AddedSpan `json:"added"`
	Also      []AlsoFound `json:"also,omitempty"`
	// MissingParts says where the words of the licence that Missing counts
	// would stand, in the order of the text.
	MissingParts []MissingPart `json:"missing_parts,omitempty"`
	// Nearest is the known licence that a text without an ID is most like:
	// a hint, and no statement of what the text is. It is nil where not even
	// half of any licence is there.
	Nearest *NearestLicense `json:"nearest,omitempty"`
	SHA256  string          `json:"sha256"`
}

// MissingPart is a numbered part of the identified licence of which the text
// lacks words.
type MissingPart struct {
	// Clause is how the part is numbered in the licence, such as "4.b" or
	// "Attachment A"; empty where it is not.
	Clause string `json:"clause"`
	// Words counts the words that are not there.
	Words int `json:"words"`
	// Line is the line of the text behind which they would stand, 0 for its
	// beginning.
	Line int `json:"line"`
}

// NearestLicense is the known licence that an unknown text is most like.
// Coverage and Missing are as in LicenseText.
type NearestLicense struct {
	ID       string  `json:"id"`
	Coverage float64 `json:"coverage"`
	Missing  float64 `json:"missing"`
}

// AddedSpan is a run of lines that the identified licence does not have.
type AddedSpan struct {
	From int `json:"from"`
	To   int `json:"to"`
	// Words counts the words of these lines that the licence does not have
	// there; none where words are only missing behind them.
	Words int `json:"words,omitempty"`
	// Script is what most of these words are written in, such as "Han", where
	// that is not the licence's own: they may be a translation of it, and
	// nothing has compared them.
	Script string      `json:"script,omitempty"`
	Terms  []FoundTerm `json:"terms"`
}

// FoundTerm is a term of the vocabulary found in text of unknown origin.
type FoundTerm struct {
	Term string `json:"term"`
	// Line is where the words that say it begin.
	Line    int    `json:"line"`
	Excerpt string `json:"excerpt,omitempty"`
	// Parameters are those of the term's kind that the text gives.
	Parameters map[string]any `json:"parameters,omitempty"`
}

// AlsoFound is a further licence that the same file holds.
type AlsoFound struct {
	ID       string  `json:"id"`
	Coverage float64 `json:"coverage"`
	From     int     `json:"from"`
	To       int     `json:"to"`
}

// Unread is a licence file that exists and could not be read, and why.
type Unread struct {
	File  string `json:"file"`
	State State  `json:"state"`
}

// Strength is how a source comes to say what it says of a component.
type Strength string

// The strengths of evidence. What each is worth is for rules to decide.
const (
	// Stated: somebody who speaks for the release says so, and nothing here
	// can show it.
	Stated Strength = "declared"
	// Shown: the thing itself was seen, such as a file of the repository.
	Shown Strength = "shown"
	// Hint: a trace of the thing, such as a link or the name of a file, which
	// tells where to look and proves nothing.
	Hint Strength = "hint"
)
