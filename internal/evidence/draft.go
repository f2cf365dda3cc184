package evidence

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// sections are the sections of the file in its order, each with what it asks.
var sections = []struct{ key, about string }{
	{dataInformation, "What is told of the training data, to anybody?"},
	{"code", "Which code is published, and under which licence?"},
	{"parameters", "Which parameters are published, and under which licence?"},
	{"documents", "Which documents are published, and under which licence?"},
}

// questions are what each component asks of its publisher.
var questions = map[string]string{
	"description":              "all training data described: every source, its share, how it was made",
	"provenance":               "where the data comes from",
	"scope_characteristics":    "what it covers and what it is like",
	"obtained_selected":        "how it was got and chosen",
	"labelling":                "how it was labelled; not-used where it was not",
	"processing_filtering":     "how it was processed and filtered",
	"public_data_listing":      "all public data listed, with where to get it",
	"third_party_data":         "data from third parties, also for a fee: used or not, and listed where",
	"unshareable_data":         "data that cannot be shared: used or not, and described",
	"data_processing":          "code that processed and filtered the data",
	"training":                 "training code, with its settings",
	"validation_testing":       "code for validation and testing",
	"inference":                "code that runs the model",
	"supporting_libraries":     "tokenizer and other libraries of its own",
	"architecture":             "the model's architecture as code",
	"final":                    "the final weights",
	"intermediate_checkpoints": "checkpoints of the training",
	"optimizer_state":          "the final state of the optimizer",
	"research_paper":           "a paper",
	"model_card":               "a model card",
	"data_card":                "a card of the data",
	trainingData:               "the training data itself; not asked for by the definition",
}

// Draft writes an evidence file to fill in: what was found of each component
// with the place where it was, and unknown for the rest. A hint is told in a
// comment and never taken for an answer.
func Draft(node *model.Node, today time.Time) []byte {
	var b strings.Builder
	b.WriteString(`# Which parts of this release are there, and under which terms. entail check
# reads this file; entail evidence check says whether it is well formed.
#
# level         full: every source with its share, and how it was made
#               substantial: that for more than two thirds, the rest by class
#               named-only, vague, none, not-used, unknown
# availability  released; gated (behind terms or a form); partial; documented
#               (described in public, not published); mentioned; absent; unknown
# license       an SPDX id, several joined by AND, or LicenseRef- and a name
# where         a path in this release, or an address
# used          yes, no or unknown, for data of third parties and data that
#               cannot be shared
#
# Answer where it says unknown. A hint is what was found in this release.
schema: osaid-evidence/1
`)
	fmt.Fprintf(&b, "evaluated: {variant: %s, as_of: %s}\n", scalar(node.ID), today.Format(time.DateOnly))
	for _, section := range sections {
		fmt.Fprintf(&b, "\n# %s\n%s:\n", section.about, section.key)
		for _, component := range components[section.key] {
			drafted(&b, node, "  ", component, section.key+"."+component)
		}
		if section.key == dataInformation {
			b.WriteString("\n")
			drafted(&b, node, "", trainingData, trainingData)
		}
	}
	return []byte(b.String())
}

// drafted writes one component: its question, what was found, and the answer.
func drafted(b *strings.Builder, node *model.Node, indent, name, component string) {
	fmt.Fprintf(b, "%s# %s\n", indent, questions[name])
	var answer *model.Evidence
	var where []string
	for i, e := range node.Evidence[component] {
		if e.From == "evidence-file" {
			continue
		}
		word := "found"
		if e.Strength == model.Hint {
			word = "hint"
			where = append(where, e.Where...)
		} else if answer == nil {
			answer = &node.Evidence[component][i]
		}
		fmt.Fprintf(b, "%s# %s: %s\n", indent, word, comment(e))
	}
	fmt.Fprintf(b, "%s%s: %s\n", indent, name, statementOf(node, component, answer, where))
}

// statementOf is the answer as it is written: what was found, else unknown.
func statementOf(node *model.Node, component string, answer *model.Evidence, hints []string) string {
	key, word, where := "availability", "unknown", hints
	if strings.HasPrefix(component, dataInformation) {
		key = "level"
	}
	var parts []string
	if component == dataInformation+".third_party_data" || component == dataInformation+".unshareable_data" {
		parts = append(parts, "used: unknown")
	}
	license := ""
	if answer != nil {
		word, where, license = answer.Availability+answer.Level, answer.Where, answer.License
		if declared := node.License.Declared; license == "" && answer.From == "files" && len(declared) == 1 {
			license = declared[0].ID
			if declared[0].Name != "" {
				license = declared[0].Name
			}
		}
	}
	parts = append(parts, key+": "+word)
	if license != "" {
		parts = append(parts, "license: "+scalar(license))
	}
	if len(where) > 0 {
		parts = append(parts, "where: "+scalar(where[0]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// comment says in one line what was found and where.
func comment(e model.Evidence) string {
	at := ""
	if e.At != nil {
		at = e.At.File
		if e.At.Line > 0 {
			at += ":" + strconv.Itoa(e.At.Line)
		}
		at += ", "
	}
	said := e.Seen
	if said == "" {
		said = e.Availability + e.Level
	}
	if len(e.Where) > 0 && (e.At == nil || e.Where[0] != e.At.File) {
		said += " (" + e.Where[0] + ")"
	}
	return oneLine(at + said)
}

// maxComment bounds a comment, in characters.
const maxComment = 200

// oneLine keeps text of a card within a comment.
func oneLine(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cf) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	if r := []rune(clean); len(r) > maxComment {
		clean = string(r[:maxComment]) + "…"
	}
	return clean
}

// plainScalar is text that YAML reads as the same text without quotes.
var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*$`)

// scalar writes text as YAML within braces.
func scalar(text string) string {
	switch strings.ToLower(text) {
	case "yes", "no", "true", "false", "on", "off", "null", "y", "n":
		return strconv.Quote(text)
	}
	if plainScalar.MatchString(text) {
		return text
	}
	return strconv.QuoteToGraphic(oneLine(text))
}
