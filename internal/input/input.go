// Package input makes the document that rules see as `input`: schema
// entail.input/v1. It adds the declared use, the configuration and the time to
// a lineage, and decides nothing.
package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/entail-dev/entail/internal/model"
)

// Schema is the id of the document's version.
const Schema = "entail.input/v1"

// Use is what somebody means to do with the subject. What is not said is not
// asked of the licences.
type Use struct {
	Commercial         bool     `json:"commercial,omitempty"`
	MonthlyActiveUsers int64    `json:"monthly_active_users,omitempty"`
	AnnualRevenueUSD   int64    `json:"annual_revenue_usd,omitempty"`
	Regions            []string `json:"regions,omitempty"`
	Redistribute       bool     `json:"redistribute,omitempty"`
	TrainOtherModels   bool     `json:"train_other_models,omitempty"`
	Hosted             bool     `json:"hosted,omitempty"`
	// Fields are names of the list `fields` in the catalogue's vocabulary.
	Fields []string `json:"fields,omitempty"`
}

// Config is the part of the configuration that rules may read.
type Config struct {
	// Definitions are those that the run asks to be met.
	Definitions []string `json:"definitions"`
	// Reading is how a definition is read: text or practice.
	Reading string `json:"reading"`
	// Rules are what it sets of single rules, by their ids.
	Rules map[string]RuleSetting `json:"rules,omitempty"`
	// Exceptions are findings that somebody has agreed to live with.
	Exceptions []Exception `json:"exceptions,omitempty"`
	// Shared is true for a configuration that was named for the run, and is not
	// the release's own: it may speak of other releases as well.
	Shared bool `json:"shared,omitempty"`
}

// RuleSetting is what the configuration makes of one rule: either a level or
// another rule in its place.
type RuleSetting struct {
	// Level is error, warning or note for whatever the rule finds, or off.
	Level string `json:"level,omitempty"`
	// ReplacedBy is the id of the rule that stands in for it.
	ReplacedBy string `json:"replaced_by,omitempty"`
	// At is where the configuration says so.
	At *model.Position `json:"at,omitempty"`
}

// Exception waives findings up to a day.
type Exception struct {
	// Rule is a rule's id, or a glob over ids such as license/*.
	Rule string `json:"rule"`
	// Model is a glob over the id of the model that the finding is about, or of
	// the subject. * stands for all but slashes, ** for these as well.
	Model string `json:"model"`
	// Term is a kind of term; empty for any finding of the rule.
	Term     string `json:"term,omitempty"`
	Reason   string `json:"reason"`
	Approver string `json:"approver"`
	// Expires is the last day on which it holds, in UTC, as 2027-01-31.
	Expires string `json:"expires"`
	// At is where the configuration makes it.
	At *model.Position `json:"at,omitempty"`
}

// Document is one input.
type Document struct {
	Schema string `json:"schema"`
	*model.Lineage
	Use    Use    `json:"use"`
	Config Config `json:"config"`
	// Now is the time of the run in RFC 3339, UTC: rules have no clock.
	Now string `json:"now"`
}

// New makes the document of one lineage.
func New(lineage *model.Lineage, use Use, config Config, now time.Time) *Document {
	if config.Definitions == nil {
		config.Definitions = []string{}
	}
	return &Document{
		Schema: Schema, Lineage: lineage, Use: use, Config: config,
		Now: now.UTC().Format(time.RFC3339),
	}
}

// JSON is the document as rules see it: the very text that Value reads.
func (d *Document) JSON() ([]byte, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode input document of %s: %w", d.Subject, err)
	}
	return text, nil
}

// Value is the document as OPA takes it.
func (d *Document) Value() (ast.Value, error) {
	text, err := d.JSON()
	if err != nil {
		return nil, err
	}
	value, err := ast.ValueFromReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read input document of %s: %w", d.Subject, err)
	}
	return value, nil
}
