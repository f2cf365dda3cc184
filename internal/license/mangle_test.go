package license

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/entail-dev/entail/internal/model"
)

// reflow wraps each paragraph of a text anew. Paragraphs in which a line
// starts as a list item or is indented stay as they are.
func reflow(text string, width int) string {
	var out []string
	for _, para := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		line := ""
		for _, w := range strings.Fields(para) {
			if line != "" && len(line)+len(w) >= width {
				out = append(out, line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += w
		}
		out = append(out, line, "")
	}
	return strings.Join(out, "\n")
}

func eachLine(text string, change func(string) string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = change(line)
	}
	return strings.Join(lines, "\n")
}

// pages breaks a text into pages as a PDF's text has them, with the number of
// the page, its title above and a line below.
func pages(text string) []byte {
	const perPage = 40
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	title := strings.TrimSpace(lines[0])
	count := (len(lines) + perPage - 1) / perPage
	var b strings.Builder
	for i := range count {
		if i > 0 && len(title) < 60 && !strings.HasSuffix(title, ".") {
			b.WriteString(title + "\n\n")
		}
		b.WriteString(strings.Join(lines[i*perPage:min(len(lines), (i+1)*perPage)], "\n"))
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "\n\n%d\n\f", i+1)
		case 1:
			fmt.Fprintf(&b, "\n\n                - %d -\n\f", i+1)
		default:
			fmt.Fprintf(&b, "\n\nPage %d of %d\n\f", i+1, count)
		}
	}
	return []byte(b.String())
}

func asUTF16(text string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

var manglings = []struct {
	name   string
	change func(string) []byte
	// unlike is what a text does not hold if the change makes sense for it.
	unlike string
}{
	{"upper case", func(s string) []byte { return []byte(strings.ToUpper(s)) }, ""},
	{"line ends of Windows", func(s string) []byte {
		return []byte(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n"))
	}, ""},
	{"byte order mark", func(s string) []byte { return []byte("\uFEFF" + strings.TrimPrefix(s, "\uFEFF")) }, ""},
	{"UTF-16", func(s string) []byte { return asUTF16(strings.TrimPrefix(s, "\uFEFF")) }, ""},
	{"straight quotes", func(s string) []byte {
		return []byte(strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", "–", "-", "—", "--").Replace(s))
	}, ""},
	{"curly quotes", func(s string) []byte {
		return []byte(strings.NewReplacer(`"`, "”", "'", "’", " - ", " — ").Replace(s))
	}, ""},
	{"tabs and spaces", func(s string) []byte { return []byte(strings.ReplaceAll(s, " ", " \t ")) }, ""},
	{"no-break spaces", func(s string) []byte { return []byte(strings.ReplaceAll(s, " ", "\u00A0")) }, "<"},
	{"quoted", func(s string) []byte { return []byte(eachLine(s, func(l string) string { return "> " + l })) }, ""},
	{"comment", func(s string) []byte { return []byte(eachLine(s, func(l string) string { return "# " + l })) }, ""},
	{"block comment", func(s string) []byte {
		return []byte("/*\n" + eachLine(s, func(l string) string { return " * " + l }) + "\n */\n")
	}, ""},
	{"fenced", func(s string) []byte { return []byte("```text\n" + s + "\n```\n") }, ""},
	{"front matter", func(s string) []byte { return []byte("---\nlayout: page\ntitle: x\n---\n\n" + s) }, ""},
	{"HTML", func(s string) []byte {
		var b strings.Builder
		b.WriteString("<!DOCTYPE html>\n<html><head><title>A page</title><style>p { color: red }</style></head>\n<body class=\"x\">\n")
		for _, p := range strings.Split(s, "\n\n") {
			b.WriteString("<p class='y'>" + html.EscapeString(p) + "</p>\n")
		}
		b.WriteString("</body></html>")
		return []byte(b.String())
	}, ""},
	{"emphasis", func(s string) []byte {
		return []byte(eachLine(s, func(l string) string {
			if t := strings.TrimSpace(l); t != "" && !strings.ContainsAny(t, "*_`[]()<>#:") {
				return "**" + t + "**"
			}
			return l
		}))
	}, ""},
	{"escapes", func(s string) []byte { return []byte(strings.NewReplacer(".", `\.`, "-", `\-`).Replace(s)) }, `\`},
	{"narrow", func(s string) []byte { return []byte(reflow(s, 50)) }, ""},
	{"wide", func(s string) []byte { return []byte(reflow(s, 1<<20)) }, ""},
	{"pages", pages, ""},
	{"bullets", func(s string) []byte {
		return []byte(eachLine(s, func(l string) string {
			if t := strings.TrimSpace(l); strings.HasPrefix(t, "- ") || strings.HasPrefix(t, "* ") {
				return "• " + t[2:]
			}
			return l
		}))
	}, ""},
	{"provenance", func(s string) []byte {
		return []byte("[For the original copy of this license, see https://example.org/a/LICENSE]\n\n" + s)
	}, ""},
}

func TestManglingNeverMatters(t *testing.T) {
	samples := corpusSamples(t)
	if testing.Short() {
		samples = everyNth(samples, 5)
	}
	for _, m := range manglings {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			bad := 0
			for _, s := range samples {
				if s.Notice || bytes.HasPrefix(s.Text, []byte("---")) || m.unlike != "" && bytes.Contains(s.Text, []byte(m.unlike)) {
					continue
				}
				got := Identify("LICENSE", m.change(string(s.Text)))
				if got.ID != s.ID || got.Modified {
					bad++
					t.Logf("%s %s: %q modified %v added %v", s.ID, s.Name, got.ID, got.Modified, got.Added)
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d texts", bad, len(samples))
			}
		})
	}
}

// everyNth takes one of n samples.
func everyNth(samples []Sample, n int) []Sample {
	var out []Sample
	for i := 0; i < len(samples); i += n {
		out = append(out, samples[i])
	}
	return out
}

// mutation is a change of one word that has to be told.
type mutation struct {
	name string
	fits func(w *wording, i int) bool
	with func(old string) string
}

var mutations = []mutation{
	{"a word left out", func(w *wording, i int) bool { return isLetters(w.raw(i)) && w.tokens[i].end-w.tokens[i].off > 1 }, func(string) string { return "" }},
	{"a word put in", func(w *wording, i int) bool { return isLetters(w.raw(i)) }, func(old string) string { return "never " + old }},
	{"another number", func(w *wording, i int) bool { return !isLetters(w.raw(i)) && len(w.raw(i)) < 10 }, func(old string) string { return "8" + old }},
	{"another word", func(w *wording, i int) bool { return isLetters(w.raw(i)) }, func(string) string { return "mangled" }},
}

func isLetters(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c|0x20 < 'a' || c|0x20 > 'z' })
}

// distinct leaves one of the samples that are the same once normalised.
func distinct(t *testing.T, samples []Sample) []Sample {
	t.Helper()
	all, err := prepare(samples)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var out []Sample
	for i := range all {
		if key := all[i].ID + " " + all[i].variant.identity(); !seen[key] {
			seen[key] = true
			out = append(out, all[i].Sample)
		}
	}
	return out
}

func TestEveryChangeOfAWordIsTold(t *testing.T) {
	t.Parallel()
	samples := distinct(t, corpusSamples(t))
	if testing.Short() {
		samples = everyNth(samples, 5)
	}
	tried := 0
	for _, s := range samples {
		if s.Notice {
			continue
		}
		w := tokenize(s.Text, compared)
		title, tail := max(w.headEnd(), w.trimmed()), w.tailStart()
		for k, m := range mutations {
			step := max(1, (tail-title)/7)
			for i := title + k + 1; i < tail-1; i += step {
				at := i
				for at < tail-1 && (w.tokens[at].kind != plain || !m.fits(&w, at) || doubled(&w, at) || w.inHolderSlot(at, at+1)) {
					at++
				}
				if at < tail-1 {
					tried++
					checkMutation(t, s, &w, m, at)
				}
			}
		}
	}
	t.Logf("%d changes", tried)
	if tried < 1000 {
		t.Error("hardly any change was tried")
	}
}

// checkMutation changes one token of a text and holds that this is told.
func checkMutation(t *testing.T, s Sample, w *wording, m mutation, at int) {
	t.Helper()
	tok := w.tokens[at]
	got := Identify("LICENSE", slices.Concat(w.text[:tok.off], []byte(m.with(string(w.raw(at)))), w.text[tok.end:]))
	where := fmt.Sprintf("%s %s: %s, %q on line %d", s.ID, s.Name, m.name, w.raw(at), tok.line)
	if !got.Modified {
		t.Errorf("%s: not modified", where)
	} else if !near(w, got, at) {
		t.Errorf("%s: told at %v of %q", where, got.Added, got.ID)
	} else if got.ID != s.ID && got.ID != "" && got.Missing > 0 {
		// A licence of which every word is there is one that this was made of.
		t.Errorf("%s: named %q", where, got.ID)
	}
}

// headEnd is where the first lines end, of which a copy may lack some.
func (w *wording) headEnd() int {
	if head := w.headLines(); len(head) > 0 {
		return head[len(head)-1]
	}
	return 0
}

// near says whether a difference is told on the line of token i or on that of
// the word before or behind.
func near(w *wording, got model.LicenseText, i int) bool {
	for k := max(0, i-3); k <= min(len(w.tokens)-1, i+3); k++ {
		line := int(w.tokens[k].line)
		if slices.ContainsFunc(got.Added, func(s model.AddedSpan) bool { return s.From <= line && line <= s.To }) {
			return true
		}
	}
	return false
}

// trimmed counts the words that only say where the text was copied from.
func (w wording) trimmed() int {
	n := len(w.tokens)
	w.trimFrame()
	return n - len(w.tokens)
}

// doubled says whether the token stands twice, so that which one was left
// out cannot be told.
func doubled(w *wording, i int) bool {
	return i > 0 && w.tokens[i-1].hash == w.tokens[i].hash
}
