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
