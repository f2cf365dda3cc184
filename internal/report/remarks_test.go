package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/entail-dev/entail/internal/model"
)

// TestRemarks: what is meant is marked below the line, whatever stands before it.
func TestRemarks(t *testing.T) {
	for _, tt := range []struct {
		remark Remark
		want   string
	}{
		{Remark{Line: 3, Column: 7, Width: 5, Text: "input.nodez", Help: "did you mean nodes?"}, "3 | input.nodez\n  |       ^^^^^ did you mean nodes?\n"},
		{Remark{Line: 12, Column: 2, Text: "\tx := 1"}, "12 |  x := 1\n   |  ^\n"},
		{Remark{Line: 1, Column: 5, Width: 1, Text: "\"é\" x"}, "1 | \"é\" x\n  |     ^\n"},
		{Remark{Line: 1, Help: "write it"}, "  = write it\n"},
		{Remark{Line: 1, Column: 2, Text: "a\x1b[31m", Help: "h"}, "  = h\n"},
		{Remark{Line: 1, Column: 99, Text: "short", Help: "h"}, "  = h\n"},
	} {
		tt.remark.Level, tt.remark.Message, tt.remark.File = model.LevelError, "m", "a.rego"
		var out strings.Builder
		if err := WriteRemarks(&out, "text", Remarks{Problems: []Remark{tt.remark}}, Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tt.want) {
			t.Errorf("%+v gives\n%s\nwant in it\n%s", tt.remark, out.String(), tt.want)
		}
	}
}

// FuzzRemarks: no file makes a remark panic, or reach a terminal as it is.
func FuzzRemarks(f *testing.F) {
	f.Add("input.nodez", "a.rego", 7, 5)
	f.Add("\xff\u202e", "\x1b", 2, 1<<30)
	f.Add("", "", -1, -1)
	f.Fuzz(func(t *testing.T, text, file string, column, width int) {
		text, _, _ = strings.Cut(text, "\n")
		var out strings.Builder
		r := Remark{Level: model.LevelError, Message: text, Help: text, File: file, Line: 1, Column: column, Width: width, Text: text}
		if err := WriteRemarks(&out, "text", Remarks{Problems: []Remark{r}}, Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\u202e\r") || !utf8.ValidString(out.String()) {
			t.Errorf("written as it is: %q", out.String())
		}
	})
}
