// Package model holds the plain types that entail's packages share: what was
// read of a repository, and how repositories descend from one another.
//
// Every type is a statement of fact with its position. The package judges
// nothing, names no licence, and depends on the standard library only. The
// JSON names are those of the input document entail.input/v1.
package model

// Position is a place in a file of a repository. Line and Column are 1-based;
// zero means that the place within the file is not known.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Kind tells a model from a dataset.
type Kind string

// The kinds of repository that a lineage holds.
const (
	Model   Kind = "model"
	Dataset Kind = "dataset"
)

// State says whether a repository could be read and, where it could not, why.
// Facts may be missing in every state but Resolved.
type State string

// The states of a node.
const (
	// Resolved: the card or its metadata was read.
	Resolved State = "resolved"
	// Gated: the Hub has it and refused every fact of it behind its gate.
	Gated State = "gated"
	// PrivateOrAbsent: the Hub answers alike for both to a caller it does not
	// admit, so nobody can tell which it is.
	PrivateOrAbsent State = "private-or-absent"
	// NotFound: a caller whom the Hub admits was told that there is none, or
	// the name is no repository's (a path, a number, an address elsewhere).
	NotFound State = "not-found"
	// Unauthorized: the token was refused.
	Unauthorized State = "unauthorized"
	// Disabled: the Hub has switched access off.
	Disabled State = "disabled"
	// Offline: no source at hand knows it and the network was not asked or
	// did not answer.
	Offline State = "offline"
	// RateLimited: the server asked us to come back later.
	RateLimited State = "rate-limited"
	// Failed: anything else; Detail says what.
	Failed State = "failed"
	// TooDeep: the walk stopped before it, at its depth or node limit.
	TooDeep State = "too-deep"
)

// Passes says of a state that asking again may end it, so that it is no fact
// about a repository.
func (s State) Passes() bool {
	switch s {
	case Resolved, Gated, PrivateOrAbsent, NotFound, Disabled:
		return false
	}
	return true
}

// Relation is how a child was made from its parent, as the Hub names it.
type Relation string

// The relations of an edge.
const (
	Finetune  Relation = "finetune"
	Adapter   Relation = "adapter"
	Quantized Relation = "quantized"
	Merge     Relation = "merge"
	Distilled Relation = "distilled"
	// TrainedOn joins a model to a dataset.
	TrainedOn Relation = "trained-on"
	Unknown   Relation = "unknown"
)

// Origin names who says a thing: the card, the Hub, GitHub, the embedded index,
// a declaration in entail.yaml, a user's policies, a file that is part of the release (an adapter's
// or a merge's configuration, the header of a weight file), or an inference
// from what files there are.
type Origin string

// The origins of a claim.
const (
	FromCard     Origin = "card"
	FromHub      Origin = "hub"
	FromIndex    Origin = "index"
	FromDeclared Origin = "declared"
	FromFile     Origin = "file"
	FromInferred Origin = "inferred"
	FromGitHub   Origin = "github"
	FromPolicy   Origin = "policy"
)

// Node is all that is known of one repository of the lineage.
type Node struct {
	ID   string    `json:"id"`
	Name NameFacts `json:"name"`
	Kind Kind      `json:"kind"`
	// Source is what was read: dir, hub, hub-cache (what the Hub's clients keep
	// on this machine), cache (what entail kept of the Hub), policy (what a user's
	// policies state), index and so on.
	Source string `json:"source"`
	// SameOwner is true where the id has the subject's namespace.
	SameOwner bool `json:"same_owner"`
	// AsOf is the day, month or year (YYYY-MM-DD, YYYY-MM, YYYY) for which the
	// facts of a stored source hold; empty for facts read now.
	AsOf string `json:"as_of,omitempty"`
	// Revision is the commit read; empty where the source has none.
	Revision string `json:"revision"`
	State    State  `json:"state"`
	// Detail says in one sentence why State is not Resolved, or why facts
	// could not be refreshed.
	Detail  string  `json:"detail,omitempty"`
	Card    Card    `json:"card"`
	License License `json:"license"`
	// BasesKnown is false where the source cannot say whether there are base
	// models, so that no edge does not mean no base model.
	BasesKnown bool `json:"bases_known"`
	// FilesKnown is false where the source has no file list, so that an
	// absent file proves nothing.
	FilesKnown bool   `json:"files_known"`
	Files      []File `json:"files"`
	// Task is what the model does in the Hub's words (pipeline_tag), such as
	// text-generation; empty where nothing says.
	Task      string `json:"task,omitempty"`
	Gated     string `json:"gated,omitempty"`
	CreatedAt string `json:"created_at,omitempty"`
	Downloads int64  `json:"downloads,omitempty"`
	// Evidence is keyed by component of the release, such as "code.training".
	// A component has a list, since sources may disagree.
	Evidence map[string][]Evidence `json:"evidence"`
	// MOF is the release's file of the Model Openness Framework; nil where it
	// has none that can be read.
	MOF *MOF `json:"mof,omitempty"`
	// Phrases are the catalogue's required sentences found in the card and in
	// notice files.
	Phrases []Phrase `json:"phrases"`
	// Mentions are the places where the card's text names a known family as
	// what this model was made from.
	Mentions []Mention `json:"mentions"`
	// Candidates are models that the card's text seems to name as what this
	// one was made from, and that nothing declares. Nothing is inherited from
	// them. Of the subject alone.
	Candidates []Candidate `json:"candidates"`
	// Weights are what the headers of weight files say, of the few that were
	// read.
	Weights []WeightHeader `json:"weights"`
	// FromScratch is where the card says that the model was trained from
	// scratch; nil where it does not.
	FromScratch *Position `json:"from_scratch,omitempty"`
	// Locked is what entail.lock holds of it, where the run compares that with
	// the state of now.
	Locked *Locked `json:"locked,omitempty"`
}

// Locked is what a lock holds of a repository, beside what a live source says
// of it now.
type Locked struct {
	// ID is the id that answered then.
	ID string `json:"id"`
	// Read is when these facts were read, RFC 3339.
	Read string `json:"read"`
	// Live is the state in which the live sources have it now. Where it is not
	// Resolved the node has the lock's facts, and Detail says what happened.
	Live     State   `json:"live"`
	Detail   string  `json:"detail,omitempty"`
	State    State   `json:"state"`
	Revision string  `json:"revision"`
	Gated    string  `json:"gated"`
	License  License `json:"license"`
	// FilesKnown is false where the licence files were not looked at then.
	FilesKnown bool `json:"files_known"`
	BasesKnown bool `json:"bases_known"`
	// Bases are the ids of the base models that it had then.
	Bases []string `json:"bases"`
}

// LockUse says how a lineage and its lock fit together.
type LockUse struct {
	// File is the lock's path as given.
	File string `json:"file"`
	// Missing are repositories of the lineage that the lock lacks, Unused are
	// those of the lock that the lineage lacks; both sorted.
	Missing []string `json:"missing"`
	Unused  []string `json:"unused"`
}

// NameFacts is what a name says, measured against the catalogue's own lists.
// Rules use it in place of taking an id apart.
type NameFacts struct {
	// Published is false where the id is only a folder's name, so that
	// nothing follows from how it is spelled.
	Published bool `json:"published"`
	// StartsWith lists the catalogue's required name prefixes that the name
	// (without its namespace) starts with, letter case ignored.
	StartsWith []string `json:"starts_with"`
	// Contains lists the catalogue's required name parts that it holds.
	Contains []string `json:"contains"`
	// Families lists the model families that the name has as a word.
	Families []string `json:"families"`
	// Owner lists the families whose own publisher's namespace this id has.
	Owner []string `json:"owner"`
}

// File is one file of a repository. Size is in bytes, -1 where not known.
type File struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

// Card is what was read of a model card (README.md).
type Card struct {
	Present bool `json:"present"`
	// Metadata is the front matter as parsed.
	Metadata map[string]any `json:"metadata"`
	// At has the position of each top-level key's value, and of each item of
	// a list under "key.N" (N from 0).
	At       map[string]Position `json:"at"`
	Sections []Section           `json:"sections"`
	Links    []Link              `json:"links"`
	Problems []Problem           `json:"problems"`
}

// Section is a heading of the card. Words counts the words below it, up to
// the next heading of any level.
type Section struct {
	Title string `json:"title"`
	Level int    `json:"level"`
	Line  int    `json:"line"`
	Words int    `json:"words"`
}

// Link is an address in the card's text.
type Link struct {
	URL  string `json:"url"`
	Text string `json:"text"`
	Line int    `json:"line"`
}

// Problem is something about the card, or about a file beside it, that keeps
// a fact from being read as its author meant it.
type Problem struct {
	// Kind is one of the ids listed in the schema of the input document.
	Kind   string   `json:"kind"`
	Detail string   `json:"detail"`
	At     Position `json:"at"`
}

// Evidence is one statement about one component of a release.
type Evidence struct {
	// Availability is for code, parameters, data and documents: released,
	// gated, partial, documented, mentioned, absent, unknown.
	Availability string `json:"availability,omitempty"`
	// Level is for data information: full, substantial, named-only, vague,
	// none, not-used, unknown.
	Level string `json:"level,omitempty"`
	// Used says of data of a kind (from third parties, unshareable) whether
	// there was any: yes, no or unknown; empty where nothing is said.
	Used string `json:"used,omitempty"`
	// License is the licence as written; Alternatives as in Declared.
	License      string     `json:"license,omitempty"`
	Alternatives [][]string `json:"alternatives,omitempty"`
	Where        []string   `json:"where,omitempty"`
	// Seen says in a few words what was found, where the source did not say
	// it itself.
	Seen string `json:"seen,omitempty"`
	// From is evidence-file, mof, card or files.
	From     string    `json:"from"`
	Strength Strength  `json:"strength"`
	At       *Position `json:"at,omitempty"`
}

// MOF is what a file of LF AI's Model Openness Framework (MOF.yml) says of a
// release, as written. A component that is not listed is not released.
type MOF struct {
	// Name and what follows are those of the release.
	Name         string `json:"name"`
	Version      string `json:"version,omitempty"`
	Date         string `json:"date,omitempty"`
	Type         string `json:"type,omitempty"`
	Architecture string `json:"architecture,omitempty"`
	Origin       string `json:"origin,omitempty"`
	Producer     string `json:"producer,omitempty"`
	Repository   string `json:"repository,omitempty"`
	HuggingFace  string `json:"huggingface,omitempty"`
	// Licenses are what components inherit that state none: distribution,
	// and by their type code, data and document.
	Licenses   map[string]MOFLicense `json:"licenses"`
	Components []MOFComponent        `json:"components"`
	At         Position              `json:"at"`
}

// MOFLicense is a licence for all components of a kind. Name is as written.
type MOFLicense struct {
	Name string   `json:"name"`
	Path string   `json:"path,omitempty"`
	At   Position `json:"at"`
}

// MOFComponent is a component that a file of the framework lists.
type MOFComponent struct {
	// Name is the framework's own name of the component.
	Name string `json:"name"`
	// License is as written: "unlicensed" for none, empty where the component
	// inherits one.
	License     string   `json:"license,omitempty"`
	LicensePath string   `json:"license_path,omitempty"`
	Path        string   `json:"path,omitempty"`
	At          Position `json:"at"`
}

// Phrase is one occurrence of a sentence that a licence of the catalogue
// requires.
type Phrase struct {
	Text string   `json:"text"`
	At   Position `json:"at"`
}

// Mention is a place in the card's text that says, of a known family, that
// the model was made from it.
type Mention struct {
	Family  string   `json:"family"`
	Model   string   `json:"model,omitempty"`
	Excerpt string   `json:"excerpt"`
	At      Position `json:"at"`
}

// Candidate is a place in the card's text that seems to name a base model.
type Candidate struct {
	// ID is the id on the Hub, as the text has it.
	ID      string `json:"id"`
	Excerpt string `json:"excerpt"`
	// How is "id" for an id in the text, "link" for an address on the Hub.
	How string   `json:"how"`
	At  Position `json:"at"`
}

// WeightHeader is what the header of one weight file says of the model in it.
// Texts are as written, and cut where they are longer than anybody's name.
type WeightHeader struct {
	File string `json:"file"`
	// Format is gguf or safetensors.
	Format      string `json:"format"`
	License     string `json:"license,omitempty"`
	LicenseName string `json:"license_name,omitempty"`
	LicenseLink string `json:"license_link,omitempty"`
	// Alternatives is the licence as in Declared; empty where it states none.
	Alternatives [][]string `json:"alternatives"`
	BaseModels   []string   `json:"base_models"`
	// Relation is quantized or adapter where the header says so.
	Relation Relation `json:"relation,omitempty"`
}

// Claim is what one witness says of how a child was made from a parent.
type Claim struct {
	From Origin `json:"from"`
	// Relation is unknown where the witness names the parent and no relation.
	Relation Relation `json:"relation"`
	// File is the file that says so, for claims from files.
	File string `json:"file,omitempty"`
}

// Edge says that Child was made from Parent.
type Edge struct {
	Child  string `json:"child"`
	Parent string `json:"parent"`
	// Written is the parent as the child's card spells it, where that is not
	// the id it answers to (renamed, or in another letter case).
	Written      string   `json:"written,omitempty"`
	Relation     Relation `json:"relation"`
	RelationFrom Origin   `json:"relation_from"`
	// From are those who name the parent, each once.
	From []Origin `json:"from"`
	// Claims are what each of them says of the relation, and what follows from
	// the child's files.
	Claims []Claim   `json:"claims"`
	At     *Position `json:"at,omitempty"`
}

// Lineage is a subject with all that it descends from.
type Lineage struct {
	Subject string           `json:"subject"`
	Nodes   map[string]*Node `json:"nodes"`
	Edges   []Edge           `json:"edges"`
	// Paths has one shortest path from the subject to each ancestor, both
	// ends included.
	Paths map[string][]string `json:"paths"`
	// Truncated is set where the walk stopped at a limit.
	Truncated *Truncated `json:"truncated,omitempty"`
	// Lock is set where ancestors were read from an entail.lock.
	Lock *LockUse `json:"lock,omitempty"`
}

// Truncated says which limit ended a walk and how many references it left.
type Truncated struct {
	Limit string `json:"limit"`
	Left  int    `json:"left"`
}

// Host is the kind of place that a repository lives in.
type Host string

// The hosts that a reference may name.
const (
	// OnHub is a Hugging Face Hub, and what knows its repositories by id: its
	// local cache, a lock, the embedded index.
	OnHub Host = ""
	// OnGitHub is GitHub, or a GitHub Enterprise server.
	OnGitHub Host = "github"
	// OnDisk is a folder of this machine.
	OnDisk Host = "dir"
)

// Ref names a repository.
type Ref struct {
	Kind Kind
	Host Host
	// ID is namespace/name on the Hub, or a bare name for its oldest models;
	// owner/name, and /folder where it is not the root, on GitHub; a path on
	// disk.
	ID string
	// Revision is a branch, tag or commit; empty for the default branch.
	Revision string
}

// Key is the reference without its revision: the name under which the
// repository is known in a lineage, such as "org/name" or
// "github:owner/name".
func (r Ref) Key() string {
	if r.Host == OnHub {
		return r.ID
	}
	return string(r.Host) + ":" + r.ID
}

// String is the key, with "@revision" where one is asked for.
func (r Ref) String() string {
	if r.Revision == "" {
		return r.Key()
	}
	return r.Key() + "@" + r.Revision
}
