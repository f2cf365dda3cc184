package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

func TestPlain(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"plain words, ünïcode 模型 ✓", "plain words, ünïcode 模型 ✓"},
		{"two\nlines\tand a tab", "two lines and a tab"},
		{"\x1b[31mred\x1b[0m", `\u001b[31mred\u001b[0m`},
		{"\r\n", `\u000d `},
		{"bell\a nul\x00 del\x7f", `bell\u0007 nul\u0000 del\u007f`},
		{"c1 \u009b31m", `c1 \u009b31m`},
		{"\u202eexe.gnp", `\u202eexe.gnp`},
		{"a\u2066b\u2069c\u200e\u061c", `a\u2066b\u2069c\u200e\u061c`},
		{"zero\u200bwidth\ufeff", `zero\u200bwidth\ufeff`},
		{"line\u2028para\u2029", `line\u2028para\u2029`},
		{"bad \xff byte", `bad \ufffd byte`},
		{"tag \U000e0041", `tag \ue0041`},
		{"::error::x", `\u003a:error::x`},
		{"x ::add-mask::y\n::stop-commands::z", `x \u003a:add-mask::y \u003a:stop-commands::z`},
		{"std::vector ##[error]x", `std::vector \u0023#[error]x`},
	} {
		if got := Plain(tt.in); got != tt.want {
			t.Errorf("Plain(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// FuzzPlain: whatever goes in, one line that a terminal only prints comes out,
// and doing it twice changes nothing.
func FuzzPlain(f *testing.F) {
	f.Add("x\x1b[2J\u202e\n\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := Plain(text)
		if !utf8.ValidString(got) || Plain(got) != got {
			t.Errorf("Plain(%q) = %q", text, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
				t.Errorf("Plain(%q) holds %U", text, r)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"  one   two ", 10, []string{"one two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 6, []string{"one", "two", "three"}},
		{"a-word-longer-than-the-width b", 5, []string{"a-word-longer-than-the-width", "b"}},
		{"äöü äöü äöü", 7, []string{"äöü äöü", "äöü"}},
	} {
		if got := wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}

// result is one subject with these edges, each "child parent".
func result(findings []model.Finding, edges ...string) *model.Result {
	one := model.SubjectResult{
		Subject: "acme/s", Verdict: model.Pass, Incomplete: []string{}, Findings: findings, Rules: []string{"a/b"},
		License:     model.EffectiveLicense{Effective: "mit"},
		Definitions: map[string]model.Judgement{}, Terms: []model.InheritedTerm{},
	}
	ids := []string{"acme/s"}
	for _, e := range edges {
		child, parent, _ := strings.Cut(e, " ")
		one.Lineage.Edges = append(one.Lineage.Edges, model.LineageEdge{Child: child, Parent: parent, Relation: model.Finetune})
		for _, id := range []string{child, parent} {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	for i, id := range ids {
		one.Lineage.Nodes = append(one.Lineage.Nodes, model.LineageNode{
			ID: id, License: "mit", State: model.Resolved, Depth: min(i, 1), Source: "hub",
		})
	}
	return &model.Result{Schema: model.ResultSchema, Results: []model.SubjectResult{one}}
}

func render(t *testing.T, format string, r *model.Result, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestTree: a model that several share is laid out once, a circle ends, and a
// long tree is cut with the number of what is left.
func TestTree(t *testing.T) {
	diamond := render(t, "text", result(nil, "acme/s org/a", "acme/s org/b", "org/a org/c", "org/b org/c", "org/c org/d"), Options{})
	want := `acme/s                       mit
├─ fine-tuned from org/a     mit
│  └─ fine-tuned from org/c  mit
│     └─ fine-tuned from org/d  mit
└─ fine-tuned from org/b     mit
   └─ fine-tuned from org/c  mit  see above
`
	// The columns follow the longest name; only the shape is looked at here.
	if squeeze(head(diamond, 6)) != squeeze(want) {
		t.Errorf("tree:\n%s\nwant\n%s", head(diamond, 6), want)
	}
	circle := render(t, "text", result(nil, "acme/s org/a", "org/a org/b", "org/b org/a", "org/b org/b"), Options{})
	if n := strings.Count(circle, "see above"); n != 2 {
		t.Errorf("%d rows lead back, want 2:\n%s", n, circle)
	}
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("acme/s org/p%02d", i))
	}
	long := render(t, "text", result(nil, many...), Options{})
	if !strings.Contains(long, "… and 21 more") || strings.Contains(long, "org/p39") || !strings.Contains(long, "org/p38") {
		t.Errorf("a tree of 61 rows:\n%s", long)
	}
	if all := render(t, "json", result(nil, many...), Options{}); !strings.Contains(all, "org/p59") {
		t.Error("JSON is cut as well")
	}
}

func head(text string, lines int) string {
	return strings.Join(strings.SplitAfterN(text, "\n", lines+1)[:lines], "")
}

func squeeze(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(out, "\n")
}

// TestUnread: what could not be read, not refreshed or read in part only is
// marked, and what is remembered says of which day.
func TestUnread(t *testing.T) {
	r := result(nil, "acme/s org/a", "acme/s org/b", "acme/s org/c", "acme/s org/d")
	nodes := r.Results[0].Lineage.Nodes
	nodes[1].State = model.PrivateOrAbsent
	nodes[2].Source, nodes[2].AsOf, nodes[2].Detail = "cache", "2026-01-02", "could not be refreshed: no way"
	nodes[3].Detail = "by its files alone"
	nodes[4].Source, nodes[4].AsOf = "hub-cache", "2025-03-04"
	got := render(t, "text", r, Options{})
	for _, piece := range []string{
		"org/a  not read: private or absent", "cache of 2026-01-02, not refreshed", "could not be refreshed: no way",
		"org/c  mit  read in part", "by its files alone", "org/d  mit  local Hub cache of 2025-03-04",
	} {
		if !strings.Contains(got, piece) {
			t.Errorf("the report does not say %q:\n%s", piece, got)
		}
	}
}

func finding(rule string, level model.Level, message string) model.Finding {
	return model.Finding{Rule: rule, Level: level, Message: message, Subject: "acme/s", Path: []string{"acme/s"}}
}

// TestHostileText: no field of a result reaches a terminal raw, in any format.
func TestHostileText(t *testing.T) {
	const evil = "\x1b[31m\n\nPASS  acme/s\u202e\u009b\xff\r"
	f := model.Finding{
		Rule: "a/b", Level: model.LevelError, Message: evil, Subject: evil, Path: []string{evil, evil}, License: evil,
		Term: evil, Clause: evil, At: []model.Position{{File: evil, Line: 1}, {File: evil}}, Why: evil, Fix: evil, Refs: []string{evil},
	}
	note := f
	note.Level = model.LevelNote
	r := result([]model.Finding{f, note})
	one := &r.Results[0]
	one.Verdict, one.Subject, one.Incomplete = model.Fail, evil, []string{evil}
	one.Lineage = model.LineageView{
		Nodes: []model.LineageNode{{ID: evil, License: evil, State: model.Resolved, Detail: evil, AsOf: "2024"}},
		Edges: []model.LineageEdge{{Child: evil, Parent: evil, Relation: model.Merge}},
	}
	one.Definitions["d"] = model.Judgement{Verdict: "fails", Reading: "text", Requirements: []model.Requirement{
		{ID: evil, Title: evil, State: "unmet", Why: evil},
	}}
	for _, o := range []Options{{Definitions: []string{"d"}}, {Verbose: true}, {Width: 1}, {Width: 1000}} {
		for _, format := range Formats() {
			got := render(t, format, r, o)
			verdicts := 0
			for line := range strings.Lines(got) {
				if strings.HasPrefix(line, "PASS") || strings.HasPrefix(line, "FAIL") {
					verdicts++
				}
			}
			if format == "text" && verdicts != 1 {
				t.Errorf("%+v: %d lines look like a verdict:\n%s", o, verdicts, got)
			}
			if !utf8.ValidString(got) || strings.ContainsFunc(got, func(c rune) bool { return c != '\n' && unsafe(c) && c != utf8.RuneError }) {
				t.Errorf("%s: unsafe characters in %q", format, got)
			}
		}
	}
	// JSON only writes them otherwise: what is read back is what went in.
	var back model.Result
	if err := json.Unmarshal([]byte(render(t, "json", r, Options{})), &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Results[0].Findings[0].Message; got != strings.ToValidUTF8(evil, "\ufffd") {
		t.Errorf("the message comes back as %q", got)
	}
}

func TestEscapeUnsafe(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"{\n \"a\": \"b\"\n}\n", "{\n \"a\": \"b\"\n}\n"},
		{"\"\u202e\u009b\"", `"\u202e\u009b"`},
		{"\"\U000e0041\"", `"\udb40\udc41"`},
		{"\"模型 ✓\"", "\"模型 ✓\""},
	} {
		got := string(escapeUnsafe([]byte(tt.in)))
		if got != tt.want {
			t.Errorf("escapeUnsafe(%q) = %q, want %q", tt.in, got, tt.want)
		}
		var a, b any
		if json.Unmarshal([]byte(tt.in), &a) != nil || json.Unmarshal([]byte(got), &b) != nil || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%q and %q are not the same JSON", tt.in, got)
		}
	}
}

// TestGroups: findings of one rule about one licence are shown together, in
// the order in which they came.
func TestGroups(t *testing.T) {
	at := func(rule, license, message string) model.Finding {
		f := finding(rule, model.LevelError, message)
		f.License = license
		return f
	}
	var got []string
	for _, g := range groups([]model.Finding{at("a/b", "x", "1"), at("a/b", "y", "2"), at("a/b", "x", "3"), at("c/d", "x", "4")}) {
		var messages []string
		for _, f := range g.findings {
			messages = append(messages, f.Message)
		}
		got = append(got, strings.Join(messages, "+"))
	}
	if want := []string{"1+3", "2", "4"}; !slices.Equal(got, want) {
		t.Errorf("groups %q, want %q", got, want)
	}
}

// TestVerbose: notes are one line each, and in full where asked for.
func TestVerbose(t *testing.T) {
	note := finding("a/b", model.LevelNote, "something small")
	note.Fix = "do this"
	r := result([]model.Finding{note})
	brief, full := render(t, "text", r, Options{}), render(t, "text", r, Options{Verbose: true, Titles: map[string]string{"a/b": "A title"}})
	if !strings.Contains(brief, "note: something small\n") || strings.Contains(brief, "do this") {
		t.Errorf("brief:\n%s", brief)
	}
	if !strings.Contains(full, "note: A title [a/b]\n") || !strings.Contains(full, "do this") {
		t.Errorf("in full:\n%s", full)
	}
}

// TestWaived: every format shows what is waived, and by whom, and counts it
// apart; rules that are switched off are told.
func TestWaived(t *testing.T) {
	agreed := finding("a/b", model.LevelError, "a limit is dropped")
	agreed.Waived = &model.Waiver{Reason: "we have a contract", Approver: "legal@acme", Expires: "2027-01-31"}
	own := finding("custom/main/deny-run", model.LevelError, "it runs")
	own.Waived = &model.Waiver{Reason: "package main makes an exception of it"}
	r := result([]model.Finding{agreed, own, finding("a/c", model.LevelWarning, "odd")})
	r.Results[0].Off = []model.OffRule{{Rule: "a/d"}, {Rule: "a/e", ReplacedBy: "custom/e"}}
	r.Summary = model.Summary{Subjects: 1, Warnings: 1, Waived: 2}
	for format, want := range map[string][]string{
		"text": {
			"waived: error: a limit is dropped [a/b]\n        we have a contract (approved by legal@acme, until 2027-01-31)\n",
			"waived: error: it runs [custom/main/deny-run]\n        package main makes an exception of it\n",
			"  1 warning, 2 waived\n", "  off    a/d, a/e (replaced by custom/e)\n",
		},
		"markdown": {
			"| error (waived) | a limit is dropped<br>Waived: we have a contract (approved by legal", " · 1 warning · 2 waived\n",
			"\nSwitched off: a/d, a/e (replaced by custom/e)\n",
		},
		"json":       {`"waived": {`, `"approver": "legal@acme"`, `"waived": 2`, `"replaced_by": "custom/e"`},
		"badge":      {", 2 waived</title>"},
		"badge-json": {`, 2 waived"`},
	} {
		got := render(t, format, r, Options{})
		for _, words := range want {
			if !strings.Contains(got, words) {
				t.Errorf("%s lacks %q:\n%s", format, words, got)
			}
		}
		if format == "text" && strings.Contains(got, "\nerror: ") {
			t.Errorf("a waived finding is shown among those that count:\n%s", got)
		}
	}
	run := asSARIF(t, r, Options{})
	if s := run.Results[0].Suppressions; len(s) != 1 || *s[0].Kind != "external" || !strings.Contains(*s[0].Justification, "a contract (approved by legal") {
		t.Errorf("suppressions %+v", s)
	}
	if s := run.Results[2].Suppressions; len(s) != 0 {
		t.Errorf("a finding that counts is suppressed: %+v", s)
	}
	r.Results = append(r.Results, r.Results[0])
	for _, format := range []string{"text", "markdown"} {
		if got := render(t, format, r, Options{}); !strings.Contains(got, "0 errors, 1 warning, 0 notes, 2 waived; 0 incomplete") {
			t.Errorf("%s of two:\n%s", format, got)
		}
	}
	together := render(t, "text", r, Options{Definitions: []string{"osaid-1.0"}})
	if n := strings.Count(together, "waived: a limit is dropped: we have a contract (approved by"); n != 2 {
		t.Errorf("side by side: told %d times:\n%s", n, together)
	}
}

// TestColor changes nothing but colour.
func TestColor(t *testing.T) {
	r := result([]model.Finding{finding("a/b", model.LevelError, "bad"), finding("a/c", model.LevelWarning, "odd")}, "acme/s org/a")
	colored := render(t, "text", r, Options{Color: true})
	if !strings.Contains(colored, "\x1b[1;31merror\x1b[0m") {
		t.Errorf("no colour in %q", colored)
	}
	for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[1;33m"} {
		colored = strings.ReplaceAll(colored, code, "")
	}
	if plain := render(t, "text", r, Options{}); colored != plain {
		t.Errorf("without its codes the coloured report is\n%q\nwant\n%q", colored, plain)
	}
}

// TestPlainClips: of an endless text the beginning is shown, cut between
// characters.
func TestPlainClips(t *testing.T) {
	got := Plain(strings.Repeat("é", maxPlain))
	if len(got) > maxPlain+len("…") || !strings.HasSuffix(got, "é…") || !utf8.ValidString(got) {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-8:])
	}
}

// full fails after so many bytes.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestErrors: a format that is none, and a writer that fails at once or later.
func TestErrors(t *testing.T) {
	long := finding("a/b", model.LevelError, strings.Repeat("words ", 600))
	r := result([]model.Finding{long, long, long})
	if err := Write(&bytes.Buffer{}, "xml", r, Options{}); err == nil || !strings.Contains(err.Error(), `"xml": one of text, json`) {
		t.Errorf("unknown format: %v", err)
	}
	for _, format := range Formats() {
		rooms := []int{0, 5000}
		if strings.HasPrefix(format, "badge") {
			rooms = []int{0, 50} // It is small, and written at one go.
		}
		for _, room := range rooms {
			if err := Write(&full{room}, format, r, Options{}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: %v, want the writer's error", format, room, err)
			}
		}
	}
}
