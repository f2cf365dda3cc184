package report

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markup "github.com/yuin/goldmark/renderer/html"

	"github.com/entail-dev/entail/internal/model"
)

// github renders Markdown as GitHub reads it, raw HTML included.
var github = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markup.WithUnsafe()))

func rendered(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := github.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// active finds what a viewer acts on: mentions, references to issues, and
// addresses that it makes links of.
var active = regexp.MustCompile(`(?i)@[a-z0-9]|#[0-9]|gh-[0-9]|://|www\.[a-z0-9]`)

var hostile = []string{
	"plain words", "", " ", "*bold* _em_ ~~gone~~ `code`", "<b>x</b><script>alert(1)</script>", "<!-- entail:check -->",
	"--> <!-- entail", "![beacon](https://evil.example/x.png)", "[click](javascript:alert(1))", "<img src=x onerror=y>",
	"see @octocat and @org/team", "fixes #1 and gh-12 GH-3 other/repo#4", "https://evil.example www.evil.example ftp://x",
	"a | b | c", "# heading", "- item", "1. item", "> quote", "---", "a\nb\n\n# c", "```\nfence", "\\*escaped\\*", "\\", "&lt;b&gt; &amp; &#64;me",
	":shrug: :+1:", "::set-output name=x::y", "$$x^2$$ $`y`$", "[x]: https://evil.example", "[^1]", "\u202egnp.exe", "a@b.example",
	"<https://evil.example>", "<details><summary>x", "| --- |", "\t code", "    code", "x  \ny", "model[0]", "'\"`", "%%{init: {}}%%",
}

func checkInert(t *testing.T, text string) {
	t.Helper()
	// In a cell of a table, as most text stands.
	page := rendered(t, "| a |\n|---|\n| x"+Inert(text)+"x |\n")
	_, cell, _ := strings.Cut(page, "<tbody>")
	cell = strings.TrimSpace(strings.NewReplacer("</tbody>", "", "</table>", "", "<tr>", "", "</tr>", "").Replace(cell))
	cell = strings.TrimSuffix(strings.TrimPrefix(cell, "<td>"), "</td>")
	if strings.ContainsAny(cell, "<>") {
		t.Errorf("%q becomes markup: %s", text, cell)
	}
	shown := html.UnescapeString(cell)
	if active.MatchString(shown) {
		t.Errorf("%q stays active: %s", text, shown)
	}
	if got, want := strings.ReplaceAll(shown, noWidth, ""), "x"+strings.TrimSpace(Plain(text))+"x"; got != want {
		t.Errorf("%q reads %q, want %q", text, got, want)
	}
	// At the start of a line, where blocks begin.
	if p := strings.TrimSpace(rendered(t, Inert(text))); p != "" && (!strings.HasPrefix(p, "<p>") || strings.Count(p, "<") != 2) {
		t.Errorf("%q starts a block: %s", text, p)
	}
}

func TestInert(t *testing.T) {
	for _, text := range hostile {
		checkInert(t, text)
	}
}

func FuzzInert(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// The renderer drops blanks at the edges, and of several keeps all;
		// escapes that Plain makes are longer than the bound of one text.
		if len(text) > 1_000 {
			return
		}
		checkInert(t, text)
	})
}

// TestCode holds that an id is a code span, and that all else is inert.
func TestCode(t *testing.T) {
	for _, id := range []string{"org/name", "github:o/r@v1.0", "datasets/a_b"} {
		if got := code(id); got != "`"+id+"`" {
			t.Errorf("%q is shown as %s", id, got)
		}
	}
	for _, text := range hostile {
		page := rendered(t, "| a |\n|---|\n| "+code(text)+" |\n")
		if strings.Count(page, "<td>") != 1 || strings.Contains(page, "<a") || strings.Contains(page, "<img") || strings.Contains(page, "<!--") {
			t.Errorf("%q is shown as %s", text, page)
		}
	}
}

func TestLink(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/a_(b)?c=d&e|f":    `<p><a href="https://example.org/a_%28b%29?c=d&amp;e%7Cf">x*y</a></p>`,
		"javascript:alert(1)":                  "<p>x*y</p>",
		"https://user:pass@example.org/":       "<p>x*y</p>",
		"https://example.org/\n\n# heading":    "<p>x*y</p>",
		"":                                     "<p>x*y</p>",
		"https://example.org/a) ![b](http://c": `<p><a href="https://example.org/a%29%20%21%5Bb%5D%28http://c">x*y</a></p>`,
	} {
		if got := strings.TrimSpace(rendered(t, link("x*y", address))); got != want {
			t.Errorf("%q: got %s, want %s", address, got, want)
		}
	}
}

// TestMarkdownOfHostileNames holds that whatever a card and a policy hold,
// the report's own structure is all the structure there is.
func TestMarkdownOfHostileNames(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	shape := func(text string) string {
		r := result([]model.Finding{{
			Rule: "a/b", Level: model.LevelError, Message: text, Fix: text, At: []model.Position{{File: text, Line: 1}}, Path: []string{text},
		}}, "acme/s "+strings.ReplaceAll(text, " ", ""))
		one := &r.Results[0]
		one.Incomplete = []string{text}
		one.License.Effective = text
		one.Terms = []model.InheritedTerm{{Term: text, Summary: text, License: text, Clause: text, From: text, State: "dropped", Effect: "restriction", Path: []string{"acme/s", text}}}
		one.Definitions["d"] = model.Judgement{Verdict: "fails", Requirements: []model.Requirement{{Title: text, Why: text, State: "unmet"}}}
		changed := model.CompareResults(&model.SubjectResult{Verdict: model.Pass}, one)
		// A single release, and an overview of several with their folders.
		page := rendered(t, Markdown(r, []model.Changes{changed}, Options{Definitions: []string{"d"}}, 0))
		r.Results = append(r.Results, *one)
		page += rendered(t, Markdown(r, []model.Changes{changed, changed}, Options{Definitions: []string{"d"}, Folders: []string{text, "x/" + text}}, 0))
		// An id stands in a code span, what is none does not.
		page = strings.NewReplacer("<code>", "", "</code>", "").Replace(page)
		return strings.Join(tags.FindAllString(page, -1), "\n")
	}
	want := shape("plain")
	for _, text := range hostile {
		if got := shape("x" + text); got != want {
			t.Errorf("%q changes the page's structure:\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestMarkdownFits holds that a limit cuts between rows and counts what it
// cuts.
func TestMarkdownFits(t *testing.T) {
	var findings []model.Finding
	for range 1_500 {
		findings = append(findings, model.Finding{Rule: "a/b", Level: model.LevelError, Message: strings.Repeat("word ", 30), Path: []string{"acme/s"}})
	}
	r := result(findings)
	for len(r.Results) < 30 {
		r.Results = append(r.Results, r.Results[0])
	}
	for _, limit := range []int{200, 2_000, 65_536, 1_000_000} {
		text := Markdown(r, nil, Options{}, limit)
		if n := len([]rune(text)); n > limit || n == 0 {
			t.Errorf("%d characters, limit %d", n, limit)
		}
		if !strings.Contains(text, "left out") && !strings.Contains(text, "not shown here") {
			t.Errorf("limit %d: does not say what is left out: %.200s", limit, text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "| error") && !strings.HasSuffix(line, "|\n") {
				t.Errorf("limit %d: broken row %q", limit, line)
			}
		}
	}
}
