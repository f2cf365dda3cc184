package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// Remark is one thing that is wrong with a policy, or that its reader will miss.
type Remark struct {
	Level model.Level `json:"level"`
	File  string      `json:"file,omitempty"`
	// Line and Column are 1-based, the column in characters; 0 where not known.
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	// Help says what to write instead.
	Help string `json:"help,omitempty"`
	// Text is the line of the file, and Width how many characters of it are meant.
	Text  string `json:"-"`
	Width int    `json:"-"`
}

// Remarks are what there is to say of a user's policies.
type Remarks struct {
	Schema string `json:"schema"`
	// Rules are the ids of the rules and definitions that were looked at.
	Rules    []string `json:"rules"`
	Tests    int      `json:"tests"`
	Problems []Remark `json:"problems"`
}

// WriteRemarks writes remarks with the lines that they are about, and how many
// there are, as text or json.
func WriteRemarks(w io.Writer, format string, found Remarks, options Options) error {
	if format == "json" {
		found.Schema = "entail.remarks/v1"
		return writeIndented(w, found)
	}
	t := newText(w, options)
	count := map[model.Level]int{}
	for _, r := range found.Problems {
		count[r.Level]++
		t.remark(r)
	}
	fmt.Fprintf(t, "%s with %s: %s, %s\n", plural(len(found.Rules), "rule"), plural(found.Tests, "test"),
		plural(count[model.LevelError], "error"), plural(count[model.LevelWarning], "warning"))
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write what is wrong: %w", err)
	}
	return nil
}

// remark writes one remark: what, where, the line, and under it what is meant.
func (t *text) remark(r Remark) {
	lines := wrap(Plain(r.Message), t.Width-len(r.Level)-2)
	fmt.Fprintf(t, "%s: %s\n", t.paint(string(r.Level), bold, levelStyles[r.Level]), strings.Join(lines, "\n  "))
	gutter := strings.Repeat(" ", len(strconv.Itoa(r.Line)))
	if r.File != "" {
		place := Plain(r.File)
		for _, n := range []int{r.Line, r.Column} {
			if n > 0 {
				place += fmt.Sprintf(":%d", n)
			}
		}
		fmt.Fprintf(t, "%s--> %s\n", gutter, place)
	}
	help := Plain(r.Help)
	if before, marked, ok := r.cut(); ok {
		fmt.Fprintf(t, "%s |\n", gutter)
		fmt.Fprintf(t, "%d | %s\n", r.Line, Plain(r.Text))
		under := strings.Repeat(" ", before) + t.paint(strings.Repeat("^", marked), bold, levelStyles[r.Level])
		if help != "" {
			under += " " + help
		}
		fmt.Fprintf(t, "%s | %s\n", gutter, under)
	} else if help != "" {
		fmt.Fprintf(t, "%s = %s\n", gutter, help)
	}
	fmt.Fprintln(t)
}

// cut gives how many characters of the line stand before what is meant, and how
// many that is; not where the line is not known or cannot be shown as it is.
func (r Remark) cut() (before, marked int, ok bool) {
	line := utf8.RuneCountInString(r.Text)
	if r.Column < 1 || r.Column > line+1 || line > 2*maxWidth || strings.ContainsFunc(r.Text, func(c rune) bool { return c != '\t' && unsafe(c) }) {
		return 0, 0, false
	}
	return r.Column - 1, max(1, min(r.Width, line-r.Column+1)), true
}

// WriteDocument writes a JSON document indented, every character that could
// mislead a reader escaped. What it says stays the same.
func WriteDocument(w io.Writer, document []byte) error {
	var text bytes.Buffer
	if err := json.Indent(&text, document, "", "  "); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	text.WriteByte('\n')
	if _, err := w.Write(escapeUnsafe(text.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
