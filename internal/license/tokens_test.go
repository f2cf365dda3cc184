package license

import (
	"strings"
	"testing"
	"unicode"
)

func TestNormalizeWords(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"case and stops", "The  Licensor's\tTERMS.", "the licensor s terms"},
		{"emphasis inside a word", "**N**on-*Commercial*", "non commercial"},
		{"list marks", "1. One\n(a) two\nb) three\n• four\n\n2.1 five\niv. six", "one two three four five six"},
		{"a number is no mark", "within\n30. days of version\n2.0 of it", "within 30 days of version 2 0 of it"},
		{"marks in a sentence", "either: (i) this, or (ii) that", "either this or that"},
		{"number in brackets", "thirty (30) days", "thirty 30 days"},
		{"reference to a clause", "Section 2(b) and 16.", "section 2 b and 16"},
		{"thousands", "700,000,000 users of 1,5", "700000000 users of 1 5"},
		{"signs", "US$20 or 5%", "us $ 20 or 5 %"},
		{"links", "see [the page](https://example.org/a) <https://www.example.org>", "see the page example org"},
		{"tags", "<p class=x>a<br/>b <year></p><script>c</script><!-- d -->", "a b year c d"},
		{"a page of HTML", "\n<!DOCTYPE html>\n<head>x</head><p>a<script>c</script><!-- d -->b", "a b"},
		{"a page of XHTML", "<?xml version='1.0'?><html><style>c</style>a", "xml version 1 0 a"},
		{"comments for checkers", "<!-- markdownlint-disable first-line-h1 --><!-- prettier-ignore -->a <!-- prettier-ignore not for sale -->", "a prettier ignore not for sale"},
		{"entities", "a&nbsp;b &ldquo;c&rdquo; d&#39;s &amp;", "a b c d s"},
		{"escapes", `1\. A \*b\* \(c\_d\)`, "a b c d"},
		{"fence", "```text\na\n```\n", "a"},
		{"front matter", "---\ntitle: x\n---\na", "a"},
		{"long front matter", "---\nlayout: page\ntags:\n  - a\n\ntitle: The Long Name of It\n---\na", "a"},
		{"terms in front matter", "---\nnote: not to be sold\n---\na", "note not to be sold a"},
		{"a sentence in front matter", "---\nNever sell\n---\na", "never sell a"},
		{"rule", "---\na\n", "a"},
		{"copyright", "Copyright (c) 2020 A. B. Foo, Inc.\nAll rights reserved.\n\nPermission", "permission"},
		{"copyright of a template", "Copyright [yyyy] [name of owner]\n\nText", "text"},
		{"copyright notice", "keep the above\ncopyright notice, and\nCopyright Holder", "keep the above copyright notice and copyright holder"},
		{"terms behind a copyright", "© 2020 Foo. Not for sale.\n", "not for sale"},
		{"invisible signs", "li\u00ADcen\u200Bse", "license"},
		{"full width", "ＭＩＴ　２", "mit 2"},
		{"ideographs", "许可方。許", "许 可 方 許"},
		{"invalid", "a\xff\xfeb", "a b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(normalizedWords([]byte(tt.text)), " "); wide(got) != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// normalizedWords gives the words of a text as they are compared with
// licences: in lower case, without markup, list marks and copyright lines.
func normalizedWords(text []byte) []string {
	w := tokenize(text, compared)
	out := make([]string, len(w.tokens))
	for i := range w.tokens {
		out[i] = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) || r == '%' {
				return unicode.ToLower(r)
			}
			return -1
		}, string(w.raw(i)))
	}
	return out
}

// wide writes full-width letters as ASCII: normalizedWords gives them as they
// stand.
func wide(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFEE0
		}
		if r == 0xAD || r == 0x200B || r == '*' {
			return -1
		}
		return r
	}, s))
}

func TestFindPhrase(t *testing.T) {
	for _, tt := range []struct {
		name, text, phrase string
		line, column       int
	}{
		{"plain", "x\nMade with Kettle", "Made with Kettle", 2, 1},
		{"case, quotes and wraps", "a “made\n  with” *KETTLE*.", "Made with Kettle", 1, 4},
		{"columns are characters", "äöü – made with kettle", "made with kettle", 1, 7},
		{"columns behind an escape", `a\_b &amp; made with kettle`, "made with kettle", 1, 12},
		{"signs", "Kettle is (c) Foo, Inc.", "Kettle is © Foo, Inc.", 1, 1},
		{"a copyright line", "Copyright © Foo Platforms, Inc. All Rights Reserved", "foo platforms inc", 1, 13},
		{"in an item", "1. made with kettle", "made with kettle", 1, 4},
		{"another word", "made with a kettle", "made with kettle", 0, 0},
		{"a part of it", "made with kettles", "made with kettle", 0, 0},
		{"again from the middle", "made made with kettle", "made with kettle", 1, 6},
		{"no phrase", "made", " - ", 0, 0},
		{"UTF-16", "\xFF\xFEm\x00a\x00d\x00e\x00", "made", 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			line, column, ok := FindPhrase([]byte(tt.text), tt.phrase)
			if line != tt.line || column != tt.column || ok != (tt.line > 0) {
				t.Errorf("got %d:%d %v, want %d:%d", line, column, ok, tt.line, tt.column)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	got := strings.Join(Addresses([]byte("see <https://a.example/b>, (http://c.example). ftp://d.example ://e")), " ")
	if want := "https://a.example/b http://c.example"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
