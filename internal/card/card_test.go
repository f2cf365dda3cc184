package card

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// kinds lists the kinds of a card's problems in order.
func kinds(c model.Card) []string {
	out := []string{}
	for _, p := range c.Problems {
		out = append(out, p.Kind)
	}
	return out
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func utf16be(s string) string {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

// bomb nests aliases so that they would expand to 10^9 values.
func bomb() string {
	var b strings.Builder
	b.WriteString("---\nlicense: mit\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	b.WriteString("base_model: org/base\n---\n")
	return b.String()
}

func TestParse(t *testing.T) {
	long := strings.Repeat("x", 20<<10)
	tests := []struct {
		name     string
		text     string
		license  string // "" where none is read
		bases    string
		problems []string
		detail   string // part of the first problem's detail
		line     int    // of the first problem
	}{
		{"plain", "---\nlicense: mit\nbase_model: org/base\n---\n# T\n", "mit", "org/base", nil, "", 0},
		{"CRLF", "---\r\nlicense: mit\r\nbase_model: org/base\r\n---\r\n# T\r\n", "mit", "org/base", nil, "", 0},
		{"white space before", "\n \t\n---\nlicense: mit\n---\n", "mit", "", nil, "", 0},
		{"blanks after the closing line", "---\nlicense: mit\n---  \t\n", "mit", "", nil, "", 0},
		{"no line end after the closing line", "---\nlicense: mit\n---", "mit", "", nil, "", 0},
		{"a rule within a text value", "---\nlicense: mit\nnote: |\n  ----\n  --- x\n---\n", "mit", "", nil, "", 0},
		{"empty", "", "", "", []string{"empty"}, "is empty", 0},
		{"only blanks", " \n\n", "", "", []string{"empty"}, "is empty", 0},
		{"no front matter", "# Title\n\ntext\n", "", "", []string{"no-front-matter"}, "no front matter", 1},
		{"four dashes", "----\nlicense: mit\n---\n", "", "", []string{"no-front-matter"}, "no front matter", 1},
		{"blank after the opening line", "\n--- \nlicense: mit\n---\n", "", "", []string{"no-front-matter"}, "blanks follow", 2},
		{"unclosed", "---\nlicense: mit\n\n# Title\n", "", "", []string{"unclosed-front-matter"}, "not closed", 1},
		{"CR CR LF", "---\r\r\nlicense: mit\r\r\n---\r\r\n# T\r\r\n", "", "", []string{"line-ends"}, "carriage return", 1},
		{"byte-order mark", "\ufeff---\nlicense: mit\n---\n", "mit", "", []string{"byte-order-mark"}, "byte-order mark", 1},
		{"byte-order mark, no front matter", "\ufeff# T\n", "", "", []string{"no-front-matter"}, "", 1},
		{"UTF-16 LE", utf16le("---\nlicense: mit\n---\n# T😀\n"), "mit", "", []string{"utf-16"}, "little-endian", 1},
		{"UTF-16 BE", utf16be("---\nlicense: mit\n---\n# T😀\n"), "mit", "", []string{"utf-16"}, "big-endian", 1},
		{"not UTF-8", "---\nlicense: mit\nauthor: Jos\xe9\n---\n", "mit", "", []string{"not-utf8"}, "byte 0xe9", 3},
		{"NUL bytes", "---\nlicense: mit\x00\x00\n---\n", "mit", "", []string{"nul-bytes"}, "2 NUL bytes", 2},
		{"list", "---\n- a\n- b\n---\n", "", "", []string{"not-a-mapping"}, "is a list", 2},
		{"text", "---\njust words\n---\n", "", "", []string{"not-a-mapping"}, `the text "just words"`, 2},
		{"comment only", "---\n# license: mit\n---\n", "", "", []string{"not-a-mapping"}, "is empty", 2},
		{"invalid YAML", "---\nlicense: mit\ntags: [a\n---\n", "", "", []string{"invalid-yaml"}, "not valid YAML", 4},
		{"two documents", "---\nlicense: mit\n--- b\n---\n", "", "", []string{"invalid-yaml"}, "more than one", 2},
		{"unknown tag", "---\nlicense: !mine mit\n---\n", "mit", "", []string{"invalid-yaml"}, `tag "!mine"`, 2},
		{"duplicate key", "---\nlicense: mit\nlicense: gpl\n---\n", "gpl", "", []string{"duplicate-key"}, "after line 2", 3},
		{"nested duplicate key", "---\nx:\n  a: 1\n  a: 2\n---\n", "", "", []string{"duplicate-key"}, `"a"`, 4},
		{"alias", "---\nlicense: &l mit\nother: *l\nbase_model: [&b org/b, *b]\n---\n", "mit", "org/b,org/b", nil, "", 0},
		{"alias bomb", bomb(), "mit", "org/base", []string{"aliases"}, "expand to more", 0},
		{"alias of itself", "---\nlicense: mit\nx: &x [*x]\n---\n", "mit", "", []string{"aliases"}, "contains itself", 3},
		{"unknown alias", "---\nlicense: *nowhere\n---\n", "", "", []string{"invalid-yaml"}, "nowhere", 0},
		{"merge key", "---\nx: &x {license: mit}\n<<: *x\n---\n", "mit", "", nil, "", 0},
		{"deep", "---\nlicense: mit\nx: " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "\n---\n", "", "",
			[]string{"too-large"}, "deeper than 64", 2},
		{"many values", "---\nlicense: mit\nx:\n" + strings.Repeat("- a\n", maxNodes) + "---\n", "mit", "",
			[]string{"too-large"}, "more than 100000 values", 0},
		{"large block", "---\nlicense: mit\nx: " + strings.Repeat("y", maxFrontMatter) + "\n---\n", "", "",
			[]string{"too-large"}, "at most 1 MiB", 2},
		{"bulky value", "---\nlicense: mit\nextra_gated_prompt: " + long + "\n---\n", "mit", "", nil, "", 0},
		{"British key", "---\nlicence: license\n---\n", "", "", []string{"misspelled-key"}, `expected "license"`, 2},
		{"key by letter case", "---\nLicense: mit\n---\n", "", "", []string{"misspelled-key"}, "by letter case", 2},
		{"license as mapping", "---\nlicense:\n  mit: ~\n---\n", "", "", []string{"license-not-text"}, "is a mapping", 3},
		{"license as number", "---\nlicense: 2.5\n---\n", "2.5", "", []string{"license-not-text"}, "is a number", 2},
		{"license list", "---\nlicense: [mit, ' apache-2.0 ', null]\n---\n", "mit,apache-2.0", "", nil, "", 0},
		{"license null", "---\nlicense:\n---\n", "", "", nil, "", 0},
		{"path", "---\nbase_model: /data/llama\n---\n", "", "/data/llama", []string{"base-model-not-an-id"}, "is a path", 2},
		{"address elsewhere", "---\nbase_model: https://example.org/a/b\n---\n", "", "https://example.org/a/b",
			[]string{"base-model-not-an-id"}, "address elsewhere", 2},
		{"Hub address", "---\nbase_model: https://huggingface.co/org/base/tree/main\n---\n", "", "org/base", nil, "", 0},
		{"number", "---\nbase_model: 123\n---\n", "", "123", []string{"base-model-not-an-id"}, "is a number", 2},
		{"empty text", "---\nbase_model: ''\n---\n", "", "", []string{"base-model-not-an-id"}, "is empty", 2},
		{"mapping", "---\nbase_model: {name: x}\n---\n", "", `{"name":"x"}`, []string{"base-model-not-an-id"}, "is a mapping", 2},
		{"null", "---\nbase_model: null\n---\n", "", "", nil, "", 0},
		{"empty list", "---\nbase_model: []\n---\n", "", "", nil, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Parse("README.md", []byte(tt.text))
			ids, _, _ := LicenseFields(c.Metadata)
			if got := strings.Join(ids, ","); got != tt.license {
				t.Errorf("license %q, want %q", got, tt.license)
			}
			if got := strings.Join(values(BaseModels(c)), ","); got != tt.bases {
				t.Errorf("base models %q, want %q", got, tt.bases)
			}
			if got := kinds(c); !slices.Equal(got, tt.problems) {
				t.Fatalf("problems %v, want %v: %v", got, tt.problems, c.Problems)
			}
			if len(tt.problems) == 0 {
				return
			}
			if p := c.Problems[0]; !strings.Contains(p.Detail, tt.detail) || (tt.line != 0 && p.At.Line != tt.line) {
				t.Errorf("problem %+v, want detail %q at line %d", p, tt.detail, tt.line)
			}
			if !c.Present {
				t.Error("a card that was read is not present")
			}
		})
	}
}

func values(bases []Base) []string {
	var out []string
	for _, b := range bases {
		out = append(out, b.Value)
	}
	return out
}

func TestPositions(t *testing.T) {
	text := "\n---\r\nlicense: mit\r\nbase_model:\r\n- org/a\r\n-   org/b\r\ntags: [x, y]\r\n\"né\": z\r\nnone:\r\n---\r\n"
	c := Parse("README.md", []byte(text))
	want := map[string]model.Position{
		"license":      {File: "README.md", Line: 3, Column: 10},
		"base_model":   {File: "README.md", Line: 5, Column: 1},
		"base_model.0": {File: "README.md", Line: 5, Column: 3},
		"base_model.1": {File: "README.md", Line: 6, Column: 5},
		"tags.1":       {File: "README.md", Line: 7, Column: 11},
		"né":           {File: "README.md", Line: 8, Column: 7},
	}
	for key, at := range want {
		if c.At[key] != at {
			t.Errorf("At[%q] = %+v, want %+v", key, c.At[key], at)
		}
	}
	if at := c.At["none"]; at.Line != 9 {
		t.Errorf("At[none] = %+v, want line 9", at)
	}
	bases := BaseModels(c)
	if len(bases) != 2 || bases[1].At != want["base_model.1"] || bases[1].Key != "base_model" {
		t.Errorf("bases %+v", bases)
	}
}

func TestDuplicateForgetsPositions(t *testing.T) {
	c := Parse("README.md", []byte("---\nbase_model: [a/b, c/d]\nbase_model: e/f\n---\n"))
	if _, ok := c.At["base_model.0"]; ok || c.At["base_model"].Line != 3 {
		t.Errorf("positions %v", c.At)
	}
}

func TestMetadataIsJSON(t *testing.T) {
	text := "---\na: 1\nb: 1.5\nc: .nan\nd: .inf\ne: 2024-01-02\nf: true\ng: ~\nh: {1: x, null: y}\n" +
		"i: 0x10\nj: 123456789012345678901234567890\nk: 1_000\nl: !!binary aGk=\n---\n"
	c := Parse("README.md", []byte(text))
	got, err := json.Marshal(c.Metadata)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"a":1,"b":1.5,"c":".nan","d":".inf","e":"2024-01-02","f":true,"g":null,"h":{"1":"x","null":"y"},` +
		`"i":16,"j":1.2345678901234568e+29,"k":1000,"l":"aGk="}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBulkyValuesAreDropped(t *testing.T) {
	long := strings.Repeat("x", 20<<10)
	c := Parse("README.md", []byte("---\nwidget: "+long+"\nnotes: "+long+"\nextra_gated_heading: short\n---\n"))
	if _, ok := c.Metadata["widget"]; ok {
		t.Error("a widget of 20 KiB was kept")
	}
	if c.Metadata["notes"] != long || c.Metadata["extra_gated_heading"] != "short" {
		t.Error("a value that should stay was dropped")
	}
}

func TestManyBaseModels(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\nbase_model:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "- org/m%d\n", i)
	}
	b.WriteString("---\n")
	c := Parse("README.md", []byte(b.String()))
	bases := BaseModels(c)
	if len(bases) != 256 || bases[255].Value != "org/m255" {
		t.Errorf("%d bases", len(bases))
	}
	if got := kinds(c); !slices.Equal(got, []string{"base-model-too-many"}) || !strings.Contains(c.Problems[0].Detail, "10000") {
		t.Errorf("problems %v", c.Problems)
	}
}

func TestHugeCard(t *testing.T) {
	text := append([]byte("---\nlicense: mit\n---\n# Title\n"), []byte(strings.Repeat("é word\n", 50<<20/8))...)
	c := Parse("README.md", text)
	if got := kinds(c); !slices.Equal(got, []string{"too-large"}) {
		t.Errorf("problems %v", c.Problems)
	}
	if len(c.Sections) != 1 || c.Sections[0].Words < 1_000_000 {
		t.Errorf("sections %v", c.Sections)
	}
	if body, _ := Body(text); len(body) > maxText || !utf8.Valid(body) {
		t.Errorf("body of %d bytes, valid %v", len(body), utf8.Valid(body))
	}
}

func TestProblemsAreBounded(t *testing.T) {
	c := Parse("README.md", []byte("---\n"+strings.Repeat("a: 1\n", 5000)+"---\n"))
	if len(c.Problems) != maxProblems {
		t.Errorf("%d problems", len(c.Problems))
	}
}

func TestBody(t *testing.T) {
	tests := []struct {
		name, text, body string
		line             int
	}{
		{"closed", "---\na: 1\n---\n\n# T\n", "\n# T\n", 4},
		{"CRLF", "---\r\na: 1\r\n---\r\n# T\r\n", "# T\r\n", 4},
		{"none", "# T\n", "# T\n", 1},
		{"unclosed", "---\na: 1\n# T\n", "a: 1\n# T\n", 2},
		{"spoiled opening line", "--- \na: 1\n# T\n", "a: 1\n# T\n", 2},
		{"CR CR LF", "---\r\r\na: 1\r\r\n---\r\r\n# T\r\r\n", "# T\r\r\n", 4},
		{"CR", "# T\rtext\r", "# T\rtext\r", 1},
		{"UTF-16", utf16le("---\na: 1\n---\n# T\n"), "# T\n", 4},
		{"empty", "", "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if body, line := Body([]byte(tt.text)); string(body) != tt.body || line != tt.line {
				t.Errorf("Body = %q, %d; want %q, %d", body, line, tt.body, tt.line)
			}
		})
	}
}

// TestNothingIsNil: the input document writes lists, never null.
func TestNothingIsNil(t *testing.T) {
	for _, text := range []string{"", "# T", "---\na: 1\n---\n"} {
		c := Parse("README.md", []byte(text))
		if c.Metadata == nil || c.At == nil || c.Sections == nil || c.Links == nil || c.Problems == nil {
			t.Errorf("Parse(%q) has a nil list or map: %+v", text, c)
		}
	}
}

// FuzzParse holds that no text makes Parse fail, exceed its bounds, or return
// what JSON cannot write, and that Body agrees with it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "---\nlicense: mit\nbase_model: [a/b, ./c]\n---\n# T\n[x](y)\n", "\ufeff---\na: &a [*a]\n---",
		"---\r\r\n---\r\r\n", "T\n===\n```\n# x\n```\n<!-- a\n-->\n[r]: http://x\n[r] <http://y> http://z.",
		utf16le("---\na: 1\n---\n"), "---\n<<: {a: 1}\n? [x]\n: y\n---\n", "---\n---\n---\n", "--- \n", bomb(),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := Parse("README.md", data)
		if _, err := json.Marshal(c); err != nil {
			t.Fatalf("not JSON: %v", err)
		}
		body, first := Body(data)
		if first < 1 || len(c.Sections) > maxSections || len(c.Links) > maxLinks || len(c.Problems) > maxProblems {
			t.Fatalf("out of bounds: first %d, %d sections, %d links, %d problems", first, len(c.Sections), len(c.Links), len(c.Problems))
		}
		if !utf8.Valid(body) {
			t.Fatal("body is not UTF-8")
		}
		last := first + strings.Count(string(body), string(lineBreak(body)))
		for _, s := range c.Sections {
			if s.Line < first || s.Line > last || s.Words < 0 || s.Level < 1 || s.Level > 6 {
				t.Fatalf("section %+v outside lines %d to %d", s, first, last)
			}
		}
		for _, l := range c.Links {
			if l.Line < first || l.Line > last || l.URL == "" {
				t.Fatalf("link %+v outside lines %d to %d", l, first, last)
			}
		}
		for _, b := range append(BaseModels(c), Datasets(c)...) {
			if b.Problem == nil && !validID(b.Value) {
				t.Fatalf("%q passes as an id", b.Value)
			}
		}
	})
}
