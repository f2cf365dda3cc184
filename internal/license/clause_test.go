package license_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/policies"
)

func finder(tb testing.TB) *license.Finder {
	tb.Helper()
	licenses, err := catalog.Load(policies.FS)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := licenses.Finder()
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// said is a find on one line: its kind, its line and its parameters.
func said(found []model.FoundTerm) []string {
	out := []string{}
	for _, one := range found {
		line := fmt.Sprintf("%s %d", one.Term, one.Line)
		if len(one.Parameters) > 0 {
			line += " " + strings.TrimPrefix(fmt.Sprint(one.Parameters), "map")
		}
		out = append(out, line)
	}
	return out
}

func TestClauses(t *testing.T) {
	f := finder(t)
	tests := map[string][]string{
		// Who may use it.
		"You may not use the model for commercial purposes.":                     {"non-commercial 1"},
		"You may NOT use the **model**\nfor *commercial*\npurposes.":             {"non-commercial 1"},
		"<p>You may not use the model for</p>\n<p>commercial&nbsp;purposes.</p>": {"non-commercial 1"},
		"The weights are licensed for non-\ncommercial use only.":                {"non-commercial 1"},
		"Any commercial use is strictly prohibited.":                             {"non-commercial 1"},
		"Commercial use is permitted.":                                           {},
		"You may use it for commercial and non-commercial purposes.":             {},
		"This includes, but is not limited to, non-commercial use.":              {},
		"Nothing in this licence restricts commercial use.":                      {},
		"\"Commercial use\" means use for a fee.":                                {},
		"Commercial use requires a separate licence from Acme.":                  {"commercial-authorization 1 [by:agreement]"},
		"You may not use it commercially without our written consent.":           {"commercial-authorization 1 [by:agreement]"},
		"The data may be used for research purposes only.":                       {"research-only 1"},
		// Thresholds.
		"If you have more than 700 million monthly active users you must request a license from us.": {"user-threshold 1 [monthly_active_users:700000000]"},
		"Above 1,000,000 monthly active users, obtain a licence from Acme.":                          {"user-threshold 1 [monthly_active_users:1000000]"},
		"A service with over 2.5 million daily active users needs our permission.":                   {"user-threshold 1 [daily_active_users:2500000]"},
		"Companies whose annual revenue exceeds US$20 million must contact us for a licence.":        {"revenue-threshold 1 [annual_revenue_usd:20000000]"},
		"With over $100M in annual revenue you shall obtain a licence.":                              {"revenue-threshold 1 [annual_revenue_usd:100000000]"},
		"You are not authorized if your monthly revenue exceeds $20 million.":                        {"revenue-threshold 1 [monthly_revenue_usd:20000000]"},
		"We have more than 700 million monthly active users.":                                        {},
		"If it has more than 100 million monthly active users, you shall prominently display \"Acme One\" on its interface.": {
			"attribution-display 1 [text:Acme One trigger:above-threshold]",
		},
		// What it may be used for.
		"You agree not to use the model:\n\n(a) for military purposes;\n(b) to generate malware.\n\n2. You may sell it.\n": {
			"use-restriction 3 [fields:[military]]", "use-restriction 4 [fields:[malware]]",
		},
		"Military museums may use the model.": {},
		"Your use must adhere to the Acceptable Use Policy at https://example.org/use-policy, which is incorporated here.": {
			"use-policy 1 [address:https://example.org/use-policy]",
		},
		"You may not use the works in the European Union or South Korea.": {
			"region-exclusion 1 [regions:[EU KR]]",
		},
		"The courts of the European Union have jurisdiction.":                  {},
		"You will not use the outputs to improve any other language model.":    {"output-training-ban 1 [scope:language-models]"},
		"You may use the outputs to train other models.":                       {},
		"You must not remove or circumvent any safety filters in the model.":   {"safeguard-bypass-ban 1"},
		"You may not offer the model as a hosted service to third parties.":    {"hosted-service-limit 1"},
		"You must not redistribute the weights.":                               {"no-redistribution 1"},
		"You may redistribute the weights.":                                    {},
		"You may not distribute derivative works.":                             {"no-derivatives 1"},
		"Include \"Acme\" at the beginning of the name of any model you make.": {"name-prefix 1 [prefix:Acme]"},
		"We may terminate this licence at any time for any reason.":            {"termination-at-will 1"},
		"You may terminate this licence at any time.":                          {},
		"本模型不得用于商业用途。":                                                         {"non-commercial 1"},
		"":                                                                     {},
	}
	for text, want := range tests {
		if got := said(f.Find([]byte(text))); !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

// Only what the added lines say counts, in the lines of the file.
func TestClausesOfAddedLines(t *testing.T) {
	f := finder(t)
	text := "You may not use it for commercial purposes.\n\nFirst line.\n\nYou must not redistribute the weights,\nnot even inside something else.\n"
	found := model.LicenseText{Added: []model.AddedSpan{{From: 3, To: 3}, {From: 6, To: 6}}}
	f.Fill([]byte(text), &found)
	if got := said(found.Added[0].Terms); len(got) > 0 {
		t.Errorf("line 3 holds %q", got)
	}
	found = model.LicenseText{Added: []model.AddedSpan{{From: 5, To: 6}}}
	f.Fill([]byte(text), &found)
	if got := said(found.Added[0].Terms); !slices.Equal(got, []string{"no-redistribution 5"}) {
		t.Errorf("lines 5 to 6 hold %q", got)
	}
}

func TestClauseExcerpts(t *testing.T) {
	f := finder(t)
	found := f.Find([]byte("You may not use it for commercial\n\tpurposes \x1b[31m\u202e" + strings.Repeat("and so on ", 100)))
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	got := found[0].Excerpt
	if n := len([]rune(got)); n > 160 || strings.ContainsAny(got, "\n\t\x1b\u202e") || !strings.HasSuffix(got, "…") {
		t.Errorf("excerpt of %d characters: %q", n, got)
	}
}

// The work is bounded by the text, whatever it holds.
func TestClausesAreLinear(t *testing.T) {
	f := finder(t)
	for name, piece := range map[string]string{
		"items":     "(a) you may not use it: for commercial; military;\n",
		"one line":  "you may not use commercial output to train any model ",
		"marks":     "a) b) c) \"quoted\" “ ” ( ) : ; . ",
		"addresses": "policy https://example.org/a policy ",
		"numbers":   "more than 1,000 million monthly active users ",
	} {
		work := func(n int) float64 {
			text := []byte(strings.Repeat(piece, n))
			return testing.AllocsPerRun(1, func() { f.Find(text) })
		}
		if small, large := work(50), work(400); large > 12*small+1000 {
			t.Errorf("%s: %v allocations for eight times the text of %v", name, large, small)
		}
		if n := len(f.Find([]byte(strings.Repeat(piece, 1000)))); n > 64 {
			t.Errorf("%s: %d finds", name, n)
		}
	}
}

func FuzzClauses(fuzz *testing.F) {
	f := finder(fuzz)
	fuzz.Add([]byte("You agree not to:\n(a) use it for commercial purposes;\n(b) train “other” models at https://example.org/x.\n"))
	fuzz.Add([]byte("1. x: \"a\" ‘b’ (c) 2.5 million US$ users; \xff\xfe"))
	fuzz.Fuzz(func(t *testing.T, text []byte) {
		lines := 1 + strings.Count(string(text), "\n") + strings.Count(string(text), "\r")
		for _, one := range f.Find(text) {
			if one.Term == "" || one.Line < 1 || one.Line > lines || len([]rune(one.Excerpt)) > 160 {
				t.Errorf("%+v in a text of %d lines", one, lines)
			}
		}
	})
}
