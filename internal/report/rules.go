package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// RuleFormats are those of WriteRules.
func RuleFormats() []string { return []string{"markdown", "json"} }

// WriteRules writes a page about rules, which are sorted by their ids, as
// markdown or json.
func WriteRules(w io.Writer, format string, rules []model.RuleInfo) error {
	if format == "json" {
		return writeIndented(w, map[string]any{"schema": "entail.rules/v1", "rules": rules})
	}
	var page bytes.Buffer
	page.WriteString("# Rules\n\nWritten by `entail policy docs`.\n\n| rule | level | what it says |\n| --- | --- | --- |\n")
	for _, r := range rules {
		fmt.Fprintf(&page, "| %s | %s | %s |\n", code(r.ID), r.Level, Inert(r.Title))
	}
	for _, r := range rules {
		fmt.Fprintf(&page, "\n## %s\n\n**%s**\n", Inert(r.ID), Inert(r.Title))
		if r.Description != "" {
			fmt.Fprintf(&page, "\n%s\n", Inert(r.Description))
		}
		fmt.Fprintf(&page, "\n- level: %s\n", r.Level)
		for _, one := range []struct{ name, value string }{{"effective on", r.EffectiveOn}, {"requirement", r.Requirement}} {
			if one.value != "" {
				fmt.Fprintf(&page, "- %s: %s\n", one.name, Inert(one.value))
			}
		}
		for _, ref := range slices.Sorted(slices.Values(r.Refs)) {
			fmt.Fprintf(&page, "- see: %s\n", link(strings.TrimPrefix(ref, "https://"), ref))
		}
		fmt.Fprintf(&page, "- text: %s\n", code(r.File))
	}
	if _, err := w.Write(page.Bytes()); err != nil {
		return fmt.Errorf("write the page about rules: %w", err)
	}
	return nil
}
