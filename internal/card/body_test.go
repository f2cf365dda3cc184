package card

import (
	"slices"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

func TestSections(t *testing.T) {
	tests := []struct {
		name, text string
		want       []model.Section
	}{
		{"ATX", "one\n# A **b** #\ntwo three\n\n## B\n\n### C #x\n", []model.Section{
			{Title: "A **b", Level: 1, Line: 2, Words: 2}, {Title: "B", Level: 2, Line: 5}, {Title: "C #x", Level: 3, Line: 7}}},
		{"no heading", "#hashtag\n####### seven\n    # code\ntext\n", nil},
		{"setext", "A\n===\none\n\nB\n---\ntwo words\n\n---\nthree\n", []model.Section{
			{Title: "A", Level: 1, Line: 1, Words: 1}, {Title: "B", Level: 2, Line: 5, Words: 3}}},
		{"setext below a section", "# A\none\n\nB c\n---\n", []model.Section{
			{Title: "A", Level: 1, Line: 1, Words: 1}, {Title: "B c", Level: 2, Line: 4}}},
		{"rules below lists, tables and long text", "# A\n- x\n---\n| a |\n---\na\nb\nc\n---\n", []model.Section{
			{Title: "A", Level: 1, Line: 1, Words: 5}}},
		{"fences", "# A\n```sh\n# x\n~~~\n```\nword\n~~~~\n~~~\n# y\n~~~~\n# B\n", []model.Section{
			{Title: "A", Level: 1, Line: 1, Words: 1}, {Title: "B", Level: 1, Line: 11}}},
		{"unclosed fence", "# A\n```\n# x\nword\n", []model.Section{{Title: "A", Level: 1, Line: 1}}},
		{"comments", "# A\n<!-- # x\n# y\n-->word <!-- two --> three\n", []model.Section{{Title: "A", Level: 1, Line: 1, Words: 2}}},
		{"unclosed comment", "# A\n<!-- word\n# B\n", []model.Section{
			{Title: "A", Level: 1, Line: 1, Words: 1}, {Title: "B", Level: 1, Line: 3}}},
		{"words", "# A\n- [ ] one, two! — * 3\n", []model.Section{{Title: "A", Level: 1, Line: 1, Words: 3}}},
		{"CR", "# A\rone\r# B\r", []model.Section{{Title: "A", Level: 1, Line: 1, Words: 1}, {Title: "B", Level: 1, Line: 3}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := readBody([]byte(tt.text), 1); !slices.Equal(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	tests := []struct {
		name, text string
		want       []model.Link
	}{
		{"inline", `see [the  *text*](https://a.org/x_(y) "title") and [b](<c d>)`, []model.Link{
			{URL: "https://a.org/x_(y)", Text: "the *text*", Line: 1}, {URL: "c d", Text: "b", Line: 1}}},
		{"relative", "[LICENSE](./LICENSE)", []model.Link{{URL: "./LICENSE", Text: "LICENSE", Line: 1}}},
		{"images", "![alt](img.png) [![badge](b.svg)](https://a.org)", []model.Link{{URL: "https://a.org", Text: "badge", Line: 1}}},
		{"autolink", "<https://a.org/b> <mailto:x@y.z> <b>", []model.Link{
			{URL: "https://a.org/b", Text: "https://a.org/b", Line: 1}, {URL: "mailto:x@y.z", Text: "mailto:x@y.z", Line: 1}}},
		{"bare", "at https://a.org/b_(c). (http://d.org/e), xhttps://no", []model.Link{
			{URL: "https://a.org/b_(c)", Text: "https://a.org/b_(c)", Line: 1}, {URL: "http://d.org/e", Text: "http://d.org/e", Line: 1}}},
		{"HTML", `<a href="https://a.org/x">t</a>`, []model.Link{{URL: "https://a.org/x", Text: "https://a.org/x", Line: 1}}},
		{"references", "[Text][Lab el] [two][] [three]\n[none] [x][y]\n\n[lab  EL]: https://a.org 'T'\n[two]: <b>\n[three]: c\n[three]: d\n[unused]: e\n", []model.Link{
			{URL: "https://a.org", Text: "Text", Line: 1}, {URL: "b", Text: "two", Line: 1}, {URL: "c", Text: "three", Line: 1},
			{URL: "e", Text: "unused", Line: 8}}},
		{"code", "`[a](b)` ``x ` https://c.org`` \\[d](e) ` [f](g)", []model.Link{{URL: "g", Text: "f", Line: 1}}},
		{"fenced", "```\nhttps://a.org\n```\nhttps://b.org", []model.Link{{URL: "https://b.org", Text: "https://b.org", Line: 4}}},
		{"heading", "# See [a](b)", []model.Link{{URL: "b", Text: "a", Line: 1}}},
		{"comment", "<!-- https://a.org -->", nil},
		{"broken", "[a](b [c] (d) [", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := readBody([]byte(tt.text), 1); !slices.Equal(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestBodyBounds(t *testing.T) {
	sections, links := readBody([]byte(strings.Repeat("# a\n<https://x.org>\n", 5000)), 1)
	if len(sections) != maxSections || len(links) != maxLinks {
		t.Errorf("%d sections, %d links", len(sections), len(links))
	}
	sections, _ = readBody([]byte("# "+strings.Repeat("é", 1000)), 1)
	if n := len(sections[0].Title); n > maxTitle {
		t.Errorf("a title of %d bytes", n)
	}
}
