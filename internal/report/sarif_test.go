package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/entail-dev/entail/internal/model"
)

// asSARIF writes a result as SARIF, holds it against the standard's schema, and
// reads it back.
func asSARIF(t *testing.T, r *model.Result, options Options) *sarif.Run {
	t.Helper()
	var b bytes.Buffer
	if err := writeSARIF(&b, r, options); err != nil {
		t.Fatal(err)
	}
	read, err := sarif.FromBytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(read.Runs) != 1 {
		t.Fatalf("%d runs, want one", len(read.Runs))
	}
	return read.Runs[0]
}

func TestSARIF(t *testing.T) {
	r := result([]model.Finding{
		{Rule: "license/b-c", Level: model.LevelError, Message: "first", Why: "since", Fix: "mend", Path: []string{"acme/s", "org/p"},
			At: []model.Position{{File: "a b/README.md", Line: 3, Column: 2}, {File: "x", Line: 0}}},
		{Rule: "a/unlisted", Level: model.LevelNote, Message: "no place", Path: []string{"acme/s"}},
	})
	run := asSARIF(t, r, Options{
		Folders: []string{"models/one"},
		Rules:   []Rule{{ID: "license/b-c", Title: "T", Description: "D", Level: model.LevelError, Refs: []string{"https://example.org"}}},
	})
	if len(run.Results) != 2 || len(run.Tool.Driver.Rules) != 1 || *run.AutomationDetails.ID != "entail/" {
		t.Fatalf("%d results, %d rules", len(run.Results), len(run.Tool.Driver.Rules))
	}
	rule := run.Tool.Driver.Rules[0]
	if *rule.Name != "LicenseBC" || *rule.HelpURI != "https://example.org" || *rule.ShortDescription.Text != "T" || *rule.FullDescription.Text != "D" {
		t.Errorf("rule %+v", rule)
	}
	first, second := run.Results[0], run.Results[1]
	if first.RuleIndex != 0 || second.RuleIndex != -1 || first.Level != "error" || second.Level != "note" {
		t.Errorf("rules %d %d, levels %s %s", first.RuleIndex, second.RuleIndex, first.Level, second.Level)
	}
	for i, want := range []string{"models/one/a%20b/README.md 3 2", "models/one/x 1 1"} {
		place := first.Locations[i].PhysicalLocation
		if got := fmt.Sprint(*place.ArtifactLocation.URI, " ", *place.Region.StartLine, " ", *place.Region.StartColumn); got != want {
			t.Errorf("place %d: %s, want %s", i, got, want)
		}
	}
	if got := *second.Locations[0].PhysicalLocation.ArtifactLocation.URI; got != "models/one/README.md" {
		t.Errorf("a finding without a place stands at %s", got)
	}
	for _, words := range []string{"first", "since", "mend", "acme/s → org/p"} {
		if !strings.Contains(*first.Message.Text, words) {
			t.Errorf("message %q lacks %q", *first.Message.Text, words)
		}
	}
	if first.PartialFingerprints[fingerprintKey] == "" || first.PartialFingerprints[fingerprintKey] == second.PartialFingerprints[fingerprintKey] {
		t.Errorf("fingerprints %v and %v", first.PartialFingerprints, second.PartialFingerprints)
	}
}

// TestSARIFLimits holds GitHub's limits: of more than it takes the rest is
// counted.
func TestSARIFLimits(t *testing.T) {
	many := make([]model.Finding, maxSARIFResults+7)
	for i := range many {
		many[i] = model.Finding{Rule: "a/b", Level: model.LevelWarning, Message: "m", Path: []string{"acme/s"}}
	}
	many[0].At = make([]model.Position, maxSARIFLocations+1)
	var b bytes.Buffer
	if err := writeSARIF(&b, result(many), Options{}); err != nil {
		t.Fatal(err)
	}
	read, err := sarif.FromBytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	run := read.Runs[0]
	if len(run.Results) != maxSARIFResults || len(run.Results[0].Locations) != maxSARIFLocations {
		t.Errorf("%d results, %d locations", len(run.Results), len(run.Results[0].Locations))
	}
	if said := *run.Invocations[0].ToolExecutionNotifications[0].Message.Text; !strings.HasPrefix(said, "7 more") {
		t.Errorf("says %q", said)
	}
}

func TestSARIFOfNothing(t *testing.T) {
	if run := asSARIF(t, result(nil), Options{}); len(run.Results) != 0 {
		t.Errorf("%d results", len(run.Results))
	}
}
