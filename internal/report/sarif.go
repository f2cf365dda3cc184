package report

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/entail-dev/entail/internal/model"
)

// Limits of what GitHub's code scanning takes of one run
// (docs.github.com, "SARIF results exceed one or more limits").
const (
	maxSARIFResults   = 25_000
	maxSARIFLocations = 1_000
)

// informationURI is where people read about entail.
const informationURI = "https://github.com/entail-dev/entail"

// fingerprintKey names the way in which findings are told apart; the version
// in it changes with Finding.Fingerprint.
const fingerprintKey = "entailFinding/v1"

// writeSARIF writes the findings as SARIF 2.1.0, one run for all subjects.
// Places are relative to where entail was started, as Folders of the options
// says, so that code scanning finds the lines.
func writeSARIF(w io.Writer, result *model.Result, options Options) error {
	run := sarif.NewRunWithInformationURI(result.Tool.Name, informationURI)
	run.Tool.Driver.WithVersion(result.Tool.Version)
	run.WithColumnKind("unicodeCodePoints")
	// Code scanning tells runs of the same tool apart by this id.
	run.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID("entail/"))
	index := map[string]int{}
	for _, rule := range options.Rules {
		index[rule.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.AddRule(sarifRule(rule))
	}
	left := 0
	for i := range result.Results {
		folder := ""
		if i < len(options.Folders) {
			folder = options.Folders[i]
		}
		for _, f := range result.Results[i].Findings {
			if len(run.Results) == maxSARIFResults {
				left++
				continue
			}
			one := sarifResult(f, folder)
			if at, known := index[f.Rule]; known {
				one.WithRuleIndex(at)
			}
			run.AddResult(one)
		}
	}
	if left > 0 {
		note := sarif.NewNotification().WithLevel(sarif.LevelWarning).
			WithMessage(sarif.NewTextMessage(fmt.Sprintf("%d more findings were left out: a run holds %d at most", left, maxSARIFResults)))
		run.AddInvocation(sarif.NewInvocation().WithExecutionSuccessful(true).
			WithToolExecutionNotifications([]*sarif.Notification{note}))
	}
	return writeIndented(w, sarif.NewReport().AddRun(run))
}

func sarifRule(rule Rule) *sarif.ReportingDescriptor {
	one := sarif.NewRule(rule.ID).
		WithName(camel(rule.ID)).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(Plain(rule.Title))).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(Plain(rule.Description))).
		WithHelp(sarif.NewMultiformatMessageString().WithText(Plain(rule.Description) + "\n\n" + strings.Join(rule.Refs, "\n"))).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithEnabled(true).WithLevel(string(rule.Level)))
	if len(rule.Refs) > 0 {
		one.WithHelpURI(rule.Refs[0])
	}
	category, _, _ := strings.Cut(rule.ID, "/")
	tags := sarif.NewPropertyBag()
	tags.Tags = []string{"ai-model", category}
	return one.WithProperties(tags)
}

// camel writes a rule's id as one word, which viewers show as its name.
func camel(id string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '/' || r == '-' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

func sarifResult(f model.Finding, folder string) *sarif.Result {
	message := Plain(f.Message)
	for _, more := range []string{f.Why, f.Fix} {
		if more != "" {
			message += "\n" + Plain(more)
		}
	}
	if len(f.Path) > 1 {
		message += "\nChain: " + Plain(strings.Join(f.Path, " → "))
	}
	one := sarif.NewRuleResult(f.Rule).
		WithLevel(string(f.Level)).
		WithMessage(sarif.NewTextMessage(message)).
		WithPartialFingerprints(map[string]string{fingerprintKey: f.Fingerprint()})
	if f.Waived != nil {
		one.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").
			WithJustification(Plain(waiverText(f.Waived))))
	}
	// A result without a place is refused: what has none is of the card.
	places := f.At
	if len(places) == 0 {
		places = []model.Position{{File: cardName, Line: 1, Column: 1}}
	}
	for _, at := range places[:min(len(places), maxSARIFLocations)] {
		region := sarif.NewRegion().WithStartLine(max(at.Line, 1)).WithStartColumn(max(at.Column, 1))
		one.AddLocation(sarif.NewLocation().WithPhysicalLocation(sarif.NewPhysicalLocation().
			WithArtifactLocation(sarif.NewSimpleArtifactLocation(fileURI(folder, at.File))).
			WithRegion(region)))
	}
	return one
}

// cardName is the file that stands for a release as a whole.
const cardName = "README.md"

// fileURI is a relative reference to a file of a subject.
func fileURI(folder, file string) string {
	segments := strings.Split(path.Join(folder, file), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}
